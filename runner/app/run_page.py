"""The page of a past run, from its record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runner.app.written_file import written_file
from runner.kinds import SECTIONS
from runner.views.page.page import run_page
from runner.views.page.report import RecordedRun, report_of

if TYPE_CHECKING:
    from runner.history.store import StoredRun


def page_of(run: StoredRun) -> str:
    """Return the page of a recorded run. Raises UnusableFile."""
    records = [record for _, record in run.events()]
    known = tuple(record for record in records if record is not None)
    recorded = RecordedRun(
        records=known,
        plan=run.plan(),
        order=run.order(),
        engine_address=run.header.engine_address,
        targets=run.header.targets,
        is_partial=len(known) < len(records),
    )
    return run_page(report_of(recorded), tuple(SECTIONS))


def write_page(run: StoredRun, path: str) -> None:
    """Write the page of a recorded run to a file. Raises UnusableFile, and RunnerError if it can't be written."""
    page = page_of(run).encode()
    with written_file(Path(path)) as stream:
        stream.write(page)
