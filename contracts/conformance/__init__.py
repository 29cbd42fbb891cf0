"""Schemathesis over one document: what is run, the run, and what it found."""
