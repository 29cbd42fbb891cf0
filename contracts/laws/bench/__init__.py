"""What laws stand on: one opening of a server, its places, and what can be done there."""
