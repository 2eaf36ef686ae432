"""Security options of a service's tasks, which a spec has as privileges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runner.core.values import Value, as_map
from runner.kinds.container.options.seccomp import is_profile, parse_profile
from runner.resource.codec import Invalid
from runner.resource.engine_json import at
from runner.resource.requirements import SubRequirement
from runner.resource.service_binding import InService

_LABEL = "label"
_PARTS = {"label=user": "User", "label=role": "Role", "label=type": "Type", "label=level": "Level"}
_SECCOMP = {"unconfined": "unconfined", "builtin": "default"}


def _write(value: Any) -> dict[str, Any]:
    privileges: dict[str, Any] = {}
    if "no-new-privileges" in value:
        privileges["NoNewPrivileges"] = value["no-new-privileges"] == "true"
    if "apparmor" in value:
        privileges["AppArmor"] = {"Mode": "disabled"}
    if "seccomp" in value:
        privileges["Seccomp"] = _write_seccomp(value["seccomp"])
    labels = {name: value[key] for key, name in _PARTS.items() if key in value}
    if labels or _LABEL in value:
        privileges["SELinuxContext"] = {"Disable": _LABEL in value, **labels}
    return privileges


def _write_seccomp(value: str) -> dict[str, str]:
    if is_profile(value):
        from base64 import b64encode

        return {"Mode": "custom", "Profile": b64encode(value.encode()).decode()}
    return {"Mode": _SECCOMP[value]}


def _read(value: Any) -> Value:
    privileges = value or {}
    options: dict[str, Value] = {"no-new-privileges": "true"} if privileges.get("NoNewPrivileges") else {}
    if (privileges.get("AppArmor") or {}).get("Mode") == "disabled":
        options["apparmor"] = "unconfined"
    seccomp, labels = privileges.get("Seccomp") or {}, privileges.get("SELinuxContext") or {}
    if (found := _read_seccomp(seccomp)) is not None:
        options["seccomp"] = found
    options.update({_LABEL: "disable"} if labels.get("Disable") else {})
    return {**options, **{key: labels[name] for key, name in _PARTS.items() if labels.get(name)}}


def _read_seccomp(seccomp: Mapping[str, Any]) -> str | None:
    if seccomp.get("Mode") != "custom":
        return next((name for name, mode in _SECCOMP.items() if mode == seccomp.get("Mode")), None)
    from base64 import b64decode

    text = b64decode(seccomp.get("Profile") or "").decode(errors="replace")
    try:
        return parse_profile(text)
    except Invalid:  # set by another client
        return text


def _refuse(value: Value, _values: Mapping[str, Value]) -> Iterator[Invalid]:
    for name, given in as_map(value).items():
        if name == "systempaths":
            yield Invalid("a service can't unmask system paths", path=(name,), help="remove it")
        elif name == "apparmor" and given != "unconfined":
            help = "remove it, or write apparmor=unconfined"
            yield Invalid(f'a service can\'t name an AppArmor profile: "{given}"', path=(name,), help=help)
        elif name.startswith(_LABEL) and name not in _PARTS and (name, given) != (_LABEL, "disable"):
            yield Invalid(f'"{name}" is not an option of services', path=(name,), help=f"one of {', '.join(_PARTS)}")
        elif name == "no-new-privileges" and given != "true":
            yield Invalid("a service drops what is only a default", path=(name,), help="remove it")


def _more_than_labels(value: Value) -> bool:
    return any(not name.startswith(_LABEL) for name in as_map(value))


PRIVILEGES = InService(
    bind=at("TaskTemplate.ContainerSpec.Privileges", encode=_write, decode=_read),
    parts=(
        SubRequirement(
            name="security_opt: apparmor, no-new-privileges, seccomp", used=_more_than_labels, needs_api="1.44"
        ),
    ),
    refuse=_refuse,
)
