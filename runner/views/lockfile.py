"""The changes of a lock file: one line per image for people, everything as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from runner.core.lockfile import LockedImage, LockFile
from runner.core.serialize import FORMAT_VERSION, JSONObject
from runner.views.formatting import pluralize, short_id
from runner.views.lines import Line, aligned

_ROLES: Final = {"+": "create", "~": "update", "-": "delete"}
_ACTIONS: Final = {"+": "added", "~": "upgraded", "-": "removed"}


def lock_lines(file: str, before: Mapping[str, LockedImage], lock: LockFile) -> Iterator[Line]:
    """Yield the changes, and a summary line."""
    rows = list(_changes(before, lock.images))
    yield from aligned(
        [[((_ROLES[mark], mark), ("", " "), ("name", name)), *_way(old, new)] for mark, name, old, new in rows]
    )
    images = pluralize(len(lock.images), "image")
    if not rows:
        yield (("good", "No changes"), ("", f": {file} locks {images}"))
        return
    counts = ((sum(row[0] == mark for row in rows), word) for mark, word in _ACTIONS.items())
    summary = ", ".join(f"{number} {word}" for number, word in counts if number)
    yield (("good", "Locked"), ("", f" {images} in {file}: {summary}"))


def lock_json(file: str, before: Mapping[str, LockedImage], lock: LockFile) -> JSONObject:
    """Return the lock file and its changes as JSON."""
    return {
        "format_version": FORMAT_VERSION,
        "file": file,
        "workflow": lock.workflow,
        "images": {name: _image_json(image) for name, image in sorted(lock.images.items())},
        "changes": {name: _ACTIONS[mark] for mark, name, _, _ in _changes(before, lock.images)},
    }


def _image_json(image: LockedImage) -> JSONObject:
    return {"digest": image.digest or None, "id": image.id or None, "platforms": [*image.platforms]}


def _changes(
    before: Mapping[str, LockedImage], after: Mapping[str, LockedImage]
) -> Iterator[tuple[str, str, LockedImage | None, LockedImage | None]]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old != new:
            yield "+" if old is None else "-" if new is None else "~", name, old, new


def _way(old: LockedImage | None, new: LockedImage | None) -> Iterator[Line]:
    shown = [short_id(image.digest or image.id) for image in (old, new) if image]
    yield (("quiet", " → ".join(shown)),)
    if new:
        yield (("quiet", ", ".join(new.platforms)),)
