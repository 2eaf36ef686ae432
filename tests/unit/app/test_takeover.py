"""When a file takes over from another one: by what would go, and which file made that."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from runner.app.file_origin import is_same_file, origin_of
from runner.app.takeover import Takeover, find_takeover
from runner.core.address import Address
from runner.core.engine import Engine
from runner.core.gateway import Gateway
from runner.core.plan import Action, Change, Plan, Reason
from runner.core.redact import Redactor
from runner.core.state import ObservedResource
from runner.core.struct import replace
from runner.history.recorder import Recording, RunMetadata
from runner.history.store import Header
from tests.unit.views.streams import STARTED, Stream

GATEWAY = cast("Gateway", SimpleNamespace(address="unix:///run/podman.sock"))  # nothing else of it is asked for
OWN, A, B = "here:/own.yaml", "here:/a.yaml", "there:/own.yaml"


@pytest.fixture(autouse=True)
def _no_history(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def takeover(going: list[str], *, staying: int = 0) -> Takeover | None:
    gone = [_change(number, file, Reason.ORPHAN) for number, file in enumerate(going)]
    kept = [_change(len(going) + number, A) for number in range(staying)]
    plan = Plan("shop", Engine("e", "1", "1", "linux", "amd64"), (*kept, *gone), file=OWN)
    return find_takeover(plan, GATEWAY, Redactor(frozenset()), os.environ)


def _change(number: int, file: str, *reasons: Reason) -> Change:
    address = Address("container", f"c{number}")
    live = ObservedResource(address, str(number), str(number), file=file)
    return Change(address, Action.DELETE if reasons else Action.NOOP, reasons, observed=live)


@pytest.mark.parametrize(
    ("going", "staying", "last"),
    [
        ([A], 1, A),
        ([A], 2, None),
        ([OWN, OWN, A], 0, None),
        ([OWN, A], 0, A),
        ([B, A, B], 3, B),
        (["", ""], 0, None),
        (["", A], 0, A),
        ([], 0, None),
    ],
)
def test_at_least_half_must_go_and_at_least_half_of_that_be_another_files(
    going: list[str], staying: int, last: str | None
) -> None:
    found = takeover(going, staying=staying)
    assert (found.last if found else None) == last


@pytest.mark.parametrize(("address", "is_found"), [(GATEWAY.address, True), ("ssh://elsewhere", False)])
def test_the_history_of_another_engine_without_an_id_does_not_count(
    tmp_path: Path, address: str, *, is_found: bool
) -> None:
    metadata = RunMetadata(Header(file="/a.yaml", engine_address=address), {}, dict)
    recording = Recording(lambda: tmp_path / "runner", metadata, print)
    recording.show(*Stream().add(STARTED).records)
    recording.close()
    found = takeover([""])
    assert (found.last if found else None) == (f"{os.uname().nodename}:/a.yaml" if is_found else None)


def test_destroying_takes_what_another_file_made_unless_the_workflow_was_called_by_its_name() -> None:
    gone = (_change(0, A, Reason.REQUESTED), _change(1, A, Reason.REQUESTED))
    plan = Plan("shop", Engine("e", "1", "1", "linux", "amd64"), gone, file=OWN)
    assert find_takeover(plan, GATEWAY, Redactor(frozenset()), os.environ)
    assert not find_takeover(replace(plan, file=""), GATEWAY, Redactor(frozenset()), os.environ)


def test_consent_covers_no_more_than_was_shown() -> None:
    less, more = takeover([A]), takeover([A, A])
    assert less
    assert more
    assert more.covers(less)
    assert not less.covers(more)


def test_a_link_leads_to_the_same_file_on_this_machine_only(tmp_path: Path) -> None:
    file, link = tmp_path / "a.yaml", tmp_path / "b.yaml"
    file.touch()
    link.symlink_to(file)
    one, other = (origin_of(str(path), Redactor(frozenset())) for path in (file, link))
    assert one == f"{os.uname().nodename}:{file}"
    assert is_same_file(one, other)
    assert not is_same_file(f"elsewhere:{file}", f"elsewhere:{link}")
    assert not is_same_file(one, f"elsewhere:{file}")


def test_what_is_put_on_record_of_a_file_has_no_secret_nor_control_character() -> None:
    origin = origin_of("/srv/hunter2-and-more/a\x1b\udcff\n.yaml", Redactor(frozenset({"hunter2-and-more"})))
    assert origin.isprintable()
    assert origin.startswith(f"{os.uname().nodename}:/srv/***/a")
