"""Saved plans that no run would take, with every key that one has."""

from __future__ import annotations

from typing import Any


def saved_plan(file: str, /, **keys: Any) -> dict[str, Any]:
    """Return a saved plan of a file, of no engine there is, with other values for some `keys`."""
    return {
        "format": "runner plan",
        "version": "1",
        "runner": "0",
        "file": file,
        "variables": {},
        "variable_files": [],
        "withheld": [],
        "adopt": False,
        "targets": [],
        "engine": {"id": "x", "address": "y"},
        "desired": {},
        "observed": {},
        "plan": {"changes": []},
        **keys,
    }
