"""Values that every package shares: no I/O, nothing but the standard library."""
