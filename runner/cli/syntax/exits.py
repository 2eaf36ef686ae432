"""Exit codes as the help tells them, and those that several commands have in common."""

from __future__ import annotations

from typing import Final

from runner.core.exit_code import ExitCode

MEANINGS: Final = {
    ExitCode.OK: "done",
    ExitCode.FAILED: "failed",
    ExitCode.INVALID: "invalid input",
    ExitCode.UNREACHABLE: "no engine",
    ExitCode.LOCKED: "locked by another run",
    ExitCode.ROLLED_BACK: "failed and rolled back",
    ExitCode.CHANGES_PENDING: "changes pending",
    ExitCode.INTERRUPTED: "interrupted",
}

DETAILS: Final = {
    ExitCode.OK: "also if there was nothing to do",
    ExitCode.FAILED: "a step, a check, or an output that can't be written",
    ExitCode.INVALID: "the file, a variable, an option; nothing was changed",
    ExitCode.CHANGES_PENDING: "only plan --detailed-exitcode",
    ExitCode.INTERRUPTED: "Ctrl-C, SIGTERM, a closed terminal or reader",
}
"""What the page of all commands says besides."""

OFFLINE: Final = (ExitCode.OK, ExitCode.INVALID)
"""Of commands that need no engine."""
WRITING: Final = (ExitCode.OK, ExitCode.FAILED, ExitCode.INVALID)
"""Of commands that need no engine, and may write a file."""
ENGINE: Final = (ExitCode.OK, ExitCode.FAILED, ExitCode.INVALID, ExitCode.UNREACHABLE)
"""Of commands that ask an engine."""
RELAYING: Final = (ExitCode.FAILED, ExitCode.INVALID, ExitCode.UNREACHABLE, ExitCode.INTERRUPTED)
"""Of commands that end as another program did."""
WATCHING: Final = (*ENGINE, ExitCode.INTERRUPTED)
"""Of commands that take their time."""
LOCKING: Final = (*ENGINE, ExitCode.LOCKED, ExitCode.INTERRUPTED)
"""Of commands that change an engine."""
APPLYING: Final = (*ENGINE, ExitCode.LOCKED, ExitCode.ROLLED_BACK, ExitCode.INTERRUPTED)
"""Of commands that change an engine, and may undo what they did."""
PLANNING: Final = (*ENGINE, ExitCode.CHANGES_PENDING)
