"""What is wrong with a request or a reply, and how an API words it."""
