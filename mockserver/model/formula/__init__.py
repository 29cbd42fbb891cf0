"""What is worked out of other values: formulas, read and compiled."""
