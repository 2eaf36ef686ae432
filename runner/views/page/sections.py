"""The frame of a part of the page: a landmark with a heading."""

from __future__ import annotations

from runner.views.page.html import Child, Markup, element


def section(name: str, title: str, count: str, *content: Child) -> Markup:
    """Return a section with its heading, and beside that how much is in it."""
    heading = element("h2", title, id=f"{name}-title")
    head = element("header", heading, element("span", count, class_="count"))
    return element("section", head, *content, id=name, class_="card", aria_labelledby=f"{name}-title")


def scrolling(name: str, *content: Child, class_: str = "scroll") -> Markup:
    """Return a part that scrolls by itself, also by the keyboard."""
    return element("div", *content, class_=class_, tabindex=0, role="region", aria_label=f"{name}, scrolls")
