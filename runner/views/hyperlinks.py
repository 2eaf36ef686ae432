"""Terminals that show hyperlinks: known by what they set in the environment, since they can't be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from runner.core.values import is_decimal

_TELLING: Final = ("WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "DOMTERM", "WEZTERM_PANE")
"""Variables that only terminals with hyperlinks set."""
_PROGRAMS: Final = ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "Tabby")
"""Values of TERM_PROGRAM."""
_VTE: Final = 5000
"""The version of VTE from which on hyperlinks are safe, as VTE_VERSION has it: 0.50."""
_IN_BETWEEN: Final = ("TMUX", "STY")
"""Set by multiplexers, which may drop a hyperlink or leave a part of it on the screen."""


def shows_links(environment: Mapping[str, str]) -> bool:
    """Return whether the terminal shows hyperlinks; in doubt it doesn't.

    >>> shows_links({"VTE_VERSION": "7006"}), shows_links({"TERM": "xterm"})
    (True, False)
    """
    if any(map(environment.get, _IN_BETWEEN)) or environment.get("TERM") in ("dumb", "linux"):
        return False
    vte = environment.get("VTE_VERSION", "")
    return (
        any(map(environment.get, _TELLING))
        or environment.get("TERM_PROGRAM") in _PROGRAMS
        or (is_decimal(vte) and int(vte) >= _VTE)
    )
