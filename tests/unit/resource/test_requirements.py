"""What an engine lacks for a key: told before anything is done, and never guessed."""

from __future__ import annotations

import pytest

from runner.core.engine import Capabilities, Engine, Feature
from runner.kinds.container.options import FIELDS
from runner.resource.requirements import unsupported

ROWS = {row.name: row for row in FIELDS}


def engine(api_version: str = "1.41", *missing: Feature) -> Engine:
    return Engine("Docker", "20.10", api_version, "linux", "amd64", Capabilities(missing=frozenset(missing)))


@pytest.mark.parametrize(
    ("name", "feature"),
    [
        ("limits.memory_swap", Feature.SWAP_LIMIT),
        ("limits.oom_kill_disable", Feature.OOM_KILL_DISABLE),
        ("limits.pids", Feature.PIDS_LIMIT),
    ],
)
def test_a_limit_that_the_kernel_cannot_keep_is_refused(name: str, feature: Feature) -> None:
    lacking = [*unsupported(ROWS[name].keys, engine("1.41", feature))]
    assert [(lack.key, lack.code) for lack in lacking] == [(name, "engine-cannot")]


def test_an_ability_that_the_engine_does_not_tell_of_is_trusted() -> None:
    assert [*unsupported(ROWS["limits.memory_swap"].keys, engine())] == []


def test_versions_are_compared_by_number() -> None:
    assert [lack.code for lack in unsupported(ROWS["annotations"].keys, engine("1.9"))] == ["engine-too-old"]
    assert [*unsupported(ROWS["annotations"].keys, engine("1.100"))] == []


def test_a_part_of_a_value_counts_only_where_it_is_used() -> None:
    row = ROWS["volumes"]
    whole = row.codec.parse(["data:/data"])
    part = row.codec.parse([{"type": "volume", "source": "data", "target": "/data", "volume": {"subpath": "a"}}])
    assert [*unsupported(row.keys_of(whole), engine())] == []
    assert [lack.key for lack in unsupported(row.keys_of(part), engine())] == ["volumes.volume.subpath"]


def test_a_mac_address_of_the_first_network_needs_nothing_and_those_of_others_a_newer_engine() -> None:
    row, addressed = ROWS["networks"], {"mac_address": "02:42:0a:05:00:09"}
    first, second = (row.codec.parse(asked) for asked in ({"a": addressed, "b": {}}, {"a": {}, "b": addressed}))
    assert [*unsupported(row.keys_of(first), engine())] == []
    assert [lack.code for lack in unsupported(row.keys_of(second), engine("1.43"))] == ["engine-too-old"]
    assert [*unsupported(row.keys_of(second), engine("1.44"))] == []


def test_a_value_that_is_the_usual_one_asks_nothing_of_the_engine() -> None:
    row, unable = ROWS["limits.oom_kill_disable"], engine("1.41", Feature.OOM_KILL_DISABLE)
    assert [*unsupported(row.keys_of(False), unable)] == []
    assert [lack.key for lack in unsupported(row.keys_of(True), unable)] == ["limits.oom_kill_disable"]
