"""Nothing that a terminal would obey, or that deceives who reads, is let through."""

from __future__ import annotations

import sys
import unicodedata

from runner.core.sanitize import on_one_line, sanitized, without_escapes

DECEIVING = ("Cc", "Cs", "Zl", "Zp")
"""Categories."""
TURNING = ("RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI")
"""Bidirectional classes."""


def test_no_control_turning_or_separating_character_of_unicode_passes():
    for character in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.category(character) in DECEIVING or unicodedata.bidirectional(character) in (
            "RLO",
            "RLE",
            "RLI",
        ):
            assert character not in on_one_line(f"a{character}b")
            assert character not in without_escapes(f"a{character}b")
            assert character in "\n\t" or character not in sanitized(f"a{character}b")


def test_letters_marks_and_pictures_of_all_scripts_pass():
    text = "naïve 日本　語 \N{NO-BREAK SPACE}❤\ufe0f مرحبا \ue0b0 ✔"
    assert sanitized(text) == on_one_line(text) == without_escapes(text) == text


def test_lines_stay_lines_only_where_there_may_be_several():
    assert sanitized("a\n\tb\r\n") == "a\n\tb�\n"
    assert on_one_line("a\r\nb\nc\td") == "a b c    d"
