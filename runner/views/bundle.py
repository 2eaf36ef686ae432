"""The summary of a bundle: its content, and what is needed besides it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.core.serialize import FORMAT_VERSION, JSONObject
from runner.core.struct import Struct
from runner.views.formatting import pluralize, size
from runner.views.lines import Line


class BundleSummary(Struct):
    """A bundle as written; `images` has the names of each image by address."""

    file: str
    workflow: str
    size: int
    images: Mapping[str, tuple[str, ...]]
    files: tuple[str, ...]
    secrets: tuple[str, ...]
    """Files left out because they are secret."""
    variables: tuple[str, ...]
    """Variables whose values are left out because they are sensitive."""
    mounts: Mapping[str, tuple[str, ...]]
    """Mounted paths that are left out, by the address of the resource that mounts them."""


def bundle_lines(summary: BundleSummary) -> Iterator[Line]:
    """Yield a line about the content, and one for each item that must be provided where the bundle is applied."""
    held = f"{pluralize(len(summary.images), 'image')}, {pluralize(len(summary.files), 'file')}, {size(summary.size)}"
    yield (("good", "Bundled"), ("", f" {summary.workflow} in {summary.file}: {held}"))
    for path in summary.secrets:
        yield _absent(f"the secret {path}: place it next to the bundle")
    for name in summary.variables:
        yield _absent(f"the value of {name}: set it in the environment of runner apply")
    for address, paths in summary.mounts.items():
        for path in paths:
            where = "it must exist on the target host" if path.startswith("/") else "place it next to the bundle"
            yield _absent(f"{path}, which {address} mounts: {where}")


def _absent(what: str) -> Line:
    return (("warning", "not included"), ("", f": {what}"))


def bundle_json(summary: BundleSummary) -> JSONObject:
    """Return the summary as JSON."""
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
