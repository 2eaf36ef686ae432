"""Placeholders in a service's spec: managers fill them in for each task, and refuse those that they don't know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.core.lazy_pattern import lazy_pattern
from runner.core.values import Value
from runner.resource.codec import Invalid

_ACTION = lazy_pattern(r"\{\{(.*?)\}\}", 16)  # re.DOTALL
_KNOWN = lazy_pattern(
    r"-?\s*(?:\.Service\.(?:ID|Name|Labels)|\.Node\.(?:ID|Hostname|Platform\.(?:Architecture|OS))"
    r"|\.Task\.(?:ID|Name|Slot)|index\s+\.Service\.Labels\s+\"[^\"]*\"|\"[^\"]*\"|`[^`]*`)\s*-?"
)
_HELP = 'use one such as {{.Node.Hostname}} or {{.Task.Slot}}; {{"{{"}} stands for the braces themselves'


def refuse_templates(value: Value, _values: Mapping[str, Value]) -> Iterator[Invalid]:
    """Yield an error for each text, of the value or its entries, with a placeholder that managers don't know."""
    for path, text in _texts(value):
        found = unknown_placeholder(text)
        if found is not None:
            yield Invalid(f'unknown placeholder "{found}"', path=path, help=_HELP)


def _texts(value: Value) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, Mapping):
        yield from (((key,), text) for key, text in value.items() if isinstance(text, str))
    elif isinstance(value, str):
        yield (), value


def unknown_placeholder(text: str) -> str | None:
    """Return the first placeholder of a text that no manager knows, None without one.

    >>> unknown_placeholder("{{.Node.Hostname}}-{{ .Task.Slot }}"), unknown_placeholder("a {{.Nope}}")
    (None, '{{.Nope}}')
    >>> unknown_placeholder("{{ open")
    '{{ open'
    """
    at = 0
    while (begin := text.find("{{", at)) >= 0:
        action = _ACTION.match(text, begin)
        if action is None or not _KNOWN.fullmatch(action[1]):
            return action[0] if action else text[begin:]
        at = action.end()
    return None
