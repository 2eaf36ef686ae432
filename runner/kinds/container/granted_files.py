"""Granted files of a container (secrets and configs): their content, their location, and how they get there.

A file is copied into the new container before it starts, so that it works with a remote engine. If the container's own
file system can't take it, its folder becomes a volume that is removed with the container: a tmpfs would cover the file,
and engines let nothing be copied into a read-only container (see `verbs.copy_helper`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from runner.core.address import Address
from runner.core.errors import EngineError
from runner.core.lazy_pattern import lazy_pattern
from runner.core.sensitive import Places
from runner.core.state import ObservedResource, Resource
from runner.core.values import Digest, Value, as_map
from runner.kinds.container.settings import GrantedFile, ProcessSettings
from runner.kinds.container.traits import ContainerTraits
from runner.kinds.secret_config import ContentSettings
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration
from runner.resource.engine_json import Body
from runner.resource.file_grants import owner_of
from runner.resource.labels import WORKFLOW

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway
    from runner.core.state import DesiredState

_FILES = "runner.files"
"""The label of a volume that only has granted files, and the attribute of a container that names these volumes."""

GRANTED = {"secrets": "secret", "configs": "config"}
"""The kind of granted file by the key that grants it."""
_MODES = {"secret": 0o400, "config": 0o444}
"""The usual mode of a granted file by its kind."""
_CONFIGS = "configs."
_DESCRIBED = lazy_pattern(r"content (?P<digest>[0-9a-f]+) mode (?P<mode>[0-7]+)(?: owner (?P<owner>[0-9:]+))?")
"""What `describe` returns."""
_COVERED = ("/dev", "/proc", "/sys", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf")
"""Paths over which the engine mounts files of its own when it starts a container."""


def granted_files(declaration: Declaration) -> dict[str, dict[str, GrantedFile]]:
    """Return the granted files of an entry by key and target path; report those that can't be granted."""
    found: dict[str, dict[str, GrantedFile]] = {}
    taken: set[str] = set()
    for key, kind in GRANTED.items():
        for target, grant in as_map(declaration.values.get(key)).items():
            source = str(as_map(grant)["source"])
            place = (key, str(as_map(grant).get("target", source)))
            declared = declaration.find(kind, source, *place)
            try:
                volume = _volume_for(target, declaration.values, taken)
            except Invalid as invalid:
                declaration.report(invalid.within(*place))
                continue
            taken.add(target)
            if declared is not None:
                found.setdefault(key, {})[target] = _supply(target, as_map(grant), declared, volume)
    return found


def _supply(path: str, grant: Mapping[str, Value], declared: Resource, volume: str | None) -> GrantedFile:
    mode = grant.get("mode", _MODES[declared.address.kind])
    assert isinstance(mode, int)
    return GrantedFile(path, declared.settings_as(ContentSettings).content, mode, owner_of(grant), volume)


def describe(file: GrantedFile) -> str:
    """Describe a file, with a digest in place of its content: the text is stored and shown."""
    owner = f" owner {file.owner[0]}:{file.owner[1]}" if file.owner else ""
    return f"content {Digest.of_bytes(file.content).text} mode {file.mode:04o}{owner}"


def fingerprints(declaration: Declaration) -> dict[str, Value]:
    """Return for each trigger the fingerprint of the files that it covers."""
    found: dict[str, Value] = {}
    patterns = declaration.values.get("triggers")
    for index, pattern in enumerate(patterns if isinstance(patterns, tuple) else ()):
        try:
            found[str(pattern)] = declaration.inputs.fingerprint(str(pattern))
        except Invalid as invalid:
            declaration.report(invalid.within("triggers", index))
    return found


# --- where a file can go


def _volume_for(target: str, values: Mapping[str, Value], taken: set[str]) -> str | None:
    """Return the folder that must be a volume to have a file at `target`; Invalid if none would do."""
    mounts = {path: str(as_map(mount)["type"]) for path, mount in as_map(values.get("volumes")).items()}
    mounts |= dict.fromkeys(as_map(values.get("tmpfs")), "tmpfs")
    if target in taken:
        raise Invalid(f'two files at "{target}"', help="use a different target for each")
    if covered := next((path for path in _COVERED if _lies_in(target, path)), None):
        raise Invalid(f'a file at "{target}" would be hidden by the engine\'s own "{covered}"', help=_ELSEWHERE)
    around = max((path for path in mounts if _lies_in(target, path)), key=len, default=None)
    folder = str(PurePosixPath(target).parent)
    if around is not None and (mounts[around] != "tmpfs" or around in (target, folder)):
        raise Invalid(f'"{target}" is inside the mount at "{around}"', help=_ELSEWHERE)
    if around is None and not values.get("read_only"):
        return None
    if folder == "/":
        raise Invalid(f'read-only container: cannot create "{target}"', help=_IN_A_FOLDER)
    return folder


