"""Forms that several keys of a service share."""

from __future__ import annotations

from runner.compose.short.file_mount import file_mount, secret_target
from runner.compose.short.gpu import all_devices, all_gpus
from runner.compose.table import scalars
from runner.compose.table.form import Command, Either, Items, Key, Merge, Named, Pairs, Record, Scalar, Type

LABELS = Pairs()
TEXT_PAIRS = Pairs()
VARIABLES = Pairs(empty=None)
OPTIONS = Pairs(listed=False, types=(Type.TEXT, Type.NUMBER))
TEXTS = Items(item=scalars.TEXT)
TEXTS_AGAIN = Items(item=scalars.TEXT, distinct=False)
TEXT_OR_TEXTS = Items(item=scalars.TEXT, single=True)


def _limit(number: Scalar) -> Record:
    """Return the form of a limit in two parts."""
    return Record(
        keys=(
            Key(name="soft", form=number, required=True, json_zero=False),
            Key(name="hard", form=number, required=True, json_zero=False),
        )
    )


ULIMITS = Named(
    pattern="[a-z]+", merge=Merge.LATER, strict=False, value=Either(scalars.WHOLE, _limit(scalars.CHOSEN_WHOLE))
)
BUILD_ULIMITS = Named(
    pattern="[a-z]+", strict=False, value=Either(scalars.PLAIN_INTEGER, _limit(scalars.CHOSEN_PLAIN_INTEGER))
)
_HOOK = (
    Key(name="command", form=Command(), required=True, null_shown=True),
    Key(name="user", form=scalars.TEXT),
    Key(name="privileged", form=scalars.FLAG),
    Key(name="working_dir", form=scalars.TEXT),
    Key(name="environment", form=VARIABLES),
)
HOOK = Record(keys=_HOOK)
WATCH_HOOK = Record(keys=_HOOK, always=True)
_FILE_MOUNT = (
    Key(name="source", form=scalars.TEXT),
    Key(name="target", form=scalars.TEXT),
    Key(name="uid", form=scalars.TEXT),
    Key(name="gid", form=scalars.TEXT),
    Key(name="mode", form=scalars.MODE),
)
FILE_MOUNTS = Items(item=Record(keys=_FILE_MOUNT, short=file_mount), distinct=False)
SECRET_MOUNTS = Items(item=Record(keys=_FILE_MOUNT, short=file_mount, default=secret_target), distinct=False)

_DEVICE_REQUEST = (
    Key(name="capabilities", form=TEXTS, required=True),
    Key(name="driver", form=scalars.TEXT),
    Key(name="count", form=scalars.COUNT),
    Key(name="device_ids", form=TEXTS),
    Key(name="options", form=TEXT_PAIRS),
)
DEVICE_REQUESTS = Items(item=Record(keys=_DEVICE_REQUEST, default=all_devices), distinct=False)
_GPU = (Key(name="capabilities", form=TEXTS), *_DEVICE_REQUEST[1:])
GPUS = Items(item=Record(keys=_GPU, default=all_devices, closed=False), distinct=False, everything=all_gpus)
