"""Draws the picture of the README: a real rollback, recorded on a real terminal, for light and dark pages.

As a script, from the repository's root: ``python -m tests.harness.picture`` (``make picture``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from tests.harness.engine import Engine, dispose_abandoned, new_private_engine
from tests.harness.markdown import ROOT, Block
from tests.harness.page_output import without_suffix
from tests.harness.page_session import carry_out
from tests.harness.screen import Piece, Style, final_lines

COLUMNS = 88
FILES = {theme: ROOT / "docs" / f"rollback-{theme}.svg" for theme in ("light", "dark")}
_WORKFLOW = """\
version: 1
name: shop
variables: {RELEASE: "1.0"}
containers:
  web:
    image: busybox:stable
    command:
      - sh
      - -c
      - >-
        [ $$RELEASE = 1.0 ] || { echo "FATAL: DATABASE_URL is not set"; exit 1; };
        mkdir -p /www; echo "Tea shop, release $$RELEASE" >/www/index.html ; exec httpd -f -p 8000 -h /www
    environment: {RELEASE: "${RELEASE}"}
    init: true
    ports: ["127.0.0.1:8080:8000"]
    ready: {http: /}
"""
_SHOWN = ("runner apply --var RELEASE=2.0", "echo $?", "curl http://127.0.0.1:8080/")
_CELL, _LINE, _SIZE, _EDGE, _BAR = 8.4, 20, 14, 20, 36
_FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_LIGHT = {
    "ground": "#ffffff", "bar": "#f6f8fa", "rim": "#d0d7de", "default": "#1f2328", "quiet": "#59636e",
    "red": "#cf222e", "green": "#1a7f37", "brown": "#9a6700", "yellow": "#9a6700", "blue": "#0969da",
    "magenta": "#8250df", "cyan": "#1b7c83",
}  # fmt: skip
_DARK = {
    "ground": "#0d1117", "bar": "#161b22", "rim": "#30363d", "default": "#e6edf3", "quiet": "#9198a1",
    "red": "#ff7b72", "green": "#3fb950", "brown": "#d29922", "yellow": "#d29922", "blue": "#58a6ff",
    "magenta": "#bc8cff", "cyan": "#39c5cf",
}  # fmt: skip
_THEMES: Mapping[str, Mapping[str, str]] = {"light": _LIGHT, "dark": _DARK}


def record(engine: Engine, scratch: Path) -> list[list[Piece]]:
    """Apply a release that works and one that doesn't; return what the terminal shows of the second."""
    steps = [
        Block(ROOT / "README.md", 0, "yaml", _WORKFLOW, 0, {"title": "workflow.yaml"}),
        Block(ROOT / "README.md", 0, "console", "".join(f"$ {line}\n" for line in ("runner apply", *_SHOWN)), 0),
    ]
    _, *outcomes = carry_out(steps, engine, scratch, columns=COLUMNS)
    lines: list[list[Piece]] = []
    for command, outcome in outcomes:
        lines.append([(Style("quiet"), "$ "), (Style(bold=True), command.line)])
        lines += final_lines(without_suffix(outcome.written), COLUMNS)
        lines.append([])
    return lines[:-1]


def svg(lines: Sequence[Sequence[Piece]], theme: str) -> str:
    """Return a terminal with these lines as a picture that needs nothing else."""
    return "\n".join(_svg(lines, _THEMES[theme])) + "\n"


def _svg(lines: Sequence[Sequence[Piece]], colors: Mapping[str, str]) -> Iterator[str]:
    width, height = round(COLUMNS * _CELL + 2 * _EDGE), _BAR + len(lines) * _LINE + 2 * _EDGE
    title = "A terminal: runner apply rolls a failed release back and exits with 5; the old release still answers"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{title}" '
        f'font-family="{_FONT}" font-size="{_SIZE}" fill="{colors["default"]}">'
    )
    yield f"<title>{title}</title>"
    frame = f'x="0.5" y="0.5" width="{width - 1}" rx="10" stroke="{colors["rim"]}"'
    yield f'<rect {frame} height="{height - 1}" fill="{colors["ground"]}"/>'
    bar = f"M1 {_BAR}V11A10 10 0 0 1 11 1H{width - 11}A10 10 0 0 1 {width - 1} 11V{_BAR}Z"
    yield f'<path d="{bar}" fill="{colors["bar"]}"/>'
    for number in range(3):
        yield f'<circle cx="{_EDGE + 18 * number}" cy="{_BAR // 2}" r="5.5" fill="{colors["rim"]}"/>'
    for row, line in enumerate(lines):
        yield from _text(line, _BAR + _EDGE + row * _LINE + _SIZE, colors)
    yield "</svg>"


def _text(line: Sequence[Piece], y: int, colors: Mapping[str, str]) -> Iterator[str]:
    """Yield the pieces of a line, each with its own place and length: fonts differ in their widths."""
    column = 0
    for style, text in line:
        start, shown = column + len(text) - len(text.lstrip()), text.strip()
        column += len(text)
        if shown:
            look = f' fill="{colors.get(style.color, colors["default"])}"' if style.color != "default" else ""
            look += ' font-weight="bold"' if style.bold else ""
            place = f'x="{_EDGE + start * _CELL:.1f}" y="{y}" textLength="{len(shown) * _CELL:.1f}"'
            yield f'<text {place}{look} xml:space="preserve">{escape(shown)}</text>'


def text_in(picture: Path) -> list[str]:
    """Return the lines of a picture."""
    lines: defaultdict[str, str] = defaultdict(str)
    for element in ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}text"):
        column = round((float(element.attrib["x"]) - _EDGE) / _CELL)
        lines[element.attrib["y"]] = lines[element.attrib["y"]].ljust(column) + (element.text or "")
    return list(lines.values())


def text_of(lines: Sequence[Sequence[Piece]]) -> list[str]:
    """Return the lines without their looks."""
    return ["".join(text for _, text in line) for line in lines]


def main() -> None:
    """Record and draw both pictures."""
    dispose_abandoned()
    engine = new_private_engine()
    try:
        with TemporaryDirectory() as scratch:
            lines = record(engine, Path(scratch))
    finally:
        engine.dispose()
    for theme, file in FILES.items():
        file.write_text(svg(lines, theme), "utf-8")
        print(file.relative_to(ROOT))


if __name__ == "__main__":
    main()
