"""Commands that change an engine, and those that tell what would change."""

from __future__ import annotations

from typing import Final

from runner.cli.syntax.exits import APPLYING, LOCKING, PLANNING, WATCHING
from runner.cli.syntax.options import (
    ADOPT,
    LOCK_TIMEOUT,
    LOCKED,
    LOG,
    MESSAGE,
    REBUILD,
    SHARED,
    SHARED_WITH_MARKDOWN,
    SOURCE,
    SOURCE_BESIDE_ARGUMENTS,
    TARGETS,
    VERBOSE,
    YES,
)
from runner.cli.syntax.rows import FILES, FLAG, Argument, Command, Option, Text

CHANGE: Final = {
    "plan": Command(
        "Show what apply would change, and why.",
        "Show what apply would change on the engine, field by field, and why. Changes nothing.",
        (
            Option("detailed_exitcode", ("--detailed-exitcode",), "Exit with code 10 if there are changes.", FLAG),
            Option("out", ("--out",), "Save the plan for runner apply PATH.", FILES, metavar="PATH"),
            *(LOCKED, REBUILD, ADOPT, TARGETS, VERBOSE, *SHARED_WITH_MARKDOWN, *SOURCE),
        ),
        observes=True,
        exits=PLANNING,
        examples=(
            ("runner plan", "what apply would change"),
            ("runner plan --detailed-exitcode", "exit code 10 if there are changes"),
        ),
    ),
    "apply": Command(
        "Create or update the resources in a workflow file.",
        """Create or update the resources in FILE (workflow.yaml) and wait until they are ready.

        FILE may be a plan saved with runner plan --out, which is refused if anything has changed since. Or it may be a
        bundle made by runner bundle; missing images are loaded from it.
        """,
        (
            YES,
            Option("atomic", ("--atomic",), "On failure, roll back the whole run, like on_failure: rollback.", FLAG),
            *(LOCKED, REBUILD, ADOPT, TARGETS, MESSAGE, LOCK_TIMEOUT, *LOG, VERBOSE, *SHARED, *SOURCE),
        ),
        observes=True,
        exits=APPLYING,
        examples=(
            ("runner apply", "carry out workflow.yaml"),
            ("runner apply --atomic --yes", "all or nothing, without a question"),
        ),
    ),
    "rollback": Command(
        "Reapply an earlier run.",
        """Reapply RUN of FILE (workflow.yaml) with exactly the images that it used.

        RUN defaults to the last successful apply before the current one. FILE may also be the workflow's name.
        Sensitive variables and secrets are not recorded: their current values are used.
        """,
        (YES, MESSAGE, LOCK_TIMEOUT, *LOG, VERBOSE, *SHARED, Argument("run", Text("runs"), is_optional=True), *SOURCE),
        exits=APPLYING,
        examples=(
            ("runner rollback", "back to the last successful apply"),
            ("runner rollback 3f2a", "back to the run whose ID begins like that"),
        ),
    ),
    "restart": Command(
        "Restart containers as they are.",
        """Stop containers and start them again, as they are, and wait until they are ready.

        ADDRESS is a key such as web (all its replicas, one after another) or an address such as container.web[2].
        Containers that share a namespace of one are restarted after it. Nothing else is changed, even if the file was.
        """,
        (
            *(MESSAGE, LOCK_TIMEOUT, *LOG, VERBOSE, *SHARED, *SOURCE_BESIDE_ARGUMENTS),
            Argument("addresses", Text("restartable"), metavar="ADDRESS...", takes_rest=True),
        ),
        observes=True,
        exits=LOCKING,
        examples=(
            ("runner restart web", "all replicas of web, one after another"),
            ("runner restart web[2] -m 'stuck'", "one of them, with a reason for the history"),
        ),
    ),
    "destroy": Command(
        "Remove all resources of a workflow.",
        "Remove all resources of a workflow, dependents first. FILE may also be the workflow's name.",
        (
            Option("volumes", ("--volumes",), "Also remove its volumes and their data.", FLAG),
            Option("images", ("--images",), "Also remove the images it built.", FLAG),
            *(YES, MESSAGE, LOCK_TIMEOUT, *LOG, VERBOSE, *SHARED, *SOURCE),
        ),
        observes=True,
        exits=LOCKING,
        examples=(
            ("runner destroy", "all but volumes and images"),
            ("runner destroy shop --volumes", "by name, with the data"),
        ),
    ),
    "unlock": Command(
        "Force-release a workflow's lock.",
        """Force-release the lock of a workflow, whoever holds it. FILE may also be the workflow's name.

        Not needed for dead runs, which are detected. A run still in progress stops when it notices.
        """,
        (Option("yes", ("--yes", "-y"), "Release it without asking.", FLAG), *SHARED, *SOURCE),
        exits=WATCHING,
        examples=(("runner unlock", "after a question"), ("runner unlock shop --yes", "by name, without one")),
    ),
}
