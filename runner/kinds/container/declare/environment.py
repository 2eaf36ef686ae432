"""The environment of a container: its env files, its own variables, and secrets that it gets as variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.core.values import Value, as_map
from runner.kinds.secret_config import ContentSettings
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration


def environment_of(declaration: Declaration) -> dict[str, Value]:
    """Return the variables by name, those of `environment` before those of env files; report those without a value."""
    merged = _of_files(declaration)
    for name, given in as_map(declaration.values.get("environment")).items():
        try:
            value = _value_of(declaration, name, given)
        except Invalid as invalid:
            declaration.report(invalid.within("environment", name))
            continue
        if value is not None:
            merged[name] = value
    return merged


def secret_variables(declaration: Declaration) -> Iterator[str]:
    """Yield the names of the variables whose values are secrets."""
    for name, given in as_map(declaration.values.get("environment")).items():
        if isinstance(given, Mapping):
            yield name


def _of_files(declaration: Declaration) -> dict[str, Value]:
    merged: dict[str, Value] = {}
    files = declaration.values.get("env_file")
    for index, path in enumerate(files if isinstance(files, tuple) else ()):
        try:
            read = declaration.inputs.env_file(str(path))
        except Invalid as invalid:
            declaration.report(invalid.within("env_file", index))
            continue
        merged.update(read.values)
        for finding in read.found:
            declaration.report_in_file(finding, ("env_file", index))
    return merged


def _value_of(declaration: Declaration, name: str, given: Value) -> Value:
    """Return a variable's value: the given one, a secret's, or the caller's; None if the caller has none."""
    if isinstance(given, Mapping):
        secret = declaration.find("secret", str(given["secret"]), "environment", name, "secret")
        return None if secret is None else _text(secret.settings_as(ContentSettings).content)
    return declaration.inputs.variable(name) if given is None else given


def _text(content: bytes) -> str:
    """Return a secret as the value of a variable: without the line break at its end."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Invalid("a secret that is not text", help="grant it as a file, under secrets", path=("secret",))
    return text.removesuffix("\r\n") if text.endswith("\r\n") else text.removesuffix("\n")
