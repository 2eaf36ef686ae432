"""The workflow file of a scenario, with two containers to take from."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

_HEADER = """\
version: 1
name: {name}
{head}\
x-idle: &idle {{image: "busybox:stable", command: [sleep, infinity], init: true}}
x-server: &server {{image: "busybox:stable", command: [httpd, -f, -p, "80", -h, /etc], init: true}}
"""


def write_workflow(folder: Path, name: str, text: str, *, head: str = "") -> Path:
    """Write the workflow.yaml of a folder and return its path; `head` is one more line of its head.

    The text may use `*idle`, a container that only waits, and `*server`, one that serves /etc on port 80.
    """
    path = folder / "workflow.yaml"
    path.write_text(_HEADER.format(name=name, head=head) + dedent(text), encoding="utf-8")
    return path
