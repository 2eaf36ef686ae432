"""The pages that explain codes: a file each in runner/explanations, with fixed headings, as people read it.

A page begins with a head between lines of ---, and says what the code means; then come the headings Fix, Wrong and
Right. Examples are in fenced blocks; a block of a file other than workflow.yaml names it: ```yaml base.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from runner.core.codes import CODES, Code
from runner.core.diagnostic import did_you_mean
from runner.core.errors import UsageError
from runner.core.explanation import FOUND, Explanation

_FIX, _WRONG, _RIGHT = "\n## Fix\n", "\n## Wrong\n", "\n## Right\n"


def explain(code: str) -> Explanation:
    """Return the page of a code; UsageError for an unknown one, which suggests the closest."""
    known = next((one for one in CODES if one == code), None)
    if known is None:
        hint = did_you_mean(code, CODES) or "list all with: runner explain"
        raise UsageError(f'no such code "{code}"', help=hint)
    return _parsed(known, files("runner").joinpath("explanations", f"{known}.md").read_text(encoding="utf-8"))


def all_explanations() -> Iterator[Explanation]:
    """Yield every page, by where its code is met, then by code."""
    pages = [explain(code) for code in CODES]
    places = list(FOUND)
    yield from sorted(pages, key=lambda page: places.index(page.found))


def _parsed(code: Code, text: str) -> Explanation:
    _, head, body = text.split("---\n", 2)
    named = dict(line.split(": ", 1) for line in head.splitlines())
    meaning, rest = body.split(_FIX)
    fix, examples = rest.split(_WRONG)
    wrong, right = examples.split(_RIGHT)
    texts = (part.strip() for part in (meaning, fix, wrong, right))
    return Explanation(code, named["summary"], named["severity"], named["found"], *texts)
