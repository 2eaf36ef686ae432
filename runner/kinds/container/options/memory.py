"""Memory limits of a container, and what happens when memory runs out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from runner.core.plan import Effect
from runner.core.values import Value
from runner.resource.codec import Codec, Invalid
from runner.resource.engine_json import at, none_if_zero
from runner.resource.field import Field, constant
from runner.resource.requirements import SubRequirement
from runner.resource.scalars import BOOLEAN, SIZE, integer, parse_size, show_size

_LEAST = 6 * 1024**2
"""The minimum that Docker engines accept."""


def parse_memory(raw: Any) -> int:
    """Parse a size that is at least the minimum of engines."""
    size = parse_size(raw)
    if size < _LEAST:
        raise Invalid(f'too little memory: "{raw}"', help=f"{show_size(_LEAST)} is the least that engines take")
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
        doc="How much memory it may use.",
        examples=("64m", "96m"),
        bind=at("HostConfig.Memory", decode=none_if_zero),
        on_change=Effect.UPDATE,
        needs_fact="memory_limit",
    ),
    Field(
        name="limits.memory_reservation",
        codec=MEMORY_SIZE,
        doc="How much memory it is left when memory is scarce.",
        examples=("32m", "16m"),
        bind=at("HostConfig.MemoryReservation", decode=none_if_zero),
        on_change=Effect.UPDATE,
        needs_fact="memory_limit",
    ),
    Field(
        name="limits.memory_swap",
        codec=SWAP,
        doc="Memory and swap together; -1 for as much swap as there is. Twice the memory when not given.",
        examples=("128m", -1),
        bind=at("HostConfig.MemorySwap", decode=none_if_zero),
        on_change=Effect.UPDATE,
        needs_fact="swap_limit",
        made_from="limits.memory",
        parts=(SubRequirement(name="limits.memory_swap: -1", used=lambda swap: swap == -1),),
    ),
    Field(
        name="limits.memory_swappiness",
        codec=integer(0, 100, phrase="a whole number from 0 to 100"),
        doc="How readily its memory is swapped out: 0 for as late as possible.",
        examples=(10, 0),
        bind=at("HostConfig.MemorySwappiness", decode=_unless_negative),
        needs_fact="memory_swappiness",
    ),
    Field(
        name="limits.oom_kill_disable",
        codec=BOOLEAN,
        doc="Let its processes wait, instead of killing one, when it has used up its memory.",
        examples=(True, False),
        bind=at("HostConfig.OomKillDisable", decode=bool),
        default=constant(False),
        needs_fact="oom_kill_disable",
    ),
    Field(
        name="limits.oom_score_adj",
        codec=integer(-1000, 1000, phrase="a whole number from -1000 to 1000"),
        doc="How much sooner, or below 0 later, than others its processes are killed when memory runs out.",
        examples=(500, 100),
        bind=at("HostConfig.OomScoreAdj", decode=lambda value: value or 0),
        default=constant(0),
    ),
)
