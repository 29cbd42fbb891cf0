"""The manual in `.docs/`: the pages that are made from what they tell of, and whether the examples
of the others run.
"""
