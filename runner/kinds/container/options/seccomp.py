"""Seccomp profiles: files on the client, sent to engines as content; compared regardless of their layout."""

from __future__ import annotations

import json
from typing import Any

from runner.core.phrase import uncapitalized
from runner.core.values import Digest
from runner.resource.codec import Invalid

_BY_NAME = ("unconfined", "builtin")
"""Profiles that the engine knows by name."""


def is_profile(value: object) -> bool:
    """Return whether a value is a profile itself, rather than a name or a path."""
    return isinstance(value, str) and value.lstrip().startswith("{")


def is_profile_file(value: object) -> bool:
    """Return whether a value is the path of a profile file."""
    return isinstance(value, str) and value not in _BY_NAME and not is_profile(value)


def parse_profile(text: str | bytes) -> str:
    """Return a profile in canonical form, as it is sent and compared: compact, with sorted keys.

    >>> parse_profile('{"syscalls": [], "defaultAction": "SCMP_ACT_ALLOW"}')
    '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[]}'
    """
    try:
        profile = json.loads(text)
        compact = json.dumps(profile, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except UnicodeDecodeError as error:
        raise Invalid("not a seccomp profile: not UTF-8") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Invalid(
            f"not a seccomp profile: {uncapitalized(error.msg)} at {where}", help="it must be JSON"
        ) from error
    except (ValueError, RecursionError) as error:
        raise Invalid("not a seccomp profile: JSON limits exceeded") from error
    _check(profile)
    return compact


def _check(profile: Any) -> None:
    """Reject a profile that no engine would start a container with."""
    if not isinstance(profile, dict):
        raise Invalid("not a seccomp profile: not an object", help='write {"defaultAction": …, "syscalls": […]}')
    action = profile.get("defaultAction")
    if not isinstance(action, str) or not action.startswith("SCMP_ACT_"):
        help = "set the default for unlisted syscalls, such as SCMP_ACT_ERRNO"
        raise Invalid('not a seccomp profile: no "defaultAction"', help=help)


def show_profile(value: str) -> str:
    """Return a profile's digest for display: a profile may have a thousand lines."""
    return f"profile {Digest.of(value).text}" if is_profile(value) else value
