"""The order of keys in YAML as Go writes it: letters behind other signs, numbers by their size."""

from __future__ import annotations

from functools import cmp_to_key

from runner.core.values import is_decimal


def _compare(a: str, b: str) -> int:
    digits = False
    for at, (left, right) in enumerate(zip(a, b, strict=False)):
        if left == right:
            digits = is_decimal(left)
            continue
        if left.isalpha() and right.isalpha():
            return -1 if left < right else 1
        if left.isalpha() or right.isalpha():
            return -1 if (left.isalpha() if digits else right.isalpha()) else 1
        return _compare_numbers(a, b, at)
    return len(a) - len(b)


def _compare_numbers(a: str, b: str, at: int) -> int:
    """Compare by the digits that begin where two texts differ, then by how many these are, then by the sign itself."""
    before = a[:at]
    leading = before[len(before.rstrip("0123456789")) :]
    prefix = "1" if "0" in (a[at], b[at]) and leading.strip("0") else ""
    ours, theirs = _digits(a[at:]), _digits(b[at:])
    left, right = int(prefix + ours or "0"), int(prefix + theirs or "0")
    if left != right:
        return -1 if left < right else 1
    if len(ours) != len(theirs):
        return -1 if len(ours) < len(theirs) else 1
    return -1 if a[at] < b[at] else 1


def _digits(text: str) -> str:
    return text[: len(text) - len(text.lstrip("0123456789"))]


natural = cmp_to_key(_compare)
"""The key by which names are sorted.

>>> sorted(["a10", "a9", "EMAIL_USERNAME", "EMAILS", "b", "B"], key=natural)
['B', 'EMAIL_USERNAME', 'EMAILS', 'a9', 'a10', 'b']
"""
