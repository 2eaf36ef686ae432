"""HTML from values: text is escaped unless it is markup that was made here."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final, TypeAlias

from runner.core.sanitize import sanitized

_VOID: Final = frozenset({"input", "link", "meta"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child]"
"""Text, markup, or several of them."""


def element(tag: str, *children: Child, **attributes: str | float | bool | None) -> Markup:
    """Return an element; attributes that are None or False are left out, and True stands for no value.

    >>> element("p", "1 < 2", element("b", "!"), class_="note", aria_label='"a"', hidden=True)
    '<p class="note" aria-label="&quot;a&quot;" hidden>1 &lt; 2<b>!</b></p>'
    """
    opening = "".join([tag, *(_attribute(name, value) for name, value in attributes.items())])
    return Markup(f"<{opening}>") if tag in _VOID else Markup(f"<{opening}>{join(children)}</{tag}>")


def join(children: Iterable[Child]) -> Markup:
    """Return children one after another."""
    return Markup("".join(child if isinstance(child, Markup) else _escaped(child) for child in children))


def _escaped(child: Child) -> str:
    return text(child) if isinstance(child, str) else join(child)


def text(plain: str) -> Markup:
    r"""Return text as HTML, without characters that would reorder or hide others.

    >>> text("</script>\N{RIGHT-TO-LEFT OVERRIDE}")
    '&lt;/script&gt;�'
    """
    return Markup(escape(sanitized(plain)))


def _attribute(name: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    spelt = name.rstrip("_").replace("_", "-")
    return f" {spelt}" if value is True else f' {spelt}="{text(str(value))}"'
