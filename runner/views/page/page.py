"""The whole page: a document that allows itself nothing but its own style and script."""

from __future__ import annotations

from base64 import b64encode
from importlib.resources import files

from runner.core.hashes import sha256
from runner.core.lazy_pattern import lazy_pattern
from runner.views.page.events import events_section
from runner.views.page.failures import failures_section
from runner.views.page.header import contents, overview, page_title, top
from runner.views.page.html import Markup, element, join
from runner.views.page.icons import SYMBOLS
from runner.views.page.plan_changes import plan_section
from runner.views.page.report import RunReport
from runner.views.page.run_graph import graph_section
from runner.views.page.timeline_table import timeline_section

_STYLE = lazy_pattern(r"(?s)<style>(.*?)</style>")


def run_page(report: RunReport, kinds: tuple[str, ...]) -> str:
    """Return the page of a run; `kinds` are the names of all kinds of resources, so that each keeps its colour."""
    style, script = Markup(_asset("page.css")), Markup(_asset("page.js"))
    body = _body(report, kinds)
    head = (
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(style, script, body)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", page_title(report)),
        element("style", style),
    )
    html = element("html", element("head", *head), element("body", body, element("script", script)), lang="en")
    return f"<!doctype html>\n{html}\n"


def _body(report: RunReport, kinds: tuple[str, ...]) -> Markup:
    sections = [
        ("failures", "Failures", failures_section(report)),
        ("timeline", "Timeline", timeline_section(report)),
        ("plan", "Plan", plan_section(report.run.plan)),
        ("graph", "Graph", graph_section(report, kinds)),
        ("events", "Events", events_section(report)),
    ]
    there = [(name, title) for name, title, content in sections if content]
    main = (overview(report), contents(there), *(content for _, _, content in sections))
    skip = element("a", "Skip to the content", href="#main", class_="skip")
    return join((SYMBOLS, skip, top(report), element("main", *main, id="main", class_="wrap")))


def _policy(style: str, script: str, body: str) -> str:
    """Return the content security policy: nothing is loaded, and only what is in here now is applied and run."""
    styles = " ".join(map(_hash, (style, *_STYLE.findall(body))))
    return f"default-src 'none'; style-src {styles}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"


def _hash(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def _asset(name: str) -> str:
    return files("runner").joinpath("views", "page", name).read_text(encoding="utf-8")
