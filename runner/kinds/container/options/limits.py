"""How much of the machine a container may use. All of it can be changed while it runs."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from runner.core.plan import Effect
from runner.core.values import Value
from runner.resource.body import at, unless_zero
from runner.resource.codec import Codec, Invalid
from runner.resource.field import Field
from runner.resource.scalars import SCALAR_SCHEMA, SIZE, integer, parse_size, show_size

_BILLION = 1_000_000_000


def parse_cpus(raw: Any) -> int:
    """Read a number of processors in billionths.

    >>> parse_cpus("0.5")
    500000000
    """
    try:
        cpus = Decimal(str(raw).strip())
    except InvalidOperation as error:
        raise Invalid(f'not a number of processors: "{raw}"', help="write a number such as 0.5") from error
    if not (cpus.is_finite() and cpus * _BILLION >= 1):
        raise Invalid(f'not a number of processors: "{raw}"', help="it must be more than 0")
    return int((cpus * _BILLION).to_integral_value())


def show_cpus(value: Value) -> Value:
    """Write billionths of a processor as a number of them."""
    return value / _BILLION if isinstance(value, int) else value


def parse_cpuset(raw: Any) -> str:
    """Read a set of processors, as the list of each of them.

    >>> parse_cpuset("4,0-2")
    '0,1,2,4'
    """
    try:
        return _spread(str(raw))
    except ValueError as error:
        raise Invalid(f'not a set of processors: "{raw}"', help='write numbers and ranges, such as "0-2,4"') from error


def _spread(cpus: str) -> str:
    numbers: set[int] = set()
    for part in filter(None, cpus.replace(" ", "").split(",")):
        first, _, last = part.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return ",".join(map(str, sorted(numbers)))


def _read_cpuset(value: Any) -> Value:
    """Read a set of processors, however it was written."""
    return _spread(value) if value else None


def parse_swap(raw: Any) -> int:
    """Read a size, or -1 for no bound."""
    return -1 if str(raw).strip() == "-1" else parse_size(raw)


def _write_pids(value: Any) -> int:
    """Write a limit on processes; no limit is -1, also to the update call, where 0 would change nothing."""
    return int(value) if value else -1


def _if_positive(value: Any) -> Value:
    """Read a number where zero and less mean that there is no limit."""
    return value if value and value > 0 else None


def _same_pids(desired: Value, live: Value) -> bool:
    """Compare limits on processes; -1 is none."""
    return _if_positive(desired) == _if_positive(live)


CPUS = Codec({"type": ["number", "string"]}, "a number of processors such as 0.5", parse_cpus, show_cpus)
CPUSET = Codec(SCALAR_SCHEMA, 'processors such as "0-1"', parse_cpuset)
SWAP = Codec({"type": ["number", "string"]}, "a size such as 128m, or -1", parse_swap, show_size)

# Zero means "leave it" to the update call: so most of them can be unset only by making the container anew.
LIMITS = (
    Field(
        name="limits.cpus",
        codec=CPUS,
        doc="How many processors' worth of time it may use.",
        examples=(0.5, 0.25),
        bind=at("HostConfig.NanoCpus", of=unless_zero),
        change=Effect.UPDATE,
    ),
    Field(
        name="limits.cpu_shares",
        codec=integer(2, phrase="a whole number from 2"),
        doc="Its weight when processors are scarce; 1024 is usual.",
        examples=(512, 256),
        bind=at("HostConfig.CpuShares", of=unless_zero),
        change=Effect.UPDATE,
    ),
    Field(
        name="limits.cpuset",
        codec=CPUSET,
        doc="The processors it may run on.",
        examples=("0", "0-1"),
        bind=at("HostConfig.CpusetCpus", of=_read_cpuset),
        change=Effect.UPDATE,
    ),
    Field(
        name="limits.memory",
        codec=SIZE,
        doc="How much memory it may use.",
        examples=("64m", "96m"),
        bind=at("HostConfig.Memory", of=unless_zero),
        change=Effect.UPDATE,
    ),
    Field(
        name="limits.memory_reservation",
        codec=SIZE,
        doc="How much memory it is left when memory is scarce.",
        examples=("32m", "16m"),
        bind=at("HostConfig.MemoryReservation", of=unless_zero),
        change=Effect.UPDATE,
    ),
    Field(
        name="limits.memory_swap",
        codec=SWAP,
        doc="Memory and swap together; -1 for as much swap as there is. Twice the memory when not given.",
        examples=("128m", -1),
        bind=at("HostConfig.MemorySwap", of=unless_zero),
        change=Effect.UPDATE,
    ),
    Field(
        name="limits.pids",
        codec=integer(-1, phrase="a whole number; -1 for no limit"),
        doc="How many processes it may have.",
        examples=(100, 50),
        bind=at("HostConfig.PidsLimit", to=_write_pids, of=_if_positive),
        same=_same_pids,
        change=Effect.UPDATE,
        unset=Effect.UPDATE,
    ),
)
