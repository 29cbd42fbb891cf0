"""Flows and their runs on FastAPI."""
