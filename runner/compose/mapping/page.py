"""The page of Compose's keys, and what becomes of each, as Markdown; generated from the forms and the fates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.compose.mapping.fate import Fate, Ignored, Mapped, Resolved, Unsupported
from runner.compose.mapping.fates import FATES
from runner.compose.phrases import expected
from runner.compose.table import COMPOSE
from runner.compose.table.form import Form, Items, Named, Record
from runner.core.struct import Struct

_INTRODUCTION = """# Keys of Compose files

Made by `make schemas`, from the tables by which runner reads Compose files.
[Coming from Compose](guides/from-compose.md) shows how to run them.

| it says | which means |
| --- | --- |
| the same | A workflow file has the same key. |
| `limits.memory` | In a workflow file it is this key; `runner convert` writes it so. |
| read | Reading the file uses it up: something else stands for it then, or nothing. |
| ignored | It has no effect, as under `docker compose up --detach`: the warning [compose-ignored](errors.md). |
| **not supported** | Compose would do something that runner can't: the error [compose-unsupported](errors.md). |

A dot is nesting: `healthcheck.test` is `test` inside of `healthcheck`. Keys inside of one that is the same are the
same, unless they have a row. In lists, short forms such as `8080:80` are read, too. Keys that begin with `x-` mean
nothing."""


class _Place(Struct):
    """A section of the page: the keys that begin with one prefix."""

    heading: str
    about: str
    counterpart: str = ""
    """The prefix of the same keys in a workflow file."""


_PLACES: Mapping[str, _Place] = {
    "": _Place("At the top", "Besides `services`, `networks`, `volumes`, `secrets` and `configs`, which follow."),
    "services.*.": _Place(
        "Services",
        "`services.KEY` becomes `containers.KEY`, or `jobs.KEY` if others wait for it to complete.",
        "containers.KEY.",
    ),
    "services.*.build.": _Place(
        "Services: build", "What is built becomes `images.KEY`; these become keys of its `build`.", "images.KEY.build."
    ),
    "services.*.deploy.": _Place("Services: deploy", "These become keys of the container.", "containers.KEY."),
    "networks.*.": _Place("Networks", "`networks.KEY` stays that.", "networks.KEY."),
    "volumes.*.": _Place("Volumes", "`volumes.KEY` stays that.", "volumes.KEY."),
    "secrets.*.": _Place("Secrets", "`secrets.KEY` stays that.", "secrets.KEY."),
    "configs.*.": _Place("Configs", "`configs.KEY` stays that.", "configs.KEY."),
}
"""The sections, by the prefix of their keys."""


def keys_page() -> str:
    """Return the whole page."""
    return "\n\n".join((_INTRODUCTION, *(part for prefix in _PLACES for part in _section(prefix)))) + "\n"


def _section(prefix: str) -> Iterator[str]:
    place = _PLACES[prefix]
    forms = dict(_forms(COMPOSE))
    fates = {path.removeprefix(prefix): fate for path, fate in FATES.items() if _prefix_of(path) == prefix}
    rows = dict(_row(name, fate, place.counterpart) for name, fate in fates.items())
    yield f"## {place.heading}"
    yield place.about
    lines = (
        f"| `{name.replace('.*', '.NAME')}` | {expected(forms[prefix + name])} | {told} |"
        for name, told in sorted(rows.items())
    )
    yield "\n".join(("| key | value | what becomes of it |", "| --- | --- | --- |", *lines))


def _prefix_of(path: str) -> str:
    return max((prefix for prefix in _PLACES if path.startswith(prefix)), key=len)


def _row(name: str, fate: Fate, counterpart: str) -> tuple[str, str]:
    """Return a key with what becomes of it; what is the same in all respects is told of the outermost key."""
    match fate:
        case Mapped(to=to, note=note):
            to = to.removeprefix(counterpart)
            is_same = f"{name}.".startswith(f"{to}.")
            told = "the same" if is_same else f"`{to}`"
            return (name, f"{told}; {note}") if note else (name.partition(".")[0] if is_same else name, told)
        case Resolved(how=how):
            return name, f"read: {how}"
        case Ignored(why=why):
            return name, f"ignored: {why}"
        case Unsupported(why=why, help=help):
            return name, f"**not supported**: {why}; {help}"


def _forms(form: Form, path: str = "") -> Iterator[tuple[str, Form]]:
    """Yield the form of each key, and of those inside of it, by path."""
    yield path, form
    if isinstance(form, Record):
        for key in form.keys:
            yield from _forms(key.form, f"{path}.{key.name}" if path else key.name)
    elif isinstance(form, Named):
        yield from _forms(form.value, f"{path}.*")
    elif isinstance(form, Items) and isinstance(form.item, Record):
        yield from ((inner, one) for inner, one in _forms(form.item, path) if inner != path)
