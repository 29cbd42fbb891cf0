"""Whatever answers calls: a request in, its answer out; and how requests are spelled, read and
told.
"""
