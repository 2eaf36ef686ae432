"""THE TABLE of Compose's keys: one row a key, with its form, its merge rule and its place in the output.

A new key is one `Key` in the module of its topic, at the place where `docker compose config` prints it. Reading,
merging, checking and printing are derived from the rows. `COMPOSE` is the form of a whole file. What becomes of a key
in runner's language is told by its path, in `mapping/fates.py`.
"""

from __future__ import annotations

from runner.compose.table.top import COMPOSE as COMPOSE
