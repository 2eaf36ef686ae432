"""The engine's requests to registries: pulls, pushes, and the lookup of a tag's digest.

The engine makes them itself, with the credentials that it is sent along. Transient errors are retried for a while.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from runner.core.engine_answers import RegistryImage
from runner.core.errors import CredentialsError, EngineError, EngineTimeout, PullFailed, PushFailed
from runner.core.progress_update import ProgressCallback, ProgressUpdate
from runner.daemon.http.api import Api, Query, quote_path
from runner.daemon.http.json_body import read_json
from runner.daemon.http.json_stream import json_documents
from runner.daemon.http.stream_reader import read_stream
from runner.daemon.registry.credentials import transfer_credentials
from runner.daemon.registry.errors import classify
from runner.daemon.registry.progress import watch_transfer
from runner.resource.image_reference import registry
from runner.resource.platform import platform_of

_PAUSES = (1, 2, 4, 8)
"""Backoff in seconds between attempts."""
_ANSWER = 20
"""Idle timeout in seconds of a digest lookup: the engine gives the registry 15 to respond."""
_TICK = 0.5
"""Seconds of backoff after which `watch` is called, which may raise to stop."""

Answer = TypeVar("Answer")


class Registries:
    """The registries that one engine reaches; every error names the image, the cause and a remedy."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def pull(self, ref: str, watch: ProgressCallback, *, idle_timeout: float) -> None:
        """Pull one image; EngineTimeout after `idle_timeout` seconds without progress."""
        name, tag = _split(ref)
        with _explained("pull", ref, PullFailed):
            self._transfer(ref, watch, idle_timeout, "pulling", "/images/create", {"fromImage": name, "tag": tag})

    def push(self, ref: str, watch: ProgressCallback, *, idle_timeout: float) -> None:
        """Push one tag; EngineTimeout after `idle_timeout` seconds without progress."""
        name, tag = _split(ref)
        with _explained("push", ref, PushFailed):
            self._transfer(ref, watch, idle_timeout, "pushing", f"/images/{quote_path(name)}/push", {"tag": tag})

    def registry_digest(self, ref: str) -> RegistryImage:
        """Look up the digest that a reference has in its registry now."""
        with _explained("query the digest of", ref, EngineError):
            login = transfer_credentials(self._api.environ, registry(ref))
            ask = partial(self._published, ref, login)
            return _persistently(partial(self._api.retry, ask), ref, _PAUSES[:1], lambda _: None)

    def _published(self, ref: str, headers: dict[str, str]) -> RegistryImage:
        path = f"/distribution/{quote_path(ref)}/json"
        with self._api.stream(path, headers=headers, idle_timeout=_ANSWER) as chunks:
            found = read_json(b"".join(chunks))
        try:
            platforms = dict.fromkeys(map(_platform, found.get("Platforms") or ()))
            return RegistryImage(str(found["Descriptor"]["digest"]), tuple(sorted(filter(None, platforms))))
        except (KeyError, TypeError, AttributeError) as error:
            raise EngineError(f"the engine at {self._api.host} returned an invalid response: {error!r}") from error

    def _transfer(
        self, ref: str, watch: ProgressCallback, idle_timeout: float, phase: str, path: str, query: Query
    ) -> None:
        login = transfer_credentials(self._api.environ, registry(ref))
        records = partial(self._records, path, login, idle_timeout, query)

        def once() -> None:
            watch_transfer(read_stream(records, watch), watch, phase)

        _persistently(partial(self._api.retry, once), ref, _PAUSES, watch)

    def _records(self, path: str, headers: dict[str, str], patience: float, query: Query) -> Iterator[Any]:
        try:
            with self._api.stream(path, query, method="POST", headers=headers, idle_timeout=patience) as chunks:
                yield from json_documents(chunks)
        except EngineTimeout as error:
            raise EngineTimeout(f"no progress for {patience:g} s", help="increase --timeout") from error


def _split(ref: str) -> tuple[str, str]:
    name, at, digest = ref.partition("@")
    if at:
        return name, digest
    name, _, tag = ref.rpartition(":")
    return name, tag


def _platform(found: Mapping[str, str]) -> str:
    """Format a platform as in an image's document; empty for what only accompanies images, such as attestations."""
    platform = platform_of(
        {"Os": found.get("os"), "Architecture": found.get("architecture"), "Variant": found.get("variant")}
    )
    return "" if platform is None or "unknown" in str(platform) else str(platform)


@contextmanager
def _explained(doing: str, ref: str, failed: type[EngineError]) -> Iterator[None]:
    """Add to an error what failed, and translate the engine's message."""
    try:
        yield
    except (EngineError, CredentialsError) as error:
        known = classify(error.message, registry(ref))
        what, help = (error.message, error.help) if error.help else (known.phrase, known.help)
        raise failed(f"cannot {doing} {ref}: {what}", help=help) from error


def _persistently(once: Callable[[], Answer], ref: str, pauses: Sequence[int], watch: ProgressCallback) -> Answer:
    """Make a call; retry it after each of the `pauses` (seconds) as long as its errors may be transient."""
    for pause in pauses:
        try:
            return once()
        except EngineError as error:
            known = classify(error.message, registry(ref))
            if error.help or not known.passes:
                raise
            watch(ProgressUpdate(f"retrying in {pause} seconds: {known.phrase}"))
        _rest(pause, watch)
    return once()


def _rest(seconds: float, watch: ProgressCallback) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, _TICK))
        watch(ProgressUpdate())
