"""THE TABLE of commands, in the order in which a new user needs them."""

from __future__ import annotations

from typing import Final

from runner.app.defaults import ALL
from runner.cli.syntax.options import (
    ADOPT,
    FILE,
    LOCK_TIMEOUT,
    LOCKED,
    LOG,
    REBUILD,
    SHARED,
    SOURCE,
    SOURCE_BESIDE_ARGUMENTS,
    TARGETS,
    VERBOSE,
    YES,
)
from runner.cli.syntax.rows import FLAG, Argument, Choice, Command, Option, Parsed, Whole
from runner.cli.syntax.values import TEMPLATES, moment, template

COMMANDS: Final = {
    "init": Command(
        "Create a starter workflow file.",
        """Create a starter workflow.yaml, and the JSON Schema for completion and validation in editors.

        TEMPLATE is web (default), app or job. An existing workflow.yaml is never overwritten.
        """,
        (Argument("template", Parsed("template", template), default="web", metavar=f"[{'|'.join(TEMPLATES)}]"),),
    ),
    "validate": Command(
        "Validate a workflow file, without an engine.",
        "Validate FILE (workflow.yaml) and show all errors at once. Needs no engine.",
        (*SHARED, *SOURCE),
    ),
    "plan": Command(
        "Show what apply would change, and why.",
        "Show what apply would change on the engine, field by field, and why. Changes nothing.",
        (
            Option("detailed_exitcode", ("--detailed-exitcode",), "Exit with code 10 if there are changes.", FLAG),
            Option("out", ("--out",), "Save the plan for runner apply PATH.", metavar="PATH"),
            *(LOCKED, REBUILD, ADOPT, TARGETS, VERBOSE, *SHARED, *SOURCE),
        ),
        observes=True,
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
            *(LOCKED, REBUILD, ADOPT, TARGETS, LOCK_TIMEOUT, *LOG, VERBOSE, *SHARED, *SOURCE),
        ),
        observes=True,
    ),
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
                metavar="[NAME]",
                is_repeatable=True,
                without_value=ALL,
            ),
            *SHARED,
            *SOURCE,
        ),
    ),
    "bundle": Command(
        "Pack a workflow and its images into one tar file.",
        """Pack FILE (workflow.yaml) with its images, includes, lock file, configs and env files into one tar file.

        runner apply PATH then needs no network, no build and no other files; missing images are loaded from the bundle.
        Secrets, values of sensitive variables and bind mounts are not included, and are listed.
        """,
        (
            Option("out", ("--out",), "Write the bundle to this tar file.", metavar="PATH", is_required=True),
            *(LOCKED, *SHARED, *SOURCE),
        ),
    ),
    "check": Command(
        "Run the checks.",
        "Run the checks of FILE (workflow.yaml) without changing anything.",
        (*LOG, *SHARED, *SOURCE),
    ),
    "destroy": Command(
        "Remove all resources of a workflow.",
        "Remove all resources of a workflow, dependents first. FILE may also be the workflow's name.",
        (
            Option("volumes", ("--volumes",), "Also remove its volumes and their data.", FLAG),
            Option("images", ("--images",), "Also remove the images it built.", FLAG),
            *(YES, LOCK_TIMEOUT, *LOG, VERBOSE, *SHARED, *SOURCE),
        ),
        observes=True,
    ),
    "status": Command(
        "Compare the workflow file with the engine.",
        "Show each resource of FILE (workflow.yaml): whether it matches the file, and its health.",
        (*SHARED, *SOURCE),
        observes=True,
    ),
    "graph": Command(
        "Show the dependency graph.",
        "Show the dependency graph of FILE (workflow.yaml) with its wait conditions. Needs no engine.",
        (
            Option(
                "form",
                ("--format",),
                "mermaid for Markdown, dot for Graphviz, or an svg image.",
                Choice(("mermaid", "dot", "svg")),
                default="mermaid",
                shows_default=True,
            ),
            *SHARED,
            *SOURCE,
        ),
    ),
    "logs": Command(
        "Show the logs of containers and jobs.",
        """Show the logs of containers and jobs, ordered by time.

        NAME is a key such as web (all its replicas) or an address such as container.web[2]; default: all.
        With --follow, replacement containers are followed too. Values that the file marks as sensitive are
        masked; if --file is a name, those recorded on its containers.
        """,
        (
            Option("follow", ("-f", "--follow"), "Follow log output until Ctrl-C.", FLAG),
            Option(
                "since",
                ("--since",),
                "Only lines since TIME: 10m ago, or a date and time.",
                Parsed("time", moment),
                metavar="TIME",
            ),
            Option("tail", ("--tail",), "Only the last N lines of each container.", Whole(0), metavar="N"),
            *SHARED,
            *SOURCE_BESIDE_ARGUMENTS,
            Argument("names", metavar="[NAME]...", takes_rest=True),
        ),
    ),
    "inspect": Command(
        "Show details of an image, container or job.",
        """Show details of the image, container or job at ADDRESS, such as container.web, in FILE (workflow.yaml).

        For an image: its layers and differences from the running one. For a container: its image, limits and usage.
        """,
        (Argument("address"), *SHARED, *SOURCE),
    ),
    "history": Command(
        "Show past runs.",
        """Show past runs of FILE (workflow.yaml), newest first: who ran them, when, and with what result.

        FILE may also be the workflow's name. Recorded are the runs from this client that changed
        something or tried to, and those with failed checks.
        """,
        (
            Option("number", ("-n", "--number"), "Number of runs to show.", Whole(1), default=20, shows_default=True),
            *SHARED,
            FILE,
        ),
    ),
    "show": Command(
        "Show a past run's plan and events.",
        """Show the plan and events of RUN of FILE (workflow.yaml); -o json prints the events as logged.

        RUN is a run ID from runner history, or a prefix of one. FILE may also be the workflow's name.
        """,
        (*SHARED, Argument("run"), FILE),
    ),
    "rollback": Command(
        "Reapply an earlier run.",
        """Reapply RUN of FILE (workflow.yaml) with exactly the images that it used.

        RUN defaults to the last successful apply before the current one. FILE may also be the workflow's name.
        Sensitive variables and secrets are not recorded: their current values are used.
        """,
        (YES, LOCK_TIMEOUT, *LOG, VERBOSE, *SHARED, Argument("run", is_optional=True), *SOURCE),
    ),
    "unlock": Command(
        "Force-release a workflow's lock.",
        """Force-release the lock of a workflow, whoever holds it. FILE may also be the workflow's name.

        Not needed for dead runs, which are detected. A run still in progress stops when it notices.
        """,
        (Option("yes", ("--yes", "-y"), "Release it without asking.", FLAG), *SHARED, *SOURCE),
    ),
    "schema": Command(
        "Print the JSON Schema of workflow files.",
        """Print a JSON Schema: for workflow files, event log lines, or JSON plans.

        Or print the reference of all keys of a workflow file, in Markdown.
        """,
        (Argument("what", Choice(("workflow", "reference", "event", "plan")), default="workflow"),),
    ),
    "doctor": Command(
        "Show the engine and what it supports.",
        "Show which engine is used and why, its version, and which keys it does not support.",
        SHARED,
    ),
    "version": Command(
        "Print versions.", "Print the versions of runner, Python and, if reachable, the engine.", SHARED
    ),
}
