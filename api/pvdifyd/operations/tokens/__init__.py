"""Tokens of the API: made, listed, revoked. A token's text is told once, to who asked for it."""
