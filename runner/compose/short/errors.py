"""The error of a short form."""

from __future__ import annotations

from runner.document.nodes import Node


class ShortFormError(ValueError):
    """A value that says nothing sensible; the message is one phrase, and `node` what it is about, if known."""

    def __init__(self, message: str, node: Node | None = None) -> None:
        super().__init__(message)
        self.node = node
