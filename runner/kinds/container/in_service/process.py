"""What runs in a service's tasks, how it is started again, and on which platform."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runner.core.values import Value
from runner.kinds.container.in_service.templates import refuse_templates
from runner.kinds.container.options.process import read_variables, write_variables
from runner.resource.codec import Invalid
from runner.resource.engine_json import Binding, Body, at, get, put
from runner.resource.image_reference import familiar
from runner.resource.service_binding import InService

_RESTART = "TaskTemplate.RestartPolicy"
_ON_FAILURE = "on-failure"
_CONDITIONS = {"no": "none", "always": "any", "unless-stopped": "any", _ON_FAILURE: _ON_FAILURE}


def _same_image(desired: Value, live: Value) -> bool:
    """Compare images by name; one that is declared by its digest alone may have any tag.

    >>> _same_image("shop/web@sha256:0f", "shop/web:1@sha256:0f"), _same_image("shop/web:2", "shop/web:1")
    (True, False)
    """
    wanted, there = str(desired), str(live)
    if "@" not in wanted or wanted == there:
        return wanted == there
    name = wanted.partition("@")[0]
    return ":" not in name.rpartition("/")[2] and familiar(there) == wanted


def _refuse_no_command(value: Value, values: Mapping[str, Value]) -> Iterator[Invalid]:
    if not value and "command" in values and "entrypoint" not in values:
        help = "write entrypoint, too: it clears the image's command"
        yield Invalid("a service can't clear the image's command alone", help=help)


def _write_restart(value: Value, body: Body) -> None:
    name, _, count = str(value).partition(":")
    put(body, f"{_RESTART}.Condition", _CONDITIONS[name])
    if count:
        put(body, f"{_RESTART}.MaxAttempts", int(count))


def _read_restart(spec: Mapping[str, Any]) -> Value:
    value = get(spec, _RESTART)
    if not value:
        return None
    condition, count = value.get("Condition") or "any", value.get("MaxAttempts")
    if condition == _ON_FAILURE and count:
        return f"{condition}:{count}"
    return next((name for name, meant in _CONDITIONS.items() if meant == condition), str(condition))


def _same_restart(desired: Value, live: Value) -> bool:
    """Compare policies; a swarm has one word for always and unless-stopped, and it is the default."""
    return _condition(desired) == _condition(live)


def _condition(value: Value) -> str:
    return "always" if value in (None, "unless-stopped") else str(value)


def _write_platforms(value: Any) -> list[dict[str, str]]:
    """Write platforms, each as OS/ARCHITECTURE."""
    pairs = (str(one).partition("/") for one in ((value,) if isinstance(value, str) else value))
    return [{"OS": system, "Architecture": architecture} for system, _, architecture in pairs]


def _read_platforms(value: Any) -> tuple[str, ...]:
    """Read platforms."""
    return tuple(sorted(f"{one.get('OS', '')}/{one.get('Architecture', '')}" for one in value or ()))


def _read_platform(value: Any) -> Value:
    platforms = _read_platforms(value)
    return platforms[0] if len(platforms) == 1 else platforms or None


def _refuse_variants(value: Value, _values: Mapping[str, Value]) -> Iterator[Invalid]:
    """Yield an error for each platform with a variant: nodes don't tell theirs."""
    for index, platform in enumerate(value if isinstance(value, tuple) else (value,)):
        if str(platform).count("/") > 1:
            help = f"write {str(platform).rpartition('/')[0]}, and a constraint where that is not enough"
            path = (index,) if isinstance(value, tuple) else ()
            yield Invalid(f'nodes have no variant as in "{platform}"', path=path, help=help)


def _refuse_two_platforms(value: Value, values: Mapping[str, Value]) -> Iterator[Invalid]:
    if "platform" in values:
        yield Invalid('"place.platforms" conflicts with "platform"', help="omit one of them")
    yield from _refuse_variants(value, values)


IMAGE = InService(bind=at("TaskTemplate.ContainerSpec.Image"), equals=_same_image)
ENVIRONMENT = InService(
    bind=at("TaskTemplate.ContainerSpec.Env", encode=write_variables, decode=read_variables), refuse=refuse_templates
)
HOSTNAME = InService(bind=at("TaskTemplate.ContainerSpec.Hostname"), refuse=refuse_templates)
COMMAND = InService(
    bind=at("TaskTemplate.ContainerSpec.Args", encode=list, decode=lambda words: tuple(words or ())),
    refuse=_refuse_no_command,
)
RESTART = InService(
    bind=Binding(_write_restart, _read_restart, _RESTART),
    default="always",
    equals=_same_restart,
    note="On a swarm, always is the default, and unless-stopped the same.",
)
PLATFORM = InService(
    bind=at("TaskTemplate.Placement.Platforms", encode=_write_platforms, decode=_read_platform), refuse=_refuse_variants
)
PLATFORMS = InService(
    bind=at("TaskTemplate.Placement.Platforms", encode=_write_platforms, decode=_read_platforms),
    refuse=_refuse_two_platforms,
)
