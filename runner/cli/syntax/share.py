"""Commands that fix a workflow for others: its images, or all that it needs."""

from __future__ import annotations

from typing import Final

from runner.app.defaults import ALL
from runner.cli.syntax.exits import ENGINE
from runner.cli.syntax.options import LOCKED, READ, SHARED
from runner.cli.syntax.rows import FILES, Command, Option, Text

SHARE: Final = {
    "lock": Command(
        "Pin images by digest in a lock file.",
        """Pin the images of FILE (workflow.yaml) by digest in a lock file next to it, for runner apply --locked.

        Existing entries are kept, and unused ones removed.
        """,
        (
            Option(
                "upgrade",
                ("--upgrade",),
                "Lock to the registry's current digest: all images, or one by key or name; repeatable.",
                Text("images"),
                metavar="[NAME]",
                is_repeatable=True,
                without_value=ALL,
            ),
            *SHARED,
            *READ,
        ),
        exits=ENGINE,
        examples=(("runner lock", "pin what isn't pinned yet"), ("runner lock --upgrade base", "pin one image anew")),
    ),
    "bundle": Command(
        "Pack a workflow and its images into one tar file.",
        """Pack FILE (workflow.yaml) with its images, includes, lock file, configs and env files into one tar file.

        runner apply PATH then needs no network, no build and no other files; missing images are loaded from the bundle.
        Secrets, values of sensitive variables and bind mounts are not included, and are listed.
        """,
        (
            Option("out", ("--out",), "Write the bundle to this tar file.", FILES, metavar="PATH", is_required=True),
            *(LOCKED, *SHARED, *READ),
        ),
        exits=ENGINE,
        examples=(
            ("runner bundle --out demo.tar", "all that runner apply demo.tar needs"),
            ("runner bundle --out demo.tar --locked", "with the images of the lock file"),
        ),
    ),
}
