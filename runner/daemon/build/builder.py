"""Builds: with BuildKit where the engine exposes it, else with the engine's classic builder."""

from __future__ import annotations

from functools import partial

from runner.core.build import BuildRequest
from runner.core.progress_update import ProgressCallback, ProgressUpdate
from runner.daemon.build import classic as classic_builder
from runner.daemon.http.api import Api, quote_path
from runner.daemon.http.errors import translate_errors
from runner.daemon.registry.credentials import credentials_for


def build(api: Api, request: BuildRequest, name: str, watch: ProgressCallback) -> str:
    """Build an image under a name, and return its id.

    While the engine is unreachable, the build is retried from the beginning: finished steps are in the builder's cache.
    """
    from runner.daemon.buildkit.build import build as build_with_buildkit
    from runner.daemon.buildkit.connect import NoBuildKit

    def once() -> str:
        with translate_errors(api.host):
            return build_with_buildkit(api, request, name, watch, partial(credentials_for, api.environ))

    try:
        digest = api.retry(once)
    except NoBuildKit as error:
        watch(ProgressUpdate(f"using the classic builder, BuildKit is not available: {error.message}"))
        return classic_builder.build(api, request, name, watch)
    return str(api.get(f"/images/{quote_path(digest)}/json")["Id"])
