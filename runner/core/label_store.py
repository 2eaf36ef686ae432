"""Records that runner keeps beside what it manages: a name, labels and the time of creation, never modified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from runner.core.struct import Struct


class LabelRecord(Struct):
    """A record; `created` is in seconds since 1970, by the store's clock."""

    name: str
    labels: Mapping[str, str]
    created: float
    """Infinite for one that is just being created or removed."""


class LabelStore(Protocol):
    """The records of all workflows, shared by all runs whatever host they are on.

    One guarantee, which the lock needs: a record is listed, to every run, once its creation has been answered.
    """

    @property
    def stall(self) -> float:
        """Seconds for which it may not answer though nothing is lost; leases must outlast them."""

    def list(self) -> Sequence[LabelRecord]:
        """Return all records."""

    def create(self, name: str, labels: Mapping[str, str]) -> str:
        """Create a record; return its name. It may be there even if this fails, as an answer may get lost."""

    def remove(self, name: str) -> None:
        """Remove a record; idempotent if it is already gone."""

    def is_unchanged(self, own: Sequence[str]) -> bool:
        """Return whether the creation of some records is all that happened between first contact and the last of them.

        False where that can't be told for sure.
        """


class RecordStore(LabelStore, Protocol):
    """A store whose records have content, too."""

    def create(self, name: str, labels: Mapping[str, str], data: bytes = b"") -> str:
        """Create a record; Conflict if there is another one of that name."""

    def data(self, name: str) -> bytes:
        """Return the content of a record; NotFound without it."""
