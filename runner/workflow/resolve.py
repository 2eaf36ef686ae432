"""Workflow → DesiredState: names become references, and what they refer to is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Related, did_you_mean
from runner.core.state import Claim, DesiredState, Resource
from runner.document.document import Document, Path
from runner.resource.codec import Invalid
from runner.resource.kind import Declaration
from runner.workflow.cycles import find_cycle
from runner.workflow.inputs import FileInputs
from runner.workflow.places import span_at
from runner.workflow.workflow import Entry, Workflow

_EVERYWHERE = ("", "0.0.0.0", "::")


def resolve_workflow(
    workflow: Workflow,
    document: Document,
    environ: Mapping[str, str],
    found: list[Diagnostic],
    *,
    contents: bool = True,
) -> DesiredState:
    """Tie the entries together; every finding is added to `found`.

    With `contents` the files that count as part of a resource are read and digested, else only looked for.
    """
    return _Resolver(workflow, document, environ, found, contents).resolve()


@dataclass(frozen=True, slots=True)
class _Resolver:
    workflow: Workflow
    document: Document
    environ: Mapping[str, str]
    found: list[Diagnostic]
    contents: bool

    def resolve(self) -> DesiredState:
        resources: dict[Address, Resource] = {}
        paths: dict[Address, Path] = {}
        for entry in self.workflow.entries:
            for resource in self._declare(entry, resources):
                known = resources.get(resource.address)
                if known is None or known.shared:
                    resources[resource.address] = replace(resource, span=self.document.key_span_of(entry.path))
                    paths[resource.address] = entry.path
        self._check_dependencies(resources, paths)
        self._check_claims(resources, paths)
        return DesiredState(self.workflow.name, resources)

    def _declare(self, entry: Entry, resources: Mapping[Address, Resource]) -> Iterable[Resource]:
        def report(invalid: Invalid) -> None:
            self._report(invalid.message, entry.path, invalid.path, invalid.help)

        declaration = Declaration(
            workflow=self.workflow.name,
            key=entry.key,
            values=entry.values,
            siblings=self.workflow.siblings(entry.kind),
            declared=resources,
            inputs=FileInputs.beside(self.document.span_of(entry.path).file, self.environ, contents=self.contents),
            report=report,
        )
        return list(entry.kind.declare(declaration))

    def _report(
        self,
        message: str,
        base: Path,
        way: tuple[str | int, ...],
        help: str | None = None,
        *,
        code: str = "wrong-reference",
        related: tuple[Related, ...] = (),
    ) -> None:
        span = span_at(self.document, base, way)
        finding = Diagnostic(code, message, span, help, related)
        if finding not in self.found:  # replicas would say it once each
            self.found.append(finding)

    def _check_dependencies(self, resources: Mapping[Address, Resource], paths: Mapping[Address, Path]) -> None:
        declared = {(address.kind, address.name) for address in paths}
        for address, resource in resources.items():
            for dependency in resource.depends_on:
                other = dependency.address
                if (other.kind, other.name) not in declared:
                    names = (name for kind, name in declared if kind == other.kind)
                    help = did_you_mean(other.name, names)
                    message = f'unknown {other.kind} "{other.name}"'
                    self._report(message, paths[address], dependency.path, help, code="unknown-reference")
        cycle = find_cycle({a: [d.address for d in r.depends_on] for a, r in resources.items()})
        if cycle:
            way = " → ".join(map(str, cycle))
            first = next(d for d in resources[cycle[0]].depends_on if d.address == cycle[1])
            self._report(f"dependency cycle: {way}", paths[cycle[0]], first.path, code="dependency-cycle")

    def _check_claims(self, resources: Mapping[Address, Resource], paths: Mapping[Address, Path]) -> None:
        holders: dict[str, list[tuple[Address, Claim]]] = {}
        for address, resource in resources.items():
            for claim in resource.claims:
                holders.setdefault(claim.what, []).append((address, claim))
        for what, held in holders.items():
            for (first, one), (second, other) in combinations(held, 2):
                if (first.kind, first.name) != (second.kind, second.name) and _overlap(one, other):
                    place = Related(f"{first} has it", span_at(self.document, paths[first], one.path))
                    message = f"{what} is taken by {first}"
                    self._report(message, paths[second], other.path, code="claimed-twice", related=(place,))


def _overlap(one: Claim, other: Claim) -> bool:
    return one.where == other.where or one.where in _EVERYWHERE or other.where in _EVERYWHERE
