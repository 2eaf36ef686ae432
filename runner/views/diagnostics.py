"""Findings: with excerpts of the source for people, as a list for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.phrase import shortened
from runner.core.serialize import JSON, diagnostic_json
from runner.views.formatting import pluralize
from runner.views.lines import Line, Piece
from runner.views.snippet import parts
from runner.views.text_width import printable

_MOST_SHOWN = 100


def diagnostic_lines(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], width: int = 100) -> Iterator[Line]:
    """Yield findings with their excerpts, then their number and where to read more; `sources` maps a file to its text.

    If there are too many, only the first are shown, errors before warnings, and how many more there are.
    """
    shown = _first(diagnostics)
    for diagnostic in shown:
        yield from _split(parts(diagnostic, sources, width=width))
        yield ()
    if left := len(diagnostics) - len(shown):
        yield (("note", f"{left} more not shown; use -o json to see all"),)
    if diagnostics:
        yield total(diagnostics)
    yield from more_about(found.code for found in diagnostics if found.severity is Severity.ERROR)


def _first(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Return the findings to show, in their order; a warning never displaces an error."""
    errors_first = sorted(range(len(diagnostics)), key=lambda at: diagnostics[at].severity is not Severity.ERROR)
    return [diagnostics[at] for at in sorted(errors_first[:_MOST_SHOWN])]


def one_line(diagnostic: Diagnostic) -> Iterator[Line]:
    """Yield a finding without an excerpt: message and location on one line, the help on another."""
    severity = diagnostic.severity.value
    place = f" ({diagnostic.span})" if diagnostic.span else ""
    yield (
        (severity, severity),
        ("code", f"[{diagnostic.code}]"),
        ("", f": {printable(shortened(diagnostic.message))}{place}"),
    )
    if diagnostic.help:
        yield (("help", "help: "), ("", printable(shortened(diagnostic.help))))


def total(diagnostics: Sequence[Diagnostic]) -> Line:
    """Count errors and warnings on a line.

    >>> total([Diagnostic("a", "b"), Diagnostic("a", "b", severity=Severity.WARNING)])
    (('error', '1 error, 1 warning'),)
    """
    counts = {severity: sum(found.severity is severity for found in diagnostics) for severity in Severity}
    summary = ", ".join(pluralize(number, severity.value) for severity, number in counts.items() if number)
    if may_hide_more(diagnostics):
        summary += "; more may be reported once all files can be read"
    return (("error" if counts[Severity.ERROR] else "warning", summary),)


def more_about(codes: Iterable[str]) -> Iterator[Line]:
    """Yield a line that tells where codes are explained; none without codes.

    >>> list(more_about(["locked"])), list(more_about(["locked", "refused"]))
    ([(('note', 'for more: runner explain locked'),)], [(('note', 'for more: runner explain CODE'),)])
    """
    known = {printable(code) for code in codes}
    if known:
        yield (("note", f"for more: runner explain {known.pop() if len(known) == 1 else 'CODE'}"),)


def may_hide_more(diagnostics: Iterable[Diagnostic]) -> bool:
    """Return whether more may be found once these are fixed."""
    return any(found.hides_more for found in diagnostics)


def diagnostics_json(diagnostics: Sequence[Diagnostic]) -> JSON:
    """Return the findings as a list."""
    return [diagnostic_json(diagnostic) for diagnostic in diagnostics]


def _split(pieces: Iterable[Piece]) -> Iterator[Line]:
    """Split pieces into lines at each newline piece."""
    line: list[Piece] = []
    for role, text in pieces:
        if role != "newline":
            line.append((role, text))
            continue
        yield tuple(line)
        line = []
