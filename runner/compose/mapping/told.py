"""Findings of the mapping: what is ignored, and what can't be done."""

from __future__ import annotations

from runner.core.diagnostic import Diagnostic, Severity
from runner.document.nodes import Node


def ignored(place: Node, message: str, help: str | None = None) -> Diagnostic:
    """Return the warning that something of a Compose file has no effect here."""
    return Diagnostic("compose-ignored", message, place.span, help, severity=Severity.WARNING)


def unsupported(place: Node, message: str, help: str) -> Diagnostic:
    """Return the error that Compose would do something that runner can't; `help` says what to do."""
    return Diagnostic("compose-unsupported", message, place.span, help)


def invalid(place: Node, message: str, help: str | None = None) -> Diagnostic:
    """Return the error that neither program could do this."""
    return Diagnostic("compose-invalid", message, place.span, help)
