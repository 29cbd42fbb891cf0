"""How the kit holds two values, records or answers against each other."""
