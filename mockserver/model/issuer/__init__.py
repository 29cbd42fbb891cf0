"""Who gives tokens, and the log-ins of an API's own."""
