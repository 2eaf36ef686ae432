"""What a kind observes of a resource for its own use, besides the fields that are compared; each kind has its own."""

from __future__ import annotations

from runner.core.struct import Struct


class Traits(Struct, kw_only=True):
    """The traits that every observed resource has."""

    records: tuple[str, ...] = ()
    """The names of its record volumes: two where a new record may follow the first."""
    removed_with: tuple[str, ...] = ()
    """The volumes to be removed with it, if its complete removal has begun."""
