"""runner completion: the script by which a shell completes command lines."""

from __future__ import annotations

from runner.cli.echo import echo


def run(shell: str) -> None:
    """Print the script."""
    from importlib.resources import files

    echo(files("runner").joinpath("completions", f"runner.{shell}").read_text(encoding="utf-8").rstrip())
