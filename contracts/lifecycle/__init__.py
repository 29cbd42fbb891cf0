"""The life of a record on any server, from its making to its end, and the requests that it
takes.
"""
