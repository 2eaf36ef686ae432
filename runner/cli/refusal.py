"""What commands refuse although the command line could be read; shown as what click refuses is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.core.codes import Code


class Refusal(Exception):
    """A command can't do what was asked for, and has changed nothing (exit 2)."""

    def __init__(self, message: str, code: Code = "usage") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class Misuse(Refusal):
    """Options or arguments of a command that don't go together; shown with how the command is used (exit 2)."""

    def __init__(self, command: str, message: str) -> None:
        super().__init__(message)
        self.command = command
