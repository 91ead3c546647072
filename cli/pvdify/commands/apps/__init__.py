"""Commands on apps."""
