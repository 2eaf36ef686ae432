"""What others say, as a part of a sentence of our own: first letter small, names as they are, and not without end."""

from __future__ import annotations

_LONGEST = 1000


def shortened(text: str, longest: int = _LONGEST) -> str:
    """Leave out the middle of what would fill the screen: a value that is quoted may have any length.

    >>> shortened("a" * 9 + "b" * 9, 10)
    'aaa...bbbb'
    """
    if len(text) <= longest:
        return text
    head = longest // 2 - 2
    return f"{text[:head]}...{text[head + 3 - longest :]}"


def uncapitalized(text: str) -> str:
    """Return a text without the capital that only begins its sentence; names and acronyms keep theirs.

    >>> [uncapitalized(text) for text in ("No such image: ABC", "XDG_STATE_HOME is unset", "I/O error", "a B", "")]
    ['no such image: ABC', 'XDG_STATE_HOME is unset', 'I/O error', 'a B', '']
    """
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def reason_of(error: OSError) -> str:
    """Return why the system refused something.

    >>> reason_of(FileNotFoundError(2, "No such file or directory", "/A")), reason_of(OSError("no home; set HOME"))
    ('no such file or directory', 'no home; set HOME')
    """
    return uncapitalized(error.strerror or str(error))
