"""Commands of other tools, and what to use for them here."""

from __future__ import annotations

from typing import Final

_APPLY: Final = "use runner apply"
_STATUS: Final = "use runner status"
_DESTROY: Final = "use runner destroy, which keeps volumes"

ELSEWHERE: Final = {
    "attach": "use runner logs -f, or runner exec",
    "build": "use runner apply, which builds what has changed, or runner apply --rebuild",
    "create": _APPLY,
    "delete": "use runner destroy, or take it out of the file and use runner apply",
    "deploy": _APPLY,
    "describe": "use runner inspect ADDRESS",
    "diff": "use runner plan",
    "down": _DESTROY,
    "edit": "change the file, then use runner apply",
    "events": "use runner apply -o json, or runner show RUN -o json for a past run",
    "force-unlock": "use runner unlock",
    "get": _STATUS,
    "help": "use runner --help, or runner COMMAND --help",
    "images": "use runner status, or runner inspect ADDRESS",
    "import": "use runner apply --adopt",
    "info": "use runner doctor",
    "kill": _DESTROY,
    "list": "use runner ls",
    "login": "use docker login; its credentials are used here",
    "output": _STATUS,
    "port": "use runner status, which has the ports",
    "providers": "use runner doctor",
    "ps": _STATUS,
    "pull": "use runner apply, which pulls what is missing",
    "push": "set push: true for the image in the file, then use runner apply",
    "refresh": "use runner plan, which always looks at the engine",
    "remove": "use runner destroy, or take it out of the file and use runner apply",
    "rm": _DESTROY,
    "rollout": "use runner apply, or runner rollback",
    "run": "use runner apply; for what ends by itself, declare a job in the file",
    "scale": "set replicas in the file, then use runner apply",
    "start": "use runner apply, which starts what is stopped",
    "state": "use runner status; there is no state file",
    "stats": "use runner inspect ADDRESS",
    "stop": _DESTROY,
    "sync": _APPLY,
    "taint": "use runner apply --rebuild, or docker rm and then runner apply",
    "test": "use runner check",
    "top": "use runner inspect ADDRESS",
    "undo": "use runner rollback",
    "up": _APPLY,
    "update": _APPLY,
    "wait": "use runner apply, which waits until all is ready",
    "watch": "use runner status --watch",
}
"""Sentences by the word that was typed. A command that exists here comes first."""
