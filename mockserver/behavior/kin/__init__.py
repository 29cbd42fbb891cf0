"""What a change does to the records around one: children, siblings and those that name it."""
