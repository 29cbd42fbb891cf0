"""Values that the caller did not send."""
