"""The lock file: reading with a span for every error, and writing the same text for the same content.

It is next to the workflow file and under version control with it. The use of its entries is unknown here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, MutableMapping
from pathlib import Path

from runner.core.diagnostic import Diagnostic, did_you_mean
from runner.core.lazy_pattern import lazy_pattern
from runner.core.lockfile import LockedImage, LockFile
from runner.document.excerpts import is_own_file, without_content
from runner.document.files import Files
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from runner.document.yaml_reader import read_mapping
from runner.resource.image_reference import familiar

VERSION = 1
_AGAIN = "fix it, or recreate it with: runner lock --upgrade"
_DIGEST = lazy_pattern(r"sha256:[0-9a-f]{64}")
_HEAD = """\
# The images that {file} stands for, as resolved by runner lock; runner apply --locked uses exactly these.
# Commit this file. Update it with: runner lock --upgrade
"""


def lock_file_of(workflow: str) -> Path:
    """Return the path of the lock file for a workflow file.

    >>> str(lock_file_of("demo/shop.yml"))
    'demo/shop.lock.yaml'
    """
    return Path(workflow).with_suffix(".lock.yaml")


def lock_file_text(lock: LockFile, file: str) -> str:
    """Return the text of a lock file; `file` is the name of the workflow file as shown to people."""
    lines = [_HEAD.format(file=file), f"version: {VERSION}\n", f"workflow: {lock.workflow}\n", "images:"]
    lines += ["\n", *map(_entry_text, sorted(lock.images.items()))] if lock.images else [" {}\n"]
    return "".join(lines)


def _entry_text(named: tuple[str, LockedImage]) -> str:
    name, image = named
    identity = f"digest: {image.digest}" if image.digest else f"id: {image.id}"
    platforms = f"    platforms: [{', '.join(image.platforms)}]\n" if image.platforms else ""
    return f"  {name}:\n    {identity}\n{platforms}"


def read_lock_file(
    path: Path, workflow: str, found: list[Diagnostic], texts: MutableMapping[str, str], files: Files
) -> LockFile | None:
    """Read the lock file of a workflow; None if it is invalid, which is added to `found`.

    The text is added to `texts`, for excerpts; if a link leads to another file, nothing of its content is shown.
    """
    findings: list[Diagnostic] = []
    is_own = is_own_file(str(path), str(path))
    lock = _read(path, workflow, findings, texts if is_own else None, files)
    found += findings if is_own else without_content(findings, {str(path)})
    return lock


def _read(
    path: Path, workflow: str, found: list[Diagnostic], texts: MutableMapping[str, str] | None, files: Files
) -> LockFile | None:
    before = len(found)
    root = read_mapping(str(path), found, files.read_unseen, texts)
    if root is not None and len(found) == before:
        found += _about_version(root)
    if root is None or len(found) > before:
        return None
    images = dict(_images(root, found))
    found += _about_keys(root, ("version", "workflow", "images"))
    found += _about_workflow(root, workflow)
    return LockFile(workflow, images) if len(found) == before else None


def _about_version(root: MappingNode) -> Iterator[Diagnostic]:
    """Check the version before anything else: in a newer file the keys may mean anything."""
    value = _value(root, "version")
    if not isinstance(value, ScalarNode) or not isinstance(value.value, int):
        yield _broken("the lock file has no version", root if value is None else value)
    elif value.value != VERSION:
        message = f"version {value.text} of the lock file is not supported; this runner supports {VERSION}"
        yield Diagnostic("lock-version", message, value.span, "use a newer runner, or: runner lock --upgrade")


def _about_workflow(root: MappingNode, workflow: str) -> Iterator[Diagnostic]:
    value = _value(root, "workflow")
    if not isinstance(value, ScalarNode):
        yield _broken("the lock file names no workflow", root if value is None else value)
    elif value.text != workflow:
        message = f'this is the lock of another workflow: "{value.text}", not "{workflow}"'
        yield Diagnostic("lock-of-another", message, value.span, "create one with: runner lock --upgrade")


def _about_keys(node: MappingNode, known: Collection[str]) -> Iterator[Diagnostic]:
    for name, entry in node.entries.items():
        if name not in known:
            help = did_you_mean(name, known) or _AGAIN
            yield Diagnostic("broken-lock", f'unknown key "{name}"', entry.key.span, help)


def _images(root: MappingNode, found: list[Diagnostic]) -> Iterator[tuple[str, LockedImage]]:
    images = _value(root, "images")
    if not isinstance(images, MappingNode):
        found.append(_broken("expected images by their names", root if images is None else images))
        return
    for name, entry in images.entries.items():
        if name != familiar(name) or "@" in name:
            found.append(_broken(f'not the name of an image with its tag: "{name}"', entry.key))
        else:
            yield name, _image(entry, found)


def _image(entry: Entry, found: list[Diagnostic]) -> LockedImage:
    node = entry.value
    if not isinstance(node, MappingNode):
        found.append(_broken("expected a digest", node))
        return LockedImage()
    found += _about_keys(node, ("digest", "id", "platforms"))
    if ("digest" in node.entries) == ("id" in node.entries):
        found.append(_broken("expected a digest or an id", entry.key))
    digest, id = (_digest(_value(node, key), found) for key in ("digest", "id"))
    return LockedImage(digest, id, tuple(_texts(_value(node, "platforms"), found)))


def _digest(value: Node | None, found: list[Diagnostic]) -> str:
    if value is None:
        return ""
    if isinstance(value, ScalarNode) and _DIGEST.fullmatch(value.text):
        return value.text
    shown = f', got "{value.text}"' if isinstance(value, ScalarNode) else ""
    found.append(_broken(f"expected sha256: and 64 hexadecimal digits{shown}", value))
    return ""


def _texts(value: Node | None, found: list[Diagnostic]) -> Iterator[str]:
    items = value.items if isinstance(value, SequenceNode) else ()
    if value is not None and not isinstance(value, SequenceNode):
        found.append(_broken("expected a list", value))
    for item in items:
        if isinstance(item, ScalarNode):
            yield item.text
        else:
            found.append(_broken("expected a platform", item))


def _value(node: MappingNode, key: str) -> Node | None:
    entry = node.entries.get(key)
    return entry.value if entry else None


def _broken(message: str, node: Node) -> Diagnostic:
    return Diagnostic("broken-lock", message, node.span, _AGAIN)
