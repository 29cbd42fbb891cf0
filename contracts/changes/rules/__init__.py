"""The ways in which an API can change: each a small function in a table, with its name, its level
and its sentence.
"""
