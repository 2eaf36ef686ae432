"""The images of a project: what services build, and what they pull when."""

from __future__ import annotations

from collections.abc import Mapping

from runner.compose.mapping.build import build_entry, is_remote
from runner.compose.mapping.plain import plain
from runner.compose.mapping.service import Service
from runner.compose.mapping.told import ignored, invalid, unsupported
from runner.compose.node_edit import entry, mapping, scalar, text
from runner.core.diagnostic import Diagnostic
from runner.core.struct import Struct
from runner.document.nodes import Entry, Node, ScalarNode
from runner.resource.image_reference import familiar, is_reference

_PULLED = {"always": "always", "never": "never"}
_USUAL = ("", "missing", "if_not_present", "build")


class Images(Struct):
    """The section `images`, and what each service has as its image."""

    section: Mapping[str, Entry]
    of_service: Mapping[str, ScalarNode]
    refused: frozenset[str]
    """Keys of entries that are reported here, so that nobody needs to look into them."""


def map_images(
    project: str, services: Mapping[str, Service], found: list[Diagnostic], *, is_swarm: bool = False
) -> Images:
    """Map the images of all services; a service without `build` may use what another one builds."""
    section: dict[str, Entry] = {}
    keys: dict[str, ScalarNode] = {}
    references: dict[str, ScalarNode] = {}
    built = _builders(project, services, found)
    refused: set[str] = set()
    for name, service in services.items():
        image = service.value("image")
        if "build" in service.entries:
            key = built[_tag(project, service)]
            keys[name] = scalar(service.entries["build"].key, key)
            if key == name:
                build = build_entry(project, service, services, found, pushes=is_swarm)
                section[name] = entry(service.key, name, build)
                refused.update([name] if is_remote(service, found) else [])
            found.extend(_not_pulled(service))
        elif isinstance(image, ScalarNode):
            policy, tag = _policy(service, found), familiar(image.text)
            if tag in built:
                keys[name] = scalar(image, built[tag])
            elif policy is None:
                references[name] = image
            else:
                section[name] = entry(service.key, name, _pulled(service, image, policy))
                keys[name] = scalar(image, name)
    named = {name: _unlike_a_key(image, section) for name, image in references.items()}
    return Images(section, {**keys, **named}, frozenset(refused))


def _builders(project: str, services: Mapping[str, Service], found: list[Diagnostic]) -> dict[str, str]:
    """Return the service that builds each tag; two that build one tag must do it in the same way."""
    built: dict[str, str] = {}
    for name, service in services.items():
        if "build" not in service.entries:
            continue
        tag = _tag(project, service)
        if not is_reference(tag):
            help = "image names are lower case: set one with image"
            found.append(invalid(service.value("image") or service.key, f'not the name of an image: "{tag}"', help))
        first = services[built.setdefault(tag, name)]
        if first is not service and _recipe(first) != _recipe(service):
            help = "give each build an image of its own"
            message = f'"{tag}" is built in another way for {first.name}'
            found.append(unsupported(service.entries["build"].key, message, help))
    return built


def _recipe(service: Service) -> object:
    return plain(service.entries["build"].value), text(service.value("platform"))


def _tag(project: str, service: Service) -> str:
    return familiar(text(service.value("image")) or f"{project}-{service.name}")


def _policy(service: Service, found: list[Diagnostic]) -> str | None:
    """Return when an image is pulled; None for the default of both languages."""
    policy = text(service.value("pull_policy"))
    if policy in _USUAL:
        return None
    if policy not in _PULLED:
        help = "use always, or pin the image with runner lock, and update the lock file when it suits you"
        message = f'pull_policy "{policy}" is not supported'
        found.append(unsupported(service.entries["pull_policy"].value, message, help))
        return None
    return _PULLED[policy]


def _pulled(service: Service, image: Node, policy: str) -> Node:
    pull = service.entries["pull_policy"]
    return mapping(
        service.node,
        {
            "reference": Entry(scalar(service.entries["image"].key, "reference"), image),
            "pull": Entry(scalar(pull.key, "pull"), scalar(pull.value, policy)),
        },
    )


def _not_pulled(service: Service) -> list[Diagnostic]:
    """Tell that the pull policy of a service with a build has no effect."""
    policy = text(service.value("pull_policy"))
    if policy in (*_USUAL, "never"):
        return []
    message = f'pull_policy "{policy}" has no effect: the image is built'
    return [ignored(service.entries["pull_policy"].value, message, "remove build, to pull it")]


def _unlike_a_key(image: ScalarNode, section: Mapping[str, Entry]) -> ScalarNode:
    """Return a reference; with its tag, if it would be taken for a key of `images`, which is another image."""
    return scalar(image, familiar(image.text)) if image.text in section else image
