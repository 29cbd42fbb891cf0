"""The vendor's own channel client, unmodified, in a virtual environment of its own: see
README.md.
"""
