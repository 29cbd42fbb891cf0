"""JSON Schemas, read and compiled."""
