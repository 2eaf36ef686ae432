"""The operations on services."""
