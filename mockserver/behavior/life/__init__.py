"""How records begin, wait and go, by the clock."""
