"""A secret is found in a text however it is shown there: dressed up, cut, quoted, broken, large."""

from __future__ import annotations

import base64
import json
import time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.core.address import Address
from runner.core.diagnostic import Severity
from runner.core.redact import MASK, Redactor
from runner.core.sanitize import on_one_line, sanitized, without_escapes
from runner.core.state import Resource
from runner.workflow.sensitivity import unmaskable_secrets

SECRET = "TOP-SECRET-123"
UNSEEN = (
    "\x1b[0m",
    "\x1b[1;31m",
    "\x1b[",
    "\x1b]0;title\x07",
    "\x1b]8;;http://x\x1b\\",
    "\x1bP1;2|x\x1b\\",
    "\x1b(B",
    "\x1b7",
    "\x1b",
    "\x9b31m",
    "\x9d0;t\x9c",
    "\0",
    "\b",
    "\x07",
    "\r",
    "\n",
    "\x7f",
    "\x85",
    "\u00ad",
    "\u200b",
    "\u200d",
    "\u2028",
    "\u202e",
    "\u2060",
    "\u2066",
    "\ufeff",
    "\ufe0f",
    "\u034f",
    "\u3164",
    "\ufffd",
    "\U000e0041",
    "\U000e0100",
    "\ud800",
)


def letters_of(text: str) -> str:
    return "".join(character for character in text if character.isascii() and character.isprintable())


@pytest.mark.parametrize("between", UNSEEN, ids=ascii)
def test_what_is_not_seen_inside_of_a_secret_does_not_unmask_it(between: str):
    redactor = Redactor(frozenset({SECRET}))
    for text in (f"{SECRET[:3]}{between}{SECRET[3:]}", between.join(SECRET), f"{between}{SECRET}{between}"):
        for view in (without_escapes, sanitized, on_one_line, json.dumps, str):
            assert SECRET not in letters_of(view(redactor.text(f"login: {text} ok")))
        assert redactor.text(f"login: {text} ok").startswith("login: ")


@given(st.lists(st.tuples(st.sampled_from(UNSEEN), st.integers(0, len(SECRET))), max_size=6))
def test_no_mixture_of_it_does(dressing: list[tuple[str, int]]):
    text = SECRET
    for between, at in sorted(dressing, key=lambda one: -one[1]):
        text = text[:at] + between + text[at:]
    shown = Redactor(frozenset({SECRET})).text(text)
    assert SECRET not in without_escapes(shown)
    assert SECRET not in letters_of(shown)


@pytest.mark.parametrize("between", UNSEEN, ids=ascii)
def test_a_secret_that_holds_such_a_thing_itself_is_masked_as_it_is_and_as_it_is_shown(between: str):
    secret = f"{SECRET[:7]}{between}{SECRET[7:]}"
    redactor = Redactor(frozenset({secret}))
    for shown in (secret, without_escapes(secret), sanitized(secret), json.dumps(secret)):
        assert SECRET[:7] not in redactor.text(f"login: {shown}")


def test_what_is_no_part_of_a_secret_keeps_its_dress():
    assert Redactor(frozenset({SECRET})).text("in \x1b[31mred\x1b[0m\u200b") == "in \x1b[31mred\x1b[0m\u200b"


@pytest.mark.parametrize("mark", ["...", "…"])
def test_what_a_cut_leaves_of_a_secret_is_masked(mark: str):
    redactor = Redactor(frozenset({SECRET}))
    assert redactor.text(f'got "x{SECRET[:9]}{mark}') == f'got "x{MASK}{mark}'
    assert redactor.text(f"{mark}{SECRET[4:]}y") == f"{mark}{MASK}y"
    assert redactor.text(f"{SECRET[:7]}{mark}{SECRET[-5:]}") == f"{MASK}{mark}{MASK}"
    assert redactor.text(f"Loading{mark} done") == f"Loading{mark} done"


def test_a_secret_that_is_not_wholly_utf_8_is_masked_where_it_can_be_read():
    content = b"first-line\np\xe4sswort-1\n\xff\xfe\x00middle-part\xff\nlast-line\n"
    redactor = Redactor(frozenset({content.decode(errors="surrogateescape")}))
    for line in content.splitlines():
        shown = line.decode(errors="replace")
        assert redactor.text(f"got: {shown}.") == f"got: {MASK}."
        assert MASK in redactor.text(f"got: {line.decode(errors='surrogateescape')}.")
    assert redactor.text("the middle-part of it") == f"the {MASK} of it"


def test_nothing_is_masked_for_a_secret_of_which_nothing_can_be_read():
    redactor = Redactor(frozenset({b"\xff\xfeA\x80 \x00".decode(errors="surrogateescape"), " \n"}))
    assert redactor.text("A plain � text") == "A plain � text"


def test_a_long_line_of_a_secret_is_masked_where_only_a_part_of_it_is_shown():
    secret = "".join(Random(1).choices("abcdefghijklmnop0123456789", k=5000))
    redactor = Redactor(frozenset({secret}))
    assert redactor.text(f"<{secret}>") == f"<{MASK}>"
    for begin, end in ((0, 57), (0, 1000), (70, 1070), (4000, 5000)):
        text = f"…{secret[begin:end]}…"
        assert max(map(len, redactor.text(text).split(MASK))) < 65
    assert redactor.text(f"{secret[:57]}...") == f"{MASK}..."


def test_a_large_secret_and_many_lines_are_quick():
    random = Random(2)
    large = "\n".join(base64.b64encode(random.randbytes(48)).decode() for _ in range(16_000))
    began = time.process_time()
    redactor = Redactor(frozenset({large, "a-password"}))
    for number in range(10_000):
        redactor.text(f"\x1b[32m2026-02-03\x1b[0m INFO request {number} from 10.0.0.1... took 3 ms")
    assert redactor.text(large.splitlines()[9_999]) == MASK
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"abc", "short-sensitive-value", "secret.a is too short to be masked in logs and messages"),
        (b"\xff\xfe\x80\x90\xa0\x00\x01\x9f", "unreadable-secret", "secret.a is not text, so it cannot be masked"),
        (b"line-1\n" * 1_200_000, "large-secret", "secret.a is too large to be masked completely"),
    ],
)
def test_a_secret_that_can_not_be_masked_everywhere_is_warned_of(content: bytes, code: str, words: str):
    sensitive = frozenset({content.decode(errors="surrogateescape")})
    [warning] = unmaskable_secrets([Resource(Address("secret", "a"), "", sensitive=sensitive)])
    assert (warning.code, warning.message, warning.severity) == (code, words, Severity.WARNING)


def test_a_secret_that_can_be_masked_is_not_warned_of():
    sensitive = frozenset({"hunter2-and-more", "", " \n", b"read\xffable-line".decode(errors="surrogateescape")})
    assert not [*unmaskable_secrets([Resource(Address("secret", "a"), "", sensitive=sensitive)])]
