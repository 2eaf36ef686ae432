"""Records as configs of a swarm, the same whichever of its managers is asked.

The name of a config is shorter than that of a record may be: it is a digest, and the record's name stands in a label.

Every manager passes reads and writes on to the leader, which has applied a write before it answers. One that doesn't
know yet that it was deposed answers reads by itself, but no writes: whoever has just created a record there sees all
that was created before. The leader dates what is created: the clocks of managers must agree, up to some seconds.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from runner.core.errors import Conflict
from runner.core.hashes import sha256
from runner.core.label_store import LabelRecord
from runner.daemon.swarm.calls import remove
from runner.resource.config_records import records_among
from runner.resource.labels import RECORD

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.daemon.http.api import Api

_FILTER: Final = {"filters": json.dumps({"label": [RECORD]})}
_DIGITS: Final = 40
"""Of the digest: a name may have 64 characters."""
_END: Final = b"\n"
"""What is put after the content of a record: no config may be empty."""


class ConfigStore:
    """See `core.label_store.RecordStore`."""

    stall = 20.0
    """A call that was made as the leader was lost is answered after 20 s (28.5), and then repeated."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def list(self) -> Sequence[LabelRecord]:
        """Return all records; EngineError where the managers have no quorum."""
        return records_among(self._api.get("/configs", _FILTER))

    def create(self, name: str, labels: Mapping[str, str], data: bytes = b"") -> str:
        """Create one. It is no conflict if it is there already, with the same labels and content."""
        sent = {"Labels": {**labels, RECORD: name}, "Data": b64encode(data + _END).decode()}
        try:
            self._api.post_json("/configs/create", {"Name": _name(name), **sent}, again=True)
        except Conflict:  # the first answer may have been lost
            there = self._inspect(name)["Spec"]
            if {key: there.get(key) for key in sent} != sent:
                raise
        return name

    def data(self, name: str) -> bytes:
        """Return the content of one."""
        return b64decode(self._inspect(name)["Spec"]["Data"]).removesuffix(_END)

    def remove(self, name: str) -> None:
        """Remove one."""
        remove(self._api, "configs", _name(name))

    def is_unchanged(self, own: Sequence[str]) -> bool:
        """Return False: a manager's events tell neither of tasks nor of other engines."""
        return False

    def _inspect(self, name: str) -> EngineJSON:
        found: EngineJSON = self._api.get(f"/configs/{_name(name)}")
        return found


def _name(record: str) -> str:
    return f"runner.record.{sha256(record.encode()).hexdigest()[:_DIGITS]}"
