"""What stands in a reply: envelope, headers, errors, ranges and streams."""
