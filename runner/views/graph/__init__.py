"""The dependency graph: as a value, laid out, as a picture, and as text for other programs that draw."""
