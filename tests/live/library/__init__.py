"""Authors and their books on flask-smorest."""
