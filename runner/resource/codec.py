"""A codec: how one type of value is written in the language, and what it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from runner.core.phrase import shortened
from runner.core.struct import Struct
from runner.core.values import Value

if TYPE_CHECKING:
    from runner.core.codes import Code

JSONSchema: TypeAlias = Mapping[str, Any]

EXPECTED = "x-expected"
"""The schema keyword that carries a codec's phrase; the validator reads it back."""

INSTEAD = "x-instead"
"""The schema keyword that maps keys known from other tools to what to write instead."""

WHOLE_VARIABLE = r"^\$\{"
"""In the schema, a string accepted in place of an enum value: it is parsed after substitution."""
INTEGER_TEXT = r"^(\$\{|[-+]?[0-9]+$)"
BOOLEAN_TEXT = r"^(\$\{|([Tt]rue|TRUE|[Ff]alse|FALSE)$)"
"""In the schema, a string accepted in place of another type: inside [] and {}, ${NAME} must be quoted."""


_LONGEST_MESSAGE = 120


class Invalid(Exception):
    """A value that can't be used; `path` leads from the value to the invalid part.

    Without a `code` it gets that of the stage that reports it.
    """

    def __init__(
        self, message: str, *, path: tuple[str | int, ...] = (), help: str | None = None, code: Code | None = None
    ) -> None:
        super().__init__(message)
        self.message = shortened(message, _LONGEST_MESSAGE)
        self.path = path
        self.help = help
        self.code = code

    def within(self, *outer: str | int) -> Invalid:
        """Return the same error, relative to a value that contains this one."""
        return Invalid(self.message, path=(*outer, *self.path), help=self.help, code=self.code)


def _unchanged(value: Value) -> Value:
    return value


class Codec(Struct):
    """How one type of value is written, validated and shown.

    `parse` takes what the file says (scalars as source text if `from_source_text`, else typed) and returns the
    canonical value, or raises Invalid. `show` turns a canonical value into what a person would write.
    """

    schema: JSONSchema
    expects: str
    """Completes "expected …": what a valid value looks like, with an example where that helps."""
    parse: Callable[[Any], Value]
    show: Callable[[Value], Value] = _unchanged
    from_source_text: bool = True

    @property
    def described(self) -> JSONSchema:
        """The schema together with the phrase that explains it."""
        return {**self.schema, EXPECTED: self.expects}
