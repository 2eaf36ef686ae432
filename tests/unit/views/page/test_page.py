"""The page of a run as text: complete, closed, and nothing in it that a value could have put there."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from runner.core.address import Address
from runner.core.event import Output
from runner.core.plan import Action, Reason
from runner.core.resource_state import State
from runner.views.page.plan_changes import plan_section
from tests.unit.views import plans, streams
from tests.unit.views.page.pages import hostile, page

_VOID = {"meta", "input", "link"}


class Reader(HTMLParser):
    """Reads a page as strictly as its elements allow: each is closed, ids are unique, nothing is loaded."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def values(self, *names: str) -> list[str | None]:
        return [value for _, attributes in self.tags for name, value in attributes.items() if name in names]


def body(text: str) -> str:
    """The page without style, script and graph, which have their own tests, with a line for each part."""
    plain = re.sub(r'(?s)<(style|script)>.*?</\1>|<meta[^>]*Security[^>]*>|<svg [^>]*"runner-graph".*?</svg>', "", text)
    return re.sub(r"(<(?:tr|section|header|div|table|dl|dt|h[1-4]|li|ul|ol|form|svg|g|nav|main)\b)", r"\n\1", plain)


@pytest.mark.parametrize("name", ["first_apply", "failed", "undone"])
def test_pages_are_stable(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"page.{name}", body(page(streams.STREAMS[name]())))


def test_the_script_has_a_filter_for_each_field_and_a_chosen_resource_is_that_one_alone() -> None:
    text = page(streams.crowd(300))
    script = text[text.index("<script>") :]
    for name in Reader(text).values("data-filter"):
        assert re.search(rf"^    {name}: ", script, re.MULTILINE)
    assert ("select", {"data-filter": "resource"}) in Reader(text).tags
    assert "resource: (row, value) => row.dataset.name === value," in script


@pytest.mark.parametrize("name", [*streams.STREAMS, "hostile"])
def test_every_page_is_well_formed_and_loads_nothing(name: str) -> None:
    text = page(streams.STREAMS.get(name, hostile)())
    read = Reader(text)
    assert read.open == []
    ids = read.values("id")
    assert len(ids) == len(set(ids))
    targets = [value for value in read.values("href") if value is not None]
    assert [value for value in targets if not value.startswith("#") or value[1:] not in ids] == []
    assert read.values("src", "style", "action", "srcset", "data") == []
    assert not [name for _, attributes in read.tags for name in attributes if name.startswith("on")]
    assert "http:" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "https:" not in text
    assert {tag for tag, _ in read.tags} & {"link", "iframe", "object", "img", "base"} == set()


def test_the_policy_allows_the_pages_own_style_and_script_and_nothing_else() -> None:
    text = page(streams.failed())
    policy = next(a["content"] for tag, a in Reader(text).tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    hashes = {
        tag: {_hash(found) for found in re.findall(rf"(?s)<{tag}>(.*?)</{tag}>", text)} for tag in ("style", "script")
    }
    assert rules == {
        "default-src": "'none'",
        "style-src": rules["style-src"],
        "script-src": rules["script-src"],
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert {*rules["style-src"].split()} == hashes["style"]
    assert {*rules["script-src"].split()} == hashes["script"]


def _hash(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def test_style_and_script_are_the_same_in_every_encoding() -> None:
    text = page(hostile())
    assert all(found.isascii() for _, found in re.findall(r"(?s)<(style|script)>(.*?)</\1>", text))


def test_no_value_becomes_markup_or_reorders_text() -> None:
    text = page(hostile())
    assert text.count("<script>") == text.count("</script>") == 1
    assert not re.search("[\N{RIGHT-TO-LEFT OVERRIDE}\x1b]", text)
    assert "onerror=&quot;window.taken" in text


def test_a_message_of_the_run_stands_in_its_head() -> None:
    assert "blockquote" not in body(page(streams.failed()))


def test_a_run_without_changes_says_so() -> None:
    text = page(streams.nothing_to_do())
    assert "nothing was to be done" in text


def test_an_unfinished_run_says_so() -> None:
    text = page(streams.first_apply()[:10])
    assert "No result is recorded" in text
    assert "<title>apply shop: unfinished" in text


def test_of_a_torrent_of_output_the_last_lines_are_shown() -> None:
    web = Address("container", "web")
    stream = streams.Stream().add(streams.STARTED).plan(web, Action.CREATE, "create", Reason.MISSING)
    stream.move(web, State.CREATING).add(*(Output(web, f"line {number}") for number in range(2100)))
    text = page(stream.move(web, State.READY).finish("succeeded", 0, {"ready": 1}))
    assert "100 earlier lines of output left out" in text
    assert ("line 100<" in text, "line 99<" in text) == (True, False)


def test_the_page_of_a_plan_without_an_order_has_no_graph() -> None:
    assert 'id="graph"' not in page(streams.failed(), order=None)


def test_what_a_digest_stands_for_is_shown_by_its_fields_and_lines():
    shown = plan_section(plans.texts())
    assert "<del>- listen 80\n</del><ins>+ listen 8080\n</ins><span>  workers 4\n</span>" in shown
    assert "<dt>build.args.RELEASE</dt>" in shown
    assert "changed (before: unknown here)" in shown
    assert "1f2e3d4c5b6a" not in shown
