"""THE TABLE of commands, in groups and in the order in which a new user needs them."""

from __future__ import annotations

from typing import Final

from runner.cli.syntax.begin import BEGIN
from runner.cli.syntax.change import CHANGE
from runner.cli.syntax.look import LOOK
from runner.cli.syntax.share import SHARE

GROUPS: Final = {"Begin": BEGIN, "Change": CHANGE, "Look": LOOK, "Share": SHARE}
"""The commands of each group, as the list of commands shows them."""

COMMANDS: Final = {name: command for group in GROUPS.values() for name, command in group.items()}
