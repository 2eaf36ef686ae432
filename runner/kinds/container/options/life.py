"""How a container ends, comes back, and leaves word of it."""

from __future__ import annotations

import math
import signal
from collections.abc import Mapping
from typing import Any

from runner.core.plan import Effect
from runner.core.values import Value
from runner.resource.body import Binding, Body, at
from runner.resource.collections import MAP
from runner.resource.field import Field, constant, from_engine, inherited
from runner.resource.scalars import DURATION, SECOND, TEXT, matching, word


def _same_signal(desired: Value, live: Value) -> bool:
    """Compare signals, by name with and without SIG or by number."""
    return _signal(desired) == _signal(live)


def _signal(value: Value) -> str:
    name = str(value or "SIGTERM").upper()
    if name.isdigit():
        try:
            return signal.Signals(int(name)).name
        except ValueError:
            return name
    return name if name.startswith("SIG") else f"SIG{name}"


def _whole_seconds(value: Any) -> int:
    """Write nanoseconds as the whole seconds that the engine counts, rounded up."""
    return math.ceil(int(value) / SECOND)


def _from_seconds(value: Any) -> Value:
    """Read whole seconds as nanoseconds."""
    return None if value is None else int(value) * SECOND


def _same_seconds(desired: Value, live: Value) -> bool:
    """Compare durations by the whole seconds that the engine keeps."""
    return desired == live or (isinstance(desired, int) and _from_seconds(_whole_seconds(desired)) == live)


def _write_restart(value: Any) -> dict[str, Any]:
    """Write a restart policy."""
    name, _, count = str(value).partition(":")
    return {"Name": name, "MaximumRetryCount": int(count or 0)}


def _read_restart(value: Any) -> Value:
    """Read a restart policy; none at all is "no"."""
    policy = value or {}
    name, count = policy.get("Name") or "no", policy.get("MaximumRetryCount") or 0
    return f"{name}:{count}" if name == "on-failure" and count else name


LIFE = (
    Field(
        name="stop_signal",
        codec=matching(r"(SIG)?[A-Z0-9+-]+", "a signal such as SIGTERM"),
        doc="The signal that asks it to stop.",
        examples=("SIGINT", "SIGQUIT"),
        bind=at("Config.StopSignal"),
        default=inherited,
        same=_same_signal,
    ),
    Field(
        name="stop_grace_period",
        codec=DURATION,
        doc="How long it may take to stop before it is killed; the engine counts whole seconds.",
        examples=("1s", "3s"),
        bind=at("Config.StopTimeout", to=_whole_seconds, of=_from_seconds),
        same=_same_seconds,
    ),
    Field(
        name="restart",
        codec=matching(r"no|always|unless-stopped|on-failure(:\d+)?", "no, always, unless-stopped or on-failure[:N]"),
        doc="When the engine starts it again.",
        examples=("always", "on-failure:3"),
        bind=at("HostConfig.RestartPolicy", to=_write_restart, of=_read_restart),
        default=constant("no"),
        change=Effect.UPDATE,
        unset=Effect.UPDATE,
    ),
    Field(
        name="logging.driver",
        codec=word("a log driver such as json-file"),
        doc="Where its output goes.",
        examples=("json-file", "none"),
        bind=at("HostConfig.LogConfig.Type"),
        default=from_engine("log_driver", "json-file"),
    ),
    Field(
        name="logging.options",
        codec=MAP,
        doc="Options of the log driver.",
        examples=({"max-size": "1m"}, {"max-size": "2m"}),
        bind=at("HostConfig.LogConfig.Config", to=dict),
        keyed=True,
    ),
)


def _not_created(_value: Value, _body: Body) -> None:
    """Leave the create body alone: name and state come about by calls of their own."""


def _read_state(inspect: Mapping[str, Any]) -> Value:
    """Read whether it runs; one that is just being started again counts as running."""
    status = inspect["State"]["Status"]
    return "running" if status == "restarting" else status


def _vital(name: str, doc: str, bind: Binding) -> Field:
    return Field(name=name, codec=TEXT, doc=doc, examples=("", ""), bind=bind, change=Effect.UPDATE)


VITALS = (
    _vital("name", "Its name on the engine.", Binding(_not_created, lambda inspect: inspect["Name"].lstrip("/"))),
    _vital("state", "Whether it runs.", Binding(_not_created, _read_state)),
)
