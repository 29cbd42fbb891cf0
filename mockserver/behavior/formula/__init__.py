"""Formulas, worked out, and what an API demands by them."""
