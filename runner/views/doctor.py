"""The findings of doctor: a line each, with a mark and, below it, a remedy; and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from runner.core.examination import Fact, Finding, Verdict
from runner.views.doctor_sentences import FAILED, SENTENCES, Sentence
from runner.views.formatting import duration, pluralize, size
from runner.views.lines import Line, indented, wrap_line

if TYPE_CHECKING:
    from runner.core.serialize import JSONObject

_MARKS: Final = {
    Verdict.OK: ("✔", "good"),
    Verdict.WARNING: ("!", "warning"),
    Verdict.BROKEN: ("✘", "error"),
    Verdict.UNTESTED: ("-", "quiet"),
}
_NAMES: Final = 10
"""The width of the names of checks."""
_HANG: Final = 2 + _NAMES + 1
_NARROW_HANG: Final = 4
_NARROW: Final = 60
"""The width of a window below which text isn't indented as far as the names are wide."""
_BYTES: Final = ("free", "size")
"""Facts in bytes, where they are."""
_SECONDS: Final = "seconds"
_MOST_DETAILS: Final = 10


def finding_lines(finding: Finding, width: int | None = None, *, verbose: bool = False) -> Iterator[Line]:
    """Yield a finding's line, its details and its remedy; of what is well, details only if `verbose`."""
    mark, role = _MARKS[finding.verdict]
    text, remedy = _told(finding)
    told_role = "quiet" if finding.verdict is Verdict.UNTESTED else ""
    hang = _NARROW_HANG if width and width < _NARROW else _HANG
    yield from _wrapped(((role, f"{mark} "), ("name", f"{finding.check:<{_NAMES}} "), (told_role, text)), width, hang)
    if verbose or finding.verdict is not Verdict.OK:
        yield from indented(_details(finding.details, None if verbose else _MOST_DETAILS), hang)
    if remedy:
        yield from _wrapped((("", " " * hang), ("help", f"→ {remedy}")), width, hang + 2)


def _wrapped(line: Line, width: int | None, hang: int) -> Iterable[Line]:
    return wrap_line(line, width, hang) if width else [line]


def _details(details: Sequence[str], most: int | None) -> Iterator[Line]:
    yield from ((("quiet", detail),) for detail in details[:most])
    if most is not None and len(details) > most:
        yield (("quiet", f"and {len(details) - most} more"),)


def verdict_line(findings: Iterable[Finding]) -> Line:
    """Count the findings that aren't well."""
    counts = Counter(finding.verdict for finding in findings)
    broken, warned = counts[Verdict.BROKEN], counts[Verdict.WARNING]
    parts = [f"{broken} broken"] * bool(broken) + [pluralize(warned, "warning")] * bool(warned)
    parts += [f"{counts[Verdict.UNTESTED]} not tried"] * bool(counts[Verdict.UNTESTED])
    role = "error" if broken else "warning" if warned else "good"
    return ((role, ", ".join(parts) if broken or warned else ", ".join(["all is well", *parts])),)


def _told(finding: Finding) -> tuple[str, str]:
    """Return the sentence and the remedy of a finding."""
    sentence: Sentence = SENTENCES.get(finding.code, FAILED)
    facts = {name: _shown(name, fact) for name, fact in finding.facts.items()}
    return sentence.text.format(**facts), sentence.remedy.format(**facts)


def _shown(name: str, fact: Fact) -> str:
    if name in _BYTES and isinstance(fact, int):
        return size(fact)
    return duration(int(fact * 1000)) if name == _SECONDS and isinstance(fact, int | float) else str(fact)


def findings_json(findings: Sequence[Finding], facts: Mapping[str, str], unsupported: Mapping[str, str]) -> JSONObject:
    """Return the facts about the engine and all findings as JSON."""
    worst = {finding.verdict for finding in findings}
    result = next((one for one in (Verdict.BROKEN, Verdict.WARNING) if one in worst), Verdict.OK)
    return {
        **facts,
        "unsupported": {**unsupported},
        "result": result.value,
        "checks": [_finding_json(finding) for finding in findings],
    }


def _finding_json(finding: Finding) -> JSONObject:
    text, remedy = _told(finding)
    return {
        "check": finding.check,
        "code": finding.code,
        "verdict": finding.verdict.value,
        "message": text,
        "remedy": remedy or None,
        "facts": {**finding.facts},
        "details": [*finding.details],
    }
