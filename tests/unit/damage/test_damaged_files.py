"""Whatever is in a file or label that runner reads back, it is refused by its name or counts as nothing known.

`RUNNER_DAMAGES=2000` tries so many changes of each, `RUNNER_SEED=2` others.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import blake2b, sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from runner.app.rollback import load_recorded, recorded
from runner.app.source import Source
from runner.app.workspace import Workspace
from runner.bundle.headers import read_members
from runner.bundle.manifest import CONTENTS, SEAL
from runner.bundle.read import open_bundle
from runner.bundle.tar_writer import END, header, padding
from runner.cli.main import _run
from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.errors import CredentialsError, EngineUnreachable, RunnerError, UnusableFile
from runner.core.label_store import LabelRecord
from runner.core.run_lock import Holder
from runner.core.serialize import to_json
from runner.daemon.endpoints.discover import find_endpoint
from runner.daemon.podman.create_label import decode_label, encode_label
from runner.daemon.registry.credentials import credentials_for
from runner.document.access import Access
from runner.document.files import Files
from runner.document.root import ANYWHERE
from runner.engine.lock_queue import LeaseInfo, first_in, read_queue, ticket_labels, ticket_name
from runner.engine.process_id import Process
from runner.history.recorder import Recording, RunMetadata
from runner.history.snapshot import Snapshot, snapshot_json
from runner.history.store import Header, list_runs
from runner.resource.labels import APPLIED, NEEDS, read_applied, read_needs
from runner.views.plan_json import plan_json
from runner.workflow.build_context.cache import Cache
from runner.workflow.build_context.manifest import changes_since
from runner.workflow.build_context.stat_index import pack, unpack
from runner.workflow.lockfile import read_lock_file
from tests.harness.contexts import meta_of, write_context
from tests.unit.bundle.archives import new_archive
from tests.unit.bundle.archives import write as write_bundle
from tests.unit.damage.mutations import RAW, damaged_bytes, damaged_text
from tests.unit.examples import examples
from tests.unit.views import plans, streams

DAMAGES, SEED = int(os.environ.get("RUNNER_DAMAGES", examples(25))), int(os.environ.get("RUNNER_SEED", "1"))
NOWHERE = "unix:///nonexistent.sock"
WORKFLOW = "version: 1\nname: shop\nvariables: {A: '0'}\ncontainers: {web: {image: 'busybox:stable', command: [a]}}\n"
INVALID, UNREACHABLE, FINE = 2, 3, 0


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "SUDO_UID"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rounds(*what: object) -> Iterator[Random]:
    return (Random(f"{SEED} {number} {what}") for number in range(DAMAGES))


# --- saved plans


def saved(folder: Path) -> str:
    (folder / "workflow.yaml").write_text(WORKFLOW)
    plan = plan_json(plans.mixed())
    return json.dumps(
        {
            "format": "runner plan",
            "version": "1",
            "runner": "0.1.0",
            "created": "2026-01-01T00:00:00Z",
            "file": str(folder / "workflow.yaml"),
            "variables": {"A": "1"},
            "variable_files": [],
            "withheld": ["PW"],
            "atomic": False,
            "locked": False,
            "rebuild": False,
            "adopt": False,
            "targets": ["container.web"],
            "engine": {"id": "x", "address": "unix:///x"},
            "desired": {"container.web": {"image": "0a"}},
            "observed": {"container.web": {"image": "0a"}},
            "plan": plan,
        }
    )


def test_a_damaged_plan_is_refused_by_its_name(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = saved(home)
    for random in rounds("plan"):
        (home / "saved").write_bytes(damaged_text(text, random))
        assert _run(["apply", "saved", "-H", NOWHERE]) in (INVALID, UNREACHABLE)
        capsys.readouterr()


@pytest.mark.parametrize(
    ("key", "value"),
    [("file", 5), ("targets", [5]), ("observed", {"container.a": 5}), ("plan", {"changes": [{"diff": 5}]})],
)
def test_a_plan_with_a_wrong_type_is_refused_by_its_name(
    home: Path, capsys: pytest.CaptureFixture[str], key: str, value: Any
) -> None:
    (home / "saved").write_text(json.dumps({**json.loads(saved(home)), key: value}))
    assert _run(["apply", "saved", "-H", NOWHERE]) == INVALID
    told = capsys.readouterr().err
    assert '"saved" is not a complete saved plan' in told
    assert key in told


# --- bundles


def resealed(bundle: bytes, path: Path, change: Callable[[bytes], bytes]) -> bytes:
    """Return a bundle with other contents under a seal that fits them."""
    path.write_bytes(bundle)
    with path.open("rb") as stream:
        members = {one.name: bundle[one.offset : one.offset + one.size] for one in read_members(stream)}
    members[CONTENTS] = change(members[CONTENTS])
    members[SEAL] = sha256(members[CONTENTS]).hexdigest().encode()
    pieces = (header(name, len(content)) + content + padding(len(content)) for name, content in members.items())
    return b"".join(pieces) + END


def use(path: Path) -> None:
    try:
        bundle = open_bundle(path)
        bundle.files()
        for address in bundle.contents.images:
            for _ in bundle.image(address).chunks():
                pass
    except UnusableFile as error:
        assert str(path) in error.message  # noqa: PT017


def test_a_forged_bundle_is_refused_by_its_name(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = home / "demo.tar"
    write_bundle(path, new_archive((b"a", b"b")))
    bundle = path.read_bytes()
    for random in rounds("bundle"):
        path.write_bytes(resealed(bundle, path, lambda text, random=random: damaged_text(text.decode(), random)))
        use(path)
        assert _run(["validate", "demo.tar"]) in (INVALID, FINE)
        capsys.readouterr()


@pytest.mark.parametrize("raw", RAW, ids=range(len(RAW)))
def test_a_bundle_whose_contents_are_no_json_is_refused(home: Path, raw: bytes) -> None:
    path = home / "demo.tar"
    write_bundle(path, new_archive((b"a",)))
    path.write_bytes(resealed(path.read_bytes(), path, lambda _: raw))
    with pytest.raises(UnusableFile, match=r"demo\.tar.*is damaged"):
        open_bundle(path)


def test_a_damaged_tar_is_refused_by_its_name(home: Path) -> None:
    path = home / "demo.tar"
    write_bundle(path, new_archive((b"a", b"b")))
    bundle = path.read_bytes()
    for random in rounds("tar"):
        path.write_bytes(damaged_bytes(bundle, random))
        use(path)


def long_name(size: int, times: int = 1, kind: bytes = b"L") -> bytes:
    """Return headers that claim a name of so many bytes for what follows, each for the next one."""
    import tarfile

    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = kind, size
    return (info.tobuf(tarfile.GNU_FORMAT) + bytes(min(size, 512))) * times


@pytest.mark.parametrize(
    "headers",
    [
        long_name(8 << 30),
        long_name(1 << 40),
        long_name(512, 50_000),
        long_name(512, 50_000, b"x"),
        long_name(512, 2, b"S"),
    ],
    ids=["huge name", "larger", "chain of names", "chain of extended headers", "sparse"],
)
def test_headers_that_would_exhaust_memory_or_stack_are_refused(home: Path, headers: bytes) -> None:
    path = home / "demo.tar"
    write_bundle(path, new_archive((b"a",)))
    bundle = path.read_bytes()
    for content in (headers + bundle, bundle[:1024] + headers + bundle[1024:]):
        path.write_bytes(content)
        with path.open("r+b") as stream:
            stream.truncate(16 << 30)  # a hole: what is claimed is there
        with pytest.raises(UnusableFile, match=r"demo\.tar"):
            open_bundle(path)


# --- records


def record(folder: Path) -> Path:
    snapshot = Snapshot(
        file=str(folder / "workflow.yaml"),
        files={str(folder / "workflow.yaml"): WORKFLOW.encode(), "/bytes": b"\xff"},
        variables={"A": "1"},
        sensitive=("PW",),
        declared={"container.web": {"image": "0a"}},
    )
    subject = RunMetadata(
        Header(file="/workflow.yaml"),
        {"plan.json": plan_json(plans.mixed()), "snapshot.json": snapshot_json(snapshot)},
        lambda: {"image.web": {"id": "sha256:1", "digests": ["a@sha256:1"]}},
    )
    recording = Recording(lambda: folder / "runner", subject, print)
    for one in streams.first_apply():
        recording.show(one)
    recording.close()
    (run,) = list_runs(folder / "runner", "shop")
    log = run.folder / "events.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    more = [json.dumps(to_json(one)) + "\n" for one in streams.Stream().add(*streams.all_events()).records]
    log.write_text("".join([lines[0], *more, *lines[1:]]))
    return run.folder


@pytest.mark.parametrize("name", ["run.json", "plan.json", "snapshot.json", "images.json", "events.jsonl"])
def test_a_damaged_record_is_passed_over_or_refused_by_its_name(
    home: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    file = record(home) / name
    lines = file.read_text().splitlines(keepends=True)
    for random in rounds(name):
        at = random.choice((0, len(lines) - 1, random.randrange(len(lines))))
        damaged = damaged_text(lines[at], random) + (b"\n" if name == "events.jsonl" else b"")
        file.write_bytes("".join(lines[:at]).encode() + damaged + "".join(lines[at + 1 :]).encode())
        for command in (["history", "shop"], ["show", "2", "shop"], ["show", "2", "shop", "-o", "json"]):
            assert _run(command) in (INVALID, FINE)
        assert _run(["rollback", "2", "shop", "-H", NOWHERE]) in (INVALID, UNREACHABLE)
        go_back(home)
        capsys.readouterr()


def go_back(home: Path) -> None:
    """Read the workflow out of the record, as a rollback does once it has an engine."""
    for run in list_runs(home / "runner", "shop"):
        with suppress(RunnerError):
            load_recorded(recorded(run).snapshot, Source(""), {}, Workspace.for_user(os.environ))


# --- lock files, caches


def test_a_damaged_lock_file_is_a_finding_with_its_place(home: Path) -> None:
    lock = f"version: 1\nworkflow: shop\nimages:\n  a:1:\n    digest: sha256:{'a' * 64}\n    platforms: [linux/amd64]\n"
    for random in rounds("lock"):
        content = damaged_text(json.dumps({"version": 1, "workflow": "shop", "images": {"a:1": {"id": "5"}}}), random)
        for damaged in (damaged_bytes(lock.encode(), random), content):
            (home / "shop.lock.yaml").write_bytes(damaged)
            found: list[Diagnostic] = []
            lock_file = read_lock_file(home / "shop.lock.yaml", "shop", found, {}, Files(Access(ANYWHERE)))
            assert (lock_file is None) == bool(found)


def test_a_damaged_cache_is_nothing_known(home: Path) -> None:
    cache = Cache(home / "cache")
    index = pack({(1, 2, 3, 4, 5): (True, bytes(32)), (2, 2, 3, 4, 5): (False, bytes(32))}, 7)
    for random in rounds("cache"):
        cache.put("aaaaaaaaaaaa.manifest", damaged_text(json.dumps({"a": "1", "src/": "2", "src/c": "3"}), random))
        cache.put("bbbbbbbbbbbb.manifest", b'{"a": "2"}')
        changes_since(cache, "a" * 12, "b" * 12)
        unpack(damaged_bytes(index, random), 10)
        blob = home / "cache" / "aaaaaaaaaaaa.manifest"
        blob.write_bytes(damaged_bytes(blob.read_bytes(), random))
        assert cache.get(blob.name) is None or blake2b(blob.read_bytes())


# --- labels


def texts(random: Random, text: str) -> str:
    return damaged_text(text, random).decode(errors="replace")


def test_damaged_labels_are_nothing_known() -> None:
    applied, needs = json.dumps({"image": "0a", "environment": {"A": "1b"}}), json.dumps(["network.default"])
    pledge = LeaseInfo(
        Holder("ada", "laptop", 1, "2", "apply", "2026-01-01T00:00:00Z"), Process("here", 1, "2"), number=1
    )
    ticket, labels = ticket_name("shop", "ab", 1), ticket_labels("shop", pledge)
    asked = {"Healthcheck": {"Test": ["CMD", "true"]}, "HostConfig": {"Binds": ["/a:/b"], "Init": True}}
    told = encode_label(asked)["Labels"]
    for random in rounds("labels"):
        for value in read_applied({APPLIED: texts(random, applied)}).values():
            assert isinstance(value, str) or all(isinstance(one, str) for one in value.values())
        assert all(isinstance(one, Address) for one in read_needs({NEEDS: texts(random, needs)}))
        damaged = {label: texts(random, text) if "{" in text else text for label, text in labels.items()}
        first = first_in(read_queue("shop", [LabelRecord(ticket, damaged, 0)]).values())
        assert first is not None
        assert str(first.holder)
        first.expiry_reason(0)
        ((name, text),) = told.items()
        recalled = decode_label({"Config": {"Labels": {name: texts(random, text)}}, "HostConfig": {}})
        assert isinstance(recalled["HostConfig"].get("Binds") or [], list)


# --- the docker client's files


def test_damaged_files_of_the_docker_client_are_refused_by_their_name(home: Path) -> None:
    folder = home / ".docker"
    write_context(folder, "far", "tcp://far:2376")
    config = {"currentContext": "far", "auths": {"a.test": {"auth": "YTpi"}}, "credHelpers": {"b.test": "none"}}
    meta = meta_of(folder, "far").read_text()
    for random in rounds("docker"):
        (folder / "config.json").write_bytes(damaged_text(json.dumps(config), random))
        for ask in (
            lambda: find_endpoint(None, None, {"HOME": str(home)}),
            lambda: credentials_for({"HOME": str(home)}, "a.test"),
        ):
            try:
                ask()
            except UnusableFile as error:
                assert "config.json" in error.message or "meta.json" in error.message  # noqa: PT017
            except (EngineUnreachable, CredentialsError):
                pass
        (folder / "config.json").write_text(json.dumps(config))
        meta_of(folder, "far").write_bytes(damaged_text(meta, random))
        try:
            find_endpoint(None, "far", {"HOME": str(home)})
        except UnusableFile as error:
            assert "meta.json" in error.message  # noqa: PT017
        except EngineUnreachable:
            pass
