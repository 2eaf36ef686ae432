"""Files that are granted to a container, and files whose content counts as a part of it."""

from __future__ import annotations

from runner.resource.collections import TEXTS
from runner.resource.engine_json import STORED_IN_LABEL
from runner.resource.field import Field
from runner.resource.file_grants import grants
from runner.resource.service_binding import InService, Late

SUPPLIES = (
    Field(
        name="secrets",
        codec=grants("/run/secrets", "source, target, uid, gid and mode"),
        doc="Secrets copied as files; by default in /run/secrets, mode 0400, owned by its user.",
        examples=(["password"], [{"source": "password", "target": "db", "uid": 1000, "mode": "0440"}]),
        bind=STORED_IN_LABEL,
        merged_by_key=True,
        is_digest=True,
        service=Late("runner.kinds.container.in_service.granted_files:SECRETS"),
    ),
    Field(
        name="configs",
        codec=grants("/", "source, target, uid, gid and mode"),
        doc="Configs copied as files; by default in /, mode 0444, owned by its user.",
        examples=(["settings"], [{"source": "settings", "target": "/etc/app/settings", "mode": "0400"}]),
        bind=STORED_IN_LABEL,
        merged_by_key=True,
        is_digest=True,
        service=Late("runner.kinds.container.in_service.granted_files:CONFIGS"),
    ),
    Field(
        name="triggers",
        codec=TEXTS,
        doc="Files, folders and globs, such as mounted ones, whose changes trigger a replacement.",
        examples=(["nginx.conf"], ["conf.d/*.conf", "nginx.conf"]),
        bind=STORED_IN_LABEL,
        merged_by_key=True,
        is_digest=True,
        service=InService(bind=STORED_IN_LABEL),
    ),
)
