"""The signs of states: each is a shape of its own, so that none rests on its colour alone."""

from __future__ import annotations

from typing import Final

from runner.core.resource_state import State
from runner.views.page.html import Markup, element

TONES: Final = {
    State.READY: "ok",
    State.SUCCEEDED: "ok",
    State.REMOVED: "ok",
    State.UNCHANGED: "ok",
    State.FAILED: "bad",
    State.ROLLED_BACK: "bad",
    State.SKIPPED: "off",
    State.CANCELLED: "off",
    State.PENDING: "off",
    State.WAITING: "off",
}
"""Of final states; others are unfinished."""
RESULT_TONES: Final = {"succeeded": "ok", "cancelled": "warn", "failed": "bad", "rolled_back": "bad", "refused": "bad"}
UNDER_WAY: Final = "go"

_CHECKED: Final = "M4.7 8.3l2.2 2.2 4.4-4.8"
_CROSSED: Final = "M5.5 5.5l5 5m0-5l-5 5"

SYMBOLS: Final = Markup(
    '<svg class="symbols" width="0" height="0" aria-hidden="true">'
    '<symbol id="ok" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="currentColor"/>'
    f'<path class="on" d="{_CHECKED}" fill="none" stroke-width="1.8" stroke-linecap="round"/></symbol>'
    '<symbol id="bad" viewBox="0 0 16 16"><path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor"/>'
    f'<path class="on" d="{_CROSSED}" fill="none" stroke-width="1.8" stroke-linecap="round"/></symbol>'
    '<symbol id="warn" viewBox="0 0 16 16"><path d="M8 1.4l6.6 6.6L8 14.6 1.4 8z" fill="none" stroke="currentColor"'
    ' stroke-width="1.9" stroke-linejoin="round"/><path d="M8 5v3.4M8 10.6v.2" stroke="currentColor" stroke-width="1.7"'
    ' stroke-linecap="round"/></symbol>'
    '<symbol id="go" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor"'
    ' stroke-width="1.8" opacity=".3"/><path d="M8 1.8a6.2 6.2 0 0 1 6.2 6.2" fill="none" stroke="currentColor"'
    ' stroke-width="1.9" stroke-linecap="round"/></symbol>'
    '<symbol id="off" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.6" fill="none" stroke="currentColor"'
    ' stroke-width="1.8" stroke-dasharray="3 2.2"/><path d="M5 8h6" stroke="currentColor" stroke-width="1.7"'
    ' stroke-linecap="round"/></symbol>'
    "</svg>"
)
"""Their drawings, once for the page."""

LOGO: Final = Markup(
    '<svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">'
    '<rect class="ground" x="1" y="1" width="20" height="20" rx="6"/>'
    '<path class="on" d="M6 11.2h5.2M6 7.4h7.8M6 15h3" stroke-width="1.9" stroke-linecap="round"/>'
    '<path class="on" d="M12.4 15.4l4-4-4-4" fill="none" stroke-width="1.9" stroke-linecap="round"/></svg>'
)


def icon(tone: str) -> Markup:
    """Return the sign of a tone; what it means stands beside it in words."""
    use = element("use", href=f"#{tone}")
    return element("svg", use, class_=f"icon {tone}", aria_hidden="true")


def tone_of(state: State) -> str:
    """Return the tone of a state."""
    return TONES.get(state, UNDER_WAY)
