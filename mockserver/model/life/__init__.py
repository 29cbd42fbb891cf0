"""How records begin, wait, change by versions, and go."""
