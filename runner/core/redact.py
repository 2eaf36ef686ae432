"""Redacts sensitive values in everything that is shown or stored; knows no view and no log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runner.core.diagnostic import Diagnostic
from runner.core.errors import DiagnosedError, RunnerError
from runner.core.plan import FieldDiff, Plan
from runner.core.secret_text import SecretFinder
from runner.core.sensitive import MASK
from runner.core.sensitive_spot import SensitiveSpot, masked_at
from runner.core.span import Span
from runner.core.struct import replace
from runner.core.values import Marker, Value


class Redactor:
    """Replaces every occurrence of the secrets; addresses, ids, times and enum values stay as they are.

    A secret is also matched without surrounding whitespace, as escaped in quoted text, and line by line, since output
    comes in lines. What `is_maskable` in secret_text rejects is left alone: fields that hold it are masked by their
    path.

    >>> Redactor(frozenset({"hunter2"})).text("login with hunter2 refused")
    'login with *** refused'
    """

    def __init__(self, secrets: frozenset[str] = frozenset(), spots: Iterable[SensitiveSpot] = ()) -> None:
        """Mask the secrets everywhere, and at the spots also what is too short for that."""
        self._secrets = secrets
        self._spots = tuple(spots)
        self._finder = SecretFinder(secrets)

    @property
    def secrets(self) -> frozenset[str]:
        """Return what is masked."""
        return self._secrets

    def learn(self, secrets: frozenset[str]) -> None:
        """Mask these as well from now on: former secrets are only known once the engine has been observed."""
        if not secrets <= self._secrets:
            self._secrets |= secrets
            self._finder = SecretFinder(self._secrets)

    def text(self, text: str) -> str:
        """Return the text with a mask in place of each range that secrets cover."""
        pieces, shown_to = [], 0
        for start, end in self._finder.spans(text):
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
        """Redact the messages of a diagnostic, not its position."""
        related = tuple(replace(other, message=self._at(other.span, other.message)) for other in diagnostic.related)
        message, help = (self._at(diagnostic.span, text) for text in (diagnostic.message, diagnostic.help or ""))
        return replace(diagnostic, message=message, help=help or None, related=related)

    def _at(self, span: Span | None, text: str) -> str:
        return masked_at(span, self.text(text), self._spots)

    def plan(self, plan: Plan) -> Plan:
        """Return the plan as it may be shown: `desired`, which no view reads, keeps the values to apply."""
        changes = tuple(replace(change, diff=self.diffs(change.diff)) for change in plan.changes)
        problems, warnings = (tuple(map(self.diagnostic, found)) for found in (plan.problems, plan.warnings))
        return replace(plan, changes=changes, problems=problems, warnings=warnings)

    def error(self, error: RunnerError) -> None:
        """Redact an error's messages and findings in place."""
        error.message, error.help = self.text(error.message), self.optional(error.help)
        error.output, error.detail = tuple(map(self.text, error.output)), self.optional(error.detail)
        if isinstance(error, DiagnosedError):
            error.diagnostics = list(map(self.diagnostic, error.diagnostics))

    def optional(self, text: str | None) -> str | None:
        """Redact a text as `text` does, if there is one."""
        return None if text is None else self.text(text)

    def diffs(self, diffs: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
        """Redact both sides of every difference."""
        return tuple(map(self._diff, diffs))

    def _diff(self, diff: FieldDiff) -> FieldDiff:
        """Redact both sides; if the new value holds a secret, the old one held another, which is not known."""
        after = diff.after if isinstance(diff.after, Marker) else self.value(diff.after)
        former_secret = after != diff.after and diff.before is not None
        before = MASK if former_secret else self.value(diff.before)
        files = tuple(replace(it, first=tuple(map(self.text, it.first))) for it in diff.files)
        path = diff.shown_path or self.text(diff.path)
        return replace(diff, path=path, before=before, after=after, files=files, details=self.diffs(diff.details))
