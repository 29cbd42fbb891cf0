"""Between a client and a live server: pass calls on, hold both sides to the document, fall back to
the mock.
"""
