"""A page of another origin that calls the mock, in a browser."""
