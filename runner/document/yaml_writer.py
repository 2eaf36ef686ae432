"""Writing of YAML for people: block style, short lists on a line, with comments; read back, it is the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from runner.core.struct import Struct
from runner.document.core_schema import Plain, typed

_INDENT: Final = "  "
_LONGEST_LINE: Final = 110
_NEVER_FIRST: Final = frozenset("?:,[]{}#&*!|>'\"%@`")
_OLD_BOOLEANS: Final = frozenset(("y", "n", "yes", "no", "on", "off"))
_OF_TIMES: Final = frozenset("0123456789:.")
_FLOW: Final = frozenset(",[]{}")


class Scalar(Struct):
    """A single value; what is not a text is written as its text is spelled: `0644`, `1.10`."""

    value: Plain
    text: str


class Item(Struct):
    """A value of a mapping or a list, with the comments that belong to it."""

    value: Written
    above: tuple[str, ...] = ()
    """Lines of comments before it, each with its `#`; an empty one is an empty line."""
    beside: str = ""
    """The comment behind it, with its `#`."""
    below: tuple[str, ...] = ()
    """Lines of comments after it."""


class List(Struct):
    """A list; on one line if it is to be `short`, and all of it is single values that fit."""

    items: tuple[Item, ...]
    short: bool = False


class Map(Struct):
    """A mapping, in order; on one line as a short list is."""

    entries: tuple[tuple[str, Item], ...]
    short: bool = False


Written: TypeAlias = Scalar | List | Map


def text_scalar(text: str) -> Scalar:
    """Return a text as a value."""
    return Scalar(text, text)


def yaml_text(root: Map, above: Sequence[str] = ()) -> str:
    r"""Return a document, with lines of comments before it.

    >>> from runner.document.yaml_writer import Item, Map, text_scalar
    >>> print(yaml_text(Map((("a", Item(text_scalar("yes")), ), ("b", Item(text_scalar("1"), ("# one",)))))), end="")
    a: "yes"
    # one
    b: "1"
    """
    return "".join(f"{line}\n" for line in (*above, *_map_lines(root, "")))


def scalar_text(scalar: Scalar, *, in_flow: bool = False) -> str:
    """Return a value on one line: plain if it is read back as the same then, else in quotes."""
    if not isinstance(scalar.value, str):
        return scalar.text or "null"
    text = scalar.value
    if _is_plain(text, in_flow=in_flow) and typed(text) == text and not _is_typed_elsewhere(text):
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _is_plain(text: str, *, in_flow: bool) -> bool:
    if not text or not text.isprintable() or text != text.strip() or text in ("<<", "=", "-", "---", "..."):
        return False
    if text[0] in _NEVER_FIRST or text.startswith("- ") or text.endswith(":"):
        return False
    return ": " not in text and " #" not in text and not (in_flow and _FLOW & {*text})


def _is_typed_elsewhere(text: str) -> bool:
    """Return whether programs that read YAML 1.1 take a text for something else: a boolean, a time of day."""
    return text.lower() in _OLD_BOOLEANS or (":" in text and not {*text} - _OF_TIMES)


def _map_lines(node: Map, indent: str) -> Iterator[str]:
    for key, item in node.entries:
        yield from _comments(item.above, indent)
        name = scalar_text(text_scalar(key))
        yield from _entry_lines(f"{indent}{name}:", item, indent)
        yield from _comments(item.below, indent)


def _list_lines(node: List, indent: str) -> Iterator[str]:
    for item in node.items:
        yield from _comments(item.above, indent)
        if isinstance(item.value, Map) and item.value.entries:
            first, *rest = _map_lines(item.value, f"{indent}{_INDENT}")
            yield f"{indent}- {first.lstrip()}" if not item.value.entries[0][1].above else f"{indent}-"
            yield from rest if not item.value.entries[0][1].above else (first, *rest)
        else:
            yield from _entry_lines(f"{indent}-", item, indent)
        yield from _comments(item.below, indent)


def _comments(lines: Sequence[str], indent: str) -> Iterator[str]:
    return (f"{indent}{line}" if line else "" for line in lines)


def _entry_lines(start: str, item: Item, indent: str) -> Iterator[str]:
    """Yield the lines of a value behind a key or a dash."""
    value, beside = item.value, f"  {item.beside}" if item.beside else ""
    if isinstance(value, Scalar):
        yield from _scalar_lines(start, value, beside, indent)
        return
    line = _on_one_line(value)
    if line is not None and len(start) + len(line) < _LONGEST_LINE:
        yield f"{start} {line}{beside}"
        return
    yield f"{start}{beside}"
    inner = f"{indent}{_INDENT}"
    yield from _map_lines(value, inner) if isinstance(value, Map) else _list_lines(value, inner)


def _on_one_line(node: List | Map) -> str | None:
    """Return a collection in flow style, if it is to be written so: an empty one, or a short list."""
    items = [item for _, item in node.entries] if isinstance(node, Map) else node.items
    if items and (
        not node.short
        or any(one.above or one.beside or one.below or isinstance(one.value, List | Map) for one in items)
    ):
        return None
    texts = [scalar_text(one.value, in_flow=True) for one in items if isinstance(one.value, Scalar)]
    if isinstance(node, List):
        return f"[{', '.join(texts)}]"
    keys = (scalar_text(text_scalar(key), in_flow=True) for key, _ in node.entries)
    return f"{{{', '.join(f'{key}: {text}' for key, text in zip(keys, texts, strict=True))}}}"


def _is_bare(item: Item) -> bool:
    return isinstance(item.value, Scalar) and not (item.above or item.beside or item.below)


def _scalar_lines(start: str, scalar: Scalar, beside: str, indent: str) -> Iterator[str]:
    text = scalar.value
    if not (isinstance(text, str) and _suits_block(text)):
        yield f"{start} {scalar_text(scalar)}{beside}"
        return
    body = text.rstrip("\n")
    ending = text[len(body) :]
    chomping = "" if ending == "\n" else "-" if not ending else "+"
    yield f"{start} |{chomping}{beside}"
    for line in (body + (ending[1:] if chomping == "+" else "")).split("\n"):
        yield f"{indent}{_INDENT}{line}" if line else ""


def _suits_block(text: str) -> bool:
    """Return whether a text of several lines reads well, and is read back, as a block."""
    lines = text.split("\n")
    return (
        len(lines) > 1
        and bool(lines[0].strip())
        and not lines[0].startswith((" ", "\t"))
        and all(line.isprintable() or not line for line in (one.replace("\t", "") for one in lines))
    )
