"""What was understood of a document, told to people."""
