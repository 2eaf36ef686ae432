r"""Regular expressions from untrusted input, on an engine without backtracking: RE2, which only this module knows.

Matching takes time linear in the text, whatever the expression; Python's own engine can be made to run forever by nine
characters and a line of forty. The syntax is RE2's, documented in docs/regular-expressions.md.
"""

from __future__ import annotations

import re
from threading import Thread
from typing import Any, Final

from runner.core.lazy_pattern import lazy_pattern
from runner.core.struct import GuardedStruct

_SYNTAX: Final = "its syntax is RE2's: https://github.com/google/re2/wiki/Syntax"
_WAYS_OUT: Final = (
    (r"invalid perl operator", f"look-arounds, conditions and atomic groups are not supported; {_SYNTAX}"),
    (r"invalid escape sequence: \\[1-9]", f"back-references are not supported; {_SYNTAX}"),
    (r"invalid escape sequence: \\Z", "write \\z for the end of the text"),
    (r"pattern too large|repetition size", "reduce repetitions: at most 1000, fewer if nested"),
)
_LONE_SURROGATE: Final = lazy_pattern("[\ud800-\udfff]")
_AT_ONCE: Final = 4_000_000
"""Engine steps that may be taken without a timeout: a tenth of a second in the worst case."""


class InvalidRegex(ValueError):
    """Not a regular expression, or one that needs backtracking; `help` suggests a fix."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help


class RegexTimeout(Exception):
    """The text is too long for the expression: each character costs as many steps as the expression is large."""


class Regex(GuardedStruct):
    """A compiled regular expression.

    >>> Regex.compile("^(a+)+$").search("a" * 40 + "b")
    False
    >>> Regex.compile("b$", multiline=True).search("ab\\nc")
    True
    """

    UNCOMPARED = UNSEEN = frozenset({"_compiled"})

    source: str
    _compiled: Any

    @classmethod
    def compile(cls, source: str, *, multiline: bool = False) -> Regex:
        """Compile an expression; with `multiline`, ^ and $ match at each line's ends. Raises InvalidRegex."""
        import re2

        options = re2.Options()
        options.log_errors = False
        options.never_capture = True  # group boundaries would need the slowest of RE2's engines
        try:
            return cls(source, re2.compile(f"(?m){source}" if multiline else source, options))
        except UnicodeEncodeError as error:
            raise InvalidRegex("not text", "write it in UTF-8") from error
        except re2.error as error:
            raise _invalid(error.args[0]) from None

    def search(self, text: str) -> bool:
        """Tell whether it matches anywhere in a text."""
        return self._compiled.search(_encoded(text)) is not None

    def fullmatch(self, text: str) -> bool:
        """Tell whether it matches a whole text."""
        return self._compiled.fullmatch(_encoded(text)) is not None

    def search_within(self, seconds: float, text: str) -> bool:
        """Tell the same as `search`; RegexTimeout when that takes longer."""
        return self._within(seconds, self.search, text)

    def fullmatch_within(self, seconds: float, text: str) -> bool:
        """Tell the same as `fullmatch`; RegexTimeout when that takes longer."""
        return self._within(seconds, self.fullmatch, text)

    def _within(self, seconds: float, match: Any, text: str) -> bool:
        """Match, in a thread where it may take long: RE2 releases the GIL, so signals and other threads go on."""
        if len(text) * int(self._compiled.programsize) <= _AT_ONCE:
            return bool(match(text))
        found: list[bool] = []
        worker = Thread(target=lambda: found.append(match(text)), name="regex", daemon=True)
        worker.start()
        worker.join(seconds)
        if not found:
            raise RegexTimeout
        return found[0]


def _encoded(text: str) -> bytes:
    """Encode for RE2, which treats an invalid byte as a character of its own, as Go does."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub("\ufffd", text).encode()


def _invalid(text: bytes | str) -> InvalidRegex:
    message = text.decode(errors="replace") if isinstance(text, bytes) else text
    help = next((way for sign, way in _WAYS_OUT if re.search(sign, message)), _SYNTAX)
    return InvalidRegex(message, help)
