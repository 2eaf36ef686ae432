"""A bundle gives back what went into it, or says that it doesn't; what is not a bundle is never taken for one."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from runner.bundle.read import Bundle, open_bundle
from runner.bundle.sniff import is_tar
from runner.core.errors import EngineError, RunnerError
from tests.unit.bundle.archives import FILES, LAYERS, config, digest, new_archive, old_archive, write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a bundle goes."""
    return tmp_path / "demo.tar"


def content(bundle: Bundle, address: str) -> dict[str, bytes]:
    """Return what an engine is sent for one image."""
    stream = io.BytesIO(b"".join(bundle.image(address).chunks()))
    with tarfile.open(fileobj=stream) as tar:
        return {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]


@pytest.mark.parametrize("archive", [old_archive(), new_archive()], ids=["of old engines", "of new engines"])
def test_an_image_comes_out_whole_in_a_form_that_every_engine_takes(path: Path, archive: bytes) -> None:
    write(path, archive)

    members = content(open_bundle(path), "image.0")

    (described,) = json.loads(members["manifest.json"])
    assert described["RepoTags"] is None
    assert members[described["Config"]] == config(LAYERS)
    assert [members[name] for name in described["Layers"]] == list(LAYERS)
    (listed,) = json.loads(members["index.json"])["manifests"]
    manifest = json.loads(members[f"blobs/sha256/{listed['digest'].removeprefix('sha256:')}"])
    assert [layer["digest"] for layer in manifest["layers"]] == [f"sha256:{digest(layer)}" for layer in LAYERS]
    assert all(digest(held) == name.rpartition("/")[2] for name, held in members.items() if name.startswith("blobs/"))


def test_the_files_come_out_as_they_were(path: Path) -> None:
    write(path, old_archive())
    assert is_tar(path.read_bytes()[:512])
    assert open_bundle(path).files() == FILES


def test_what_several_images_share_is_there_once_whichever_engine_they_came_from(path: Path) -> None:
    more = (*LAYERS, b"on top", LAYERS[0])
    first, second = write(path, old_archive(), new_archive()).images.values()
    assert first == second
    write(path, old_archive(), new_archive(more), old_archive(more))
    with tarfile.open(path) as tar:
        names = tar.getnames()
    assert len(names) == len(set(names))
    assert sum(name.startswith("blobs/") for name in names) == len({*LAYERS, b"on top"}) + 4
    assert len(json.loads(content(open_bundle(path), "image.2")["manifest.json"])[0]["Layers"]) == len(more)


def test_the_same_content_makes_the_same_bundle(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.tar"
    write(path, old_archive())
    write(other, new_archive())
    assert sorted(_members(path)) == sorted(_members(other))


def _members(path: Path) -> list[tuple[str, bytes]]:
    with tarfile.open(path) as tar:
        return [(info.name, tar.extractfile(info).read()) for info in tar]  # type: ignore[union-attr]


def test_an_archive_that_breaks_off_or_lies_is_refused(path: Path) -> None:
    whole = new_archive()
    lying = new_archive((b"first layer", b"second")).replace(b"second", b"secund")
    for broken in (whole[:1500], whole[: len(whole) // 2], b"", b"x" * 2048, lying):
        with pytest.raises(EngineError, match="corrupt image"):
            write(path, broken)


def use(path: Path) -> tuple[object, ...]:
    """Read all that is in a bundle, as an apply does."""
    bundle = open_bundle(path)
    return bundle.contents, bundle.files(), content(bundle, "image.0")


def test_one_that_breaks_off_anywhere_is_told_from_a_whole_one(path: Path) -> None:
    write(path, old_archive((b"a", b"b")))
    whole = path.read_bytes()
    end = len(whole.rstrip(b"\0"))
    for length in [*range(0, end, 256), end - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(RunnerError, match=r"damaged|not a bundle"):
            use(path)


def test_a_changed_byte_anywhere_is_seen_or_makes_no_difference(path: Path) -> None:
    write(path, old_archive((b"a", b"b")))
    whole, wanted = path.read_bytes(), use(path)
    seen = 0
    for place in range(0, len(whole), 37):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            assert use(path) == wanted
        except RunnerError:
            seen += 1
    assert seen > 50


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../escape", tarfile.REGTYPE),
        ("files/../../escape", tarfile.REGTYPE),
        ("/etc/escape", tarfile.REGTYPE),
        ("files/link", tarfile.SYMTYPE),
        ("files/hard", tarfile.LNKTYPE),
        ("files/device", tarfile.CHRTYPE),
        ("other", tarfile.REGTYPE),
        ("files/workflow.yaml", tarfile.REGTYPE),
    ],
)
def test_members_that_no_bundle_has_are_refused(path: Path, name: str, kind: bytes) -> None:
    write(path, old_archive())
    with tarfile.open(path, "a") as tar:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(RunnerError, match="is not a valid bundle: unexpected"):
        open_bundle(path)


def test_other_tars_and_other_versions_are_told_apart(path: Path) -> None:
    path.write_bytes(old_archive())
    with pytest.raises(RunnerError, match="is not a bundle"):
        open_bundle(path)
    write(path, old_archive())
    path.write_bytes(path.read_bytes().replace(b'"version":"1"', b'"version":"2"', 1))
    with pytest.raises(RunnerError, match="is bundle version 2"):
        open_bundle(path)
