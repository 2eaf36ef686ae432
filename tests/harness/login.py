"""Logins as docker login leaves them: in a config.json, or with a credential helper, which is a program."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def log_in(folder: Path, host: str, user: str, password: str, **more: Any) -> None:
    """Write a login, and what `more` there is to say, into the config.json of a folder, beside what is there."""
    file = folder / "config.json"
    folder.mkdir(parents=True, exist_ok=True)
    config = {**(json.loads(file.read_text()) if file.exists() else {}), **more}
    auth = base64.b64encode(f"{user}:{password}".encode()).decode()
    config.setdefault("auths", {})[host] = {"auth": auth}
    file.write_text(json.dumps(config))


def helper(folder: Path, name: str, kept: Mapping[str, tuple[str, str]], *, script: str | None = None) -> None:
    """Write the program docker-credential-NAME, which keeps a user and a secret by server; `script` does it instead."""
    folder.mkdir(parents=True, exist_ok=True)
    answers = "".join(
        f"'{server}') echo '{json.dumps({'ServerURL': server, 'Username': user, 'Secret': secret})}';;\n"
        for server, (user, secret) in kept.items()
    )
    nothing = "*) echo credentials not found in native keychain; exit 1;;"
    program = folder / f"docker-credential-{name}"
    program.write_text(
        f"#!/bin/sh\n{script}\n" if script else f'#!/bin/sh\ncase "$(cat)" in\n{answers}{nothing}\nesac\n'
    )
    program.chmod(0o755)
