"""Workflow → DesiredState: names become references, and their targets must exist."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Related, Severity
from runner.core.state import Dependency, DesiredState, Resource
from runner.core.struct import Struct, field, replace
from runner.core.values import Value
from runner.document.document import Document
from runner.document.files import Files
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration, unknown
from runner.resource.kind import Kind, Section
from runner.resource.orchestrator_names import orchestrator_of
from runner.workflow.cycles import find_cycles
from runner.workflow.input_files import FileInputs
from runner.workflow.locate import EntryPlaces
from runner.workflow.locator import EntryLocator
from runner.workflow.sensitivity import settled_places, unmaskable_secrets
from runner.workflow.uniqueness import Conflict, find_conflicts
from runner.workflow.workflow import Entry, Workflow


def resolve_workflow(
    workflow: Workflow,
    document: Document,
    files: Files,
    found: list[Diagnostic],
    *,
    contents: bool = True,
) -> DesiredState:
    """Resolve the references between entries; every finding is added to `found`.

    With `contents` the files that are part of a resource are read and digested, else they only have to exist.
    """
    return _Resolver(
        workflow,
        document,
        files,
        found,
        contents,
        EntryPlaces(document),
        document.declared_values(),
        document.sensitive_names,
    ).resolve()


def _is_content(section: Section) -> bool:
    return not (isinstance(section, Kind) or section.is_check)


class _Resolver(Struct):
    workflow: Workflow
    document: Document
    files: Files
    found: list[Diagnostic]
    contents: bool
    places: EntryPlaces
    variables: Mapping[str, str | None]
    sensitive_names: frozenset[str]
    inputs: dict[str, FileInputs] = field(default_factory=dict)
    """The inputs of the entries in each file."""
    entries_with: dict[tuple[str, str], Mapping[str, Mapping[str, Value]]] = field(default_factory=dict)
    """By kind and key, the values of each entry that has the key, by the entry's own."""

    def resolve(self) -> DesiredState:
        resources: dict[Address, Resource] = {}
        entries: dict[Address, Entry] = {}
        unusable: set[Address] = set()
        values = self.workflow.values()
        for entry in self.workflow.entries:
            before = len(self.found)
            for resource in self._declare(entry, values, resources):
                known = resources.get(resource.address)
                if known is None or known.shared:
                    # Many may declare the same shared one: it is placed below, once, where the last of them is.
                    resources[resource.address] = resource if resource.shared else self._placed(resource, entry)
                    entries[resource.address] = entry
            new = self.found[before:]
            if entry.broken or (new and any(one.severity is Severity.ERROR for one in new)):
                unusable.add(Address(entry.section.name, entry.key))
        resources |= {a: self._placed(one, entries[a]) for a, one in resources.items() if one.shared}
        self._check_dependencies(resources, entries, unusable)
        self._check_cycles(resources, entries)
        for conflict in find_conflicts(resources.values()):
            self._report_clash(conflict, entries)
        resources = self._in_file_order(resources, entries)
        self.found.extend(unmaskable_secrets(resources.values()))
        return DesiredState(
            self.workflow.name,
            {address: one for address, one in resources.items() if isinstance(entries[address].section, Kind)},
            frozenset(text for one in resources.values() for text in one.sensitive),
            tuple(one for address, one in resources.items() if entries[address].section.is_check),
            contents=tuple(one for address, one in resources.items() if _is_content(entries[address].section)),
            atomic=self.document.data.get("on_failure") == "rollback",
            proxies=self.document.data.get("proxies") is not False,
            orchestrator=orchestrator_of(self.document.data),
            knows_secrets=bool(self.sensitive_names) or any(one.sensitive_places for one in resources.values()),
        )

    def _in_file_order(
        self, resources: Mapping[Address, Resource], entries: Mapping[Address, Entry]
    ) -> dict[Address, Resource]:
        """Sort by sections and entries as in the file; implicit resources come before their first user."""
        sections = {key: number for number, key in enumerate(self.document.data)}
        ordered: dict[Address, Resource] = {}
        for address in sorted(resources, key=lambda address: sections[str(entries[address].path[0])]):
            if not resources[address].shared:
                needed = (dependency.address for dependency in resources[address].depends_on)
                implicit = (one for one in needed if one in resources and resources[one].shared)
                ordered.update((one, resources[one]) for one in (*implicit, address))
        return {**ordered, **resources}

    def _declare(
        self,
        entry: Entry,
        values: Mapping[str, Mapping[str, Mapping[str, Value]]],
        resources: Mapping[Address, Resource],
    ) -> Iterable[Resource]:
        def report(invalid: Invalid) -> None:
            if entry.is_whole(self.places.path(entry, invalid.path)):
                self._report(invalid, entry)

        def warn(invalid: Invalid) -> None:
            if entry.is_whole(self.places.path(entry, invalid.path)):
                self._report(invalid, entry, severity=Severity.WARNING)

        def report_in_file(finding: Diagnostic, path: tuple[str | int, ...]) -> None:
            named = Related("file referenced here", self.places.span(entry, path))
            self.found.append(replace(finding, related=(*finding.related, named)))

        declaration = Declaration(
            workflow=self.workflow.name,
            key=entry.key,
            values=entry.values,
            entries=values,
            declared=resources,
            inputs=self._inputs(self.document.file_of(entry.path)),
            report=report,
            warn=warn,
            report_in_file=report_in_file,
            entries_with=self._entries_with,
            may_be_declared=self.workflow.may_be_declared,
            sensitive=entry.sensitive,
            variables=self.variables,
            sensitive_variables=self.sensitive_names,
        )
        return list(entry.section.declare(declaration))

    def _entries_with(self, kind: str, key: str) -> Mapping[str, Mapping[str, Value]]:
        if (kind, key) not in self.entries_with:
            entries = self.workflow.values().get(kind, {})
            self.entries_with[kind, key] = {name: values for name, values in entries.items() if key in values}
        return self.entries_with[kind, key]

    def _inputs(self, file: str) -> FileInputs:
        if file not in self.inputs:
            self.inputs[file] = FileInputs.beside(file, self.files, contents=self.contents)
        return self.inputs[file]

    def _placed(self, resource: Resource, entry: Entry) -> Resource:
        """Add the spans of the resource and its host paths, and which fields are sensitive."""
        is_own = (resource.address.kind, resource.address.name) == (entry.section.name, entry.key)
        places = settled_places(entry.sensitive, resource) if is_own else resource.sensitive_places
        span, locator = self.document.key_span_of(entry.path), EntryLocator(self.document, entry, self.places)
        paths = tuple(replace(one, span=self.places.span(entry, one.path)) for one in resource.host_paths)
        return replace(resource, span=span, locator=locator, sensitive_places=places, host_paths=paths)

    def _report(
        self,
        invalid: Invalid,
        entry: Entry,
        related: tuple[Related, ...] = (),
        severity: Severity = Severity.ERROR,
    ) -> None:
        span = self.places.span(entry, invalid.path)
        code = invalid.code or "wrong-reference"
        self.found.append(Diagnostic(code, invalid.message, span, invalid.help, related, severity=severity))

    def _check_dependencies(
        self, resources: Mapping[Address, Resource], entries: Mapping[Address, Entry], unusable: Container[Address]
    ) -> None:
        """Check that all dependencies exist; entries that are `unusable` themselves were reported already."""
        declared = dict.fromkeys(Address(entry.section.name, entry.key) for entry in self.workflow.entries)
        declared.update(dict.fromkeys(map(_entry_of, resources)))
        names: dict[str, dict[str, None]] = {}
        for one in declared:
            names.setdefault(one.kind, {})[one.name] = None
        for address, resource in resources.items():
            for dependency in resource.depends_on:
                other, path = dependency.address, dependency.path
                if other in resources or _entry_of(other) in unusable:
                    continue
                if _entry_of(other) in declared:
                    self._report(Invalid(f"{other} will not exist", path=path), entries[address])
                elif not self.workflow.may_be_declared(other.kind, other.name):
                    known = names.get(other.kind, {})
                    self._report(unknown(other.kind, other.name, known).within(*path), entries[address])

    def _check_cycles(self, resources: Mapping[Address, Resource], entries: Mapping[Address, Entry]) -> None:
        edges: dict[Address, dict[Address, Dependency]] = {}
        for address, resource in resources.items():
            targets = edges.setdefault(_entry_of(address), {})
            for dependency in resource.depends_on:
                targets.setdefault(_entry_of(dependency.address), dependency)
        for cycle in find_cycles(edges):
            first, second = cycle[:2]
            itself = f"{first} depends on itself"
            message = itself if first == second else f"dependency cycle: {' → '.join(map(str, cycle))}"
            invalid = Invalid(message, path=edges[first][second].path, code="dependency-cycle")
            self._report(invalid, entries[first])
            self.found[-1] = replace(self.found[-1], hides_more=True)  # others that share a node with this cycle

    def _report_clash(self, conflict: Conflict, entries: Mapping[Address, Entry]) -> None:
        what, path = conflict.claim, conflict.claim.place
        if conflict.holder == conflict.address:
            invalid = Invalid(f"{what} is specified twice", path=path, code="claimed-twice")
            self._report(invalid, entries[conflict.address])
            return
        place = self.places.span(entries[conflict.holder], conflict.held.place)
        invalid = Invalid(f"{what} is already used by {conflict.holder}", path=path, code="claimed-twice")
        self._report(invalid, entries[conflict.address], (Related(f"used by {conflict.holder} here", place),))


def _entry_of(address: Address) -> Address:
    """Return the address that stands for all replicas of an entry."""
    return address if address.index == 1 else Address(address.kind, address.name)
