"""How values are written on the wire, and read from it: parameters, bodies, media types."""
