"""What brings requests for domains to a host."""
