"""A build context as a value: the entries sent to the engine, and a digest that shows whether they have changed.

Independent of engines and of what a Dockerfile contains.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import time_ns

from runner.core.build import BuildContext, ContextEntry, EntryType
from runner.document.root import ANYWHERE, Outside, Root
from runner.workflow.build_context.cache import Cache
from runner.workflow.build_context.digests import Attributes, Contents, read_contents
from runner.workflow.build_context.ignore import IgnoreRules, InvalidIgnoreFile
from runner.workflow.build_context.manifest import changes_since, save_manifest
from runner.workflow.build_context.stat_index import key_of, pack, settled, unpack
from runner.workflow.build_context.walk import ContextError, Found, unreadable, walk

_IGNORE_FILE = ".dockerignore"
_LARGEST_IGNORE_FILE = 16 << 20
_NOTHING_REMEMBERED = Cache()
_FILE = EntryType.FILE  # looked up once: access to an enum member is slow
_MAY_HAVE_TWINS = (EntryType.FILE, EntryType.PIPE)


def read_context(
    root: Path, dockerfile: str | None = None, cache: Cache = _NOTHING_REMEMBERED, within: Root = ANYWHERE
) -> BuildContext:
    """Read the folder `root` under the ignore rules of `<dockerfile>.dockerignore`, else `.dockerignore`.

    `dockerfile` is its path relative to `root`, None for an inline one. Sockets and devices are left out. Files
    unchanged since `cache` recorded them aren't read again. Raises ContextError, and Outside for what isn't `within`.
    """
    began = time_ns()
    ignore_file, rules = read_ignore_file(root, dockerfile, within)
    real = os.path.realpath(within.resolve(root))  # files are opened without following links when sent
    try:
        found = walk(real, rules)
    except InvalidIgnoreFile as error:
        raise _invalid(root, str(ignore_file), error) from error
    contents = _contents(real, found, cache, f"{real}\0{ignore_file}", began)
    entries = tuple(_entries(found, contents))
    parts = [_part(entry, contents.digests.get(entry.path, b"")) for entry in entries]
    digest = sha256(b"".join(parts)).hexdigest()
    save_manifest(cache, digest, entries, parts)
    return BuildContext(real, entries, digest, ignore_file, partial(changes_since, cache, digest))


def read_ignore_file(root: Path, dockerfile: str | None, within: Root = ANYWHERE) -> tuple[str | None, IgnoreRules]:
    """Return the effective ignore file, relative to `root`, and its rules. Raises ContextError."""
    for name in (f"{dockerfile}{_IGNORE_FILE}", _IGNORE_FILE) if dockerfile else (_IGNORE_FILE,):
        try:
            return name, IgnoreRules(_ignore_text(Path(os.path.normpath(root / name)), name, within))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except InvalidIgnoreFile as error:
            raise _invalid(root, name, error) from error
        except Outside as error:
            raise ContextError(f'"{name}" is outside of {error.root}') from error
        except OSError as error:
            raise unreadable(name, error) from error
    return None, IgnoreRules()


def _invalid(root: Path, name: str, error: InvalidIgnoreFile) -> ContextError:
    """Quote the pattern, unless a link leads to a file outside the context."""
    is_own = Path(os.path.realpath(root / name)).is_relative_to(os.path.realpath(root))
    return ContextError(f"{name}:{error.line}: {error if is_own else 'invalid pattern'}")


def _ignore_text(path: Path, name: str, within: Root) -> str:
    with within.open(path) as stream:
        text = stream.read(_LARGEST_IGNORE_FILE + 1)
    if len(text) > _LARGEST_IGNORE_FILE:
        raise ContextError(f'cannot read "{name}": larger than {_LARGEST_IGNORE_FILE >> 20} MiB')
    return text.decode("utf-8", "surrogateescape")


def _contents(root: str, found: Sequence[Found], cache: Cache, place: str, began: int) -> Contents:
    """Read the contents, and cache what is reliable."""
    name = f"{sha256(os.fsencode(place)).hexdigest()[:32]}.index"
    index = unpack(cache.get(name) or b"", began)
    contents = read_contents(root, found, index)
    fresh = settled(contents.fresh, began)
    if fresh:
        used = {key: index[key] for one in found if (key := key_of(one.status)) in index}
        cache.put(name, pack({**used, **fresh}, began))
    return contents


def _entries(found: Sequence[Found], contents: Contents) -> Iterator[ContextEntry]:
    """Yield the entries; the other hard links of a file refer to its first path."""
    firsts: dict[tuple[int, int], str] = {}
    for path, type, status, target in found:
        size, twin, mode = 0, "", stat.S_IMODE(status.st_mode)
        if type is _FILE:
            if path not in contents.digests:
                continue
            size = status.st_size
        if status.st_nlink > 1 and type in _MAY_HAVE_TWINS:
            first = firsts.setdefault((status.st_dev, status.st_ino), path)
            twin = "" if first == path else first
        yield ContextEntry(path, type, mode, size, status.st_mtime_ns, target, twin, contents.attributes.get(path, ()))


def _part(entry: ContextEntry, digest: bytes) -> bytes:
    """Return an entry's part of the overall digest: for a file its own digest, so that no content can imitate entries.

    Only the extended attributes that BuildKit uses count: labels of security modules and ACLs are stored in no image.
    """
    head = os.fsencode(f"{entry.type.value}\0{entry.mode:o}\0{entry.path}\0{entry.target}\0")
    return _attributes_part(entry.attributes) + head + digest


def _attributes_part(attributes: Attributes) -> bytes:
    counted = [(os.fsencode(name), value) for name, value in attributes if _counts(name)]
    if not counted:
        return b""
    return b"attributes\0" + sha256(b"".join(b"%b\0%d\0%b" % (name, len(it), it) for name, it in counted)).digest()


def _counts(attribute: str) -> bool:
    return attribute == "security.capability" or not attribute.startswith(("security.", "system."))
