"""Block I/O limits of a container."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from runner.core.engine import Feature
from runner.core.plan import Effect
from runner.core.values import Value
from runner.resource.codec import Codec, Invalid
from runner.resource.engine_json import at, none_if_zero
from runner.resource.field import Field
from runner.resource.scalars import integer, normalize_path, parse_integer, parse_size, show_size
from runner.resource.service_binding import no_place


def _rates(parse: Callable[[Any], int], phrase: str, show: Callable[[Value], Value]) -> Codec:
    """Return a codec for a map from device to rate."""

    def parse_all(raw: Any) -> Value:
        return {_device(path): _rate(path, rate) for path, rate in raw.items()}

    def _rate(path: str, rate: Any) -> int:
        try:
            found = parse(rate)
        except Invalid as invalid:
            raise invalid.within(path) from None
        if found < 1:
            raise Invalid(f'rate must be positive: "{rate}"', path=(path,), help="omit the device for no limit")
        return found

    def show_all(value: Value) -> Value:
        return {path: show(rate) for path, rate in value.items()} if isinstance(value, Mapping) else value

    schema = {"type": "object", "additionalProperties": {"type": ["integer", "string", "number"]}}
    return Codec(schema, phrase, parse_all, show_all)


def _device(path: str) -> str:
    if not path.startswith("/dev/"):
        raise Invalid(f'not a device: "{path}"', path=(path,), help="write its path, such as /dev/sda")
    return normalize_path(path)


def _as_it_is(value: Value) -> Value:
    return value


BYTES = _rates(parse_size, "a map from device to bytes per second, such as {/dev/sda: 10m}", show_size)
OPERATIONS = _rates(parse_integer, "a map from device to operations per second, such as {/dev/sda: 100}", _as_it_is)


def _write(value: Any) -> list[dict[str, Any]]:
    """Write device → rate."""
    return [{"Path": path, "Rate": rate} for path, rate in value.items()]


def _read(value: Any) -> Value:
    """Read device → rate."""
    return {device["Path"]: device["Rate"] for device in value or ()}


def _limit(key: str, engine_key: str, doc: str, codec: Codec, examples: tuple[Any, Any]) -> Field:
    """Return the field of a rate; most engines silently accept an update of it and ignore it."""
    return Field(
        name=f"limits.io.{key}",
        codec=codec,
        doc=doc,
        examples=({"/dev/sda": examples[0]}, {"/dev/sda": examples[1]}),
        bind=at(f"HostConfig.{engine_key}", encode=_write, decode=_read),
        merged_by_key=True,
        service=no_place(),
        needs_feature=Feature[f"IO_{key.upper()}"],
    )


IO = (
    Field(
        name="limits.io.weight",
        codec=integer(10, 1000, phrase="a whole number from 10 to 1000"),
        doc="Relative block I/O weight; usually 500.",
        examples=(300, 600),
        bind=at("HostConfig.BlkioWeight", decode=none_if_zero),
        on_change=Effect.UPDATE,
        needs_feature=Feature.IO_WEIGHT,
        service=no_place(),
    ),
    _limit("read_bps", "BlkioDeviceReadBps", "Read limit in bytes per second.", BYTES, ("10m", "20m")),
    _limit("write_bps", "BlkioDeviceWriteBps", "Write limit in bytes per second.", BYTES, ("10m", "20m")),
    _limit("read_iops", "BlkioDeviceReadIOps", "Read limit in operations per second.", OPERATIONS, (100, 200)),
    _limit("write_iops", "BlkioDeviceWriteIOps", "Write limit in operations per second.", OPERATIONS, (100, 200)),
)
