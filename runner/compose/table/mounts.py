"""The keys of a service's `volumes`, `devices` and `ports`."""

from __future__ import annotations

from runner.compose.short.device import device
from runner.compose.short.port import default_port, ports
from runner.compose.short.volume import volume
from runner.compose.table import scalars
from runner.compose.table.form import Items, Key, Record, Scalar, Type
from runner.compose.table.parts import LABELS
from runner.compose.values import published

_PUBLISHED = Scalar(phrase="a port or a range of ports", types=(Type.TEXT, Type.INTEGER), read=published)
MOUNT = Record(
    short=volume,
    phrase="SOURCE:TARGET or a map",
    keys=(
        Key(name="type", form=scalars.choice("bind", "volume", "tmpfs", "cluster", "npipe", "image"), required=True),
        Key(name="source", form=scalars.TEXT),
        Key(name="target", form=scalars.TEXT, required=True),
        Key(name="read_only", form=scalars.CAST_FLAG),
        Key(name="consistency", form=scalars.TEXT),
        Key(
            name="bind",
            form=Record(
                keys=(
                    Key(name="selinux", form=scalars.choice("z", "Z")),
                    Key(name="propagation", form=scalars.TEXT),
                    Key(name="create_host_path", form=scalars.FLAG),
                    Key(
                        name="recursive",
                        form=scalars.choice("enabled", "disabled", "writable", "readonly"),
                    ),
                ),
            ),
        ),
        Key(
            name="volume",
            form=Record(
                keys=(
                    Key(name="labels", form=LABELS),
                    Key(name="nocopy", form=scalars.CAST_FLAG),
                    Key(name="subpath", form=scalars.TEXT),
                )
            ),
        ),
        Key(
            name="tmpfs",
            form=Record(
                keys=(Key(name="size", form=scalars.TMPFS_SIZE), Key(name="mode", form=scalars.TMPFS_MODE)),
            ),
        ),
        Key(name="image", form=Record(keys=(Key(name="subpath", form=scalars.TEXT),))),
    ),
)
MOUNTS = Items(item=MOUNT)
DEVICES = Items(
    distinct=False,
    item=Record(
        short=device,
        phrase="SOURCE:TARGET or a map",
        keys=(
            Key(name="source", form=scalars.TEXT, required=True),
            Key(name="target", form=scalars.TEXT, required=True),
            Key(name="permissions", form=scalars.TEXT),
        ),
    ),
)
PORT = Record(
    default=default_port,
    phrase="PUBLISHED:TARGET, a port, or a map",
    keys=(
        Key(name="name", form=scalars.TEXT),
        Key(name="mode", form=scalars.TEXT),
        Key(name="host_ip", form=scalars.TEXT),
        Key(name="target", form=scalars.PORT, required=True),
        Key(name="published", form=_PUBLISHED),
        Key(name="protocol", form=scalars.TEXT),
        Key(name="app_protocol", form=scalars.TEXT),
    ),
)
PORTS = Items(item=PORT, short=ports)
