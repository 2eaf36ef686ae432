"""Interpolation of `${NAME}` in scalars, with its errors; independent of paths and keys."""

from __future__ import annotations

from collections.abc import Callable

from runner.core.diagnostic import Diagnostic, did_you_mean
from runner.core.sensitive import MASK
from runner.core.span import Span
from runner.core.struct import Struct
from runner.document.core_schema import Plain, typed
from runner.document.interpolation_syntax import Operator, Reference, Template, parse, references
from runner.document.nodes import ScalarNode
from runner.document.variables import Variables

_MOST_ALIKE = 200


class Interpolated(Struct):
    """The result of a scalar's interpolation; an `invalid` one keeps its source text."""

    text: str
    value: Plain
    invalid: bool = False
    masked: str | None = None
    """For a scalar with a sensitive variable: the text with that variable's value masked."""


def _nowhere_else(_name: str) -> bool:
    return False


class Interpolator:
    """Interpolates scalars one by one, and collects the names and the secrets that they use."""

    def __init__(
        self, variables: Variables, found: list[Diagnostic], may_declare: Callable[[str], bool] = _nowhere_else
    ) -> None:
        """`may_declare` returns whether an unreadable file may declare a name: then its use is no error."""
        self.filled: dict[ScalarNode, Interpolated] = {}
        self.used: set[str] = set()
        self.secrets: set[str] = {v.value for v in variables.declared.values() if v.sensitive and v.value}
        self._variables = variables
        self._found = found
        self._may_declare = may_declare

    def interpolate(self, scalar: ScalarNode) -> Interpolated | None:
        """Interpolate a scalar; return None for one without interpolation."""
        if "$" not in scalar.text or scalar.invalid:
            return None
        if scalar not in self.filled:
            self.filled[scalar] = self._fill(scalar)
        return self.filled[scalar]

    def _fill(self, scalar: ScalarNode) -> Interpolated:
        template, mistakes = parse(scalar.text)
        for mistake in mistakes:
            span = span_within(scalar, mistake.start, mistake.end)
            self._found.append(Diagnostic("interpolation", mistake.message, span, mistake.help))
        known = self._check_names(template, scalar)
        text = self._expand(template, scalar)
        masked = self._masked(template, scalar)
        if text is None or mistakes or not known:
            return Interpolated(scalar.text, scalar.text, invalid=True, masked=masked)
        return Interpolated(text, _typed(scalar, text), masked=masked)

    def _masked(self, template: Template, scalar: ScalarNode) -> str | None:
        """Return the text with the values of sensitive variables masked; None where it has none."""
        if not any(self._variables.find(reference.name).sensitive for reference in references(template)):
            return None
        pieces = (
            part if isinstance(part, str) else MASK if self._is_sensitive(part) else self._value(part, scalar) or ""
            for part in template
        )
        return "".join(pieces)

    def _is_sensitive(self, reference: Reference) -> bool:
        return any(self._variables.find(one.name).sensitive for one in references((reference,)))

    def _check_names(self, template: Template, scalar: ScalarNode) -> bool:
        """Report every undeclared `${NAME}`, whether its value is used or not, and even if the environment has it.

        Where declarations may be missing, no such name has a value: it could be a sensitive one, which nothing would
        mask.
        """
        known = True
        for reference in references(template):
            self.used.add(reference.name)
            if reference.name in self._variables.declared:
                continue
            if self._may_declare(reference.name):
                known = False
            elif reference.operator is None:
                known = False
                self._report_unknown(reference, scalar)
        return known

    def _report_unknown(self, reference: Reference, scalar: ScalarNode) -> None:
        name = reference.name
        help = did_you_mean(name, self._variables.declared)
        help = help or f"declare it under variables, or add a default: ${{{name}:-...}}"
        span = span_within(scalar, reference.start, reference.end)
        self._found.append(Diagnostic("unknown-variable", f'variable "{name}" is not declared', span, help))

    def _expand(self, template: Template, scalar: ScalarNode) -> str | None:
        """Return the expanded text, or None when a part of it has no value."""
        pieces = [part if isinstance(part, str) else self._value(part, scalar) for part in template]
        known = [piece for piece in pieces if piece is not None]
        return "".join(known) if len(known) == len(pieces) else None

    def _value(self, reference: Reference, scalar: ScalarNode) -> str | None:
        variable = self._variables.find(reference.name)
        if variable.refused:
            return None
        value = (variable.value or None) if reference.or_empty else variable.value
        if reference.operator is Operator.ALTERNATIVE:
            return "" if value is None else self._expand(reference.operand, scalar)
        if value is None and reference.operator is Operator.DEFAULT:
            value = self._expand(reference.operand, scalar)
        elif value is None and reference.operator is Operator.REQUIRE:
            self._report_required(reference, scalar)
        if value and variable.sensitive:
            self.secrets.add(value)
        return value

    def _report_required(self, reference: Reference, scalar: ScalarNode) -> None:
        declared = self._variables.declared.get(reference.name)
        if declared is not None and declared.value is None:
            return  # reported at its declaration
        span = span_within(scalar, reference.start, reference.end)
        message = f'variable "{reference.name}" has no value'
        # The message without interpolation, which could reveal a secret.
        self._found.append(Diagnostic("missing-variable", message, span, reference.operand_text or None))


def _typed(scalar: ScalarNode, text: str) -> Plain:
    """Type a plain scalar; a quoted or block scalar stays a string, and an empty result is a string, not null."""
    return typed(text) if scalar.plain and not scalar.tagged and text else text


def span_within(scalar: ScalarNode, start: int, end: int) -> Span:
    """Return the span of a piece of a scalar's text, or the scalar's where unquoting or folding broke up the piece.

    Searching among very many identical pieces would take longer than it is worth.
    """
    piece = scalar.text[start:end]
    at, before = scalar.start - 1, scalar.text.count(piece, 0, start)
    if before > _MOST_ALIKE:
        return scalar.span
    for _ in range(before + 1):
        at = scalar.source.text.find(piece, at + 1, scalar.end)
        if at == -1:
            return scalar.span
    return scalar.source.span(at, at + len(piece))
