"""Which workflow is meant by an argument that is a file, or the name of a workflow."""

from __future__ import annotations

import re
from dataclasses import replace

import click

from runner.cli.echo import echo_line
from runner.cli.environment import process_access, user_environment
from runner.cli.options import DEFAULT_FILE, Source, workflow_path
from runner.cli.session import CommandContext, InputOverrides, LoadedWorkflow, read
from runner.core.diagnostic import Severity
from runner.core.errors import InvalidInput
from runner.core.redact import Redactor
from runner.core.state import DesiredState
from runner.daemon.proxies import proxy_secrets
from runner.document.files import Files

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def file_or_name(session: CommandContext, source: Source) -> LoadedWorkflow:
    """Load the file, or take what is no file for the name of a workflow."""
    if is_name(source.file):
        return LoadedWorkflow(source.file, DesiredState(source.file, {}), Redactor(proxy_secrets(user_environment())))
    return session.load(source, contents=False)


def workflow_name_and_redactor(session: CommandContext, source: Source) -> tuple[str, Redactor, DesiredState | None]:
    """Return the name of the workflow that a file or a name stands for, what masks the sensitive values of a file, and
    what that declares.

    What else is wrong with the file is no error: people ask for what was written when something is wrong.
    """
    name = workflow_name(session, source.file)
    if is_name(source.file):
        return name, Redactor(proxy_secrets(user_environment())), None
    loaded, found = read(source, {}, contents=False, reading=InputOverrides())
    if wrong := next((one for one in found if one.severity is Severity.ERROR), None):
        echo_line(f"warning: what is sensitive may not all be masked: {wrong.message}", err=True)
    mask = loaded.redactor if loaded else Redactor(proxy_secrets(user_environment()))
    session.masks.append(mask)
    return name, mask, loaded.desired if loaded else None


def workflow_name(session: CommandContext, text: str) -> str:
    """Return the name of the workflow that a file or a name stands for, whatever else is wrong with the file."""
    if is_name(text):
        return text
    from runner.document.loader import load

    file = workflow_path(text)
    sources: dict[str, str] = {}
    document, found = load(
        str(file), overrides={}, var_files=[], files=Files(replace(process_access(), environ={})), texts=sources
    )
    if document is None or document.unread.texts:
        session.report(found, sources)
        raise InvalidInput(found)
    name = str(document.data.get("name", ""))
    if not _NAME.fullmatch(name):
        quoted = "as it is" if str(file) in document.unquoted else f'"{name}"'
        lack = f"no workflow can be called {quoted}" if name else "has no name"
        raise click.ClickException(f"{file}: {lack}; give the workflow's name instead of its file")
    return name


def is_name(text: str) -> bool:
    """Tell whether an argument is no file, and can be the name of a workflow."""
    return text != DEFAULT_FILE and _NAME.fullmatch(text) is not None and not workflow_path(text).exists()
