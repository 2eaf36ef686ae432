"""Commands to begin with: a first file, whether it is right, and what there is to write with."""

from __future__ import annotations

from typing import Final

from runner.cli.syntax.exits import ENGINE, OFFLINE, WRITING
from runner.cli.syntax.options import READ, SHARED, SOURCE
from runner.cli.syntax.rows import FILES, FLAG, Argument, Choice, Command, Option, Parsed, Text
from runner.cli.syntax.values import CI_SERVICES, TEMPLATES, template

_PRINTED = ("workflow", "reference", "compose", "commands", "errors", "event", "plan")

BEGIN: Final = {
    "init": Command(
        "Create a starter workflow.",
        """Create a starter: a workflow.yaml that runs as it is, the files that it needs, and a .gitignore.

        TEMPLATE is web (default), app, proxy or batch; --list tells what each is. No existing file is overwritten.
        """,
        (
            Option("list", ("--list",), "List the templates.", FLAG),
            Option(
                "schema",
                ("--schema",),
                "Let editors use the schema of the installed version, or one written beside the workflow for others.",
                Choice(("installed", "beside")),
                default="installed",
                shows_default=True,
            ),
            Option("ci", ("--ci",), "Also write an example for this CI service.", Choice(CI_SERVICES)),
            Argument("template", Parsed("template", template), default="web", metavar=f"[{'|'.join(TEMPLATES)}]"),
        ),
        exits=OFFLINE,
        examples=(
            ("runner init", "a web page on a local port"),
            ("runner init app --ci github", "an app with its database, and how to deploy it"),
        ),
    ),
    "validate": Command(
        "Validate a workflow file, without an engine.",
        "Validate FILE (workflow.yaml) and show all errors at once. Needs no engine.",
        (*SHARED, *SOURCE),
        exits=OFFLINE,
        examples=(
            ("runner validate", "workflow.yaml of this folder"),
            ("runner validate demo.yaml --var TAG=1.2", "another file, with a variable"),
        ),
    ),
    "config": Command(
        "Print a file as it is understood.",
        """Print FILE (workflow.yaml, else Compose's files) with includes merged and variables filled in.

        Of Compose files it is the model that docker compose config prints; of a workflow, sensitive values are masked.
        Needs no engine.
        """,
        (
            Option(
                "form", ("--format",), "yaml or json.", Choice(("yaml", "json")), default="yaml", shows_default=True
            ),
            *SHARED,
            *READ,
        ),
        exits=OFFLINE,
        examples=(
            ("runner config", "the file of this folder"),
            ("runner config -f compose.yaml -f live.yaml --format json", "two Compose files, merged"),
        ),
    ),
    "convert": Command(
        "Write a workflow file from Compose files.",
        """Write a workflow file that declares what Compose's FILE does: applying it changes nothing on the engine.

        Comments and variables are kept where they can be. What could not be carried over is a comment at its place.
        """,
        (
            Option("out", ("--out",), "Write it to this file; default: standard output.", FILES, metavar="PATH"),
            *SHARED,
            *READ,
        ),
        exits=WRITING,
        examples=(
            ("runner convert", "show what compose.yaml becomes"),
            ("runner convert --out workflow.yaml", "write it; from now on, runner reads this one"),
        ),
    ),
    "explain": Command(
        "Explain a code, such as that of error[unknown-key].",
        """Explain a code: what it means, how to mend it, and a wrong and a right example.

        Every error and warning has one: error[CODE]. Without CODE, list all of them.
        """,
        (Argument("code", Text("codes"), is_optional=True), *SHARED),
        exits=OFFLINE,
        examples=(
            ("runner explain unknown-key", "a key that the language does not have"),
            ("runner explain", "all codes, with a line each"),
        ),
    ),
    "schema": Command(
        "Print the JSON Schema of workflow files.",
        """Print a JSON Schema: of workflow files (workflow, the default), event log lines (event) or JSON plans (plan).

        Or print a page in Markdown: all keys of a workflow file (reference), what becomes of those of a Compose file
        (compose), all commands (commands), or all codes of errors and warnings (errors).
        """,
        (Argument("what", Choice(_PRINTED), default="workflow", metavar="[WHAT]"),),
        exits=OFFLINE,
        examples=(
            ("runner schema >workflow.schema.json", "for an editor"),
            ("runner schema reference", "all keys, in Markdown"),
            ("runner schema compose", "the keys of Compose files, and what becomes of each"),
        ),
    ),
    "completion": Command(
        "Print the completion script of a shell.",
        """Print the script by which bash, zsh or fish complete commands, options, addresses, runs and variables.

        For bash, put eval "$(runner completion bash)" into ~/.bashrc. For zsh, write it to a folder of $fpath as
        _runner, or put eval "$(runner completion zsh)" into ~/.zshrc. For fish, write it to
        ~/.config/fish/completions/runner.fish.
        """,
        (Argument("shell", Choice(("bash", "zsh", "fish"))),),
        exits=OFFLINE,
        examples=(
            ('eval "$(runner completion bash)"', "for this shell, or in ~/.bashrc"),
            ("runner completion fish >~/.config/fish/completions/runner.fish", "for good"),
        ),
    ),
    "doctor": Command(
        "Examine the engine and this machine.",
        """Examine the engine and this machine, and say what to do about what is wrong.

        Looked at are: which engine is used and why, its limits, storage, disk space, clock and network, the keys that
        it does not support, FILE (workflow.yaml) and the files it uses, credentials, and runner's own folders.
        Exit code 1 means that something is broken.
        """,
        (
            Option("deep", ("--deep",), "Also start a container to try the network; it is removed at once.", FLAG),
            Option("verbose", ("-v", "--verbose"), "Also show details, such as each unsupported key.", FLAG),
            *SHARED,
            *SOURCE,
        ),
        exits=ENGINE,
        examples=(
            ("runner doctor", "the engine that commands use, and the workflow here"),
            ("runner doctor -v", "with each key that the engine does not support"),
            ("runner doctor -H ssh://admin@example.com", "another engine"),
        ),
    ),
    "version": Command(
        "Print versions.",
        "Print the versions of runner, Python and, if reachable, the engine.",
        SHARED,
        exits=OFFLINE,
        examples=(("runner version", "with the engine's version"), ("runner version -o json", "for a program")),
    ),
}
