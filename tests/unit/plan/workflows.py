"""Random workflows for property tests: what rests on what is another matter in each of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

_NAMES = ("a", "b", "c", "d", "e")
_OPTIONS = st.sampled_from([None, {"team": "a"}, {"team": "b"}])


@st.composite
def workflow_texts(draw: st.DrawFn) -> str:
    """Draw a workflow without its head, as JSON, which is YAML too."""
    images = {name: _image(draw, index) for index, name in enumerate(_subset(draw))}
    networks = {name: {"labels": draw(_OPTIONS) or {}} for name in _subset(draw)}
    volumes = {name: {"labels": draw(_OPTIONS) or {}} for name in _subset(draw)}
    containers: dict[str, Any] = {}
    for name in draw(st.permutations(_NAMES))[: draw(st.integers(0, 5))]:
        containers[name] = _container(draw, images, networks, volumes, containers)
    sections = {"images": images, "networks": networks, "volumes": volumes, "containers": containers}
    return "".join(f"{section}: {json.dumps(entries)}\n" for section, entries in sections.items())


def _subset(draw: st.DrawFn) -> list[str]:
    return draw(st.lists(st.sampled_from(_NAMES[:3]), unique=True))


def _image(draw: st.DrawFn, index: int) -> Mapping[str, Any]:
    """Draw a build; one after the first may rest on another of the workflow, in either direction of their names."""
    base = draw(st.sampled_from(["busybox", "shop-a" if index and draw(st.booleans()) else "busybox:2"]))
    return {"build": {"dockerfile_inline": f"FROM {base}\nRUN {draw(st.sampled_from('xy'))}"}, "tag": f"own-{index}"}


def _container(
    draw: st.DrawFn, images: Any, networks: Any, volumes: Any, before: Mapping[str, Any]
) -> Mapping[str, Any]:
    entry: dict[str, Any] = {
        "image": draw(st.sampled_from(["nginx", *images])),
        "replicas": draw(st.integers(0, 2)),
        "command": draw(st.sampled_from(["x", "y"])),
        "networks": draw(st.lists(st.sampled_from(["default", *networks]), unique=True)),
        "volumes": [f"{name}:/{name}" for name in draw(st.lists(st.sampled_from([*volumes]), unique=True))]
        if volumes
        else [],
        "depends_on": draw(st.lists(st.sampled_from([*before]), unique=True)) if before else [],
    }
    there = [name for name, other in before.items() if other["replicas"]]
    if there and draw(st.integers(0, 4)) == 0:
        del entry["networks"]
        entry["network_mode"] = f"container:{draw(st.sampled_from(there))}"
    if draw(st.booleans()):
        entry["limits"] = {"memory": draw(st.sampled_from(["32m", "64m"]))}
    return entry
