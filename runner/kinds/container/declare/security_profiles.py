"""Security profile files of a container: read by the client, since the engine may be remote."""

from __future__ import annotations

from collections.abc import Mapping

from runner.core.values import Value, as_map
from runner.kinds.container.options.seccomp import is_profile_file, parse_profile
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration


def security_options(declaration: Declaration) -> Mapping[str, Value]:
    """Return the security options with the seccomp profile in place of its path; without it if it is invalid."""
    options = dict(as_map(declaration.values["security_opt"]))
    path = options.get("seccomp")
    if isinstance(path, str) and is_profile_file(path):
        del options["seccomp"]
        try:
            options["seccomp"] = parse_profile(declaration.inputs.read(path))
        except Invalid as invalid:
            declaration.report(invalid.within("security_opt", "seccomp"))
    return options
