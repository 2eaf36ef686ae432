"""A Compose project as a document of runner's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from runner.compose.mapping import top
from runner.compose.mapping.fates import FATES, swarm_fates
from runner.compose.mapping.images import Images, map_images
from runner.compose.mapping.lifecycle import common, jobs, of_container, of_job
from runner.compose.mapping.limits import limits
from runner.compose.mapping.networking import networking
from runner.compose.mapping.on_swarm import on_swarm
from runner.compose.mapping.part import Part, is_nothing, put_together
from runner.compose.mapping.plain import occurrences, plain
from runner.compose.mapping.process import process
from runner.compose.mapping.service import Project, Service
from runner.compose.mapping.storage import storage
from runner.compose.mapping.tell import tell
from runner.compose.mapping.told import unsupported
from runner.compose.model import ComposeModel
from runner.compose.node_edit import child, mapping, scalar, text
from runner.compose.own_words import named_engine
from runner.core.diagnostic import Diagnostic
from runner.core.lazy_pattern import lazy_pattern
from runner.core.sensitive import MASK
from runner.core.struct import Struct
from runner.document.document import Document, Path
from runner.document.interpolate import Interpolated
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode
from runner.document.variables import Variable
from runner.resource.orchestrator_names import SWARM

_LANGUAGE = 1
_LONGEST_NAME = 63
_KEY = lazy_pattern(r"(?!x-)[a-zA-Z0-9][a-zA-Z0-9_.-]*")
"""What runner's language takes as the key of an entry."""
_SECTIONS = ("services", "networks", "volumes", "secrets", "configs")


class MappedProject(Struct):
    """A project in runner's language, and what only Compose's own things need to know."""

    document: Document
    left_alone: frozenset[str] = frozenset()
    """Services that no active profile asks for: whatever runs of them is left alone."""


def map_project(model: ComposeModel, found: list[Diagnostic], engine: str | None = None) -> MappedProject:
    """Map a project for what is to run it, which is `engine` or else what the project says.

    What is ignored or unsupported there is added to `found`, with its place in the Compose file.
    """
    is_swarm = (engine or text(named_engine(model.root))) == SWARM
    found.extend(tell(model.root, swarm_fates() if is_swarm else FATES))
    declared = {section: _usable(section, model.root, found) for section in _SECTIONS}
    variables = top.Known(model.used, model.ambiguous)
    secrets = top.secrets(declared["secrets"], variables, found)
    configs = top.configs(declared["configs"], variables, found)
    if is_swarm:
        secrets = top.with_existing(secrets, declared["secrets"])
        configs = top.with_existing(configs, declared["configs"])
    services = dict(_services(declared["services"]))
    images = map_images(model.name, services, found, is_swarm=is_swarm)
    ending = frozenset(jobs(services, is_swarm=is_swarm))
    left_out = {
        "services": frozenset(declared["services"]) - services.keys(),
        "secrets": secrets.refused,
        "configs": configs.refused,
    }
    project = Project(model.name, model.folder, services, ending, images.of_service, left_out, found, is_swarm)
    root = _root(model, project, images, {"secrets": secrets.entries, "configs": configs.entries}, declared)
    invalid = (*_too_long(model, root, found), *(("images", name) for name in images.refused))
    document = _document(model, root, secrets.variables, frozenset(invalid))
    return MappedProject(document, model.off)


def _usable(section: str, root: MappingNode, found: list[Diagnostic]) -> Mapping[str, Entry]:
    """Return the entries of a section whose keys runner's language takes, too."""
    usable: dict[str, Entry] = {}
    for name, entry in top.declared(root, section).items():
        if _KEY.fullmatch(name):
            usable[name] = entry
        else:
            help = "begin it with a letter or a digit, but not with x-"
            found.append(unsupported(entry.key, f'the name "{name}" is not supported', help))
    return usable


def _services(declared: Mapping[str, Entry]) -> Iterator[tuple[str, Service]]:
    """Yield the services that are containers: one of a provider is none, which is reported already."""
    for name, entry in declared.items():
        provider = child(entry.value, "provider")
        if isinstance(entry.value, MappingNode) and (provider is None or is_nothing(provider)):
            yield name, Service(name, entry.key, entry.value)


