"""Builds on an engine: the classic builder, and the transfer of build contexts."""
