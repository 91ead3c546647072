"""Commands on the tokens that sign in to the server."""
