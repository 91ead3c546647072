"""Commands on what brings requests for domains to a host."""
