"""The content of a secret or config: its row, its digest, and what a swarm takes."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Final

from runner.core.hashes import sha256
from runner.core.values import Digest, Value
from runner.kinds.secret_config import CONTENT
from runner.kinds.swarm.versions import labels_of
from runner.resource.codec import Invalid
from runner.resource.engine_json import Binding, Body
from runner.resource.field import Field
from runner.resource.labels import read_applied
from runner.resource.scalars import TEXT

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON

DIGITS: Final = 12
_LIMITS: Final = {"secret": 512_000, "config": 1_024_000}


def digest_of(content: bytes) -> str:
    """Return the digest that stands for content, also in names: the beginning of what sha256sum prints."""
    return str(sha256(content).hexdigest()[:DIGITS])


def content_of(document: EngineJSON) -> bytes | None:
    """Return the content of a config; None for a secret, which managers don't show."""
    data = document["Spec"].get("Data")
    return None if data is None else b64decode(data)


def text_of(content: bytes) -> str:
    """Return content as a text to show."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return f"binary, {len(content)} bytes, {digest_of(content)}"


def check_size(kind: str, content: bytes) -> None:
    """Raise Invalid for content that a swarm doesn't take.

    >>> check_size("config", b"")
    Traceback (most recent call last):
        ...
    runner.resource.codec.Invalid: an empty config
    """
    if not content:
        raise Invalid(f"an empty {kind}", help="a swarm takes none: give it content", code="swarm-cannot")
    if len(content) >= (limit := _LIMITS[kind]):
        message = f"too large for a {kind} of a swarm: {len(content)} bytes"
        help = f"keep it below {limit} bytes, or put it into the image or a volume"
        raise Invalid(message, help=help, code="swarm-cannot")


def _write_nothing(_value: Value, _body: Body) -> None:
    """Leave the content to creation, which has it."""


def _read(document: EngineJSON) -> Value:
    """Read the digest; of a secret, the salted digest of it that a label records."""
    content = content_of(document)
    if content is not None:
        return digest_of(content)
    recorded = read_applied(labels_of(document)).get(CONTENT)
    return recorded if isinstance(recorded, str) else None


def _same(desired: Value, live: Value) -> bool:
    return desired == live or (isinstance(live, str) and Digest(live).is_salted and Digest(live).matches(desired))


ROWS: Final = (
    Field(
        name=CONTENT,
        codec=TEXT,
        doc="Its content, which can't be changed: another version takes its place.",
        examples=("", ""),
        bind=Binding(_write_nothing, _read),
        equals=_same,
        is_digest=True,
    ),
)
