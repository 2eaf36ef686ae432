"""The page of Compose's keys, and what becomes of each, as Markdown; generated from the fates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import fill

from runner.compose.mapping.fate import Fate, Ignored, Mapped, Resolved, Unsupported
from runner.compose.mapping.fates import FATES

_INTRODUCTION = """# Keys of Compose files

Made by `make schemas` from the table that runner uses; do not edit it. [From Docker Compose](guides/from-compose.md)
tells how Compose files are run.

Every key has one of four fates:

- It *becomes* a key of runner's language, which `runner convert` writes. `KEY` is the name of the service, network,
  volume, secret or config.
- Reading the file *uses it up*.
- It is *ignored*, which is the warning `compose-ignored`, as it does nothing on a plain engine under Compose either.
- It is *not supported*, which is the error `compose-unsupported`: Compose would do something with it that runner can't.

A dot denotes nesting: `healthcheck.test` is `test` inside of `healthcheck`."""

_PLACES: Mapping[str, str] = {
    "": "At the top",
    "services.*.": "Of a service",
    "services.*.build.": "Below `build` of a service",
    "services.*.deploy.": "Below `deploy` of a service",
    "networks.*.": "Of a network",
    "volumes.*.": "Of a volume",
    "secrets.*.": "Of a secret",
    "configs.*.": "Of a config",
}
"""The headings, by the prefix of the keys below each."""


def keys_page() -> str:
    """Return the whole page."""
    return "\n\n".join((_INTRODUCTION, *(part for prefix in _PLACES for part in _section(prefix)))) + "\n"


def _section(prefix: str) -> Iterator[str]:
    yield f"## {_PLACES[prefix]}"
    alike: dict[str, None] = {}
    rows: list[str] = []
    for path, fate in sorted(FATES.items()):
        if max((one for one in _PLACES if path.startswith(one)), key=len) == prefix:
            name = path.removeprefix(prefix)
            if same := _same_name(name, fate):
                alike[f"`{same}`"] = None
            else:
                rows.append(f"| `{name.replace('.*', '.NAME')}` | {_told(fate)} |")
    if alike:
        yield fill(f"The same in both languages: {', '.join(alike)}.", 120, break_on_hyphens=False)
    yield "\n".join(("| key | what becomes of it |", "| --- | --- |", *rows))


def _same_name(name: str, fate: Fate) -> str | None:
    """Return the name of a key, or of one around it, that is the same in both languages and needs no remark."""
    if not isinstance(fate, Mapped) or fate.note:
        return None
    counterpart = fate.to.partition(".KEY.")[2] or fate.to
    return counterpart if f"{name}.".startswith(f"{counterpart}.") else None


def _told(fate: Fate) -> str:
    match fate:
        case Mapped():
            return " ".join(filter(None, (f"`{fate.to}`.", fate.note)))
        case Resolved():
            return f"Used up: {fate.how}."
        case Ignored():
            return f"Ignored: {fate.why}."
        case Unsupported():
            return f"Not supported: {fate.why}; {fate.help}."
