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
from runner.workflow.build_context.context import read_context
from runner.workflow.build_context.ignore import IgnoreRules, InvalidIgnoreFile
from runner.workflow.build_context.walk import ContextError

ODDITIES = json.loads(Path(__file__).with_name("dockerignore_oddities.json").read_text(encoding="utf-8"))
CORPUS = json.loads(Path(__file__).with_name("dockerignore_corpus.json").read_text(encoding="utf-8"))
CHARACTERS = st.one_of(st.sampled_from("abAB/*?![]^-\\{}|.$#() \t\rdwx0:\ufeff"), st.characters())


def left_out(text: str, path: str) -> bool:
    rules = IgnoreRules(text)
    verdict, above = False, None
    parts = path.split("/")
    for count in range(1, len(parts) + 1):
        verdict, above = rules.matches("/".join(parts[:count]), above)
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


@pytest.fixture(scope="module")
def odd_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("odd")
    for name in ODDITIES["tree"]:
        if name.endswith("/"):
            (root / name).mkdir(parents=True, exist_ok=True)
        elif name in ODDITIES["links"]:
            (root / name).symlink_to(ODDITIES["links"][name])
        else:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).touch()
    return root


@pytest.mark.parametrize("case", ODDITIES["cases"], ids=lambda case: ascii(case["ignore"])[1:40])
def test_odd_ignore_files_are_read_as_buildkit_reads_them(odd_tree: Path, case: dict[str, Any]) -> None:
    (odd_tree / ".dockerignore").write_text(case["ignore"], encoding="utf-8", newline="")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if case["copied"] is None:
            with pytest.raises(ContextError, match="invalid pattern"):
                read_context(odd_tree)
            return
        context = read_context(odd_tree)
    found = {entry.path + "/" * (entry.type is EntryType.FOLDER) for entry in context.entries} - {".dockerignore"}
    assert found == {name for name, mark in zip(ODDITIES["tree"], case["copied"], strict=True) if mark == "x"}


# Each of these verdicts was had from BuildKit's own matcher.
VERDICTS = [
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
    (r"\p{L}*", "é", True),
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
    (r"src\Query*", "src/Query1", False),
    (r"\Qa\E?", "ab", True),
    (r"\x{e9}*", "éa", True),
    ("[[:^digit:]]*", "é", True),
    ("[^a]*", "\udcff\udcfe", True),  # a byte that is no text is a character of its own
    ("?", "\udce9", True),
    ("b*a\\", "bxa$c", True),
]


@pytest.mark.parametrize(("text", "path", "expected"), VERDICTS)
def test_the_oddities_of_buildkits_matcher_are_kept(text: str, path: str, expected: bool) -> None:
    assert left_out(text, path) is expected


@pytest.mark.parametrize("pattern", ["[", "a[]", "[a-]", "[^]a", "[^a]*[", "!", "! /", "a\\", "b" * 65536])
def test_a_malformed_pattern_is_refused_with_its_line(pattern: str) -> None:
    with pytest.raises(InvalidIgnoreFile, match="invalid pattern") as caught:
        IgnoreRules(f"# one\nfine\n{pattern}\n")
    assert caught.value.line == 3
    assert caught.value.pattern[:20] == pattern[:20]


@pytest.mark.parametrize("pattern", ["[z-a]", r"\q*", r"a\é*", "*{2}", r"[A-\d]", "[[:nope:]]", r"\C*", "b*["])
def test_a_pattern_that_means_nothing_is_refused_once_it_is_tried(pattern: str) -> None:
    rules = IgnoreRules(f"*.md\n# two\n{pattern}\n!*.txt")
    assert rules.matches("a.md")[0]
    with pytest.raises(InvalidIgnoreFile, match="invalid pattern") as caught:
        rules.matches("a.txt")
    assert (caught.value.line, caught.value.pattern) == (3, pattern)


def test_a_line_may_be_as_long_as_buildkit_reads() -> None:
    assert left_out("b" * 65535 + "\nfoo", "foo")


def test_thousands_of_patterns_take_no_time() -> None:
    text = "\n".join(f"none{number}/*\nno{number}" for number in range(1000))
    start = time.process_time()
    rules = IgnoreRules(text)
    for number in range(100):
        assert not rules.matches(f"some{number}/file")[0]
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    "pattern",
    [
        "*a" * 40 + "b",
        "*[ab]" * 20 + "c",
        "*" * 81 + "b",
        "**/" * 30 + "b",
        "**/a/" * 12 + "b",
        "**/[^b]/" * 12 + "b",
        "**a**" * 12 + "b",
    ],
)
def test_rows_of_stars_take_no_time(pattern: str) -> None:
    start = time.monotonic()
    assert not left_out(pattern, "a" * 250)
    assert not left_out(pattern, "/".join("a" * 30))
    assert not IgnoreRules(pattern).matches("/".join("a" * 2000))[0]
    assert time.monotonic() - start < 1


@given(st.text(CHARACTERS, max_size=40), st.lists(st.text(CHARACTERS, min_size=1, max_size=8), min_size=1, max_size=4))
def test_any_text_is_judged_or_refused(text: str, parts: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with suppress(InvalidIgnoreFile):
            left_out(text, "/".join(part.replace("/", "_") for part in parts))


@given(st.lists(st.text(st.sampled_from("ab/*?!^|{}[]."), min_size=1, max_size=8), max_size=4))
def test_no_folder_is_skipped_that_holds_something_that_travels(lines: list[str]) -> None:
    with suppress(InvalidIgnoreFile):
        rules = IgnoreRules("\n".join(["![q]", *lines]))  # without a wildcard at its beginning, names alone decide
        for folder in ("a", "b", "ab"):
            is_left_out, verdicts = rules.matches(folder)
            if is_left_out and not rules.may_readmit_below(folder):
                for name in ("a", "b", "ab", "a.b"):
                    inner, below = rules.matches(f"{folder}/{name}", verdicts)
                    assert inner
                    assert rules.matches(f"{folder}/{name}/a", below)[0]
