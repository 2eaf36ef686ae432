"""Finds secrets in texts: whole, line by line, as they stand in quotes, cut, and with anything unseen in between.

However many lines the secrets have, a text costs what its own length is: lines are looked up, not tried one by one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from runner.core.form_index import LONGEST, FormIndex, Span
from runner.core.sanitize import NOT_SHOWN, noise

LARGEST: Final = 8 * 1024 * 1024
"""Characters of a secret that are looked for, in its beginning: so many cost two seconds."""
_LONG: Final = 8
_LONG_IF_MIXED: Final = 6
"""Shorter ones, and words and numbers below the other bound, stand in texts that have nothing to do with them."""
_PIECE: Final = 64
_CUT: Final = re.compile(r"\.\.\.|…")
"""What stands where a text was cut; what is left of a secret before it or after it is masked, too."""


class SecretFinder:
    """Knows the secrets in all the forms that they may be shown in.

    >>> list(SecretFinder(["hunter2"]).spans("login with hun\\x1b[0mter2 refused"))
    [(11, 22)]
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets for form in forms_of(secret)}
        self._index = FormIndex(forms) if forms else None

    def spans(self, text: str) -> Iterator[Span]:
        """Yield the stretches that secrets cover, in order; what touches or overlaps is one."""
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
    """Yield the texts by which a secret could be recognised; none for one of which nothing can be read."""
    for form in readable_forms(secret):
        yield from _quoted(form)
        if len(form) > LONGEST and "\n" not in form:
            for at in (*range(0, len(form) - _PIECE, _PIECE), len(form) - _PIECE):
                yield from _quoted(form[at : at + _PIECE])


def is_maskable(text: str) -> bool:
    """Tell whether a text is long and odd enough to be looked for in others; masked there, a word gives itself away.

    >>> [is_maskable(text) for text in ("hunter2", "latest", "80", "correct-horse")]
    [True, False, False, True]
    """
    for pattern in noise(text)[-1:]:
        text = pattern.sub("", text)
    letters = sum(map(str.isalpha, text))
    return len(text) >= (_LONG_IF_MIXED if 0 < letters < len(text) else _LONG)


def is_masked_in_texts(secret: str) -> bool:
    """Tell whether a secret is looked for in texts; blanks alone are no secret that anybody would miss."""
    return not secret.strip() or any(True for _ in readable_forms(secret))


def readable_forms(secret: str) -> Iterator[str]:
    """Yield what of a secret is looked for in texts: the whole, without the blanks around it, and each line.

    Each with and without what can't be seen in it. Bytes that aren't UTF-8, which are lone surrogates, count as they
    are shown, as U+FFFD; what can be read between them counts by itself.
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
    except UnicodeEncodeError:  # half a character that stands for no byte
        return secret.encode(errors="replace").decode()


def _quoted(form: str) -> Iterator[str]:
    """Yield a text, and what it looks like between the quotes of JSON and of Go."""
    yield form
    if not form.isascii() or not form.isprintable() or '"' in form or "\\" in form:
        yield json.dumps(form)[1:-1]
        as_read = json.dumps(form, ensure_ascii=False)[1:-1]
        yield as_read
        yield re.sub(r"\\u00([0-7][0-9a-f])", r"\\x\1", as_read)


def _kept(pattern: re.Pattern[str], text: str) -> Sequence[int]:
    """Return where each character was of what is left without that which a pattern matches."""
    kept: list[int] = []
    end = 0
    for match in pattern.finditer(text):
        kept += range(end, match.start())
        end = match.end()
    return [*kept, *range(end, len(text))]


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Join spans that touch or overlap; they come sorted by their start."""
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
