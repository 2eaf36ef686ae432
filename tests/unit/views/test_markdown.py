"""Plans as Markdown: short enough for a comment, and whatever values are, they are shown as text."""

from __future__ import annotations

import string
from collections.abc import Callable

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.plan import Action, Change, Effect, FieldDiff, Plan, Reason
from runner.core.struct import replace
from runner.core.values import Value
from runner.views.markdown import code
from runner.views.plan_markdown import plan_markdown
from runner.views.run_markdown import run_markdown
from tests.unit.views.plans import ENGINE, PLANS
from tests.unit.views.streams import STREAMS

GITHUB_TAKES = 65_536
NASTY = (
    "```\n# heading\n[a](http://evil)",
    "````\n</details><script>alert(1)</script>",
    "a`b``c | d \\| e",
    "<img src=x onerror=alert(1)>",
    "@somebody #1 **bold** _it_ ~~no~~ ![x](y)",
    "</code></summary><b>",
    "line\r\n::error::x\n    ~~~\n~~~",
    "- a\n+ b\n> [!NOTE]",
)
MEANT = {"h3", "p", "table", "thead", "tr", "th", "tbody", "td", "strong", "em", "blockquote"}
"""The elements that a plan is made of, besides code and the folds."""


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_as_markdown(name: str, golden: Callable[[str, str], None]):
    golden(f"plan.{name}.markdown", plan_markdown(PLANS[name](), host="unix:///run/docker.sock"))


def plan_with(text: str) -> Plan:
    values: tuple[tuple[Value, Value], ...] = (
        ("x", text),
        (text, None),
        (text, f"{text}\nmore"),
        ({text: text}, (text,)),
    )
    diff = tuple(FieldDiff(f"labels.{text}", *both, Reason.CONFIG, Effect.REPLACE) for both in values)
    changes = (
        Change(Address("service", text), Action.REPLACE, (Reason.CONFIG,), diff),
        Change(Address("volume", text), Action.DELETE, (Reason.ORPHAN,), destroys_data=True),
    )
    found = (Diagnostic("code", text, help=text),)
    return Plan(text, replace(ENGINE, name=text, version=text), changes, problems=found, warnings=found)


@pytest.mark.parametrize("text", NASTY)
def test_nothing_in_a_value_is_markup(text: str):
    shown = plan_markdown(plan_with(text), source=text, host=text)
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(shown)
    assert elements(tokens) <= MEANT
    assert {
        token.content.strip() for token in tokens if token.type == "html_block" and "<summary>" not in token.content
    } <= {"</details>"}
    assert all(inline_html(tokens)), "nothing but quoted code"
    cells = [sum(one.type == "td_open" for one in row) for row in rows(tokens)]
    assert set(cells) == {4}
    fences = [token for token in tokens if token.type == "fence"]
    assert len(fences) == 2, "of the findings, and of what differs"


@pytest.mark.parametrize("letter", string.punctuation)
@pytest.mark.parametrize("text", ["{}shop", "sh{}op", "shop{}", "{}", "{0}{0}shop{0}{0}"])
def test_a_quoted_text_is_shown_as_it_is_whatever_stands_where_in_it(letter: str, text: str):
    quoted = text.format(letter)
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(
        f"| a | b |\n| - | - |\n| {code(quoted)} | x |"
    )
    shown = [token for token in tokens if token.type == "inline"][2]
    assert "".join(child.content for child in shown.children or () if child.type != "html_inline") == quoted


def elements(tokens: list[Token]) -> set[str]:
    inner = [child for token in tokens for child in token.children or ()]
    return {token.tag for token in (*tokens, *inner) if token.nesting == 1}


def inline_html(tokens: list[Token]) -> list[bool]:
    inner = [child for token in tokens for child in token.children or ()]
    return [child.content in ("<code>", "</code>") for child in inner if child.type == "html_inline"]


def rows(tokens: list[Token]) -> list[list[Token]]:
    found: list[list[Token]] = []
    in_body = False
    for token in tokens:
        in_body = (in_body or token.type == "tbody_open") and token.type != "tbody_close"
        if in_body and token.type == "tr_open":
            found.append([])
        if in_body and found:
            found[-1].append(token)
    return found


def test_a_summary_has_no_markup_but_its_own():
    shown = plan_markdown(plan_with("</code></summary><b>@me"))
    (summary,) = (line for line in shown.splitlines() if "<summary>" in line)
    name = summary.removeprefix("<details><summary><code>").removesuffix("</code>: 4 differences</summary>")
    assert name == "service.&#60;/code&#62;&#60;/summary&#62;&#60;b&#62;&#64;me"


@pytest.mark.parametrize("letter", ["x", "é", "`", "🐳"])
def test_a_plan_of_any_size_fits_into_a_comment_and_counts_what_it_leaves_out(letter: str):
    word = letter * 900
    diff = tuple(FieldDiff(f"labels.{at}", word, f"{word}!", Reason.CONFIG, Effect.REPLACE) for at in range(80))
    names = [f"{chr(97 + at % 26)}{chr(97 + at // 26)}{letter * 300}" for at in range(400)]
    changes = [Change(Address("service", name), Action.REPLACE, (Reason.CONFIG,), diff) for name in names]
    doomed = [Change(Address("volume", name), Action.DELETE, (Reason.ORPHAN,), destroys_data=True) for name in names]
    found = tuple(Diagnostic("code", word, help=word) for _ in range(400))
    shown = plan_markdown(Plan("shop", ENGINE, (*changes, *doomed), problems=found))
    assert len(shown) < GITHUB_TAKES - 14_000
    assert "more resources are left out, to keep this short._" in shown
    assert "more resources_" in shown
    assert "_and 380 more_" in shown


@pytest.mark.parametrize("name", ["failed", "rolled_back"])
def test_the_result_of_a_run_is_its_outcome_and_what_failed(name: str, golden: Callable[[str, str], None]):
    golden(f"{name}.markdown", run_markdown(STREAMS[name]()))


def test_a_run_without_an_end_is_unfinished():
    assert run_markdown(STREAMS["failed"]()[:-1]) == "**unfinished: no result recorded**\n"
