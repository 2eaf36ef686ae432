"""Registries as seen through an engine: credentials, transfers and their errors."""
