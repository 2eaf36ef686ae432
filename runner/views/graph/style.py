"""The style sheet of the picture: plain rules for a light ground, and those that a dark one replaces.

No variables: programs that draw SVG without being a browser know classes, but not these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from runner.views.graph.looks import Shades, kind_shades, tone_of

GROUND: Final = Shades("#ffffff", "#0d1117")
_BOX: Final = Shades("#ffffff", "#161b22")
_INK: Final = Shades("#1f2328", "#e6edf3")
_FAINT: Final = Shades("#59636e", "#9da7b3")
_LINE: Final = Shades("#7d8590", "#7d8590")


def style(kinds: Iterable[str], states: Iterable[str]) -> str:
    """Return the rules for kinds and states, all of them within the picture alone."""
    colours = [*_colours(kinds, states)]
    light = "".join(f".runner-graph {selector}{{{name}:{shades.light}}}" for selector, name, shades in colours)
    dark = "".join(f".runner-graph {selector}{{{name}:{shades.dark}}}" for selector, name, shades in colours)
    return f"{_SHAPES}{light}@media (prefers-color-scheme:dark){{{dark}}}"


_SHAPES: Final = (
    ".runner-graph text{font:12px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;text-anchor:middle}"
    ".runner-graph .box{stroke-width:1.5}"
    ".runner-graph .only-referred .box{stroke-dasharray:4 3}"
    ".runner-graph .edge{fill:none}"
    ".runner-graph text.state,.runner-graph text.condition{font-size:10px}"
    ".runner-graph text.condition{stroke-width:3px;paint-order:stroke}"
    ".runner-graph .legend text{font-size:11px;text-anchor:start}"
)


def _colours(kinds: Iterable[str], states: Iterable[str]) -> Iterator[tuple[str, str, Shades]]:
    """Yield selectors, properties and their shades."""
    yield ".ground", "fill", GROUND
    yield ".box", "fill", _BOX
    yield ".box", "stroke", _LINE
    yield "text", "fill", _INK
    yield ".edge", "stroke", _LINE
    yield ".tip", "fill", _LINE
    yield "text.condition", "fill", _FAINT
    yield "text.condition", "stroke", GROUND
    yield ".legend text", "fill", _FAINT
    for kind, shades in kind_shades(kinds).items():
        yield f".kind-{kind} .box", "stroke", shades
    for tone in dict.fromkeys(map(tone_of, states)):
        name = tone.name.lower()
        yield f".tone-{name} .box", "fill", tone.fill
        yield f".tone-{name} .state", "fill", tone.ink
