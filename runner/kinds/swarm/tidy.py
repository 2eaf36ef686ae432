"""The end of a run on a swarm: what it has moved services off is removed."""

from __future__ import annotations

from collections.abc import Container
from contextlib import suppress
from typing import TYPE_CHECKING

from runner.core.errors import EngineError, InUse
