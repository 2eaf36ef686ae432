"""Commands that look at what runs and at what has been, and change nothing."""

from __future__ import annotations

from typing import Final

from runner.cli.syntax.exits import ENGINE, OFFLINE, RELAYING, WATCHING, WRITING
from runner.cli.syntax.options import (
    COMPOSE,
    CONNECTION,
    FILE_OPTION,
    LOG,
    LONG_FILE_OPTION,
    ORCHESTRATOR,
    SHARED,
    SHARED_WITH_MARKDOWN,
    SOURCE,
    VARIABLES,
    WORKFLOW,
)
from runner.cli.syntax.rows import FILES, FLAG, Argument, Choice, Command, Option, Parsed, Text, Whole
from runner.cli.syntax.values import moment, pattern

UNFOLD: Final = Option("verbose", ("-v", "--verbose"), "Also show each replica by itself, and all ports.", FLAG)

WATCH: Final = Option("watch", ("-w", "--watch"), "Show it again whenever something changes, until Ctrl-C.", FLAG)

LOOK: Final = {
    "status": Command(
        "Compare the workflow file with the engine.",
        """Show each resource of FILE (workflow.yaml): whether it matches the file, and its health.

        Replicas that are alike share a line. Published ports are shown as URLs where the port is known for HTTP.
        With --watch, Ctrl-C ends it, with exit code 130. Elsewhere than on a terminal it prints each change.
        """,
        (WATCH, UNFOLD, *SHARED, *SOURCE),
        observes=True,
        exits=WATCHING,
        examples=(
            ("runner status", "what runs, and whether it is in sync"),
            ("runner status --watch", "kept up to date until Ctrl-C"),
            ("runner status -v", "each replica by itself, with all ports"),
            ("runner status -o json", "for a program"),
        ),
    ),
    "ls": Command(
        "List the workflows of an engine.",
        """List all workflows of an engine by its records: what runs, who holds the lock, and the last change and run.

        Needs no workflow file, and so can't tell whether anything drifted from it; runner status FILE does.
        """,
        SHARED,
        observes=True,
        exits=ENGINE,
        examples=(
            ("runner ls", "what is on the engine, whoever applied it"),
            ("runner ls -H ssh://admin@example.com", "another engine"),
            ("runner ls -o json", "for a program"),
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
            Option("until", ("--until",), "Only lines until TIME.", Parsed("time", moment), metavar="TIME"),
            Option("tail", ("--tail",), "Only the last N lines of each container.", Whole(0), metavar="N"),
            Option(
                "grep",
                ("--grep",),
                "Only lines with a match of this regular expression, as they are shown.",
                Parsed("pattern", pattern),
                metavar="PATTERN",
            ),
            Option("timestamps", ("-t", "--timestamps"), "Show when each line was written.", FLAG),
            *SHARED,
            *VARIABLES,
            ORCHESTRATOR,
            *COMPOSE,
            LONG_FILE_OPTION,
            Argument("names", Text("running"), metavar="[NAME]...", takes_rest=True),
        ),
        exits=WATCHING,
        examples=(
            ("runner logs -f", "all, until Ctrl-C"),
            ("runner logs web -t --since 10m --grep 'error|warn'", "some lines of some containers, with their times"),
        ),
    ),
    "exec": Command(
        "Run a command in a container.",
        """Run COMMAND in the running container ADDRESS: container.web, web, or web[2] for a replica.

        On a terminal the command gets one, too; elsewhere its input and output are passed through unchanged. In
        GitHub Actions, too: there a line of it that begins with :: is a workflow command, unless ::stop-commands::
        came before.
        """,
        (
            Option("user", ("-u", "--user"), "Run as this user.", metavar="USER[:GROUP]"),
            Option("workdir", ("-w", "--workdir"), "Run in this folder of the container.", metavar="PATH"),
            Option(
                "env",
                ("-e", "--env"),
                "Set a variable; NAME alone has the value here.",
                metavar="NAME[=VALUE]",
                is_repeatable=True,
            ),
            Option("no_tty", ("-T", "--no-tty"), "Give it no terminal.", FLAG),
            *CONNECTION,
            ORCHESTRATOR,
            *COMPOSE,
            FILE_OPTION,
            Argument("address", Text("running")),
            Argument("command", metavar="[--] COMMAND...", takes_rest=True),
        ),
        options_first=True,
        exits=RELAYING,
        passes_on="as the command; 125 container not running or engine refused, 126 not executable, 127 not found",
        examples=(
            ("runner exec web -- sh", "a shell in its first replica"),
            ("runner exec -T db -- pg_dump shop >shop.sql", "its output into a file"),
        ),
    ),
    "check": Command(
        "Run the checks.",
        "Run the checks of FILE (workflow.yaml) without changing anything.",
        (*LOG, *SHARED, *SOURCE),
        exits=WATCHING,
        examples=(("runner check", "the checks of workflow.yaml"), ("runner check -o json", "for a program")),
    ),
    "inspect": Command(
        "Show details of a resource.",
        """Show details of the resource at ADDRESS, such as container.web, or by its key if no other has the same.

        For an image: its layers and differences from the running one. For a container or job: its image, limits and
        usage. For a network or volume: its users. For a secret, config or check: what FILE (workflow.yaml) declares.
        """,
        (Argument("address", Text("addresses")), *SHARED, *SOURCE),
        exits=ENGINE,
        examples=(
            ("runner inspect web", "a container's image, limits and usage"),
            ("runner inspect image.app", "its layers"),
        ),
    ),
    "history": Command(
        "Show past runs and what they changed.",
        """Show past runs of FILE (workflow.yaml), newest first: who ran them, when, why, with what result, what they
        changed, and with which variables.

        FILE may also be the workflow's name. Recorded are the runs from this client that changed
        something or tried to, and those with failed checks.
        """,
        (
            Option("number", ("-n", "--number"), "Number of runs to show.", Whole(1), default=20, shows_default=True),
            *SHARED,
            *WORKFLOW,
        ),
        exits=OFFLINE,
        examples=(("runner history", "the last 20 runs"), ("runner history shop -n 100", "by name, and more of them")),
    ),
    "show": Command(
        "Show a past run's plan and events.",
        """Show the plan and events of RUN of FILE (workflow.yaml); -o json prints the events as logged, -o markdown
        the plan and the result.

        RUN is a run ID from runner history, or a prefix of one. FILE may also be the workflow's name.
        """,
        (
            Option(
                "html",
                ("--html",),
                "Write a page with its timeline, plan, failures, graph and events; - for standard output.",
                FILES,
                metavar="PATH",
            ),
            *SHARED_WITH_MARKDOWN,
            Argument("run", Text("runs")),
            *WORKFLOW,
        ),
        exits=WRITING,
        examples=(
            ("runner show 3f2a", "the run whose ID begins like that"),
            ("runner show 3f2a --html run.html", "as a page for a browser, in one file"),
        ),
    ),
    "graph": Command(
        "Show the dependency graph.",
        """Show the dependency graph of FILE (workflow.yaml) with its wait conditions. Equal resources are one node.

        It needs no engine, except with --plan or --live.
        """,
        (
            Option("planned", ("--plan",), "Color by what apply would do; needs an engine.", FLAG),
            Option("live", ("--live",), "Color by health; needs an engine.", FLAG),
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
        exits=ENGINE,
        examples=(
            ("runner graph --format svg >graph.svg", "an image"),
            ("runner graph --live", "with health, as Mermaid for Markdown"),
        ),
    ),
}
