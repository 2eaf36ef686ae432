"""What of an image's settings may hold something sensitive, and so of everything that runs from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.core.sensitive import Places
from runner.core.state import ObservedResource, Resource
from runner.kinds.image.fingerprint import GUESSABLE

if TYPE_CHECKING:
    from runner.core.build import BuildRequest

SETTINGS = frozenset({"environment", "labels", "command", "entrypoint", "user", "working_dir", "healthcheck"})
"""All that a Dockerfile can give an argument to."""
NAMES = frozenset({"names", "pushed"})
"""The fields that have what an image is called."""
_GIVEN = ("build.args", "build.dockerfile_inline")
_LABELS = "build.labels"


def sensitive_settings(resource: Resource | None, observed: ObservedResource | None) -> Places:
    """Return the places among an image's settings: an argument gets into any of them.

    Secrets of the build leave nothing in it; what a former file gave it, only the salts of its fingerprint tell.
    """
    declared = resource.sensitive_places if resource else frozenset()
    build: BuildRequest | None = resource.settings.get("build") if resource else None
    was_given = bool(observed and observed.sensitive_places and GUESSABLE & observed.sensitive_places) and not (
        build and build.secrets
    )
    if was_given or any(place.startswith(_GIVEN) for place in declared):
        return SETTINGS
    return frozenset(place.removeprefix("build.") for place in declared if place.startswith(_LABELS))
