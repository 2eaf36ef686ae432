"""Observes the engine, and executes plans on it. Knows no kind by name."""
