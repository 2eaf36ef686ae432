"""Single values as Compose understands and prints them: numbers, sizes, durations, flags; pure functions of values."""

from __future__ import annotations

from decimal import Decimal
from math import inf, isinf, isnan
from struct import pack, unpack

from runner.core.lazy_pattern import lazy_pattern
from runner.document.core_schema import Plain

_YES = frozenset({"1", "true", "y", "yes", "on"})
_NO = frozenset({"0", "false", "n", "no", "off"})
_INTEGER = lazy_pattern(r"[-+]?[0-9]+")
_REAL = lazy_pattern(r"[-+]?(?:[0-9]+(?:_[0-9]+)*\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?(?:inf|infinity|nan)")
_SIZE = lazy_pattern(r"(.*?[0-9.]) ?([kmgtp]b?|[kmgtp]ib|b)?")
_DURATION = lazy_pattern(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h|d|w)")
_UNITS = {"k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
    "d": 24 * 3600 * 10**9,
    "w": 7 * 24 * 3600 * 10**9,
}
_LARGEST = (1 << 63) - 1
_MOST_WITHOUT_EXPONENT = 6


def text(value: Plain) -> str:
    """Write a value as text.

    >>> [text(value) for value in (True, 420, 1.1, 1000.0, 1e6, "x", None)]
    ['true', '420', '1.1', '1000', '1e+06', 'x', '']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return number_text(value) if isinstance(value, float) else str(value)


def number_text(value: float) -> str:
    """Write a fraction with the fewest digits, and an exponent only where it is very large or small.

    >>> [number_text(value) for value in (123456.5, 1234567.5, 1.5e-5, 0.0001)]
    ['123456.5', '1.2345675e+06', '1.5e-05', '0.0001']
    """
    if isinf(value) or isnan(value):
        return {inf: "+Inf", -inf: "-Inf"}.get(value, "NaN")
    decimal = Decimal(repr(value))
    exponent = decimal.adjusted()
    if value and (exponent < -4 or exponent >= _MOST_WITHOUT_EXPONENT):
        digits = "".join(map(str, decimal.as_tuple().digits)).rstrip("0") or "0"
        sign = "-" if value < 0 else ""
        mantissa = digits[0] + ("." + digits[1:] if digits[1:] else "")
        return f"{sign}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02}"
    plain = format(decimal, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def published(value: Plain) -> str:
    """Read a port or a range of ports, which is no fraction, not even one without digits behind the dot."""
    if isinstance(value, float):
        raise ValueError("a port or a range of ports")
    return text(value)


def flag(value: Plain) -> bool:
    """Read a flag; texts in all spellings that Compose knows.

    >>> [flag(value) for value in (True, "Yes", "0")]
    [True, True, False]
    """
    if isinstance(value, bool):
        return value
    word = text(value).lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError("true or false")


def integer(value: Plain) -> int:
    """Read a whole number; a fraction is cut off.

    >>> integer("12"), integer(1.9)
    (12, 1)
    """
    if isinstance(value, int | float):
        return int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value) and abs(int(value)) <= _LARGEST:
        return int(value)
    raise ValueError("a whole number")


def unsigned(value: Plain) -> int:
    """Read a whole number that isn't negative."""
    number = integer(value)
    if number < 0:
        raise ValueError("a whole number that isn't negative")
    return number


def real(value: Plain) -> float:
    """Read a number of single precision.

    >>> real("0.50"), real(2), real("1e-3")
    (0.5, 2.0, 0.001)
    """
    if isinstance(value, str):
        if not _REAL.fullmatch(value.lower()) or "_" in value:
            raise ValueError("a number")
        value = float(value)
    if not isinstance(value, int | float):
        raise ValueError("a number")
    return single(value)


def single(value: float) -> float:
    """Round to single precision, and return the shortest number that rounds to the same.

    >>> single(0.1), single(50), single(16777217)
    (0.1, 50.0, 16777216.0)
    """
    near = unpack("f", pack("f", value))[0]
    for digits in range(1, 18):
        short = float(f"{near:.{digits}g}")
        if unpack("f", pack("f", short))[0] == near:
            return short
    return float(near)


