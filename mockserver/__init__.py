"""A stateful mock of any API that has an OpenAPI document."""
