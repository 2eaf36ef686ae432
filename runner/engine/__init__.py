"""The engine's side of a run: look at it, and carry out a plan on it. Knows no kind by name."""