def size(value: Plain) -> str:
    """Read a size in bytes, and write it as a text of digits; none is nothing, and so are fractions that aren't texts.

    >>> [size(value) for value in (64, "1.5k", "2 GiB", "10b", "1e3", 0, 1.5)]
    ['64', '1536', '2147483648', '10', '1000', '', '']
    """
    if isinstance(value, float):
        return ""
    number = value if isinstance(value, int) else _bytes(text(value).lower())
    return str(number) if number else ""


def _bytes(written: str) -> int:
    found = _SIZE.fullmatch(written)
    if found is None or not _REAL.fullmatch(found[1]) or found[1].startswith("-"):
        raise ValueError('a size, such as "512m"')
    return int(float(found[1]) * 1024 ** (_UNITS.get(found[2][:1], 0) if found[2] else 0))


def duration(value: Plain) -> str:
    """Read a duration, and write it in hours, minutes and seconds.

    >>> [duration(value) for value in ("90s", "1h5m30s20ms", "500ms", "1d", "0s", "1.5us")]
    ['1m30s', '1h5m30.02s', '500ms', '24h0m0s', '0s', '1.5µs']
    """
    written = text(value)
    return duration_text(nanoseconds(written))


def some_duration(value: Plain) -> str:
    """Read a duration of which none is nothing.

    >>> some_duration("0s"), some_duration("5m")
    ('', '5m0s')
    """
    written = duration(value)
    return "" if written == "0s" else written


def nanoseconds(written: str) -> int:
    """Read a duration; ValueError if it is none."""
    sign = -1 if written.startswith("-") else 1
    rest, total, at = written.lstrip("+-") if written[:1] in "+-" else written, Decimal(0), 0
    if rest == "0":
        return 0
    while at < len(rest):
        part = _DURATION.match(rest, at)
        if part is None:
            break
        total += Decimal(part[1]) * _NANOSECONDS[part[2]]
        at = part.end()
    if not rest or at < len(rest) or total > _LARGEST:
        raise ValueError('a duration, such as "1m30s"')
    return sign * int(total)


def duration_text(nano: int) -> str:
    """Write a duration in hours, minutes and seconds, or in the smaller unit that it has one of.

    >>> duration_text(3_600_000_000_000), duration_text(-1500)
    ('1h0m0s', '-1.5µs')
    """
    sign, nano = "-" if nano < 0 else "", abs(nano)
    if nano < 10**9:
        if not nano:
            return "0s"
        unit, factor = next((u, f) for u, f in (("ms", 10**6), ("µs", 10**3), ("ns", 1)) if nano >= f)
        return f"{sign}{_fraction(nano, factor)}{unit}"
    seconds, minutes = Decimal(nano) / 10**9, nano // (60 * 10**9)
    hours, minutes = divmod(minutes, 60)
    rest = _fraction(nano - (hours * 60 + minutes) * 60 * 10**9, 10**9)
    if hours:
        return f"{sign}{hours}h{minutes}m{rest}s"
    return f"{sign}{minutes}m{rest}s" if seconds >= 60 else f"{sign}{rest}s"


def _fraction(nano: int, unit: int) -> str:
    """Write a number of units with the digits that it needs."""
    whole, part = divmod(nano, unit)
    digits = str(part).rjust(len(str(unit)) - 1, "0").rstrip("0") if part else ""
    return f"{whole}.{digits}" if digits else str(whole)


def mode(value: Plain) -> str:
    """Read file permissions, and write them in octal digits.

    >>> mode(288), mode("0440"), mode("440")
    ('0440', '0440', '0440')
    """
    return f"0{_mode(value):o}"


def _mode(value: Plain) -> int:
    if isinstance(value, float):
        raise ValueError('file permissions, such as "0440"')
    if isinstance(value, str):
        try:
            return int(value, 8)
        except ValueError:
            raise ValueError('file permissions, such as "0440"') from None
    return integer(value)


def count(value: Plain) -> int:
    """Read a number of devices; all of them are -1.

    >>> count("all"), count("2"), count(3)
    (-1, 2, 3)
    """
    return -1 if isinstance(value, str) and value.lower() == "all" else integer(value)


def pull_policy(value: Plain) -> str:
    """Return the usual name of a pull policy.

    >>> pull_policy("if_not_present")
    'missing'
    """
    return "missing" if value == "if_not_present" else text(value)
