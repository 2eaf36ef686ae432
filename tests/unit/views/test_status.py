"""The status table: groups, folded replicas, and what fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import StringIO

import pytest

from runner.core.address import Address
from runner.core.struct import replace
from runner.views.hyperlinks import shows_links
from runner.views.lines import Line, text_of
from runner.views.status import status_lines
from runner.views.status_json import status_json
from runner.views.status_row import StatusRow, Sync
from runner.views.text_width import cells
from runner.views.writer import LineWriter

Golden = Callable[[str, str], None]

_IMAGE = "sha256:" + "1f2e3d4c5b6a" + "0" * 52
_WEB = StatusRow(Address("container", "web"), Sync.IN_SYNC, "running", "healthy", 93_784, ("8080->80/tcp",), _IMAGE)


def _web(index: int, port: int) -> StatusRow:
    published = f"127.0.0.1:{port}->80/tcp"
    urls = {published: f"http://127.0.0.1:{port}"}
    return replace(
        _WEB, address=Address("container", "web", index), ports=(published,), urls=urls, uptime=90_000 + index
    )


ROWS = [
    StatusRow(Address("network", "default"), Sync.IN_SYNC),
    _web(1, 8001),
    _web(2, 8002),
    replace(_web(3, 8003), health="unhealthy", sync=Sync.DRIFTED),
    StatusRow(Address("container", "dns"), Sync.IN_SYNC, "running", ports=("53->53/udp", "53->53/tcp"), uptime=61),
    StatusRow(Address("container", "worker"), Sync.DRIFTED, "restarting", exit_code=137, restarts=4),
    StatusRow(Address("container", "api"), Sync.MISSING),
    StatusRow(Address("container", "api", 2), Sync.MISSING),
    StatusRow(Address("container", "old"), Sync.ORPHAN, "exited", exit_code=0),
    StatusRow(Address("job", "migrate"), Sync.DRIFTED, "failed (exit 3)"),
    StatusRow(Address("volume", "0a1b2c"), Sync.RETAINED, owner=Address("container", "db"), target="/var/lib/db"),
]


def rendered(lines: Iterable[Line]) -> str:
    return "".join(f"{text_of(line).rstrip()}\n" for line in lines)


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_a_status_says_which_columns_do_not_fit(width: int, golden: Golden):
    lines = status_lines(ROWS, width)
    assert all(cells(text_of(line)) <= width for line in lines)
    golden(f"status.{width}", rendered(lines))
    assert ("hidden" in rendered(lines)) == (width < 200)


def test_a_status_for_a_pipe_has_every_column(golden: Golden):
    golden("status.pipe", rendered(status_lines(ROWS)))


def test_each_replica_has_its_line_when_asked(golden: Golden):
    golden("status.verbose", rendered(status_lines(ROWS, 200, verbose=True)))


def test_a_folded_line_tells_for_how_long_all_are_up():
    rows = [replace(_web(index, 8000 + index), uptime=uptime) for index, uptime in ((1, 7200), (2, 60), (3, 90))]
    assert "container.web (3)  in sync  healthy  1m00s" in rendered(status_lines(rows))


def test_a_name_of_an_image_is_shown_without_its_registry_where_it_is_long():
    names = ["10.77.0.254:5000/tea/shop-web:1", "busybox:stable"]
    shown = rendered(status_lines([replace(_WEB, image_name=name) for name in names]))
    assert "  tea/shop-web:1 " in shown
    assert "  busybox:stable  " in shown
    assert "10.77" not in shown


def test_many_ports_are_counted_where_there_is_little_room():
    rows = [_web(index, 8000 + index) for index in range(1, 21)]
    assert "http://127.0.0.1:8001, http://127.0.0.1:8002, +18" in rendered(status_lines(rows, 200))
    assert "http://127.0.0.1:8020" in rendered(status_lines(rows))


def test_a_status_without_resources_says_so():
    assert rendered(status_lines([])) == "no resources\n"


def test_a_status_as_json_keeps_whole_ids_and_seconds_and_the_order_of_the_file():
    document = status_json("shop", ROWS)["resources"]
    assert [row["address"] for row in document] == [str(row.address) for row in ROWS]
    assert document[1]["uptime_seconds"] == 90_001
    assert document[1]["image_id"] == _IMAGE
    assert document[1]["urls"] == ["http://127.0.0.1:8001"]


def test_a_url_is_a_hyperlink_only_on_a_terminal_that_shows_them():
    def written(*, links: bool) -> str:
        stream = StringIO()
        LineWriter(stream, colour=True, links=links).write(status_lines([_web(1, 8001)]))
        return stream.getvalue()

    assert "\x1b]8;" in written(links=True)
    assert "\x1b]8;" not in written(links=False)
    assert shows_links({"TERM_PROGRAM": "iTerm.app"})
    assert not shows_links({"TERM_PROGRAM": "iTerm.app", "TMUX": "/tmp/tmux-0/default"})
    assert not shows_links({"VTE_VERSION": "4999"})
    assert not shows_links({})
