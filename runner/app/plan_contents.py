"""Add to a plan what differs in the content that it compares by digest, where the former content is known.

It is known from the engine, or from the record of a run on this client; either is used only if its digest is the one
that the engine has. Nothing sensitive is looked up: its values are masked in the plan already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from runner.core.plan import Change, FieldDiff, Plan
from runner.core.sensitive import MASK
from runner.core.struct import replace
from runner.core.values import Marker, Value, is_empty

if TYPE_CHECKING:
    from runner.app.recorded_declarations import RecordedDeclarations
    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway
    from runner.resource.kind import Catalog

_LARGEST: Final = 16_384
"""Maximum characters of a text that a plan holds, without most of what both sides have."""
_MOST_LINES: Final = 10_000
"""Longer texts are compared at their beginning and end only."""
_CONTEXT: Final = 3
"""How many equal lines are left around what differs."""
_GAP: Final = "…\n"
"""Stands in both texts for equal lines that are left out."""


def with_contents(plan: Plan, catalog: Catalog, gateway: Gateway, workspace: Workspace) -> Plan:
    """Return a plan with details of each difference between digests, as far as the content is known."""
    if not any(_is_explicable(diff) for change in plan.pending for diff in change.diff):
        return plan
    from runner.app.recorded_declarations import RecordedDeclarations

    explainer = _Explainer(gateway, catalog, RecordedDeclarations(plan.workflow, workspace))
    return replace(plan, changes=tuple(map(explainer.explained, plan.changes)))


def _is_explicable(diff: FieldDiff) -> bool:
    return diff.is_digest and not diff.details and not diff.files and MASK not in (diff.before, diff.after)


class _Explainer:
    """Explains the changes of one plan; what is the same for several replicas is looked up once."""

    def __init__(self, gateway: Gateway, catalog: Catalog, recorded: RecordedDeclarations) -> None:
        self._gateway = gateway
        self._catalog = catalog
        self._recorded = recorded
        self._known: dict[tuple[str, str, str, str], tuple[FieldDiff, ...]] = {}

    def explained(self, change: Change) -> Change:
        """Return a change with details of its differences."""
        if not any(map(_is_explicable, change.diff)):
            return change
        return replace(change, diff=tuple(self._explained(change, diff) for diff in change.diff))

    def _explained(self, change: Change, diff: FieldDiff) -> FieldDiff:
        if not _is_explicable(diff):
            return diff
        key = (change.address.name, diff.path, str(diff.before), str(diff.after))
        if key not in self._known:
            self._known[key] = tuple(self._details(change, diff))
        return replace(diff, details=self._known[key])

    def _details(self, change: Change, diff: FieldDiff) -> Iterator[FieldDiff]:
        kind = self._catalog[change.address.kind]
        if change.desired is None or isinstance(diff.after, Marker):
            return
        after = kind.contents(change.desired, diff.path) if diff.after is not None else {}
        before = self._before(change, diff) if diff.before is not None else {}
        if (diff.before is not None and not before) or (diff.after is not None and not after):
            return
        for path in dict.fromkeys((*after, *before)):
            old, new = before.get(path), after.get(path)
            if old != new and not (is_empty(old) and is_empty(new)):
                old, new = excerpts(old, new)
                yield FieldDiff(path, old, new, diff.reason, diff.effect)

    def _before(self, change: Change, diff: FieldDiff) -> Mapping[str, Value]:
        kind, digest = self._catalog[change.address.kind], str(diff.before)
        if change.observed is not None:
            live = kind.live_contents(self._gateway, change.observed, diff.path, digest)
            if live:
                return live
        former = self._recorded.find(change.address, diff.path, digest)
        return kind.contents(former, diff.path) if former else {}


def excerpts(before: Value, after: Value) -> tuple[Value, Value]:
    """Return two texts without most of the lines that both have; two that are still large as their sizes."""
    if not isinstance(before, str | None) or not isinstance(after, str | None):
        return before, after
    old, new = ((text or "").splitlines(keepends=True) for text in (before, after))
    texts = ["".join(lines) for lines in _unlike(old, new)]
    if max(map(len, texts)) > _LARGEST:
        texts = [f"{len(text or '')} characters, {len(lines)} lines" for text, lines in ((before, old), (after, new))]
    return (None if before is None else texts[0]), (None if after is None else texts[1])


def _unlike(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Return the lines that differ, and a few equal ones around them."""
    head = max(0, _equal_lines(old, new) - _CONTEXT)
    tail = max(0, min(_equal_lines(old[::-1], new[::-1]) - _CONTEXT, len(old) - head, len(new) - head))
    old, new = (lines[head : len(lines) - tail] for lines in (old, new))
    if max(len(old), len(new)) > _MOST_LINES:
        return old, new
    from difflib import SequenceMatcher

    kept_old, kept_new = list[str](), list[str]()
    for number, group in enumerate(SequenceMatcher(None, old, new).get_grouped_opcodes(_CONTEXT)):
        (_, first_old, _, first_new, _), (_, _, last_old, _, last_new) = group[0], group[-1]
        gap = [_GAP] if number else []
        kept_old += [*gap, *old[first_old:last_old]]
        kept_new += [*gap, *new[first_new:last_new]]
    return kept_old, kept_new


def _equal_lines(old: list[str], new: list[str]) -> int:
    """Return how many lines two texts have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
