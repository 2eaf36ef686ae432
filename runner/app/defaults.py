"""What stands for an argument that is left out; imports nothing, for the table of commands."""

from __future__ import annotations

from typing import Final

DEFAULT_FILE: Final = "workflow.yaml"

ALL: Final = "(all)"
"""Placeholder for every name in a list of names to upgrade."""
