"""What a call asks of a list, as conditions, an order and a page."""
