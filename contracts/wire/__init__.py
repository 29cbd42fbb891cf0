"""The one guarded way to a server: what a run may do there, what it made there, and all that it was
answered.
"""
