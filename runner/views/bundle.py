"""What was put into a bundle, and what is needed beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from runner.core.serialize import FORMAT_VERSION, JSONObject
from runner.views.formatting import pluralize, size
from runner.views.lines import Line


@dataclass(frozen=True, slots=True)
class BundleSummary:
    """A bundle as it was written; `images` has the names of each by its address."""

    file: str
    workflow: str
    size: int
    images: Mapping[str, tuple[str, ...]]
    files: tuple[str, ...]
    secrets: tuple[str, ...]
    """Files that aren't in it since they are secret."""
    variables: tuple[str, ...]
    """Variables whose values aren't, since they are sensitive."""
    mounts: Mapping[str, tuple[str, ...]]
    """What is mounted and isn't in it, by the address of what mounts it."""


def bundle_lines(summary: BundleSummary) -> Iterator[Line]:
    """Say what is in it in a line, and in one more for each thing that has to be provided where it is applied."""
    held = f"{pluralize(len(summary.images), 'image')}, {pluralize(len(summary.files), 'file')}, {size(summary.size)}"
    yield (("good", "Bundled"), ("", f" {summary.workflow} in {summary.file}: {held}"))
    for path in summary.secrets:
        yield _absent(f"the secret {path}: put it beside the bundle")
    for name in summary.variables:
        yield _absent(f"the value of {name}: set it in the environment of runner apply")
    for address, paths in summary.mounts.items():
        for path in paths:
            where = "it has to be there, too" if path.startswith("/") else "put it beside the bundle"
            yield _absent(f"{path}, which {address} mounts: {where}")


def _absent(what: str) -> Line:
    return (("warning", "not in it"), ("", f": {what}"))


def bundle_json(summary: BundleSummary) -> JSONObject:
    """Return the same for programs."""
    return {
        "format_version": FORMAT_VERSION,
        "file": summary.file,
        "workflow": summary.workflow,
        "size": summary.size,
        "images": {address: [*names] for address, names in summary.images.items()},
        "files": [*summary.files],
        "not_in_it": {
            "secrets": [*summary.secrets],
            "variables": [*summary.variables],
            "mounts": {address: [*paths] for address, paths in summary.mounts.items()},
        },
    }
