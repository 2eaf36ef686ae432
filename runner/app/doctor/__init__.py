"""The examination of an engine and this machine: a table of small checks."""
