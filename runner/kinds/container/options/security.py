"""Security options of a container: seccomp, AppArmor, SELinux and the like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from runner.core.lazy_pattern import lazy_pattern
from runner.core.values import Value, as_map
from runner.kinds.container.options.seccomp import is_profile, parse_profile, show_profile
from runner.resource.codec import Codec, Invalid
from runner.resource.engine_json import Binding, Body, get, put
from runner.resource.field import Field
from runner.resource.requirements import SubRequirement
from runner.resource.scalars import SCALAR_SCHEMA
from runner.resource.service_binding import Late

_OPTION = lazy_pattern(r"([^:=]+)(?:[:=](.+))?", re.DOTALL)
_BARE = {"no-new-privileges": "true"}
"""Options that may be given without a value, and the value this implies."""
_NAMES = ("apparmor", "label", "no-new-privileges", "seccomp", "systempaths")
_UNMASKED = {"systempaths": "unconfined"}
"""The one option that engines don't know: it stands for empty lists of masked and read-only paths."""


def parse_security(raw: Any) -> Value:
    """Parse a list of NAME=VALUE or NAME:VALUE as name → value; each part of a label is an option of its own.

    >>> parse_security(["no-new-privileges:true", "label:user:shop"])
    {'no-new-privileges': 'true', 'label=user': 'shop'}
    """
    options: dict[str, Value] = {}
    for index, item in enumerate(raw):
        name, value = _option(str(item), index)
        if name in options:
            raise Invalid(f'"{name}" is specified twice', path=(index,))
        options[name] = value
    return options


def _option(text: str, index: int) -> tuple[str, str]:
    match = _OPTION.fullmatch(text)
    name, value = (match[1], match[2] or _BARE.get(match[1])) if match else (text, None)
    if name not in _NAMES or value is None:
        help = f"write NAME=VALUE, the name one of {', '.join(_NAMES)}"
        raise Invalid(f'not a security option: "{text}"', path=(index,), help=help)
    if name == "systempaths" and value != "unconfined":
        raise Invalid(f'unknown value "{value}"', path=(index,), help="use systempaths=unconfined")
    if name == "seccomp" and is_profile(value):
        return name, _profile(value, index)
    return _label(value) if name == "label" else (name, value)


def _profile(text: str, index: int) -> str:
    try:
        return parse_profile(text)
    except Invalid as invalid:
        raise invalid.within(index) from None


def _label(value: str) -> tuple[str, str]:
    sort, colon, label = value.partition(":")
    return (f"label={sort}", label) if colon else ("label", value)


def _write(value: Value, body: Body) -> None:
    """Write the options in the form of the engine."""
    options = dict(value) if isinstance(value, Mapping) else {}
    if options.pop("systempaths", None):
        put(body, "HostConfig.MaskedPaths", [])
        put(body, "HostConfig.ReadonlyPaths", [])
    put(
        body, "HostConfig.SecurityOpt", [f"{name}{':' if '=' in name else '='}{text}" for name, text in options.items()]
    )


def _read(inspect: Mapping[str, Any]) -> Value:
    """Read the options, whatever form they were written in."""
    options = dict(_option_as_kept(text) for text in get(inspect, "HostConfig.SecurityOpt") or ())
    unmasked = _UNMASKED if get(inspect, "HostConfig.MaskedPaths") == [] else {}
    return {**options, **unmasked}


def _option_as_kept(text: str) -> tuple[str, str]:
    match = _OPTION.fullmatch(text)
    assert match is not None, text
    name, value = match[1], match[2] or _BARE.get(match[1], "")
    if name == "seccomp" and is_profile(value):
        return name, _profile_as_kept(value)
    return _label(value) if name == "label" else (name, value)


def _profile_as_kept(text: str) -> str:
    try:
        return parse_profile(text)
    except Invalid:  # set by another client
        return text


def _show(value: Value) -> Value:
    return {name: show_profile(str(text)) for name, text in as_map(value).items()}


SECURITY_OPTIONS = Codec(
    {"type": "array", "items": SCALAR_SCHEMA}, 'a list such as "no-new-privileges"', parse_security, _show
)

SECURITY = (
    Field(
        name="security_opt",
        codec=SECURITY_OPTIONS,
        doc="Options of apparmor, label, no-new-privileges, seccomp and systempaths; seccomp takes a profile file.",
        examples=(["no-new-privileges"], ["seccomp:unconfined", "systempaths=unconfined"]),
        bind=Binding(write=_write, read=_read),
        # The engine adds labels where SELinux is enabled.
        merged_by_key=True,
        parts=(
            SubRequirement(
                name="security_opt.seccomp: FILE", used=lambda options: is_profile(as_map(options).get("seccomp"))
            ),
            SubRequirement(name="security_opt.systempaths", used=lambda options: "systempaths" in as_map(options)),
        ),
        service=Late("runner.kinds.container.in_service.security:PRIVILEGES"),
    ),
)
