"""Published ports as people read them: URLs as links, others as docker writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runner.views.columns import cell
from runner.views.lines import Line
from runner.views.writer import LINK

_ROOMY: Final = 120
"""The width of a window from which on two ports are shown, instead of one."""


def shown_in(width: int | None) -> int | None:
    """Return how many ports of a resource are shown in a window of this width; None for all."""
    return None if width is None else 2 if width >= _ROOMY else 1


def port_cell(ports: Sequence[str], most: int | None = None) -> Line:
    """Return a cell with ports and URLs: the first `most` of them, and the number of the others."""
    if not ports:
        return cell(None)
    shown = ports[:most]
    pieces = [piece for port in shown for piece in (("", ", "), _piece(port))][1:]
    more = len(ports) - len(shown)
    return (*pieces, ("quiet", f", +{more}")) if more else tuple(pieces)


def _piece(port: str) -> tuple[str, str]:
    return (LINK if "://" in port else "", port)
