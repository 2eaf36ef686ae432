"""What doctor finds out: one finding for each thing it looked at, as facts; sentences are made elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias

from runner.core.struct import Struct, field

Fact: TypeAlias = str | int | float | bool


class Verdict(Enum):
    """What a finding means."""

    OK = "ok"
    WARNING = "warning"
    """It works, and something may go wrong."""
    BROKEN = "broken"
    """Something can't work."""
    UNTESTED = "untested"
    """Nothing was tried: there is nothing to try it on, or nobody asked for it."""


class Finding(Struct):
    """The outcome of one check; its `code`, CHECK.OUTCOME, is stable."""

    code: str
    verdict: Verdict
    facts: Mapping[str, Fact] = field(default_factory=dict)
    details: tuple[str, ...] = ()
    """What it is about, one a line: files, keys, programs."""

    @property
    def check(self) -> str:
        """The name of the check."""
        return self.code.partition(".")[0]


def fine(code: str, *details: str, **facts: Fact) -> Finding:
    """Return a finding that all is well."""
    return Finding(code, Verdict.OK, facts, details)


def warning(code: str, *details: str, **facts: Fact) -> Finding:
    """Return a finding of what may go wrong."""
    return Finding(code, Verdict.WARNING, facts, details)


def broken(code: str, *details: str, **facts: Fact) -> Finding:
    """Return a finding of what can't work."""
    return Finding(code, Verdict.BROKEN, facts, details)


def untested(code: str, **facts: Fact) -> Finding:
    """Return a finding that nothing was tried."""
    return Finding(code, Verdict.UNTESTED, facts)
