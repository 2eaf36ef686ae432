"""Ignore files mean to runner what they mean to BuildKit."""

from __future__ import annotations

import json
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.core.build import EntryType
from runner.workflow.building.context import ContextError, read_context
from runner.workflow.building.ignore import IgnoreRules, InvalidIgnoreFile

CORPUS = json.loads(Path(__file__).with_name("dockerignore_corpus.json").read_text(encoding="utf-8"))
CHARACTERS = st.one_of(st.sampled_from("abAB/*?![]^-\\{}|.$#() \t\rdwx0:\ufeff"), st.characters())


def left_out(text: str, path: str) -> bool:
    rules = IgnoreRules(text)
    verdict, above = False, None
    parts = path.split("/")
    for count in range(1, len(parts) + 1):
        verdict, above = rules.judge("/".join(parts[:count]), above)
    return verdict


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("context")
    for name in CORPUS["tree"]["files"]:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    for name in CORPUS["tree"]["directories"]:
        (root / name).mkdir(parents=True)
    for name, target in CORPUS["tree"]["symlinks"].items():
        (root / name).symlink_to(target)
    return root


@pytest.mark.parametrize("case", CORPUS["cases"], ids=lambda case: " ".join(case["ignore"]))
def test_a_context_holds_what_buildkit_copies(tree: Path, case: dict[str, Any]) -> None:
    (tree / ".dockerignore").write_text("\n".join(case["ignore"]), encoding="utf-8", newline="")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if case.get("error"):
            with pytest.raises(ContextError, match="invalid pattern"):
                read_context(tree)
            return
        context = read_context(tree)
    paths = {entry.path for entry in context.entries if entry.type is not EntryType.FOLDER}
    assert sorted(paths - {".dockerignore"}) == sorted(case["files"])


# Each of these verdicts was had from BuildKit's own matcher.
ODDITIES = [
    ("**foo", "xfoo", True),
    ("a**", "ab/c", True),
    ("x[^1]y", "x/y", True),
    ("foo|bar*", "foobaz", True),
    ("foo|bar", "foo", False),
    ("a{2}*", "aab", True),
    ("*.{js,ts}", "a.js", False),
    ("*.{js,ts}", "a.{js,ts}", True),
    ("[[:alpha:]]x*", "a]x1", False),
    ("[[:digit:]a]*", "7", True),
    (r"*\d", "a7", True),
    (r"\x61?", "ab", True),
    (r"\141?", "ab", True),
    (r"*\S*a", "b/a", True),
    ("[a*b]", "a/b]", True),
    ("src/*/[a-]", "src/x/-", True),
    ("\ufeffsrc", "src", True),
    ("x\n\ufeff*c", "src", True),
    ("a\u00a0", "a", True),
    ("a\x1c", "a", False),
    ("**/*.py\n!src", "src/a.py", True),
    ("src\n!/src/a.py", "src/a.py", False),
    (r"\!x", "!x", True),
    ("$a*", "$ab", True),
    ("a?b", "a\nb", True),
]


@pytest.mark.parametrize(("text", "path", "expected"), ODDITIES)
def test_the_oddities_of_buildkits_matcher_are_kept(text: str, path: str, expected: bool) -> None:
    assert left_out(text, path) is expected


@pytest.mark.parametrize("pattern", ["[", "a[]", "[a-]", "[z-a]", r"\q*", r"a\é*", "!", "! /", "*{2}", "a\\"])
def test_a_bad_pattern_is_refused_with_its_line(pattern: str) -> None:
    with pytest.raises(InvalidIgnoreFile, match="invalid pattern") as caught:
        IgnoreRules(f"# one\nfine\n{pattern}\n")
    assert caught.value.line == 3
    assert caught.value.pattern == pattern


def test_unicode_properties_are_refused_though_buildkit_has_them() -> None:
    with pytest.raises(InvalidIgnoreFile, match="means nothing"):
        IgnoreRules(r"\p{L}*")


@pytest.mark.parametrize("pattern", ["*a" * 40 + "b", "*[ab]" * 20 + "c", "*" * 81 + "b", "**/" * 30 + "b"])
def test_rows_of_stars_take_no_time(pattern: str) -> None:
    start = time.monotonic()
    assert not left_out(pattern, "a" * 250)
    assert not left_out(pattern, "/".join("a" * 30))
    assert time.monotonic() - start < 1


@given(st.text(CHARACTERS, max_size=40), st.lists(st.text(CHARACTERS, min_size=1, max_size=8), min_size=1, max_size=4))
def test_any_text_is_judged_or_refused(text: str, parts: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with suppress(InvalidIgnoreFile):
            left_out(text, "/".join(part.replace("/", "_") for part in parts))


@given(st.lists(st.text(st.sampled_from("ab/*?!^|{}[]."), min_size=1, max_size=8), max_size=4))
def test_no_folder_is_skipped_that_holds_something_that_travels(lines: list[str]) -> None:
    try:
        rules = IgnoreRules("\n".join(lines))
    except InvalidIgnoreFile:
        return
    for folder in ("a", "b", "ab"):
        is_left_out, verdicts = rules.judge(folder)
        if is_left_out and not rules.may_readmit_below(folder):
            for name in ("a", "b", "ab", "a.b"):
                inner, below = rules.judge(f"{folder}/{name}", verdicts)
                assert inner
                assert rules.judge(f"{folder}/{name}/a", below)[0]
