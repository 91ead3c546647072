"""How often one token, or one address without a token, may ask, and the header fields that say so."""
