"""How an operation is about several records at once."""
