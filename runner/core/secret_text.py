"""Finds secrets in texts: whole, line by line, escaped, truncated, and interspersed with invisible characters.

The cost depends on the length of the text, not on the number of secret lines: lines are looked up, not tried one by
one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from runner.core.form_index import LONGEST, FormIndex, Span
from runner.core.lazy_pattern import lazy_pattern
from runner.core.sanitize import NOT_SHOWN, noise

LARGEST: Final = 8 * 1024 * 1024
"""Characters of a secret, from its beginning, that are searched for: that many cost two seconds."""
_LONG: Final = 8
_LONG_IF_MIXED: Final = 6
"""Shorter ones, and words and numbers below the other bound, occur in unrelated texts."""
_PIECE: Final = 64
_CUT: Final = lazy_pattern(r"\.\.\.|…")
"""Marks a truncation; what is left of a secret before or after it is masked, too."""


class SecretFinder:
    """Finds the secrets in every form in which they may be shown.

    >>> list(SecretFinder(["hunter2"]).spans("login with hun\\x1b[0mter2 refused"))
    [(11, 22)]
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets for form in forms_of(secret)}
        self._index = FormIndex(forms) if forms else None

    def spans(self, text: str) -> Iterator[Span]:
        """Yield the ranges that secrets cover, in order; adjacent and overlapping ones are merged."""
        if self._index is None:
            return iter(())
        found = [*_found(self._index, text)]
        for pattern in noise(text):
            if there := [*_found(self._index, pattern.sub("", text))]:
                offsets = _kept(pattern, text)
                found += ((offsets[start], offsets[end - 1] + 1) for start, end in there)
        return _merged(sorted(found))


def _found(index: FormIndex, text: str) -> Iterator[Span]:
    yield from index.whole(text)
    for cut in _CUT.finditer(text):
        yield from index.cut(text, *cut.span())


def forms_of(secret: str) -> Iterator[str]:
    """Yield the strings by which a secret can be recognized; none if nothing of it is readable."""
    for form in readable_forms(secret):
        yield from _quoted(form)
        if len(form) > LONGEST and "\n" not in form:
            for at in (*range(0, len(form) - _PIECE, _PIECE), len(form) - _PIECE):
                yield from _quoted(form[at : at + _PIECE])


def is_maskable(text: str) -> bool:
    """Tell whether a text is long and unusual enough to be searched for; a masked common word would reveal itself.

    >>> [is_maskable(text) for text in ("hunter2", "latest", "80", "correct-horse")]
    [True, False, False, True]
    """
    for pattern in noise(text)[-1:]:
        text = pattern.sub("", text)
    letters = sum(map(str.isalpha, text))
    return len(text) >= (_LONG_IF_MIXED if 0 < letters < len(text) else _LONG)


def is_masked_in_texts(secret: str) -> bool:
    """Tell whether a secret is searched for in texts; whitespace alone is no secret worth masking."""
    return not secret.strip() or any(True for _ in readable_forms(secret))


def readable_forms(secret: str) -> Iterator[str]:
    """Yield the parts of a secret that are searched for: the whole, stripped, and each line.

    Each with and without its invisible characters. Bytes that aren't UTF-8, which are lone surrogates, are matched as
    displayed, as U+FFFD; the readable parts between them are matched by themselves.
    """
    secret = secret[:LARGEST]
    shown = _shown(secret)
    lines = (secret, *shown.split(NOT_SHOWN), *shown.split("\n"), *shown.splitlines())
    texts = dict.fromkeys((secret, shown, *map(str.strip, lines)))
    seen = (form for text in texts for form in (text, *(at.sub("", text) for at in noise(text))))
    yield from filter(is_maskable, dict.fromkeys(seen))


def _shown(secret: str) -> str:
    try:
        return secret.encode(errors="surrogateescape").decode(errors="replace")
    except UnicodeEncodeError:  # a lone surrogate that stands for no byte
        return secret.encode(errors="replace").decode()


def _quoted(form: str) -> Iterator[str]:
    """Yield a text, and its escaped forms in JSON and Go strings."""
    yield form
    if not form.isascii() or not form.isprintable() or '"' in form or "\\" in form:
        yield json.dumps(form)[1:-1]
        as_read = json.dumps(form, ensure_ascii=False)[1:-1]
        yield as_read
        yield re.sub(r"\\u00([0-7][0-9a-f])", r"\\x\1", as_read)


def _kept(pattern: re.Pattern[str], text: str) -> Sequence[int]:
    """Return the original position of each character that remains when the matches of a pattern are removed."""
    kept: list[int] = []
    end = 0
    for match in pattern.finditer(text):
        kept += range(end, match.start())
        end = match.end()
    return [*kept, *range(end, len(text))]


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Merge spans that touch or overlap; they must be sorted by start."""
    current: Span | None = None
    for start, end in spans:
        if current and start <= current[1]:
            current = current[0], max(current[1], end)
            continue
        if current:
            yield current
        current = start, end
    if current:
        yield current
