"""The config of an image, or of a container: the engine's `Config` by the keys of the language."""

from __future__ import annotations

from collections.abc import Mapping

from runner.core.engine_answers import EngineJSON
from runner.core.inspection import Table, table_from
from runner.core.values import Value, is_empty
from runner.resource.labels import PREFIX
from runner.resource.scalars import show_argv, show_duration

_COMMANDS = {"entrypoint": "Entrypoint", "command": "Cmd"}
_PLAIN = {
    "user": "User",
    "working_dir": "WorkingDir",
    "stop_signal": "StopSignal",
}
_SETS = {"expose": "ExposedPorts", "volumes": "Volumes"}
_PERIODS = {"interval": "Interval", "timeout": "Timeout", "start_period": "StartPeriod"}


def config_of(config: EngineJSON) -> dict[str, Value]:
    """Return what is set, one value per key; runner's own labels are left out."""
    given: dict[str, Value] = {key: show_argv(tuple(config.get(name) or ())) for key, name in _COMMANDS.items()}
    given |= {key: config.get(name) for key, name in _PLAIN.items()}
    given |= _healthcheck(config.get("Healthcheck") or {})
    found = {key: value for key, value in given.items() if not is_empty(value)}
    found |= {f"environment.{name}": text for name, text in map(_pair, config.get("Env") or ())}
    labels = (config.get("Labels") or {}).items()
    found |= {f"labels.{name}": text for name, text in labels if not name.startswith(PREFIX)}
    return found | {f"{key}.{item}": True for key, name in _SETS.items() for item in config.get(name) or ()}


def _healthcheck(probe: EngineJSON) -> dict[str, Value]:
    periods = {f"healthcheck.{key}": show_duration(probe.get(name) or None) for key, name in _PERIODS.items()}
    test, retries = show_argv(tuple(probe.get("Test") or ())), probe.get("Retries") or None
    return {"healthcheck.test": test, **periods, "healthcheck.retries": retries}


def compare_columns(
    name: str, columns: tuple[str, str], sides: tuple[Mapping[str, Value], Mapping[str, Value]]
) -> Table:
    """Return a table of two sides' values next to each other, key by key."""
    keys = dict.fromkeys(key for side in sides for key in side)
    rows = {
        key: {column: side[key] for column, side in zip(columns, sides, strict=True) if key in side} for key in keys
    }
    return table_from(name, "key", columns, rows)


def _pair(entry: str) -> tuple[str, str]:
    name, _, text = entry.partition("=")
    return name, text
