"""An index of strings by prefix and suffix: finds them anywhere in a text, however many there are."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Final, TypeAlias

Span: TypeAlias = tuple[int, int]
"""A range of characters in a text, end exclusive."""

LONGEST: Final = 256
"""Characters of a form that are matched at a cut; of a longer form, its pieces should be indexed as well."""
_GRAM: Final = 4
"""Length of the prefix or suffix by which forms are indexed."""
_FEW: Final = 4


class FormIndex:
    """An index of any number of forms, each at least four characters long."""

    def __init__(self, forms: set[str]) -> None:
        self._forms = forms
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for form in forms:
            lengths[form[:_GRAM]].add(len(form))
        self._lengths = {begin: sorted(those, reverse=True) for begin, those in lengths.items()}
        firsts = "".join(sorted({form[0] for form in forms}))
        self._first = re.compile(f"[{re.escape(firsts)}]") if len(firsts) <= _FEW else None

    def whole(self, text: str) -> Iterator[Span]:
        """Yield, for each position at which a form begins, the longest one."""
        lengths = self._lengths
        starts = range(len(text)) if self._first is None else (at.start() for at in self._first.finditer(text))
        for start in starts:
            if those := lengths.get(text[start : start + _GRAM]):
                length = next((length for length in those if text[start : start + length] in self._forms), 0)
                if length:
                    yield start, min(start + length, len(text))

    def cut(self, text: str, start: int, end: int) -> Iterator[Span]:
        """Yield the longest prefix of a form right before `start`, and the longest suffix of one right after `end`."""
        for at in range(max(0, start - LONGEST), start - _GRAM + 1):
            if text[at : at + _GRAM] in self._lengths and _begins_one(self._sorted, text[at:start]):
                yield at, start
                break
        for at in range(min(len(text), end + LONGEST), end + _GRAM - 1, -1):
            if text[at - _GRAM : at] in self._ends and _begins_one(self._sorted_backwards, text[end:at][::-1]):
                yield end, at
                break

    @cached_property
    def _ends(self) -> set[str]:
        return {form[-_GRAM:] for form in self._forms}

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._forms)

    @cached_property
    def _sorted_backwards(self) -> list[str]:
        return sorted(form[::-1] for form in self._forms)


def _begins_one(forms: list[str], begin: str) -> bool:
    at = bisect_left(forms, begin)
    return at < len(forms) and forms[at].startswith(begin)
