"""Planned misbehavior: what goes wrong, when, and how it is carried out."""
