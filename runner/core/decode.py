"""Parsed JSON to typed values: the type declares the shape, and nothing else is accepted.

A shape is a type: a struct, whose fields are the keys of an object; `Mapping[str, T]`, `tuple[T, ...]`, an enum by
its values, an address or datetime by its text, a union, or `Any`. Unknown keys are ignored, so that a newer version may
add some. A struct validates everything else in `__post_init__`, by ValueError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import Any, Final, Literal, TypeAlias, TypeVar, Union, cast, get_args, get_origin

from runner.core.address import Address
from runner.core.strict_json import LARGEST, Malformed, parse_json
from runner.core.struct import Decoder, FieldInfo, NotJSON, Struct, fields

T = TypeVar("T")
Special: TypeAlias = Mapping[Any, Callable[[Any, str], Any]]

_WORDS: Final = {str: "a string", bool: "true or false", int: "a whole number", float: "a number", type(None): "null"}
_TEXTUAL: Final[Mapping[Any, Callable[[str], Any]]] = {Address: Address.parse, datetime: datetime.fromisoformat}


def decode(shape: type[T], content: bytes | str, *, most: int = LARGEST, file_names: bool = False) -> T:
    """Parse a JSON text into a value of a shape; Malformed when it doesn't match."""
    return cast("T", shaped(shape, parse_json(content, most=most, file_names=file_names)))


def decode_hint(shape: Any, text: str | None, otherwise: T) -> T:
    """Parse the value of a label or cache, which is untrusted; return `otherwise` if it is missing or malformed."""
    if text is None:
        return otherwise
    try:
        return cast("T", shaped(shape, parse_json(text)))
    except Malformed:
        return otherwise


def decode_texts(shape: Any, text: str | None, otherwise: T) -> T:
    """Do as `decode_hint` for a shape of nothing but texts, of which each of many resources has one: ten times as fast.

    Of a key that is specified twice, the last one counts.
    """
    if text is not None and text.isascii() and "\\" not in text:  # then the texts contain no invalid characters
        with suppress(NotJSON):
            return cast("T", _decoder_of(shape).decode(text))
    return decode_hint(shape, text, otherwise)


@lru_cache
def _decoder_of(shape: Any) -> Decoder[Any]:
    return Decoder(shape)


def shaped(shape: Any, raw: Any, place: str = "", special: Special | None = None) -> Any:
    """Convert parsed JSON to a value of a shape; Malformed, which names the place, when it doesn't match.

    `special` maps a class to a function of the raw value and its place, for classes that aren't written field by field.
    """
    return _Decoder(special or {}).read(shape, raw, place)


class _Decoder(Struct):
    special: Special

    def read(self, shape: Any, raw: Any, place: str) -> Any:
        if shape is Any:
            return raw
        if shape in self.special:
            return self.special[shape](raw, place)
        if shape in _WORDS:
            return _scalar(shape, raw, place)
        if shape in _TEXTUAL:
            return _converted(_TEXTUAL[shape], _scalar(str, raw, place), place)
        if isinstance(shape, type) and issubclass(shape, Enum):
            return shape(_member([one.value for one in shape], raw, place))
        if isinstance(shape, type) and issubclass(shape, Struct):
            return self._record(shape, _map(raw, place), place)
        return self._generic(shape, raw, place)

    def _generic(self, shape: Any, raw: Any, place: str) -> Any:
        origin, of = get_origin(shape), get_args(shape)
        if origin in (Union, UnionType):
            return self._one_of(of, raw, place)
        if origin is Literal:
            return _member(of, raw, place)
        if origin is tuple:
            return tuple(self.read(of[0], item, f"{place}[{at}]") for at, item in enumerate(_list(raw, place)))
        if origin is list:
            return [self.read(of[0], item, f"{place}[{at}]") for at, item in enumerate(_list(raw, place))]
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {key: self.read(of[1], item, _below(place, key)) for key, item in _map(raw, place).items()}
        raise TypeError(f"no shape: {shape}")

    def _one_of(self, shapes: tuple[Any, ...], raw: Any, place: str) -> Any:
        refused: list[Malformed] = []
        for shape in shapes:
            try:
                return self.read(shape, raw, place)
            except Malformed as error:
                refused.append(error)
        raise refused[0]

    def _record(self, shape: Any, raw: dict[str, Any], place: str) -> Any:
        given = {}
        for row in _rows(shape):
            key = row.encode_name
            if key in raw:
                given[row.name] = self.read(row.type, raw[key], _below(place, key))
            elif row.required:
                raise Malformed(f"{_at(place)}{key} is missing")
        try:
            return shape(**given)
        except ValueError as error:
            raise Malformed(f"{_at(place)}{error}") from None


def _scalar(shape: Any, raw: Any, place: str) -> Any:
    if type(raw) is shape:
        return raw
    if shape is float and type(raw) is int:
        return float(raw)
    raise _expected(_WORDS[shape], place)


def _converted(convert: Callable[[str], Any], text: str, place: str) -> Any:
    try:
        return convert(text)
    except ValueError as error:
        raise Malformed(f"{_at(place)}{error}") from None


def _member(known: Sequence[Any], raw: Any, place: str) -> Any:
    if not isinstance(raw, str | int) or raw not in known:
        raise _expected(" or ".join(map(str, known)), place)
    return raw


def _list(raw: Any, place: str) -> list[Any]:
    if not isinstance(raw, list):
        raise _expected("a list", place)
    return raw


def _map(raw: Any, place: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise _expected("an object", place)
    return raw


@lru_cache
def _rows(shape: type[Struct]) -> tuple[FieldInfo, ...]:
    return fields(shape)


def _expected(what: str, place: str) -> Malformed:
    return Malformed(f"{_at(place)}expected {what}")


def _below(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _at(place: str) -> str:
    return f"{place}: " if place else ""
