"""What an API is about, as values: document and semantics compiled into a Model."""
