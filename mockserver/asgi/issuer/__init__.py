"""Who gives tokens, at the edge: authorization pages, token replies and what a bearer may do."""
