"""The figures of the house, measured in its source and in its requests: `python -m tests.house`."""
