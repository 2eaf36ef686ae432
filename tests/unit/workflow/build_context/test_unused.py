"""What of a context no instruction takes, as far as that can be told."""

from __future__ import annotations

import pytest

from runner.core.build import BuildContext, ContextEntry, EntryType
from runner.workflow.build_context.unused import unused_bytes

SIZES = {"Dockerfile": 1, ".dockerignore": 2, "app.py": 4, "docs/a.md": 8, "src/a.py": 16, "src/lib/b.py": 32}
FOLDERS = ("docs", "src", "src/lib")
CONTEXT = BuildContext(
    "/context",
    (
        *(ContextEntry(path, EntryType.FOLDER, 0o755) for path in FOLDERS),
        *(ContextEntry(path, EntryType.FILE, 0o644, size) for path, size in SIZES.items()),
        ContextEntry("link", EntryType.LINK, 0o777, target="docs"),
        ContextEntry("twin", EntryType.FILE, 0o644, 16, hardlink_of="src/a.py"),
    ),
    "",
    ".dockerignore",
)
ALL = 4 + 8 + 16 + 32


@pytest.mark.parametrize(
    ("instructions", "unused"),
    [
        ("", ALL),
        ("RUN make", ALL),
        ("COPY . /", 0),
        ("COPY ./ /", 0),
        ("ADD / /", 0),
        ("COPY app.py docs/ /", 16 + 32),
        ("COPY --chown=1 ./src/../docs /", 4 + 16 + 32),
        ('COPY ["app.py", "src", "/"]', 8),
        ('COPY "app.py" /', ALL - 4),
        ("COPY app.py \\\n  docs /", 16 + 32),
        ("COPY *.py /", 0),
        ("COPY src/*.py /", 4 + 8),
        ("COPY src/l?b/b.py /", 4 + 8),
        ("COPY link /", ALL - 8),
        ("COPY twin /", ALL - 16),
        ("ARG X\nCOPY $X /", 0),
        ("ARG X\nCOPY src/$X/b /", 4 + 8),
        ("ARG X\nCOPY src/${X:-lib}b /", 4 + 8),
        ("COPY --from=base /app /", ALL),
        ("COPY <<EOF app.py /\nCOPY . /\nEOF", ALL - 4),
        ("ADD https://example.org/x git@host:x /", ALL),
        ("ONBUILD COPY docs /", ALL - 8),
        ("RUN --mount=target=/src make", 0),
        ("RUN --mount=type=bind,source=docs,target=/d make", ALL - 8),
        ("RUN --mount=type=bind,src=src/lib,target=/d --mount=type=cache,target=/c make", ALL - 32),
        ("RUN --mount=type=bind,from=base,target=/d make", ALL),
        ("COPY nowhere /", ALL),
        ("COPY", ALL),
        ("COPY [broken /", 0),
    ],
)
def test_only_what_no_instruction_takes_is_unused(instructions: str, unused: int) -> None:
    assert unused_bytes(f"FROM base\n{instructions}\n", CONTEXT, "Dockerfile") == unused
