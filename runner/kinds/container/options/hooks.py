"""Lifecycle hooks: commands that runner executes in a container after it has started it, or before it stops it.

No engine knows them. They are recorded in runner's own labels, so that a container is stopped by the hooks that it was
created with, whatever the file says by now.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from runner.core.decode import decode_hint
from runner.core.plan import Effect, FieldDiff
from runner.core.state import ObservedResource
from runner.core.struct import Struct, field, to_builtins
from runner.core.values import Value, as_map
from runner.resource.codec import Codec, Invalid
from runner.resource.collections import ENVIRONMENT, parse_environment
from runner.resource.engine_json import STORED_IN_LABEL
from runner.resource.field import Field
from runner.resource.labels import is_digest
from runner.resource.scalars import ARGV, BOOLEAN, SCALAR_SCHEMA, parse_argv, parse_boolean, show_argv, without_null
from runner.resource.service_binding import of_one_engine

POST_START, PRE_STOP = HOOK_KEYS = ("post_start", "pre_stop")


class Hook(Struct, kw_only=True):
    """A command to execute in a running container; what isn't given is as for the container's own program."""

    command: tuple[str, ...]
    user: str = ""
    working_dir: str = ""
    environment: Mapping[str, str | None] = field(default_factory=dict)
    """None stands for the caller's variable."""
    privileged: bool = False

    @property
    def shown(self) -> str:
        """The command on one line."""
        return str(show_argv(self.command))


def hooks_in(value: object) -> tuple[Hook, ...]:
    """Return the hooks of a value of the table, in order."""
    return tuple(hook for hook in recorded_hooks(value, {}) if hook is not None)


def recorded_hooks(recorded: object, declared: object) -> tuple[Hook | None, ...]:
    """Return the hooks of a record, in order; None for one that had something sensitive.

    Of such a hook only a digest is recorded: it is known as long as the declared one is the same.
    """
    texts, others = as_map(recorded), as_map(declared)
    return tuple(_read(_known(texts[key], others.get(key))) for key in sorted(texts, key=lambda key: (len(key), key)))


def _known(text: Value, declared: Value) -> Value:
    return declared if is_digest(text, declared) else text


def _read(text: object) -> Hook | None:
    hook: Hook | None = decode_hint(Hook, str(text), None)
    return hook


def write_hooks(hooks: Iterator[Hook]) -> dict[str, Value]:
    """Return hooks as a value of the table: the JSON of each, by its number from 1."""
    return {str(number): _write(hook) for number, hook in enumerate(hooks, 1)}


def _write(hook: Hook) -> str:
    given = {key: value for key, value in to_builtins(hook).items() if value}
    return json.dumps(given, sort_keys=True, separators=(",", ":"))


def without_past_hooks(live: ObservedResource, diff: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
    """Leave out the post_start hooks of a container that is yet to be adopted: who started it saw to that."""
    return diff if live.owned else tuple(found for found in diff if not found.path.startswith(f"{POST_START}."))


def _parse(raw: Any) -> dict[str, Value]:
    return write_hooks(_parse_one(index, given) for index, given in enumerate(raw))


def _parse_one(index: int, given: Mapping[str, Any]) -> Hook:
    try:
        return Hook(
            command=_command(given["command"]),
            user=without_null(str(given.get("user", "")), "user"),
            working_dir=without_null(str(given.get("working_dir", "")), "working_dir"),
            environment=as_map(parse_environment(given.get("environment", {}))),  # type: ignore[arg-type]
            privileged=parse_boolean(given.get("privileged", False)),
        )
    except Invalid as invalid:
        raise invalid.within(index) from None


def _command(given: Any) -> tuple[str, ...]:
    command = parse_argv(given)
    if not command:
        raise Invalid("an empty command", path=("command",), help="write the command to execute")
    return command


def _show(value: Value) -> Value:
    """Write each hook on one line."""
    return {key: _shown(text) for key, text in value.items()} if isinstance(value, Mapping) else value


def _shown(text: Value) -> Value:
    hook = _read(text)
    if hook is None:
        return text
    more = [f"user {hook.user}"] if hook.user else []
    more += [f"in {hook.working_dir}"] if hook.working_dir else []
    more += [f"{name}={value}" for name, value in hook.environment.items()]
    more += ["privileged"] if hook.privileged else []
    return f"{hook.shown} ({', '.join(more)})" if more else hook.shown


_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "command": ARGV.described,
            "user": SCALAR_SCHEMA,
            "working_dir": SCALAR_SCHEMA,
            "environment": ENVIRONMENT.described,
            "privileged": BOOLEAN.described,
        },
        "required": ["command"],
        "additionalProperties": False,
    },
}
HOOK_LIST = Codec(_SCHEMA, "a list of hooks, each with a command", _parse, _show)

HOOKS = (
    Field(
        name=POST_START,
        codec=HOOK_LIST,
        doc="Commands to execute in it, in order, each time that runner has started it, before it counts as ready; "
        "a failure is that of the container. See docs/hooks.md.",
        examples=(
            [{"command": ["touch", "/tmp/started"]}],
            [{"command": "touch started", "user": "nobody", "working_dir": "/tmp", "environment": {"A": "b"}}],
        ),
        bind=STORED_IN_LABEL,
        merged_by_key=True,
        service=of_one_engine("do it in the command, or in a job"),
    ),
    Field(
        name=PRE_STOP,
        codec=HOOK_LIST,
        doc="Commands to execute in it, in order, before runner stops it; a failure is a warning, and it is stopped "
        "all the same. See docs/hooks.md.",
        examples=([{"command": ["touch", "/tmp/stopping"]}], [{"command": "touch /tmp/ended", "privileged": True}]),
        bind=STORED_IN_LABEL,
        merged_by_key=True,
        on_change=Effect.UPDATE,
        on_unset=Effect.UPDATE,
        service=of_one_engine("do it in the program, when it gets its stop_signal"),
    ),
)
