"""Show that a change breaks clients: the same calls to the mocks of OLD and NEW, and where the
answers part.
"""
