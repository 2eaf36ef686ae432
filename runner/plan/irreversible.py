"""Changes that an atomic run can't contain: those that destroy data irrevocably."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runner.core.diagnostic import Diagnostic
from runner.core.plan import Action, Change
from runner.resource.kind import Catalog

_HELP = "apply it in a separate run, without --atomic and on_failure: rollback"


def irreversible_changes(changes: Iterable[Change], catalog: Catalog) -> Iterator[Diagnostic]:
    """Yield a problem for every delete-before-create replacement."""
    for change in changes:
        if change.action is Action.REPLACE and catalog[change.address.kind].delete_before_create:
            message = f"{change.address} would be replaced and its data lost, which cannot be rolled back"
            yield Diagnostic("one-way", message, change.desired.span if change.desired else None, _HELP)
