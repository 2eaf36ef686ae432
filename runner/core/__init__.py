"""Values that every room shares: no input or output, nothing but the standard library."""
