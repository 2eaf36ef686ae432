"""Which settings of an image may contain something sensitive, and so those of every container of it."""

from __future__ import annotations

from runner.core.sensitive import Places
from runner.core.state import ObservedResource, Resource
from runner.kinds.image.fingerprint import GUESSABLE
from runner.kinds.image.settings import build_of

SETTINGS = frozenset({"environment", "labels", "command", "entrypoint", "user", "working_dir", "healthcheck"})
"""All settings that a Dockerfile can pass a build argument to."""
NAMES = frozenset({"names", "pushed"})
"""The fields with the names of an image."""
_GIVEN = ("build.args", "build.dockerfile_inline")
_LABELS = "build.labels"


def sensitive_settings(resource: Resource | None, observed: ObservedResource | None) -> Places:
    """Return the sensitive places among an image's settings: a build argument may get into any of them.

    Build secrets leave no trace in the image; sensitive arguments of an earlier file show only in the salts of its
    fingerprint.
    """
    declared = resource.sensitive_places if resource else frozenset()
    build = build_of(resource.settings) if resource else None
    was_given = bool(observed and observed.sensitive_places and GUESSABLE & observed.sensitive_places) and not (
        build and build.secrets
    )
    if was_given or any(place.startswith(_GIVEN) for place in declared):
        return SETTINGS
    return frozenset(place.removeprefix("build.") for place in declared if place.startswith(_LABELS))
