"""Memory limits of a container, and what happens when memory runs out."""

from __future__ import annotations

from typing import Any

from runner.core.engine import Feature
from runner.core.plan import Effect
from runner.core.struct import replace
from runner.core.values import Value
from runner.resource.codec import Codec, Invalid
from runner.resource.engine_json import at, none_if_zero
from runner.resource.field import Field, constant
from runner.resource.requirements import SubRequirement
from runner.resource.scalars import BOOLEAN, SIZE, integer, parse_size, show_size
from runner.resource.service_binding import InService, no_place

_LEAST = 6 * 1024**2
"""The minimum that Docker engines accept."""


def parse_memory(raw: Any) -> int:
    """Parse a size that is at least the minimum of engines."""
    size = parse_size(raw)
    if size < _LEAST:
        raise Invalid(f'memory too low: "{raw}"', help=f"{show_size(_LEAST)} is the minimum")
    return size


def parse_swap(raw: Any) -> int:
    """Parse a size, or -1 for unlimited swap."""
    return -1 if str(raw).strip() == "-1" else parse_size(raw)


def _unless_negative(value: Any) -> Value:
    """Read a number; a negative one means unset."""
    return None if value is None or value < 0 else int(value)


MEMORY_SIZE = replace(SIZE, parse=parse_memory)
SWAP = Codec({"type": ["number", "string"]}, "a size such as 128m, or -1", parse_swap, show_size)

MEMORY = (
    Field(
        name="limits.memory",
        codec=MEMORY_SIZE,
        doc="Memory limit.",
        examples=("64m", "96m"),
        bind=at("HostConfig.Memory", decode=none_if_zero),
        on_change=Effect.UPDATE,
        needs_feature=Feature.MEMORY_LIMIT,
        service=InService(bind=at("TaskTemplate.Resources.Limits.MemoryBytes", decode=none_if_zero)),
    ),
    Field(
        name="limits.memory_reservation",
        codec=MEMORY_SIZE,
        doc="Memory reserved for it under memory pressure.",
        examples=("32m", "16m"),
        bind=at("HostConfig.MemoryReservation", decode=none_if_zero),
        on_change=Effect.UPDATE,
        needs_feature=Feature.MEMORY_LIMIT,
        service=InService(
            bind=at("TaskTemplate.Resources.Reservations.MemoryBytes", decode=none_if_zero),
            note="On a swarm it is what a node must have left for a task to start there, and nothing after that.",
        ),
    ),
    Field(
        name="limits.memory_swap",
        codec=SWAP,
        doc="Limit of memory plus swap; -1 for unlimited swap. Default: twice the memory.",
        examples=("128m", -1),
        bind=at("HostConfig.MemorySwap", decode=none_if_zero),
        on_change=Effect.UPDATE,
        needs_feature=Feature.SWAP_LIMIT,
        made_from="limits.memory",
        parts=(SubRequirement(name="limits.memory_swap: -1", used=lambda swap: swap == -1),),
        service=no_place("omit it: a task may use as much swap as memory"),
    ),
    Field(
        name="limits.memory_swappiness",
        codec=integer(0, 100, phrase="a whole number from 0 to 100"),
        doc="Swappiness of its memory: 0 to avoid swapping.",
        examples=(10, 0),
        bind=at("HostConfig.MemorySwappiness", decode=_unless_negative),
        needs_feature=Feature.MEMORY_SWAPPINESS,
        service=no_place(),
    ),
    Field(
        name="limits.oom_kill_disable",
        codec=BOOLEAN,
        doc="Pause its processes instead of killing one when it is out of memory.",
        examples=(True, False),
        bind=at("HostConfig.OomKillDisable", decode=bool),
        default=constant(False),
        needs_feature=Feature.OOM_KILL_DISABLE,
        service=no_place(),
    ),
    Field(
        name="limits.oom_score_adj",
        codec=integer(-1000, 1000, phrase="a whole number from -1000 to 1000"),
        doc="OOM score adjustment: higher values are killed first when memory runs out.",
        examples=(500, 100),
        bind=at("HostConfig.OomScoreAdj", decode=lambda value: value or 0),
        default=constant(0),
        service=InService(
            bind=at("TaskTemplate.ContainerSpec.OomScoreAdj", decode=lambda value: value or 0),
            default=0,
            needs_api="1.46",
        ),
    ),
)
