"""What each kind of operation does, as pure functions."""
