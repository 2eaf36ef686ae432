"""What runs in a container: the image, the command, and their environment."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from runner.core.engine import Engine
from runner.core.plan import Reason
from runner.core.struct import replace
from runner.core.values import Value
from runner.kinds.image.options import parse_reference
from runner.resource.codec import Codec, Invalid
from runner.resource.collections import ENVIRONMENT_WITH_SECRETS, MAP, list_of, read_set
from runner.resource.engine_json import Binding, at
from runner.resource.field import FROM_IMAGE, DefaultSources, Field, constant, from_engine, from_image
from runner.resource.labels import LABELS, without_own
from runner.resource.platform import PLATFORM, platform_of
from runner.resource.scalars import ARGV, BOOLEAN, CONTROL, SCALAR_SCHEMA, matching, normalize_path, parse_argv, word
from runner.resource.schema import ENTRY_NAME
from runner.resource.service_binding import InService, Late, no_place


def parse_entrypoint(raw: Any) -> Value:
    """Parse an argument list; one empty word clears the entrypoint, as it does for the engine."""
    return _entrypoint(parse_argv(raw))


def _entrypoint(value: Any) -> Value:
    """Read an argument list; a cleared one reads as empty."""
    return () if not value or list(value) == [""] else tuple(value)


def _entrypoint_or_none(value: Any) -> Value:
    """Read an argument list of a service: without one, the image's counts."""
    return _entrypoint(value) if value else None


_LARGEST_ID = 2**31 - 1


def parse_user(raw: Any) -> str:
    """Parse a user, and after a colon the group, each by name or number."""
    text = str(raw)
    user, _, group = text.partition(":")
    if not text or not all(_is_account(name) for name in (user, group) if name):
        raise Invalid(f'not a user: "{raw}"', help=f"write USER or USER:GROUP, numbers from 0 to {_LARGEST_ID}")
    return text


def parse_group(raw: Any) -> str:
    """Parse a group by name or number."""
    if not _is_account(str(raw)):
        raise Invalid(f'not a group: "{raw}"', help=f"write a name, or a number from 0 to {_LARGEST_ID}")
    return str(raw)


def _is_account(name: str) -> bool:
    if re.fullmatch(r"-?[0-9]+", name):
        return 0 <= Decimal(name) <= _LARGEST_ID
    return re.fullmatch(rf"[^\s:{CONTROL}]+", name) is not None


def write_variables(value: Any) -> list[str]:
    """Write a map as NAME=VALUE."""
    return [f"{name}={text}" for name, text in value.items()]


def read_variables(value: Any) -> Value:
    """Read NAME=VALUE as a map."""
    return {name: text for name, _, text in (item.partition("=") for item in value or ())}


def _platform_of_image(_binding: Binding, layers: DefaultSources) -> Value:
    """Return the image's platform as the default."""
    return platform_of(layers.image)


def _same_folder(desired: Value, live: Value) -> bool:
    """Compare folders; an unset one is the root."""
    return normalize_path(str(desired or "/")) == normalize_path(str(live or "/"))


def _same_set_folder(desired: Value, live: Value) -> bool:
    """Compare folders; an unset one is the image's."""
    return bool(desired) == bool(live) and _same_folder(desired, live)


def parse_image(raw: object) -> str:
    """Parse a key of images or an image name; not every image name has the form of a key."""
    return str(raw) if re.fullmatch(ENTRY_NAME, str(raw)) else parse_reference(raw)


IMAGE = Codec(SCALAR_SCHEMA, "a key of images, or the name of an image such as nginx:1.27", parse_image)
USER = Codec(SCALAR_SCHEMA, "a user such as 1000:1000", parse_user)
GROUPS = list_of(Codec(SCALAR_SCHEMA, "a group", parse_group), "a group or a list of them", ordered=False)
_HOST_CHARACTER = rf"[^\s:/#{CONTROL}]"
"""A character that can't break the lines of /etc/hosts, where the name is written."""


def _unknown_runtime(value: Value, engine: Engine) -> str | None:
    """Reject a runtime that the engine isn't set up for; one with a dot or a slash may be a shim that it finds."""
    known = engine.capabilities.runtimes
    if known is None or value in known or {".", "/"} & set(str(value)):
        return None
    return f"is not a runtime of the engine, which has {', '.join(known)}"


