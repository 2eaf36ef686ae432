"""Random Compose files, made by the table: each key in each of its forms, some of them wrong."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from runner.compose.table import COMPOSE
from runner.compose.table.form import (
    Agents,
    Anything,
    Command,
    Either,
    Form,
    Hosts,
    Items,
    Key,
    Named,
    Pairs,
    Record,
    Scalar,
    Test,
    Type,
)

NAMES = ("a", "b", "c")
_WORDS = (
    "x",
    "web",
    "yes",
    "1.5",
    "0644",
    "a b",
    "a: b",
    "#x",
    "é",
    "true",
    "-1",
    "x y\nz",
    "a=b",
    "10:20",
    "~",
    "'",
    '"',
)
_TEXTS: dict[str, tuple[Any, ...]] = {
    "size": ("5", "1.5k", "64m", "2g", "1 GiB", "0", 7),
    "cpus": ("0.5", 1, 1.5, "2"),
    "host_ip": ("127.0.0.1", "::1", "0.0.0.0"),
    "pull_policy": ("always", "never", "missing", "if_not_present", "every_12h", "daily"),
    "container_name": ("one", "two.x", "n-1"),
    "network_mode": ("host", "none", "service:a", "container:x"),
    "ipc": ("host", "private", "service:a"),
    "protocol": ("tcp", "udp"),
    "published": (8080, "9090", "80-81"),
    "path": ("./d", "/d", "d/../e", "~/d"),
    "file": ("./f", "/f", "../f", "~/f"),
    "context": (".", "./x", "https://example.com/x.git", "../x"),
    "target": ("/t", "/u/", "/v/../w"),
    "external": (True, False, "true"),
    "type": ("volume", "bind", "tmpfs", "image"),
}
_SHORT: dict[str, tuple[Any, ...]] = {
    "ports": (80, "81", "8082:82", "127.0.0.1:8083:83", "84-85", "90-91:90-91", "86/udp", "[::1]:87:87", "1-3:88"),
    "volumes": ("/anon", "a:/va", "./x:/vx:ro", "b:/vb:nocopy", "~/h:/vh:z", "../p:/vp/", "c:/vc:ro,nocopy"),
    "devices": ("/dev/x", "/dev/y:/dev/z", "/dev/y:/dev/w:r"),
    "secrets": NAMES,
    "configs": NAMES,
    "build": (".", "./x", "https://example.com/x.git"),
    "gpus": ("all",),
}
_DURATIONS = ("5s", "1m30s", "90s", "500ms", "1h", "0s", "1.5h", "2d")
_HIDDEN = frozenset({"env_file", "label_file", "extends", "include", "version", "name", "models", "provider", "ssh"})
"""What other files are needed for, and what JSON can't show."""


