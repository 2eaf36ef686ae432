"""Takes sensitive values out of everything that is shown or kept; knows no view and no log."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from runner.core.diagnostic import Diagnostic
from runner.core.plan import FieldDiff, Plan
from runner.core.sensitive import MASK
from runner.core.values import Marker, Value

_LONG: Final = 8
_LONG_IF_MIXED: Final = 6
"""Shorter ones, and words and numbers below the other bound, stand in texts that have nothing to do with them."""


def is_maskable(text: str) -> bool:
    """Tell whether a text is long and odd enough to be looked for in others; masked there, a word gives itself away.

    >>> [is_maskable(text) for text in ("hunter2", "latest", "80", "correct-horse")]
    [True, False, False, True]
    """
    letters = sum(map(str.isalpha, text))
    return len(text) >= (_LONG_IF_MIXED if 0 < letters < len(text) else _LONG)


class Redactor:
    """Replaces every occurrence of the secrets; addresses, ids, times and closed words stay as they are.

    A secret counts also without the blanks around it, as it stands in quoted text, and line by line, since
    output comes in lines. What `is_maskable` refuses is left alone: fields that hold it are masked by their place.

    >>> Redactor(frozenset({"hunter2"})).text("login with hunter2 refused")
    'login with *** refused'
    """

    def __init__(self, secrets: frozenset[str] = frozenset()) -> None:
        forms = {form for secret in secrets for form in _forms(secret)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        # Looking ahead finds occurrences that overlap, so that none gives away the rest of another.
        self._pattern = re.compile(f"(?=({'|'.join(map(re.escape, longest_first))}))") if forms else None

    def text(self, text: str) -> str:
        """Return the text with a mask in place of each stretch that secrets cover."""
        if self._pattern is None:
            return text
        pieces, shown_to = [], 0
        for start, end in _merged(match.span(1) for match in self._pattern.finditer(text)):
            pieces += [text[shown_to:start], MASK]
            shown_to = end
        return "".join([*pieces, text[shown_to:]])

    def value(self, value: Value) -> Value:
        """Redact a field's value at any depth; a number that shows a secret becomes the mask."""
        match value:
            case None | bool():
                return value
            case str():
                return self.text(value)
            case int() | float():
                return value if self.text(str(value)) == str(value) else MASK
            case tuple():
                return tuple(self.value(item) for item in value)
            case Mapping():
                return {self.text(key): self.value(item) for key, item in value.items()}

    def diagnostic(self, diagnostic: Diagnostic) -> Diagnostic:
        """Redact what a finding says, not where."""
        related = tuple(replace(other, message=self.text(other.message)) for other in diagnostic.related)
        return replace(
            diagnostic, message=self.text(diagnostic.message), help=self.optional(diagnostic.help), related=related
        )

    def plan(self, plan: Plan) -> Plan:
        """Return the plan as it may be shown: what is applied keeps its values in `desired`, which no view reads."""
        changes = tuple(replace(change, diff=self.diffs(change.diff)) for change in plan.changes)
        problems, warnings = (tuple(map(self.diagnostic, found)) for found in (plan.problems, plan.warnings))
        return replace(plan, changes=changes, problems=problems, warnings=warnings)

    def optional(self, text: str | None) -> str | None:
        """Return the text as `text` does, where there is any."""
        return None if text is None else self.text(text)

    def diffs(self, diffs: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
        """Redact both sides of every difference."""
        return tuple(map(self._diff, diffs))

    def _diff(self, diff: FieldDiff) -> FieldDiff:
        """Redact both sides; where the one to come holds a secret, the one before held another, which nobody knows."""
        after = diff.after if isinstance(diff.after, Marker) else self.value(diff.after)
        former_secret = after != diff.after and diff.before is not None
        before = MASK if former_secret else self.value(diff.before)
        files = tuple(replace(it, first=tuple(map(self.text, it.first))) for it in diff.files)
        path = diff.shown_path or self.text(diff.path)
        return replace(diff, path=path, before=before, after=after, files=files)


def readable_forms(secret: str) -> Iterator[str]:
    """Yield what of a secret is looked for in texts: the whole, without the blanks around it, and each line."""
    yield from filter(is_maskable, dict.fromkeys((secret, *map(str.strip, (secret, *secret.splitlines())))))


def is_masked_in_texts(secret: str) -> bool:
    """Tell whether a secret is looked for in texts; blanks alone are no secret that anybody would miss."""
    return not secret.strip() or any(True for _ in readable_forms(secret))


def _forms(secret: str) -> Iterator[str]:
    for form in readable_forms(secret):
        yield form
        yield json.dumps(form)[1:-1]
        yield json.dumps(form, ensure_ascii=False)[1:-1]


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join spans that touch or overlap; they come sorted by their start."""
    current: tuple[int, int] | None = None
    for start, end in spans:
        if current and start <= current[1]:
            current = current[0], max(current[1], end)
            continue
        if current:
            yield current
        current = start, end
    if current:
        yield current
