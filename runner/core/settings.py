"""What a kind keeps of a resource besides the fields that are compared with the engine; each kind has its own."""

from __future__ import annotations

from runner.core.struct import Struct


class Settings(Struct, kw_only=True):
    """The settings that every resource has."""

    protect: bool = False
    """True: it is never removed or replaced."""


class CheckTiming(Settings, kw_only=True):
    """For how long a check is retried, and how often; in nanoseconds."""

    timeout: int
    interval: int
