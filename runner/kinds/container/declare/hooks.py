"""The hooks of an entry, with the caller's variables in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.core.struct import replace
from runner.core.values import Value
from runner.kinds.container.options.hooks import HOOK_KEYS, Hook, hooks_in, write_hooks
from runner.resource.declaration import Declaration


def declared_hooks(declaration: Declaration) -> dict[str, Value]:
    """Return the hooks by key."""
    return {key: write_hooks(_settled(declaration, key)) for key in _keys(declaration)}


def _keys(declaration: Declaration) -> Iterator[str]:
    return (key for key in HOOK_KEYS if key in declaration.values)


def _settled(declaration: Declaration, key: str) -> Iterator[Hook]:
    for hook in hooks_in(declaration.values[key]):
        yield replace(hook, environment=_environment(declaration, hook))


def _environment(declaration: Declaration, hook: Hook) -> Mapping[str, str]:
    taken = {
        name: declaration.inputs.variable(name) if given is None else given for name, given in hook.environment.items()
    }
    return {name: value for name, value in taken.items() if value is not None}


def sensitive_hooks(declaration: Declaration) -> Iterator[str]:
    """Yield the keys of hooks that take a sensitive variable over from the caller."""
    for key in _keys(declaration):
        for hook in hooks_in(declaration.values[key]):
            if any(
                given is None and name in declaration.sensitive_variables for name, given in hook.environment.items()
            ):
                yield key