class Projects:
    """A source of random projects."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._makers: dict[type, Callable[[Any, str], Any]] = {
            Scalar: self._scalar,
            Items: self._items,
            Pairs: lambda form, _: self._pairs(form),
            Hosts: lambda _form, _name: self._one_of({"h": "1.1.1.1"}, ["h=1.1.1.1", "i:2.2.2.2"], {"h": ["1.1.1.1"]}),
            Agents: lambda _form, _name: ["default"],
            Command: lambda _form, _name: self._one_of("a 'b c' d", ["a", "b c"], [], ""),
            Test: lambda _form, _name: self._one_of("a b", ["CMD", "a"], ["NONE"], ["CMD-SHELL", "a b"]),
            Named: self._named,
            Record: self._record,
            Either: lambda form, name: self.value(self._one_of(form.scalar, form.record), name),
            Anything: lambda _form, _name: self._one_of(1, "x", {"b": [1, None, 1.5]}),
        }

    def project(self) -> dict[str, Any]:
        """Return a project of three services, some of whose keys are random."""
        services = COMPOSE.key("services")
        assert services is not None
        assert isinstance(services.form, Named)
        made = {name: {"image": "x", **self.value(services.form.value, name)} for name in NAMES}
        for service in made.values():
            service.pop("networks" if "network_mode" in service else "", None)
        return {
            "services": made,
            "networks": {name: self._section("networks") for name in NAMES},
            "volumes": {name: self._section("volumes") for name in NAMES},
            "secrets": {name: {"file": "./s"} for name in NAMES},
            "configs": {name: self._one_of({"file": "./c"}, {"content": "x $$y\n"}) for name in NAMES},
        }

    def value(self, form: Form, name: str) -> Any:
        """Return a value of a form, for the key of a name."""
        return self._makers[type(form)](form, name)

    def _one_of(self, *values: Any) -> Any:
        return self._random.choice(values)

    def _section(self, name: str) -> Any:
        row = COMPOSE.key(name)
        assert row is not None
        assert isinstance(row.form, Named)
        made = self.value(row.form.value, name)
        return self._one_of(None, {key: value for key, value in made.items() if key != "external"})

    def _scalar(self, form: Scalar, name: str) -> Any:
        if form.choices:
            return self._one_of(*form.choices)
        for known, texts in _TEXTS.items():
            if name == known:
                return self._one_of(*texts)
        kind = getattr(form.read, "__name__", "")
        if "duration" in kind:
            return self._one_of(*_DURATIONS)
        if kind == "size":
            return str(self._one_of(*_TEXTS["size"])) if Type.INTEGER not in form.types else self._one_of("5", "1k", 7)
        if kind == "flag":
            return self._one_of(True, False, *(("true", "no") if Type.TEXT in form.types else ()))
        if kind in {"integer", "unsigned", "count", "mode", "tmpfs_mode"}:
            return self._one_of(0, 1, 50, *(("2",) if Type.TEXT in form.types else ()))
        if kind == "real":
            return self._one_of(0, 1, 50)
        return self._one_of(*_WORDS)

    def _items(self, form: Items, name: str) -> Any:
        short = _SHORT.get(name)
        number = self._random.randrange(1, 4)
        if short is not None and (name == "gpus" or self._random.random() < 0.6):
            return "all" if name == "gpus" else self._random.sample(short, number)
        items = [self.value(form.item, name) for _ in range(number)]
        distinct = [item for at, item in enumerate(items) if item not in items[:at]]
        return distinct[0] if form.single and self._random.random() < 0.4 else distinct

    def _pairs(self, form: Pairs) -> Any:
        if form.listed and self._random.random() < 0.5:
            items = ["K=v", "L=", "M=a=b", *([] if form.needs_value else ["N"])]
            return self._random.sample(items, self._random.randrange(1, len(items)))
        values = ["v", "", "a b", *([1, 1.5, 1000] if Type.NUMBER in form.types else [])]
        values += [None] if Type.NULL in form.types else []
        values += [True] if Type.BOOLEAN in form.types else []
        return {key: self._one_of(*values) for key in self._random.sample(["K", "L", "M"], 2)}

    def _named(self, form: Named, name: str) -> Any:
        names = ["nofile", "nproc"] if name == "ulimits" else [*NAMES[1:]] if name == "depends_on" else [*NAMES]
        chosen = self._random.sample(names, self._random.randrange(1, len(names)))
        if form.listed and self._random.random() < 0.5:
            return chosen
        return {one: self.value(form.value, name) for one in chosen}

    def _record(self, form: Record, name: str) -> Any:
        short = _SHORT.get(name)
        if short is not None and form.short is not None and self._random.random() < 0.5:
            return self._one_of(*short)
        needed = [key for key in form.keys if key.required or key.name in {"source", "target", "subnet"}]
        others = [key for key in form.keys if key not in needed and key.name not in _HIDDEN and key.name != "image"]
        chosen = [*needed, *self._random.sample(others, min(len(others), self._random.randrange(0, 6)))]
        return {key.name: self._field(form, key, name) for key in chosen}

    def _field(self, form: Record, key: Key, name: str) -> Any:
        if key.name == "source":
            return self._one_of(*NAMES)
        del form, name
        return self.value(key.form, key.name)