PROCESS = (
    Field(
        name="image",
        codec=IMAGE,
        doc="A key of images, or an image name.",
        examples=("busybox:stable", "busybox:other"),
        # The create body has its name; the comparison is by image id.
        bind=at("Image"),
        drift_reason=Reason.IMAGE,
        service=Late("runner.kinds.container.in_service.process:IMAGE"),
    ),
    Field(
        name="command",
        codec=ARGV,
        doc="Command, overriding the image's; a list, or a string split like in a shell.",
        examples=(["sleep", "1000"], "sleep 2000"),
        bind=at("Config.Cmd", encode=list, decode=lambda words: tuple(words or ())),
        default=FROM_IMAGE,
        service=Late("runner.kinds.container.in_service.process:COMMAND"),
    ),
    Field(
        name="entrypoint",
        codec=replace(ARGV, parse=parse_entrypoint),
        doc="Entrypoint, overriding the image's; also clears the image's command.",
        examples=(["env", "MODE=a"], "env MODE=b"),
        # An empty list would mean "the image's"; a list of one empty word clears it.
        bind=at("Config.Entrypoint", encode=lambda words: list(words) or [""], decode=_entrypoint),
        default=FROM_IMAGE,
        service=InService(
            bind=at(
                "TaskTemplate.ContainerSpec.Command",
                encode=lambda words: list(words) or [""],
                decode=_entrypoint_or_none,
            )
        ),
    ),
    Field(
        name="environment",
        codec=ENVIRONMENT_WITH_SECRETS,
        doc="Environment variables, as a map or a list; without a value, the caller's is used; {secret: KEY} is a "
        "secret's.",
        examples=({"MODE": "a"}, {"MODE": "b"}),
        bind=at("Config.Env", encode=write_variables, decode=read_variables),
        default=FROM_IMAGE,
        merged_by_key=True,
        service=Late("runner.kinds.container.in_service.process:ENVIRONMENT"),
    ),
    Field(
        name="user",
        codec=USER,
        doc="The user to run as, as USER[:GROUP].",
        examples=("1000:1000", "1001"),
        bind=at("Config.User"),
        default=FROM_IMAGE,
        service=InService(bind=at("TaskTemplate.ContainerSpec.User")),
    ),
    Field(
        name="group_add",
        codec=GROUPS,
        doc="Additional groups of its user, by name or number.",
        examples=(["33"], ["33", "nogroup"]),
        bind=at("HostConfig.GroupAdd", encode=list, decode=read_set),
        service=InService(bind=at("TaskTemplate.ContainerSpec.Groups", encode=list, decode=read_set)),
    ),
    Field(
        name="working_dir",
        codec=matching(r"/[^\x00]*", "an absolute path", clean=normalize_path),
        doc="The working directory.",
        examples=("/tmp", "/var"),
        bind=at("Config.WorkingDir"),
        default=FROM_IMAGE,
        equals=_same_folder,
        service=InService(bind=at("TaskTemplate.ContainerSpec.Dir"), equals=_same_set_folder),
    ),
    Field(
        name="hostname",
        codec=matching(rf"{_HOST_CHARACTER}{{1,64}}", "a host name such as web"),
        doc="Its host name.",
        examples=("alpha", "beta"),
        bind=at("Config.Hostname"),
        service=Late("runner.kinds.container.in_service.process:HOSTNAME"),
    ),
    Field(
        name="domainname",
        codec=matching(rf"{_HOST_CHARACTER}+", "a domain such as example.org"),
        doc="The domain of its host name.",
        examples=("example.org", "example.net"),
        bind=at("Config.Domainname"),
        service=no_place("write a hostname with the domain"),
    ),
    Field(
        name="labels",
        codec=LABELS,
        doc="Labels of the container.",
        examples=({"team": "a"}, {"team": "b"}),
        bind=at("Config.Labels", encode=dict, decode=without_own),
        default=FROM_IMAGE,
        merged_by_key=True,
        service=InService(bind=at("TaskTemplate.ContainerSpec.Labels", encode=dict, decode=without_own)),
    ),
    Field(
        name="annotations",
        codec=MAP,
        doc="Annotations passed to the runtime.",
        examples=({"team": "a"}, {"team": "b"}),
        bind=at("HostConfig.Annotations", encode=dict),
        merged_by_key=True,
        needs_api="1.43",
        service=no_place("use labels"),
    ),
    Field(
        name="platform",
        codec=PLATFORM,
        doc="The required platform of its image.",
        examples=("linux/amd64", "linux/arm64"),
        # Not part of the create body; read from the image.
        bind=at("Platform"),
        default=from_image(_platform_of_image),
        service=Late("runner.kinds.container.in_service.process:PLATFORM"),
    ),
    Field(
        name="runtime",
        codec=word("a runtime such as runc"),
        doc="The OCI runtime.",
        examples=("runc", "io.containerd.runc.v2"),
        bind=at("HostConfig.Runtime"),
        default=from_engine(lambda engine: engine.runtime, "runc"),
        reject=_unknown_runtime,
        service=no_place("set the default runtime of the nodes' engines"),
    ),
    Field(
        name="init",
        codec=BOOLEAN,
        doc="Run an init process that forwards signals and reaps processes.",
        examples=(True, False),
        bind=at("HostConfig.Init"),
        service=InService(bind=at("TaskTemplate.ContainerSpec.Init")),
    ),
    Field(
        name="tty",
        codec=BOOLEAN,
        doc="Allocate a TTY.",
        examples=(True, False),
        bind=at("Config.Tty", decode=bool),
        default=constant(False),
        service=InService(bind=at("TaskTemplate.ContainerSpec.TTY", decode=bool), default=False),
    ),
    Field(
        name="stdin_open",
        codec=BOOLEAN,
        doc="Keep stdin open even if not attached.",
        examples=(True, False),
        bind=at("Config.OpenStdin", decode=bool),
        default=constant(False),
        service=InService(bind=at("TaskTemplate.ContainerSpec.OpenStdin", decode=bool), default=False),
    ),
)
