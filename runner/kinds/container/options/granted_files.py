"""Files that are granted to a container, and files whose content counts as a part of it."""

from __future__ import annotations

from runner.resource.collections import TEXTS
from runner.resource.engine_json import STORED_IN_LABEL
from runner.resource.field import Field
from runner.resource.file_grants import grants

SUPPLIES = (
    Field(
        name="secrets",
        codec=grants("/run/secrets", 0o400, "source, target, uid, gid and mode"),
        doc="Secrets that it can read as files: in /run/secrets, with mode 0400, its own user's, unless it says else.",
        examples=(["password"], [{"source": "password", "target": "db", "uid": 1000, "mode": "0440"}]),
        bind=STORED_IN_LABEL,
        merged_by_key=True,
    ),
    Field(
        name="configs",
        codec=grants("/", 0o444, "source, target, uid, gid and mode"),
        doc="Configs that it gets as files: in /, with mode 0444, its own user's, unless it says else.",
        examples=(["settings"], [{"source": "settings", "target": "/etc/app/settings", "mode": "0400"}]),
        bind=STORED_IN_LABEL,
        merged_by_key=True,
    ),
    Field(
        name="triggers",
        codec=TEXTS,
        doc="Files, folders and globs whose content counts as a part of it, such as what it has mounted.",
        examples=(["nginx.conf"], ["conf.d/*.conf", "nginx.conf"]),
        bind=STORED_IN_LABEL,
        merged_by_key=True,
    ),
)
