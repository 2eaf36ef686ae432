"""Resolution of variables: their declarations and values combined; independent of the grammar of `${...}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.regex import Regex, RegexTimeout
from runner.core.secret_text import is_masked_in_texts
from runner.core.struct import Struct
from runner.document.variable_declarations import Declaration
from runner.document.variable_sources import VariableSources

SHORT: Final = "short-sensitive-value"
SHORT_HELP = "fields using it are masked, but not logs and messages that contain it: use one of 8 characters or more"
_LONGEST_MATCH = 5.0
"""Timeout of a pattern in seconds; a sensible one on a sensible value takes a millionth of that."""


class Variable(Struct):
    """A variable's value, None when no source has one; a `refused` one must not be used."""

    value: str | None
    sensitive: bool = False
    refused: bool = False


class Variables(Struct):
    """All variables: those declared, and others by name in the sources."""

    declared: Mapping[str, Variable]
    given: VariableSources

    def find(self, name: str) -> Variable:
        """Return a variable, declared or not."""
        if name in self.declared:
            return self.declared[name]
        given = self.given.find(name)
        return Variable(given[0] if given else None)


def resolve(declarations: Mapping[str, Declaration], given: VariableSources, found: list[Diagnostic]) -> Variables:
    """Resolve every declared variable's value, and reject values that its declaration doesn't allow."""
    declared = {name: _resolve(name, declaration, given, found) for name, declaration in declarations.items()}
    return Variables(declared, given)


def _resolve(name: str, declaration: Declaration, given: VariableSources, found: list[Diagnostic]) -> Variable:
    value, origin = given.find(name) or (declaration.default, "its default")
    if declaration.broken:
        return Variable(value, declaration.sensitive, refused=True)
    if value is None:
        found.append(_missing(name, declaration))
        return Variable(None, declaration.sensitive)
    complaint = _complaint(declaration, value)
    if complaint is None:
        return Variable(value, declaration.sensitive)
    shown = "its value" if declaration.sensitive else f'"{value}"'
    message = f'{shown} is not allowed for variable "{name}"'
    found.append(Diagnostic("variable-value", message, declaration.key.span, f"{complaint}; set by {origin}"))
    return Variable(value, declaration.sensitive, refused=True)


def too_short(declarations: Mapping[str, Declaration], variables: Variables) -> Iterator[Diagnostic]:
    """Warn of sensitive values too short to be masked wherever they occur: masking would reveal them."""
    for name, declaration in declarations.items():
        variable = variables.declared[name]
        if variable.sensitive and not variable.refused and not is_masked_in_texts(variable.value or ""):
            message = f'the value of variable "{name}" is too short to be masked in logs and messages'
            yield Diagnostic(SHORT, message, declaration.key.span, SHORT_HELP, severity=Severity.WARNING)


def _missing(name: str, declaration: Declaration) -> Diagnostic:
    help = f"set it with --var {name}=..., a --var-file, the environment or .env next to the workflow"
    if declaration.description:
        help = f"{declaration.description}; {help}"
    return Diagnostic("missing-variable", f'variable "{name}" has no value', declaration.key.span, help)


def _complaint(declaration: Declaration, value: str) -> str | None:
    """Return how an invalid value should be, None for a valid one; never the allowed values of a secret."""
    if declaration.enum and value not in declaration.enum:
        allowed = ", ".join(f'"{text}"' for text in declaration.enum)
        return "expected one of the declared values" if declaration.sensitive else f"expected one of {allowed}"
    return _mismatch(declaration.pattern, value) if declaration.pattern else None


def _mismatch(pattern: Regex, value: str) -> str | None:
    try:
        matches = pattern.fullmatch_within(_LONGEST_MATCH, value)
    except RegexTimeout:
        return f'"{pattern.source}" takes too long to match this value'
    return None if matches else f'expected a match of "{pattern.source}"'
