"""Keep one comment on a pull request up to date, as a step of action.yml: with Python's own library alone.

A comment that can't be written is a warning: the token of a pull request from a fork may not write, and the plan is in
the step's summary as well.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

MOST_CHARACTERS = 65_000
"""GitHub takes 65,536."""
BOT = "github-actions[bot]"
"""Whom a job's own token writes as; like that of an app, it may not ask who it is."""
SECONDS = 30
MOST_PAGES, PER_PAGE = 50, 100
CUT = "\n\n_The rest is left out; it is in the summary of the run._\n"


class Forge:
    """The comments of one pull request."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._api = environ["GITHUB_API_URL"]
        self._repository = f"{self._api}/repos/{environ['GITHUB_REPOSITORY']}"
        self._comments = f"{self._repository}/issues/{environ['PULL_REQUEST']}/comments"
        self._token = environ["TOKEN"]
        self._author = environ["AUTHOR"]

    def keep(self, marker: str, text: str) -> None:
        """Write the comment that begins with the marker: the one that is there, or a new one.

        Warn of a new one that would not be found again.
        """
        body = f"{marker}\n{text}"
        if len(body) > MOST_CHARACTERS:
            body = body[: MOST_CHARACTERS - len(CUT)] + CUT
        expected = self._author or self._login()
        number = self._find(marker, expected)
        if number is not None:
            self._call("PATCH", f"{self._repository}/issues/comments/{number}", {"body": body})
            return
        author = self._call("POST", self._comments, {"body": body})["user"]["login"]
        if author != expected:
            warn(f'set the input comment-author to "{author}", or each run writes another comment')

    def _find(self, marker: str, author: str) -> int | None:
        """Return the number of the author's comment: anybody else could change theirs once it holds a plan."""
        return next(
            (
                int(comment["id"])
                for comment in self._all()
                if comment["user"]["login"] == author and (comment["body"] or "").startswith(marker)
            ),
            None,
        )

    def _login(self) -> str:
        try:
            return str(self._call("GET", f"{self._api}/user")["login"])
        except HTTPError as error:
            if error.code not in (401, 403, 404):
                raise
            return BOT

    def _all(self) -> Iterator[Mapping[str, Any]]:
        for page in range(1, MOST_PAGES + 1):
            found = self._call("GET", f"{self._comments}?per_page={PER_PAGE}&page={page}")
            yield from found
            if len(found) < PER_PAGE:
                return

    def _call(self, method: str, url: str, document: Any = None) -> Any:
        content = None if document is None else json.dumps(document).encode()
        request = Request(url, content, method=method)
        request.add_header("Authorization", f"Bearer {self._token}")
        request.add_header("Accept", "application/vnd.github+json")
        with urlopen(request, timeout=SECONDS) as response:
            return json.load(response)


def main(environ: Mapping[str, str]) -> None:
    """Write the comment; warn if that fails."""
    marker = f"<!-- runner {quote(environ['KEY'], safe='')} -->"
    text = Path(environ["MARKDOWN"]).read_text(encoding="utf-8")
    try:
        Forge(environ).keep(marker, text)
    except (HTTPError, URLError, TimeoutError) as error:
        warn(f"the comment could not be written: {error}")


def warn(text: str) -> None:
    """Write a warning into the log."""
    line = text.replace("%", "%25").replace("\r", "").replace("\n", " ")
    print(f"::warning title=runner::{line}")


if __name__ == "__main__":
    main(os.environ)
