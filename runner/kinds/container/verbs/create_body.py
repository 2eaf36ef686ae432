"""Creation of a container: the create body, and what it takes over from its predecessor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from runner import __version__
from runner.core.engine_answers import EngineJSON
from runner.core.errors import NotFound, RunnerError
from runner.core.state import FieldValues
from runner.core.task import Task
from runner.kinds.container.anonymous import give, labels
from runner.kinds.container.granted_files import mounts_of
from runner.kinds.container.options import TABLE
from runner.kinds.container.options.attachments import leave_out_aliases, split_attachments
from runner.kinds.container.settings import GrantedFile, ProcessSettings
from runner.kinds.container.traits import AnonymousVolumes
from runner.kinds.container.verbs.copy_files import copy_files
from runner.kinds.container.verbs.copy_helper import mounts_from_helper
from runner.kinds.container.verbs.naming import with_name
from runner.kinds.container.verbs.remove import remove_new
from runner.kinds.proxies import proxies_for, with_proxy_places
from runner.resource.encode import encode
from runner.resource.engine_json import Body
from runner.resource.field import Field
from runner.resource.labels import REPLACES, applied_digests, creation_labels, ownership
from runner.resource.mount_json import read_mounts
from runner.resource.mounts import clean_target
from runner.resource.requirements import api_at_least


def create_container(
    task: Task,
    name: str,
    *,
    anonymous_volumes: AnonymousVolumes,
    with_aliases: bool = True,
    table: Iterable[Field] = TABLE,
    replaces: str = "",
) -> str:
    """Create a container without starting it, connected to its networks and with its files; or leave nothing behind.

    `anonymous_volumes` are its predecessor's, which it takes over where it would get new ones; `table` is that of its
    kind. Without `with_aliases`, others can't reach it by its network aliases yet. `replaces` is its predecessor's id.
    """
    values = task.fields()
    folders = mounts_of(task.desired, task.workflow)
    body = _body(task, values, tuple(table), replaces)
    _give_volumes(task, body["HostConfig"], folders, anonymous_volumes)
    if not with_aliases:
        leave_out_aliases(body)
    files = task.desired.settings_as(ProcessSettings).granted_files
    if not (folders and values.get("read_only")):
        return _create(task, name, _with_mounts(body, folders), files)
    with mounts_from_helper(task.gateway, name, body, folders, files, _platform(values)) as filled:
        return _create(task, name, _with_mounts(body, filled))


def _create(task: Task, name: str, body: Body, files: Iterable[GrantedFile] = ()) -> str:
    later = {} if api_at_least(task.engine, "1.44") else split_attachments(body)
    platform = _platform(task.fields())
    id = with_name(task, name, lambda: task.gateway.containers.create(name, body, platform=platform))
    try:
        for network, endpoint in later.items():
            task.gateway.networks.connect(network, id, endpoint)
        copy_files(task.gateway, id, files)
    except RunnerError:
        remove_new(task.gateway, id)
        raise
    return id


def _platform(values: FieldValues) -> str:
    return str(values.get("platform", ""))


def _with_mounts(body: Body, mounts: list[Body]) -> Body:
    if mounts:
        body["HostConfig"]["Mounts"] = [*body["HostConfig"].get("Mounts", ()), *mounts]
    return body


def _body(task: Task, values: FieldValues, table: tuple[Field, ...], replaces: str) -> Body:
    body = encode(table, values)
    config, host_config = (body.setdefault(part, {}) for part in ("Config", "HostConfig"))
    # By name, so that listings show it; the id was just resolved from this name.
    config["Image"] = task.desired.settings_as(ProcessSettings).image
    applied = applied_digests(table, task.desired.fields, task.desired.sensitive_places)
    if proxies := proxies_for(task, values):
        config["Env"] = [*(f"{name}={value}" for name, value in proxies.items()), *config.get("Env", ())]
    own = ownership(task.workflow, with_proxy_places(task.desired, proxies), applied, __version__, file=task.file)
    for_others = creation_labels(task.desired, task.attribute)
    replaced = {REPLACES: replaces} if replaces else {}
    config["Labels"] = {**for_others, **config.get("Labels", {}), **own, **replaced}
    if values.get("command") == () and "entrypoint" not in values:
        _clear_command(config, _image_config(task, values))
    return {**config, "HostConfig": host_config, "NetworkingConfig": body.get("NetworkingConfig", {})}


def _image_config(task: Task, values: FieldValues) -> EngineJSON:
    try:
        return task.gateway.images.config(str(values["image"]))
    except NotFound:  # removed meanwhile
        return {}


def _clear_command(config: Body, image_config: EngineJSON) -> None:
    """Set the image's own entrypoint: only with an entrypoint does the engine take an empty command as empty."""
    config["Entrypoint"] = image_config.get("Entrypoint")


def _give_volumes(task: Task, host_config: Body, folders: Sequence[Body], inherited: AnonymousVolumes) -> None:
    """Mount all anonymous volumes explicitly, also those that the image declares: the engine wouldn't label them."""
    taken = {mount["Target"] for mount in (*host_config.get("Mounts", ()), *folders)}
    taken |= {*read_mounts(host_config), *host_config.get("Tmpfs", ())}
    by_image = {clean_target(path) for path in _image_config(task, task.fields()).get("Volumes") or ()}
    label = partial(labels, task.workflow, task.desired.address, task.desired.sensitive_places)
    give(host_config, inherited, sorted(by_image - taken), label)
