"""The answer to a shell that asks how a command line may go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from runner.cli.completion.line import FILES, wanted
from runner.cli.completion.words import words_of
from runner.core.lazy_pattern import lazy_pattern

_FILES_LINE: Final = ":files"
_HARMLESS: Final = lazy_pattern(r"\w[\w.+-]*(?:\[\d+\])?=?")
"""Words that no shell takes for more, inside quotes neither, and runner not for an option."""


def answer(line: Sequence[str], environ: Mapping[str, str]) -> str:
    """Return the words that a line may go on with; nothing where that can't be told."""
    try:
        return "".join(f"{text}\n" for text in _answer(line or ("",), environ))
    except Exception:
        return ""


def _answer(line: Sequence[str], environ: Mapping[str, str]) -> Iterator[str]:
    from runner.core.sanitize import on_one_line

    found, last = wanted(line), line[-1]
    foreign = ((word, text) for word, text in words_of(found, environ) if _HARMLESS.fullmatch(word))
    for word, text in (*found.words.items(), *foreign):
        whole = found.before + word
        if whole.startswith(last) and whole.isprintable():
            yield f"{whole}\t{on_one_line(text)}" if text else whole
    if found.source == FILES:
        yield _FILES_LINE
