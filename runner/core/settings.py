"""What a kind keeps of a resource besides the fields that are compared with the engine; each kind has its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings that every resource has."""

    protect: bool = False
    """True: it is never removed or replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTiming(Settings):
    """For how long a check is retried, and how often; in nanoseconds."""

    timeout: int
    interval: int
