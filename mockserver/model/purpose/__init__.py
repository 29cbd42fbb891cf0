"""What an operation does to which records."""
