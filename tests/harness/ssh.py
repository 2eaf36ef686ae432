"""An ssh server of the tests' own beside an engine, and an ssh program that knows only it.

Keys are thrown away with the folder; nothing of the machine's own ssh is read or changed.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from tests.harness.engine import Engine

_SECONDS_TO_START = 10
_PRIVILEGE_SEPARATION = Path("/run/sshd")


class SshServer:
    """Logs root in with one of two keys: for the other one, its host has no docker command.

    It allows four sessions to a login and five logins at once: servers do set such bounds, mostly to ten.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder
        self.port = engine.free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make keys and settings, and return when it listens."""
        for name in ("host", "friend", "bare", "stranger"):
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", self._folder / name], check=True
            )
        self._write_server_settings()
        self._write_client_settings()
        _PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
        sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
        if sshd is None:
            raise RuntimeError("no sshd; tests/harness/install.sh test brings it")
        files = ("-f", str(self._folder / "sshd_config"), "-E", str(self._folder / "log"))
        command = [*self._engine.prefix, sshd, "-D", *files]
        self._process = subprocess.Popen(command)
        self._await()

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    @property
    def path(self) -> str:
        """The PATH on which the ssh program reads this server's settings instead of ~/.ssh."""
        return f"{self._folder}/bin:{os.environ['PATH']}"

    def programs(self) -> list[str]:
        """Return the command lines of the ssh programs that run with these settings now."""
        lines = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                line = (process / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
            if f"-F {self._folder}/config" in line:
                lines.append(line)
        return lines

    def _write_server_settings(self) -> None:
        docker = Path(shutil.which("docker") or "/usr/bin/docker").parent
        path = f"{docker}:/usr/bin:/bin"
        keys = (("friend", path), ("bare", "/nowhere"))
        text = "".join(f'environment="PATH={path}" {(self._folder / f"{key}.pub").read_text()}' for key, path in keys)
        (self._folder / "authorized_keys").write_text(text)
        settings = {
            "ListenAddress": f"127.0.0.1:{self.port}",
            "HostKey": self._folder / "host",
            "AuthorizedKeysFile": self._folder / "authorized_keys",
            "AuthenticationMethods": "publickey",
            "PermitUserEnvironment": "PATH",
            "SetEnv": f"DOCKER_HOST={self._engine.url}",
            "MaxSessions": 4,
            "MaxStartups": 5,
            "PidFile": "none",
            "StrictModes": "no",
            "UsePAM": "no",
        }
        (self._folder / "sshd_config").write_text(_lines(settings))

    def _write_client_settings(self) -> None:
        """Write a host by its name for each way in that there is, or isn't."""
        (self._folder / "known").write_text(f"[127.0.0.1]:{self.port} {(self._folder / 'host.pub').read_text()}")
        (self._folder / "changed").write_text(f"[127.0.0.1]:{self.port} {(self._folder / 'bare.pub').read_text()}")
        hosts: dict[str, Mapping[str, object]] = {
            "Engine": {"Port": self.port},
            "refused": {"Port": 1},
            "unknown": {"UserKnownHostsFile": "/dev/null"},
            "changed": {"UserKnownHostsFile": self._folder / "changed"},
            "stranger": {"IdentityFile": self._folder / "stranger"},
            "bare": {"IdentityFile": self._folder / "bare"},
        }
        usual = {
            "User": "root",
            "Port": self.port,
            "IdentitiesOnly": "yes",
            "UserKnownHostsFile": self._folder / "known",
            "GlobalKnownHostsFile": "/dev/null",
        }
        config = self._folder / "config"
        named = "".join(f"Host {name}\nHostName 127.0.0.1\n{_lines(settings)}" for name, settings in hosts.items())
        friends = f"Host * !stranger !bare\nIdentityFile {self._folder}/friend\n"
        config.write_text(f"{named}{friends}Host *\n{_lines(usual)}")
        program = self._folder / "bin/ssh"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {config} "$@"\n')
        program.chmod(0o755)

    def _await(self) -> None:
        deadline = time.monotonic() + _SECONDS_TO_START
        while time.monotonic() < deadline:
            with self._engine.network(), socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"sshd does not listen\n{(self._folder / 'log').read_text()}")


def _lines(settings: Mapping[str, object]) -> str:
    return "".join(f"{name} {value}\n" for name, value in settings.items())
