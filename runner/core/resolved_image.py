"""The image that a workflow used at one moment, so that it can be used again."""

from __future__ import annotations

from runner.core.struct import Struct


class ResolvedImage(Struct):
    """The image that was used at one address; `digests` are its names in registries."""

    id: str
    """Empty where several engines have it, of which only the registry's digest is known."""
    digests: tuple[str, ...] = ()
