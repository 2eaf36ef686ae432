"""No sensitive value survives in anything that is shown."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.event import DiagnosticEvent, Output, Progress, Transition
from runner.core.file_changes import FileChange, FileStatus
from runner.core.plan import Action, Effect, FieldDiff, Reason
from runner.core.redact import Redactor
from runner.core.redact_event import redact_event
from runner.core.resource_state import State
from runner.core.run_lock import Holder, LockBroken, LockWaiting
from runner.core.sensitive import MASK
from runner.log import JsonLog
from runner.views.human import HumanView
from runner.views.plain import PlainView
from tests.unit.views.streams import WEB, Stream

# Characters of which no two stand side by side in words of our own.
SECRETS = st.text(alphabet="QXYZ#$%&é", min_size=8, max_size=16)
TEXTS = st.text(alphabet="QXYZ#$%&é ", max_size=12)


def spoken_in_all_places(secret: str, before: str, after: str) -> Stream:
    text = f"{before}{secret}{after}"
    nested = {"KEY": (text, {"deep": text}), "flag": True, "none": None}
    diff = (
        FieldDiff(f"environment.{text}", text, nested, Reason.CONFIG, Effect.REPLACE),
        FieldDiff("command", (text,), text, Reason.CONFIG, Effect.REPLACE),
        FieldDiff(
            "build.context", "a", "b", Reason.CONFIG, Effect.REPLACE, (FileChange(FileStatus.ADDED, 1, (text,)),)
        ),
    )
    stream = Stream(Redactor(frozenset({secret}))).plan(WEB, Action.CREATE, "create", Reason.CONFIG, diff=diff)
    stream.move(WEB, State.CREATING)
    holder = Holder(text, text, 1, "0a1b", text, "2026-03-04T12:01:00Z")
    stream.add(LockWaiting(holder), LockBroken(holder, "its process has exited"))
    stream.add(Output(WEB, text), Progress(WEB, text), DiagnosticEvent(Diagnostic("code", text, help=text)))
    stream.move(WEB, State.FAILED, cause=text, help=text, tail=(text, text))
    stream.finish("failed", 1, {"failed": 1})
    return stream


def shown_everywhere(stream: Stream) -> str:
    sink = StringIO()
    views = [JsonLog(sink), PlainView(sink, sink), HumanView(sink, sink, colour=False, animate=False, width=200)]
    for view in views:
        for record in stream.records:
            view.show(record)
    return sink.getvalue() + repr(stream.records)


@given(SECRETS, TEXTS, TEXTS)
def test_no_secret_survives_in_any_view_or_log(secret: str, before: str, after: str):
    shown = shown_everywhere(spoken_in_all_places(secret, before, after))
    assert secret not in shown
    assert json.dumps(secret)[1:-1] not in shown


@given(st.frozensets(SECRETS, min_size=1, max_size=4), st.lists(SECRETS | TEXTS, max_size=6))
def test_no_secret_survives_among_others_that_overlap_it(secrets: frozenset[str], pieces: list[str]):
    shown = Redactor(secrets).text("".join([*pieces, *secrets]))
    assert not any(secret in shown for secret in secrets)


@given(TEXTS)
def test_a_text_without_secrets_stays_as_it_is(text: str):
    assert Redactor(frozenset({"hunter2", "", " \n"})).text(text) == text


def test_overlapping_secrets_give_nothing_of_each_other_away():
    assert Redactor(frozenset({"abcdef-1", "ef-1234"})).text("xabcdef-1234y") == f"x{MASK}y"


def test_the_longest_secret_goes_first():
    assert Redactor(frozenset({"pass", "password"})).text("password!") == f"{MASK}!"


def test_a_secret_of_many_lines_is_found_line_by_line():
    redactor = Redactor(frozenset({"-----BEGIN-----\nMIIEpAIB\n}\n"}))
    assert redactor.text("read MIIEpAIB") == f"read {MASK}"
    assert redactor.text("a }") == "a }"


def test_a_secret_counts_without_its_line_end_and_as_it_stands_in_quotes():
    redactor = Redactor(frozenset({'say "hi"\n'}))
    assert redactor.text('say "hi"') == MASK
    assert redactor.text('"say \\"hi\\""') == f'"{MASK}"'


def test_a_number_that_shows_a_secret_is_masked_and_others_stay_numbers():
    redactor = Redactor(frozenset({"54325432"}))
    assert redactor.value((54325432, 80, True)) == (MASK, 80, True)


@pytest.mark.parametrize("short", ["a", "80", "true", "latest", "1.0.0", "abc1", "\n"])
def test_what_is_too_short_or_too_common_leaves_texts_whole(short: str):
    text = f"the environment has no variable {short}"
    assert Redactor(frozenset({short})).text(text) == text


def test_a_mixed_word_is_masked_from_six_characters_on():
    assert Redactor(frozenset({"hunter2"})).text("no hunter2!") == f"no {MASK}!"


def test_addresses_ids_and_closed_words_stay():
    event = Transition(Address("service", "web"), Action.CREATE, State.PENDING, State.CREATING, id="web1")
    assert redact_event(event, Redactor(frozenset({"web", "create", "creating"}))) == event
