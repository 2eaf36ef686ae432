"""The page of Compose's keys, and what becomes of each, as Markdown; generated from the forms and the fates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.compose.mapping.fate import Fate, Ignored, Mapped, Resolved, Unsupported
from runner.compose.mapping.fates import FATES, swarm_fates
from runner.compose.phrases import expected
from runner.compose.table import COMPOSE
from runner.compose.table.form import Form, Items, Named, Record
from runner.core.struct import Struct

_SAME = "the same"
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
nothing, but for [`x-runner`](guides/from-compose.md).

The column *on a swarm* says what is different where a [swarm](swarm.md) runs it: with `--engine swarm`, or
`x-runner: {engine: swarm}` at the top of the file. What is not supported there is the error
[compose-unsupported](errors.md) or [swarm-cannot](errors.md), with its place in the file."""


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


def keys_page(not_in_services: Mapping[str, str]) -> str:
    """Return the whole page.

    `not_in_services` has the keys of runner's language that a service of a swarm can't have, such as
    "containers.KEY.privileged", with the reasons.
    """
    parts = (part for prefix in _PLACES for part in _section(prefix, not_in_services))
    return "\n\n".join((_INTRODUCTION, *parts)) + "\n"


def _section(prefix: str, not_in_services: Mapping[str, str]) -> Iterator[str]:
    place = _PLACES[prefix]
    forms = dict(_forms(COMPOSE))
    on_swarm = swarm_fates()
    rows: dict[str, tuple[str, str]] = {}
    for path in _told_apart(prefix):
        name = path.removeprefix(prefix)
        one, other = _nearest(path, FATES), _nearest(path, on_swarm)
        said, swarm = _told(name, one, place.counterpart), _told(name, other, place.counterpart)
        refused = _refusal(other, not_in_services)
        if refused:
            swarm = f"**not supported**: {refused}"
        is_same = said == swarm == _SAME
        rows[name.partition(".")[0] if is_same else name] = said, "" if swarm == said else swarm
    yield f"## {place.heading}"
    yield place.about
    lines = (
        f"| `{name.replace('.*', '.NAME')}` | {expected(forms[prefix + name])} | {said} | {swarm} |"
        for name, (said, swarm) in sorted(rows.items())
    )
    yield "\n".join(("| key | value | what becomes of it | on a swarm |", "| --- | --- | --- | --- |", *lines))


def _told_apart(prefix: str) -> Iterator[str]:
    """Yield the paths below a prefix whose fates are told: those of the parts, where these fare apart on a swarm."""
    paths = {path for path in (*FATES, *swarm_fates()) if _prefix_of(path) == prefix}
    return (path for path in paths if not any(other.startswith(f"{path}.") for other in paths))


def _nearest(path: str, fates: Mapping[str, Fate]) -> Fate:
    """Return the fate of a key: its own, or that of a key around it."""
    while path not in fates:
        path = path.rpartition(".")[0]
    return fates[path]


def _refusal(fate: Fate, not_in_services: Mapping[str, str]) -> str | None:
    """Return why a service of a swarm can't have what a key is mapped to, with all that is inside of it."""
    path = fate.to if isinstance(fate, Mapped) else ""
    while path and path not in not_in_services:
        path = path.rpartition(".")[0]
    return not_in_services.get(path)


def _prefix_of(path: str) -> str:
    return max((prefix for prefix in _PLACES if path.startswith(prefix)), key=len)


def _told(name: str, fate: Fate, counterpart: str) -> str:
    """Return what becomes of a key."""
    match fate:
        case Mapped(to=to, note=note):
            to = to.removeprefix(counterpart)
            told = _SAME if f"{name}.".startswith(f"{to}.") else f"`{to}`"
            return f"{told}; {note}" if note else told
        case Resolved(how=how):
            return f"read: {how}"
        case Ignored(why=why):
            return f"ignored: {why}"
        case Unsupported(why=why, help=help):
            return f"**not supported**: {why}; {help}"


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
