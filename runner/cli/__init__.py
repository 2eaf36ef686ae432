"""The command line: the composition root, and the only package that depends on all others."""
