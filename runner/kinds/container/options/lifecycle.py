"""How a container is stopped and restarted, and where its output is logged."""

from __future__ import annotations

import math
import signal
from collections.abc import Iterator, Mapping
from typing import Any

from runner.core.plan import Effect
from runner.core.values import Value, is_decimal
from runner.kinds.container.names import STARTING
from runner.resource.codec import Invalid
from runner.resource.collections import MAP
from runner.resource.engine_json import Binding, Body, at
from runner.resource.field import FROM_IMAGE, Field, constant, equal, from_engine
from runner.resource.scalars import DURATION, SECOND, TEXT, matching, word
from runner.resource.service_binding import InService, Late


def _same_signal(desired: Value, live: Value) -> bool:
    """Compare signals, by name with and without SIG or by number."""
    return signal_name(desired) == signal_name(live)


def _same_set_signal(desired: Value, live: Value) -> bool:
    """Compare signals; an unset one is the image's."""
    return bool(desired) == bool(live) and _same_signal(desired, live)


def signal_name(value: Value) -> str:
    """Return the usual name of a signal, such as SIGTERM; engines report other names, numbers or nothing.

    >>> [signal_name(told) for told in ("int", "15", "", "RTMIN+3")]
    ['SIGINT', 'SIGTERM', 'SIGTERM', 'SIGRTMIN+3']
    """
    name = str(value or "SIGTERM").upper()
    if is_decimal(name):
        try:
            return signal.Signals(int(name)).name
        except ValueError:
            return name
    return name if name.startswith("SIG") else f"SIG{name}"


_NAMES = (
    "ABRT|ALRM|BUS|CHLD|CLD|CONT|FPE|HUP|ILL|INT|IO|IOT|KILL|PIPE|POLL|PROF|PWR|QUIT|SEGV|STKFLT|STOP|SYS|TERM|TRAP"
    "|TSTP|TTIN|TTOU|URG|USR1|USR2|VTALRM|WINCH|XCPU|XFSZ|RTMIN([+]([1-9]|1[0-5]))?|RTMAX(-([1-9]|1[0-4]))?"
)
SIGNAL = matching(rf"(?i:(SIG)?({_NAMES}))|0*([1-9]|[1-5][0-9]|6[0-4])", "a signal such as SIGTERM")
"""The signals that engines accept: those of Linux, whatever this machine has."""


def _whole_seconds(value: Any) -> int:
    """Convert nanoseconds to the whole seconds that the engine counts, rounded up."""
    return math.ceil(int(value) / SECOND)


def _from_seconds(value: Any) -> Value:
    """Convert whole seconds to nanoseconds."""
    return None if value is None else int(value) * SECOND


def _same_seconds(desired: Value, live: Value) -> bool:
    """Compare durations by the whole seconds that the engine stores."""
    return desired == live or (isinstance(desired, int) and _from_seconds(_whole_seconds(desired)) == live)


def _write_restart(value: Any) -> dict[str, Any]:
    """Write a restart policy."""
    name, _, count = str(value).partition(":")
    return {"Name": name, "MaximumRetryCount": int(count or 0)}


def _read_restart(value: Any) -> str:
    """Read a restart policy; a missing one is "no", and a missing count is unlimited."""
    policy = value or {}
    name, count = policy.get("Name") or "no", policy.get("MaximumRetryCount") or 0
    return f"{name}:{count}" if name == "on-failure" and count else name


def _refuse_without_driver(value: Value, values: Mapping[str, Value]) -> Iterator[Invalid]:
    """Yield an error for options alone: no node has a log driver without a name."""
    if value and "logging.driver" not in values:
        yield Invalid("a service's log options need a driver", help="add driver, such as json-file")


LIFE = (
    Field(
        name="stop_signal",
        codec=SIGNAL,
        doc="The signal to stop it.",
        examples=("SIGINT", "SIGQUIT"),
        bind=at("Config.StopSignal"),
        default=FROM_IMAGE,
        equals=_same_signal,
        service=InService(bind=at("TaskTemplate.ContainerSpec.StopSignal"), equals=_same_set_signal),
    ),
    Field(
        name="stop_grace_period",
        codec=DURATION,
        doc="How long to wait for it to stop before killing it, in whole seconds.",
        examples=("1s", "3s"),
        bind=at("Config.StopTimeout", encode=_whole_seconds, decode=_from_seconds),
        equals=_same_seconds,
        service=InService(bind=at("TaskTemplate.ContainerSpec.StopGracePeriod"), default=10 * SECOND, equals=equal),
    ),
    Field(
        name="logging.driver",
        codec=word("a log driver such as json-file"),
        doc="The log driver.",
        examples=("json-file", "none"),
        bind=at("HostConfig.LogConfig.Type"),
        default=from_engine(lambda engine: engine.log_driver, "json-file"),
        service=InService(bind=at("TaskTemplate.LogDriver.Name")),
    ),
    Field(
        name="logging.options",
        codec=MAP,
        doc="Options of the log driver.",
        examples=({"max-size": "1m"}, {"max-size": "2m"}),
        bind=at("HostConfig.LogConfig.Config", encode=dict),
        merged_by_key=True,
        service=InService(bind=at("TaskTemplate.LogDriver.Options", encode=dict), refuse=_refuse_without_driver),
    ),
)

RESTART = Field(
    name="restart",
    codec=matching(
        r"no|always|unless-stopped|on-failure(:\d+)?",
        "no, always, unless-stopped or on-failure[:N]",
        clean=lambda text: _read_restart(_write_restart(text)),
    ),
    doc="The restart policy.",
    examples=("always", "on-failure:3"),
    bind=at("HostConfig.RestartPolicy", encode=_write_restart, decode=_read_restart),
    default=constant("no"),
    on_change=Effect.UPDATE,
    on_unset=Effect.UPDATE,
    service=Late("runner.kinds.container.in_service.process:RESTART"),
)


def _not_created(_value: Value, _body: Body) -> None:
    """Leave the create body unchanged: name and state are set by separate calls."""


def _read_name(inspect: Mapping[str, Any]) -> Value:
    """Read the name, which a container that is starting is to have in the end."""
    return str(inspect["Name"]).lstrip("/").removesuffix(STARTING)


def _read_state(inspect: Mapping[str, Any]) -> Value:
    """Read the state; a container that the engine is restarting counts as running, but not one that is starting."""
    status = str(inspect["State"]["Status"])
    if status in ("running", "restarting"):
        return "starting" if inspect["Name"].endswith(STARTING) else "running"
    return status


def _vital(name: str, doc: str, bind: Binding) -> Field:
    return Field(name=name, codec=TEXT, doc=doc, examples=("", ""), bind=bind, on_change=Effect.UPDATE)


def _read_outcome(inspect: Mapping[str, Any]) -> Value:
    """Read the outcome of a container that has exited, else its status."""
    state = inspect["State"]
    if state["Status"] != "exited":
        return str(state["Status"])
    return f"failed (exit {state['ExitCode']})" if state["ExitCode"] else SUCCEEDED


SUCCEEDED = "succeeded"
"""The state of a container that exited with code 0."""
COMPLETED = "completed"
"""The state of one that exited with code 0 by itself, among those that usually keep running."""
NAME = _vital("name", "Its name on the engine.", Binding(_not_created, _read_name))
STATE = _vital("state", "Whether it runs.", Binding(_not_created, _read_state))
OUTCOME = _vital("state", "Its result.", Binding(_not_created, _read_outcome))
