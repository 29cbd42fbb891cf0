"""The HTTP edge, the only room that knows connexion."""
