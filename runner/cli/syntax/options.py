"""The options that several commands share, as rows of the table."""

from __future__ import annotations

from runner.app.defaults import DEFAULT_FILE
from runner.cli.syntax.rows import FILES, FLAG, Argument, Choice, Option, Parsed, Text, Whole
from runner.cli.syntax.values import duration, duration_above_zero

MARKDOWN = "markdown"
"""The output format that only commands that show a plan have."""

_HOST = Option("host", ("-H", "--host"), "Engine URL; default: --context, DOCKER_HOST, current context.", metavar="URL")
_CONTEXT = Option("context", ("--context",), "Docker context to use.", Text("contexts"), metavar="NAME")
_HELP_OF_OUTPUT = "Output format; default: human on a terminal, plain elsewhere."
_FORMATS = ("human", "plain", "json")
_OUTPUT = Option("output", ("-o", "--output"), _HELP_OF_OUTPUT, Choice(_FORMATS))
_OUTPUT_OF_PLAN = Option(
    "output",
    ("-o", "--output"),
    f"{_HELP_OF_OUTPUT[:-1]}; markdown is made for a pull request.",
    Choice((*_FORMATS, MARKDOWN)),
)
_PARALLEL = Option(
    "parallel", ("--parallel",), "Maximum parallel operations.", Whole(1, 64), default=8, shows_default=True
)
_TIMEOUT = Option(
    "timeout",
    ("--timeout",),
    "Timeout of each wait.",
    Parsed("duration", duration_above_zero),
    default="5m",
    means=300.0,
    shows_default=True,
)
_NO_COLOR = Option("no_color", ("--no-color",), "Disable colors, like NO_COLOR.", FLAG)

SHARED = (_HOST, _CONTEXT, _OUTPUT, _PARALLEL, _TIMEOUT, _NO_COLOR)
"""Of nearly every command."""
SHARED_WITH_MARKDOWN = (_HOST, _CONTEXT, _OUTPUT_OF_PLAN, _PARALLEL, _TIMEOUT, _NO_COLOR)
"""The same for commands that show a plan and do nothing."""

CONNECTION = (_HOST, _CONTEXT)
"""Of commands whose output is another program's."""

VERBOSE = Option("verbose", ("-v", "--verbose"), "Also show engine details and unchanged resources.", FLAG)
"""Of commands that show a plan."""

LOG = (
    Option("log_file", ("--log-file",), "Append the events to FILE, as JSON Lines.", FILES, metavar="FILE"),
    Option(
        "log_level",
        ("--log-level",),
        "Minimum level of events in the log file; debug includes progress.",
        Choice(("debug", "info", "warning", "error")),
        default="info",
        shows_default=True,
    ),
)
"""Of commands that emit events."""

BEFORE_COMMAND = (*SHARED_WITH_MARKDOWN, VERBOSE, *LOG)
"""What is accepted before the command's name too."""

ADOPT = Option(
    "adopt", ("--adopt",), "Adopt existing unmanaged resources of the same name, if none needs replacement.", FLAG
)
REBUILD = Option("rebuild", ("--rebuild",), "Rebuild all images of FILE, or of the target, without cache.", FLAG)
TARGETS = Option(
    "targets",
    ("--target",),
    "Only this resource, such as container.web, and its dependencies; repeatable.",
    Text("addresses"),
    metavar="ADDRESS",
    is_repeatable=True,
)
LOCKED = Option(
    "locked", ("--locked",), "Use exactly the images in the lock file; fail if one is missing from it.", FLAG
)

LOCK_TIMEOUT = Option(
    "lock_timeout",
    ("--lock-timeout",),
    "How long to wait for a lock held by another run.",
    Parsed("duration", duration),
    default="0s",
    means=0.0,
    shows_default=True,
)
"""Of commands that change the engine."""

MESSAGE = Option("message", ("-m", "--message"), "Why, for runner history.", metavar="TEXT")
YES = Option("yes", ("--yes", "-y"), "Confirm destroying data or resources of another file.", FLAG)

VARIABLES = (
    Option(
        "variables",
        ("--var",),
        "Set a variable of the file; repeatable.",
        Text("variables"),
        metavar="NAME=VALUE",
        is_repeatable=True,
    ),
    Option(
        "variable_files",
        ("--var-file",),
        "Read variables from a dotenv or YAML file; repeatable.",
        FILES,
        metavar="FILE",
        is_repeatable=True,
    ),
)

COMPOSE = (
    Option("project", ("-p", "--project-name"), "Name of the project.", metavar="NAME"),
    Option(
        "profiles",
        ("--profile",),
        "Also the services of this profile, or of all: *; repeatable.",
        Text("profiles"),
        metavar="NAME",
        is_repeatable=True,
    ),
    Option(
        "env_files",
        ("--env-file",),
        "Read variables from FILE instead of .env; repeatable.",
        FILES,
        metavar="FILE",
        is_repeatable=True,
    ),
    Option(
        "project_directory",
        ("--project-directory",),
        "Folder that relative paths start from; default: that of the first file.",
        FILES,
        metavar="DIR",
    ),
    Option("strict", ("--strict",), "Undefined variables are errors.", FLAG),
)
"""Of commands that take Compose files, too; refused for a workflow file."""

ORCHESTRATOR = Option(
    "engine",
    ("--engine",),
    "What runs it: docker, one engine, or swarm; default: as the file says.",
    Choice(("docker", "swarm")),
)
"""Of commands that look at what runs, or change it."""

FILE = Argument("file", FILES, default=DEFAULT_FILE)
FILE_AS_OPTION = Option(
    "file_option",
    ("-f", "--file"),
    "The same as FILE; repeatable for Compose files, which are merged.",
    FILES,
    metavar="FILE",
    is_repeatable=True,
    stands_for="file",
)
WORKFLOW = (FILE_AS_OPTION, *COMPOSE, FILE)
"""Of commands that take a workflow by its file, or by its name."""
READ = (*VARIABLES, *WORKFLOW)
"""Of commands that read a workflow: its file and its variables."""
SOURCE = (*VARIABLES, ORCHESTRATOR, *WORKFLOW)
"""Of commands for which it also counts what runs the workflow."""

_ABOUT_FILE = "Workflow or Compose file, or name; repeatable for Compose files."
FILE_OPTION = Option(
    "file", ("-f", "--file"), _ABOUT_FILE, FILES, DEFAULT_FILE, metavar="FILE", shows_default=True, is_repeatable=True
)
LONG_FILE_OPTION = Option(
    "file", ("--file",), _ABOUT_FILE, FILES, DEFAULT_FILE, metavar="FILE", shows_default=True, is_repeatable=True
)
"""Where -f is something else."""
SOURCE_BESIDE_ARGUMENTS = (*VARIABLES, ORCHESTRATOR, *COMPOSE, FILE_OPTION)
"""The same for commands with other arguments: the file is an option."""
