"""What the token of a request may do."""
