"""The steps of action.yml, run as GitHub runs them: scripts with an environment, and files for what they tell."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, TypeAlias

import yaml

ROOT = Path(__file__).parents[2]
Comment: TypeAlias = dict[str, Any]
_EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")


def action() -> dict[str, Any]:
    """Return action.yml."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    return found


class Forge:
    """The part of GitHub that keeps comments."""

    def __init__(self, login: str | None, author: str) -> None:
        self.comments: list[Comment] = []
        self.status = 0
        """What every call is answered with; 0 for what it asks for."""
        self.login = login
        """Whose token it is, as far as GitHub tells; None for one that may not ask."""
        self.author = author
        """Whom comments are from."""
        self.url = ""

    def add(self, login: str, body: str) -> None:
        """Let somebody comment."""
        self.comments.append({"id": len(self.comments) + 1, "user": {"login": login}, "body": body})

    def answer(self, method: str, path: str, document: Any) -> tuple[int, Any]:
        """Return status and document of an answer."""
        if self.status:
            return self.status, {}
        if path == "/user":
            return (200, {"login": self.login}) if self.login else (403, {})
        if method == "POST":
            self.add(self.author, document["body"])
            return 201, self.comments[-1]
        if method == "PATCH":
            comment = self.comments[int(path.rpartition("/")[2]) - 1]
            comment["body"] = document["body"]
            return 200, comment
        page = int(path.rpartition("page=")[2]) - 1
        return 200, self.comments[page * 100 : (page + 1) * 100]


@contextmanager
def forge(login: str | None = None, bot: str = "github-actions[bot]") -> Iterator[Forge]:
    """Serve a forge on the loopback interface; `login` is whose token is used, None for that of a job or of an app."""
    served = Forge(login, login or bot)

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            document = json.loads(self.rfile.read(length)) if length else None
            assert self.headers["Authorization"] == "Bearer a-token"
            status, found = served.answer(self.command, self.path, document)
            content = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = answer  # noqa: N815 - names of the base class

        def log_message(self, format: str, *args: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield served
        server.shutdown()


class Job:
    """A job that uses the action on a pull request, in a folder."""

    def __init__(self, folder: Path, temporary: Path, environ: Mapping[str, str], api: str) -> None:
        self._folder = folder
        self._files = {name: temporary / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        program = temporary / "runner-venv" / "bin" / "runner"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m runner "$@"\n')
        program.chmod(0o755)
        self._environ = {
            **environ,
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_API_URL": api,
            "GITHUB_REPOSITORY": "me/shop",
            "GITHUB_WORKSPACE": str(folder),
            "RUNNER_TEMP": str(temporary),
            "PYTHONPATH": str(ROOT),
            **{name: str(path) for name, path in self._files.items()},
        }

    @property
    def summary(self) -> str:
        """The summaries of the steps so far."""
        return self._files["GITHUB_STEP_SUMMARY"].read_text("utf-8")

    @property
    def outputs(self) -> dict[str, str]:
        """What the step that runs the command put out."""
        lines = self._files["GITHUB_OUTPUT"].read_text("utf-8").splitlines()
        return {name: value for name, _, value in (line.partition("=") for line in lines)}

    def use(self, **inputs: str) -> tuple[int, str]:
        """Use the action with inputs, but for its installation; return the exit code and the log."""
        for path in self._files.values():
            path.write_text("")
        log = ""
        for step in action()["runs"]["steps"][1:]:
            code, told = self._run(step, inputs)
            log += told
            if code:
                return code, log
        return 0, log

    def _run(self, step: Mapping[str, Any], inputs: Mapping[str, str]) -> tuple[int, str]:
        assert step["shell"] == "bash"
        named = {
            name: _EXPRESSION.sub(lambda found: self._value(found[1], inputs), text)
            for name, text in step["env"].items()
        }
        script = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(
            script,
            cwd=self._folder,
            env={**self._environ, **named},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return done.returncode, done.stdout + done.stderr

    def _value(self, expression: str, inputs: Mapping[str, str]) -> str:
        """Return the value of one of the expressions that action.yml has."""
        room, _, name = expression.partition(".")
        if expression.startswith("inputs.comment-key ||"):
            return " ".join(inputs.get(one, self._default(one)) for one in ("command", "working-directory", "file"))
        if room == "inputs":
            return "a-token" if name == "token" else inputs.get(name, self._default(name))
        if room == "steps":
            return self.outputs[name.removeprefix("run.outputs.")]
        assert expression == "github.event.pull_request.number"
        return "7"

    @staticmethod
    def _default(name: str) -> str:
        return str(action()["inputs"][name]["default"])


def environment() -> dict[str, str]:
    """Return what a step has of the machine."""
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
