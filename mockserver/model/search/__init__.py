"""How a list is asked for: filters, order, pages and what is shown of a record."""
