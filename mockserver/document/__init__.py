"""Many sources in, one normalized OpenAPI document out."""
