"""The hooks of an entry, with the caller's variables; nothing sensitive, since they are recorded as they are."""

from __future__ import annotations

from collections.abc import Iterator

from runner.core.struct import replace
from runner.core.values import Value
from runner.kinds.container.options.hooks import POST_START, PRE_STOP, Hook, hooks_in, write_hooks
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration

_HELP = "give it to the container, as a variable or a secret: hooks find both there"


def declared_hooks(declaration: Declaration) -> dict[str, Value]:
    """Return the hooks by key; report those with something sensitive."""
    return {key: write_hooks(_settled(declaration, key)) for key in (POST_START, PRE_STOP) if key in declaration.values}


def _settled(declaration: Declaration, key: str) -> Iterator[Hook]:
    if any(place == key or place.startswith(f"{key}.") for place in declaration.sensitive):
        declaration.report(Invalid(f"a sensitive value in {key}", path=(key,), help=_HELP, code="wrong-value"))
        return
    for index, hook in enumerate(hooks_in(declaration.values[key])):
        yield replace(hook, environment=dict(_environment(declaration, key, index, hook)))


def _environment(declaration: Declaration, key: str, index: int, hook: Hook) -> Iterator[tuple[str, str]]:
    for name, given in hook.environment.items():
        if given is not None:
            yield name, given
        elif name in declaration.sensitive_variables:
            message, path = f'the sensitive variable "{name}" in {key}', (key, index, "environment")
            declaration.report(Invalid(message, path=path, help=_HELP, code="wrong-value"))
        elif (taken := declaration.inputs.variable(name)) is not None:
            yield name, taken
