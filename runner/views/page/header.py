"""The head of the page: what ran, how it ended, and who ran what on which engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from runner.core.event import RunStarted
from runner.core.run_lock import LockAcquired
from runner.views.formatting import duration
from runner.views.messages import UNFINISHED, outcome
from runner.views.page.html import Child, Markup, element
from runner.views.page.icons import LOGO, RESULT_TONES, icon
from runner.views.page.report import RunReport

_VERSIONS: Final = ("runner", "engine", "api")
_WORTH_TELLING_MS: Final = 1000
_MOST_TARGETS: Final = 3


def page_title(report: RunReport) -> str:
    """Return the title: what ran, how it ended, and the run's ID."""
    return f"{report.start.command} {report.workflow}: {_result(report)} (run {report.id})"


def top(report: RunReport) -> Markup:
    """Return the bar at the top of the page."""
    brand = element("span", LOGO, "runner", class_="brand")
    crumbs = element("span", f"{report.workflow} / run {report.id}", class_="crumb")
    return element("header", element("div", brand, crumbs, class_="wrap"), class_="top")


def overview(report: RunReport) -> Markup:
    """Return the section with the result and the facts of the run."""
    tone = RESULT_TONES.get(report.result, "off")
    what = f"{report.start.command} {report.workflow} "
    title = element("h1", what, element("span", icon(tone), _result(report), class_=f"verdict {tone}"), id="overview")
    told = outcome(report.ending) if report.ending else "No result is recorded: it is still running, or was killed."
    parts: list[Child] = [title, element("p", told, class_="sub")]
    if message := report.start.message:
        parts.append(element("blockquote", element("p", message)))
    facts = [element("div", element("dt", name), element("dd", *lines)) for name, lines in _facts(report)]
    return element("section", *parts, element("dl", *facts, class_="rail"), class_="head", aria_labelledby="overview")


def contents(sections: Sequence[tuple[str, str]]) -> Markup:
    """Return the links to the sections, by their names and titles."""
    links = [element("li", element("a", title, href=f"#{name}")) for name, title in sections]
    return element("nav", element("ul", *links), class_="contents", aria_label="Sections")


def _result(report: RunReport) -> str:
    return "interrupted" if report.result == "cancelled" else report.result.replace("_", " ")


def _facts(report: RunReport) -> Iterator[tuple[str, tuple[Child, ...]]]:
    """Yield the name of each fact, and its lines."""
    start, ending, began = report.start, report.ending, report.timeline.began
    moment = element("time", f"{began:%Y-%m-%d %H:%M:%S} UTC", datetime=began.isoformat(timespec="milliseconds"))
    yield "Started", (moment, *_small(f"by {start.actor}"))
    took = duration(ending.duration_ms if ending else report.timeline.duration)
    waited = sum(one.event.waited_ms for one in report.run.records if isinstance(one.event, LockAcquired))
    queued = (f"{duration(waited)} of it for the lock",) if waited >= _WORTH_TELLING_MS else ()
    code = (f"exit code {ending.exit_code}",) if ending else (UNFINISHED,)
    yield "Took", (element("b", took), *_small(*queued, *code))
    yield "Run", (element("span", report.id, class_="mono"), *_small(*_targets(report.run.targets)))
    if start.file or start.commit:
        commit = (f"commit {start.commit[:12]}",) if start.commit else ()
        yield "File", (start.file or "–", *_small(*commit))
    yield "Engine", (_engine(report), *_small(report.run.engine_address))
    yield "Versions", (f"runner {start.versions.get('runner', '?')}", *_small(*_other_versions(start)))


def _engine(report: RunReport) -> str:
    name = report.run.plan.engine.name if report.run.plan else "engine"
    return f"{name} {report.start.versions.get('engine', '')}".strip()


def _other_versions(start: RunStarted) -> Iterator[str]:
    versions: Mapping[str, str] = start.versions
    if "api" in versions:
        yield f"API {versions['api']}"
    yield from (f"{name} {version}" for name, version in versions.items() if name not in _VERSIONS)


def _targets(targets: Sequence[str]) -> Iterator[str]:
    if targets:
        left = len(targets) - _MOST_TARGETS
        more = f" and {left} more" if left > 0 else ""
        yield f"only {', '.join(targets[:_MOST_TARGETS])}{more}"


def _small(*lines: str) -> Iterator[Markup]:
    return (element("small", line) for line in lines if line)