_ELSEWHERE = "choose another target"
_IN_A_FOLDER = "use a target in a folder, such as /etc/app/settings: the folder becomes a volume"


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")


# --- their content


def contents(resource: Resource, path: str) -> Mapping[str, Value]:
    """Return text, mode and owner of a declared config by its path; empty for anything else."""
    target = path.removeprefix(_CONFIGS)
    granted = resource.settings_as(ProcessSettings).granted_files if target != path else ()
    file = next((file for file in granted if file.path == target), None)
    if file is None:
        return {}
    owner = f"{file.owner[0]}:{file.owner[1]}" if file.owner else None
    return _told(path, file.content, f"{file.mode:04o}", owner)


def live_contents(gateway: Gateway, container: ObservedResource, path: str, described: str) -> Mapping[str, Value]:
    """Return the same of a config that a container was given; empty if it no longer has that content."""
    found, target = _DESCRIBED.fullmatch(described), path.removeprefix(_CONFIGS)
    if found is None or target == path:
        return {}
    try:
        content = gateway.containers.get_file(container.id, target)
    except EngineError:
        return {}
    is_it = Digest.of_bytes(content).text == found["digest"]
    return _told(path, content, found["mode"], found["owner"]) if is_it else {}


def _told(path: str, content: bytes, mode: str, owner: str | None) -> Mapping[str, Value]:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = f"binary, {len(content)} bytes, {Digest.of_bytes(content).text}"
    return {path: text, f"{path}.mode": mode, f"{path}.owner": owner}


# --- copying


def granted_paths(places: Places) -> list[str]:
    """Return the paths of granted files among the sensitive places of a container."""
    found = (place.partition(".") for place in sorted(places))
    return [path for key, _, path in found if key in GRANTED and path.startswith("/")]


def granted_texts(
    gateway: Gateway, container: ObservedResource, places: Places, _desired: DesiredState | None
) -> Iterator[str | EngineError]:
    """Yield the content of its sensitive granted files as a container has them: they may be of an earlier version."""
    for path in granted_paths(places):
        try:
            yield gateway.containers.get_file(container.id, path).decode(errors="surrogateescape")
        except EngineError as error:
            yield error


# --- the volumes that some files need


def mounts_of(resource: Resource, workflow: str) -> list[Body]:
    """Return the mounts, in the form of a create body, for the folders that must be volumes."""
    labels = {WORKFLOW: workflow, _FILES: str(resource.address)}
    return [
        {"Type": "volume", "Target": folder, "VolumeOptions": {"Labels": labels}}
        for folder in _outermost(
            file.volume for file in resource.settings_as(ProcessSettings).granted_files if file.volume
        )
    ]


def _outermost(folders: Iterable[str]) -> list[str]:
    """Drop folders inside another one: they are on its volume.

    >>> _outermost(["/run/secrets/tls", "/run/secrets", "/etc/app"])
    ['/etc/app', '/run/secrets']
    """
    kept: list[str] = []
    for folder in sorted(set(folders)):
        if not any(_lies_in(folder, outer) for outer in kept):
            kept.append(folder)
    return kept


def file_volumes(inspect: EngineJSON) -> dict[str, str]:
    """Return the volumes of a container that only have granted files, by mount path."""
    mounts = inspect["HostConfig"].get("Mounts") or ()
    folders = {mount["Target"] for mount in mounts if _FILES in _labels(mount.get("VolumeOptions") or {})}
    return {m["Destination"]: m["Name"] for m in inspect.get("Mounts") or () if m["Destination"] in folders}


def stale_volumes(
    volumes: Iterable[EngineJSON], containers: Iterable[EngineJSON], workflow: str
) -> Iterator[ObservedResource]:
    """Yield a stand-in for each container removed outside runner whose volumes for granted files remain."""
    mounted = {mount.get("Name") for container in containers for mount in container.get("Mounts") or ()}
    for volume in volumes:
        labels, name = _labels(volume), volume["Name"]
        if _FILES in labels and labels.get(WORKFLOW) == workflow and name not in mounted:
            short = name[:12]
            traits = ContainerTraits(file_volumes=(name,))
            yield ObservedResource(Address("container", short), name, short, traits=traits, abandoned=True)


def _labels(options: EngineJSON) -> Mapping[str, str]:
    return options.get("Labels") or {}
