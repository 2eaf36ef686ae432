"""Platforms: the operating system and architecture that an image is built for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.core.values import Value
from runner.resource.scalars import matching

_NAMES = {"x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "i386": "386", "armhf": "arm/v7", "armel": "arm/v6"}
_IMPLIED = {"arm64": "v8", "amd64": "v1", "arm": "v7"}
"""An architecture's default variant."""


def clean_platform(text: str) -> str:
    """Normalize a platform's names, and omit the default variant.

    >>> clean_platform("linux/aarch64"), clean_platform("linux/arm64/v8"), clean_platform("Linux/arm/v6")
    ('linux/arm64', 'linux/arm64', 'linux/arm/v6')
    """
    system, _, processor = text.lower().partition("/")
    name, _, variant = processor.partition("/")
    name, _, usual = _NAMES.get(name, name).partition("/")
    variant = variant or usual
    return "/".join((system, name, variant) if variant and variant != _IMPLIED.get(name) else (system, name))


def platform_of(image: Mapping[str, Any]) -> Value:
    """Return an image's platform from its inspect document; None if not specified."""
    parts = [image.get(key) for key in ("Os", "Architecture", "Variant")]
    return clean_platform("/".join(part for part in parts if part)) if parts[0] and parts[1] else None


PLATFORM = matching(r"[A-Za-z0-9]+/[A-Za-z0-9_-]+(/[a-z0-9]+)?", "a platform such as linux/amd64", clean=clean_platform)
