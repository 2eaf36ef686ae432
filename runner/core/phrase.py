"""Foreign messages as part of our own sentences: first letter lower-cased, names unchanged, length limited."""

from __future__ import annotations

_LONGEST = 1000


def shortened(text: str, longest: int = _LONGEST) -> str:
    """Cut out the middle of a text that is too long: a quoted value may have any length.

    >>> shortened("a" * 9 + "b" * 9, 10)
    'aaa...bbbb'
    """
    if len(text) <= longest:
        return text
    head = longest // 2 - 2
    return f"{text[:head]}...{text[head + 3 - longest :]}"


def uncapitalized(text: str) -> str:
    """Lower-case the first letter of a sentence; names and acronyms keep theirs.

    >>> [uncapitalized(text) for text in ("No such image: ABC", "XDG_STATE_HOME is unset", "I/O error", "a B", "")]
    ['no such image: ABC', 'XDG_STATE_HOME is unset', 'I/O error', 'a B', '']
    """
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def reason_of(error: OSError) -> str:
    """Return why a system call failed.

    >>> reason_of(FileNotFoundError(2, "No such file or directory", "/A")), reason_of(OSError("no home; set HOME"))
    ('no such file or directory', 'no home; set HOME')
    """
    return uncapitalized(error.strerror or str(error))
