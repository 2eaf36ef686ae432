"""The layers of an image and the instructions that made them, from the engine's history."""

from __future__ import annotations

from collections.abc import Iterable

from runner.core.engine_answers import EngineJSON
from runner.core.inspection import Row, Size
from runner.core.lazy_pattern import lazy_pattern
from runner.core.phrase import uncapitalized

LARGE = 50_000_000
"""Size in bytes above which a layer is worth a hint."""

_SHELL = lazy_pattern(r"(?:\|\d+ .*?)?/bin/sh -c (?:#\(nop\)\s*)?")
_RUN_SHELL = lazy_pattern(r"RUN (?:\|\d+ .*?)?/bin/sh -c ")
_CONTENT = lazy_pattern(r"\b(file|dir|multi):[0-9a-f]{64} in ")


def layers(history: Iterable[EngineJSON]) -> tuple[Row, ...]:
    """Return what each instruction added, oldest first; the engine lists the newest first."""
    return tuple(
        {"size": Size(step["Size"]), "instruction": instruction(step.get("CreatedBy") or "", step.get("Comment") or "")}
        for step in reversed([*history])
    )


def instruction(created_by: str, comment: str = "") -> str:
    """Return an instruction as in the Dockerfile, whichever builder recorded it.

    >>> instruction('/bin/sh -c #(nop)  CMD ["sh"]'), instruction("|1 A=b /bin/sh -c make all")
    ('CMD ["sh"]', 'RUN make all')
    >>> instruction("RUN /bin/sh -c make all # buildkit"), instruction("", "Imported from -")
    ('RUN make all', '(imported from -)')
    """
    text = created_by.removesuffix(" # buildkit").strip()
    if not text:
        return f"({uncapitalized(comment) or 'unknown'})"
    shell = _SHELL.match(text)
    if shell is not None:
        rest = text[shell.end() :]
        text = rest if "#(nop)" in shell[0] else f"RUN {rest}"
    return _CONTENT.sub("... ", _RUN_SHELL.sub("RUN ", text))


def hints(rows: Iterable[Row]) -> tuple[str, ...]:
    """Return a hint for each large layer."""
    large = [row for row in rows if int(str(row["size"])) > LARGE]
    return tuple(f"{int(str(row['size'])) // 1_000_000} MB in one layer: {row['instruction']}" for row in large)
