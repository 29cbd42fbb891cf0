"""Compare a mock with the server that it plays: the same calls to both, their differences by
cause.
"""
