"""Which paths are about one resource: collections, items, and how they name each other."""