def _root(
    model: ComposeModel,
    project: Project,
    images: Images,
    contents: Mapping[str, Mapping[str, Entry]],
    declared: Mapping[str, Mapping[str, Entry]],
) -> MappingNode:
    """Build the root of the document, its sections in the order in which people write them."""
    name = child(model.root, "name") or model.root
    sections = {
        **contents,
        "images": images.section,
        "networks": _mapped(top.network, declared["networks"], model.name),
        "volumes": _mapped(top.volume, declared["volumes"], model.name),
        "containers": {n: _entry(s, project) for n, s in project.services.items() if n not in project.jobs},
        "jobs": {n: _entry(s, project) for n, s in project.services.items() if n in project.jobs},
    }
    head = {
        "version": Entry(scalar(model.root, "version"), scalar(model.root, _LANGUAGE)),
        "name": Entry(scalar(name, "name"), scalar(name, model.name)),
    }
    engine = named_engine(model.root)
    if project.is_swarm or engine is not None:
        place = engine or model.root
        value = SWARM if project.is_swarm else text(engine)
        head["engine"] = Entry(scalar(place, "engine"), scalar(place, value))
    places = {section: model.root.entries.get(section) for section in sections}
    body = {
        section: Entry(scalar(place.key if place else model.root, section), mapping(model.root, entries))
        for section, entries in sections.items()
        if entries
        for place in [places[section] or model.root.entries.get("services")]
    }
    return mapping(model.root, {**head, **body})


def _mapped(
    map_one: Callable[[str, Node, str], Node], declared: Mapping[str, Entry], project: str
) -> Mapping[str, Entry]:
    entries = {name: Entry(one.key, map_one(name, one.value, project)) for name, one in declared.items()}
    return {name: one for name, one in entries.items() if not top.is_implicit(name, one.value)}


def _entry(service: Service, project: Project) -> Entry:
    """Return the container or job of a service."""
    return Entry(service.key, put_together(service.node, _parts(service, project)))


def _parts(service: Service, project: Project) -> Iterator[Part]:
    image = project.images.get(service.name)
    if image is not None:
        place = service.entries.get("image") or service.entries["build"]
        yield Part(("image",), place.key, image)
    yield from common(service, project)
    yield from process(service, project)
    yield from networking(service, project)
    yield from storage(service, project)
    yield from limits(service, project)
    yield from of_job(service, project) if service.name in project.jobs else of_container(service, project)
    if project.is_swarm:
        yield from on_swarm(service, project)


def _document(
    model: ComposeModel, root: MappingNode, variables: Mapping[str, Variable], invalid: frozenset[Path]
) -> Document:
    """Build the document; `invalid` are the paths of what is reported here, so that nobody reports it again."""
    secret = frozenset(filter(None, (*model.sensitive, *(one.value for one in variables.values()))))
    hidden: dict[Path, ScalarNode] = dict(occurrences(root, secret)) if secret else {}
    masked = {one: Interpolated(one.text, one.value, masked=_masked(one.text, secret)) for one in hidden.values()}
    return Document(
        data=plain(root),
        root=root,
        filled=masked,
        invalid=invalid,
        sensitive=secret,
        sensitive_paths=frozenset(hidden),
        secret_files=frozenset(),
        sources=model.texts,
        variables=variables,
        declared=frozenset(variables),
    )


def _masked(text: str, secret: frozenset[str]) -> str:
    for one in sorted(secret, key=len, reverse=True):
        text = text.replace(one, MASK)
    return text


def _too_long(model: ComposeModel, root: MappingNode, found: list[Diagnostic]) -> Iterator[Path]:
    """Report a project's name that is too long for runner, which Compose takes as it is."""
    if len(model.name) > _LONGEST_NAME:
        message = f"the project's name has {len(model.name)} characters, {_LONGEST_NAME} are supported"
        found.append(unsupported(root.entries["name"].value, message, "set a shorter one, with name or -p"))
        yield ("name",)
