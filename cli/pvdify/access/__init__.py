"""Who a person is to which server: contexts, stored tokens, pinned certificates."""
