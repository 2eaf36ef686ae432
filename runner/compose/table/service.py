"""THE ROWS of a service."""

from __future__ import annotations

from runner.compose.short.depends_on import dependency
from runner.compose.short.env_file import required_file, required_file_map
from runner.compose.short.extends import extended_service
from runner.compose.table import scalars
from runner.compose.table.build import BUILD
from runner.compose.table.deploy import DEPLOY
from runner.compose.table.form import (
    Command,
    Hosts,
    Identity,
    Items,
    Key,
    Merge,
    Named,
    Pairs,
    Record,
    Scalar,
    Test,
    Type,
)
from runner.compose.table.mounts import DEVICES, MOUNTS, PORTS
from runner.compose.table.parts import (
    FILE_MOUNTS,
    GPUS,
    HOOK,
    LABELS,
    OPTIONS,
    SECRET_MOUNTS,
    TEXT_OR_TEXTS,
    TEXT_PAIRS,
    TEXTS,
    ULIMITS,
    VARIABLES,
    WATCH_HOOK,
)
from runner.compose.values import text

_OPTION = Scalar(phrase="a text, a number, true or false", types=(Type.TEXT, Type.NUMBER, Type.BOOLEAN), read=text)
_RATE = Record(
    extensions=False,
    keys=(
        Key(name="path", form=scalars.TEXT, json_name="Path", zero=""),
        Key(name="rate", form=scalars.WHOLE_SIZE, json_name="Rate", zero="0"),
    ),
)
_RATES = Items(item=_RATE, distinct=False)
_WEIGHT = Record(
    extensions=False,
    keys=(
        Key(name="path", form=scalars.TEXT, json_name="Path", zero=""),
        Key(name="weight", form=scalars.WEIGHT, json_name="Weight", zero=0),
    ),
)
BLKIO = Record(
    extensions=False,
    keys=(
        Key(name="weight", form=scalars.WEIGHT),
        Key(name="weight_device", form=Items(item=_WEIGHT, distinct=False)),
        Key(name="device_read_bps", form=_RATES),
        Key(name="device_read_iops", form=_RATES),
        Key(name="device_write_bps", form=_RATES),
        Key(name="device_write_iops", form=_RATES),
    ),
)
DEVELOP = Record(
    nullable=True,
    keys=(
        Key(
            name="watch",
            form=Items(
                distinct=False,
                item=Record(
                    keys=(
                        Key(name="path", form=scalars.TEXT, required=True),
                        Key(
                            name="action",
                            form=scalars.choice("rebuild", "sync", "restart", "sync+restart", "sync+exec"),
                            required=True,
                        ),
                        Key(name="target", form=scalars.TEXT),
                        Key(name="exec", form=WATCH_HOOK),
                        Key(name="include", form=TEXT_OR_TEXTS),
                        Key(name="ignore", form=TEXT_OR_TEXTS),
                        Key(name="initial_sync", form=scalars.STRICT_FLAG),
                    )
                ),
            ),
        ),
    ),
)
HEALTHCHECK = Record(
    keys=(
        Key(name="test", form=Test(), merge=Merge.REPLACE),
        Key(name="timeout", form=scalars.DURATION),
        Key(name="interval", form=scalars.DURATION),
        Key(name="retries", form=scalars.RETRIES),
        Key(name="start_period", form=scalars.DURATION),
        Key(name="start_interval", form=scalars.DURATION),
        Key(name="disable", form=scalars.CAST_FLAG),
    )
)
CREDENTIAL_SPEC = Record(
    keys=(
        Key(name="config", form=scalars.TEXT),
        Key(name="file", form=scalars.TEXT),
        Key(name="registry", form=scalars.TEXT),
    )
)
DEPENDENCY = Record(
    complete=dependency,
    keys=(
        Key(
            name="condition",
            form=scalars.choice("service_started", "service_healthy", "service_completed_successfully"),
            required=True,
        ),
        Key(name="restart", form=scalars.FLAG),
        Key(name="required", form=scalars.CHOSEN_STRICT_FLAG),
    ),
)
PROVIDER = Record(
    keys=(
        Key(name="type", form=scalars.TEXT, required=True),
        Key(
            name="options", form=Named(pattern=".+", value=Items(item=_OPTION, single=True, late=True, distinct=False))
        ),
    )
)
LOGGING = Record(
    keys=(
        Key(name="driver", form=scalars.TEXT),
        Key(name="options", form=Pairs(listed=False, types=(Type.TEXT, Type.NUMBER, Type.NULL))),
    )
)
USED_MODEL = Record(
    nullable=True,
    keys=(Key(name="endpoint_var", form=scalars.TEXT), Key(name="model_var", form=scalars.TEXT)),
)
ATTACHMENT = Record(
    nullable=True,
    keys=(
        Key(name="aliases", form=TEXTS, unique=Identity.NAME),
        Key(name="driver_opts", form=OPTIONS),
        Key(name="gw_priority", form=scalars.PLAIN_NUMBER),
        Key(name="interface_name", form=scalars.TEXT),
        Key(name="ipv4_address", form=scalars.TEXT),
        Key(name="ipv6_address", form=scalars.TEXT),
        Key(name="link_local_ips", form=TEXTS, unique=Identity.NAME),
        Key(name="mac_address", form=scalars.TEXT),
        Key(name="priority", form=scalars.PLAIN_NUMBER),
    ),
)
ENV_FILE = Record(
    short=required_file,
    complete=required_file_map,
    extensions=False,
    keys=(
        Key(name="path", form=scalars.TEXT, required=True),
        Key(name="required", form=scalars.CHOSEN_FLAG),
        Key(name="format", form=scalars.choice("raw")),
    ),
)
EXTENDS = Record(
    short=extended_service,
    extensions=False,
    keys=(Key(name="service", form=scalars.TEXT, required=True), Key(name="file", form=scalars.TEXT)),
)

SERVICE = Record(
    keys=(
        Key(name="profiles", form=TEXTS, unique=Identity.NAME),
        Key(name="annotations", form=TEXT_PAIRS, merge=Merge.PAIRS, unique=Identity.NAME),
        Key(name="attach", form=scalars.CHOSEN_FLAG),
        Key(name="build", form=BUILD, merge=Merge.BUILD),
        Key(name="develop", form=DEVELOP),
        Key(name="blkio_config", form=BLKIO),
        Key(name="cap_add", form=TEXTS, unique=Identity.NAME),
        Key(name="cap_drop", form=TEXTS, unique=Identity.NAME),
        Key(name="cgroup_parent", form=scalars.TEXT),
        Key(name="cgroup", form=scalars.choice("host", "private")),
        Key(name="cpu_count", form=scalars.CPU_COUNT),
        Key(name="cpu_percent", form=scalars.PERCENT),
        Key(name="cpu_period", form=scalars.INTEGER),
        Key(name="cpu_quota", form=scalars.INTEGER),
        Key(name="cpu_rt_period", form=scalars.INTEGER),
        Key(name="cpu_rt_runtime", form=scalars.INTEGER),
        Key(name="cpus", form=scalars.REAL),
        Key(name="cpuset", form=scalars.TEXT),
        Key(name="cpu_shares", form=scalars.INTEGER),
        Key(name="command", form=Command(), merge=Merge.REPLACE, null_shown=True),
        Key(name="configs", form=FILE_MOUNTS, unique=Identity.CONFIG),
        Key(name="container_name", form=scalars.matching("[a-zA-Z0-9][a-zA-Z0-9_.-]+", "a name of letters and digits")),
        Key(name="credential_spec", form=CREDENTIAL_SPEC),
        Key(name="depends_on", form=Named(value=DEPENDENCY, listed=True), merge=Merge.DEPENDENCIES),
        Key(name="deploy", form=DEPLOY),
        Key(name="device_cgroup_rules", form=TEXTS),
        Key(name="devices", form=DEVICES, unique=Identity.DEVICE),
        Key(
            name="dns",
            form=Items(item=scalars.TEXT, single=True, drops_empty=True),
            merge=Merge.PAIRS,
            unique=Identity.NAME,
        ),
        Key(name="dns_opt", form=TEXTS, merge=Merge.PAIRS, unique=Identity.NAME),
        Key(name="dns_search", form=TEXT_OR_TEXTS, merge=Merge.PAIRS, unique=Identity.NAME),
        Key(name="domainname", form=scalars.TEXT),
        Key(name="entrypoint", form=Command(), merge=Merge.REPLACE, null_shown=True),
        Key(name="provider", form=PROVIDER),
        Key(name="environment", form=VARIABLES, merge=Merge.PAIRS, unique=Identity.NAME),
        Key(
            name="env_file",
            form=Items(item=ENV_FILE, single=True, distinct=False),
            merge=Merge.PAIRS,
            unique=Identity.FILE,
            shown=False,
        ),
        Key(name="expose", form=Items(item=scalars.TEXT_OR_INTEGER), unique=Identity.WHOLE),
        Key(name="extends", form=EXTENDS, shown=False),
        Key(name="external_links", form=TEXTS),
        Key(name="extra_hosts", form=Hosts(), merge=Merge.HOSTS),
        Key(name="group_add", form=Items(item=scalars.TEXT_OR_NUMBER)),
        Key(name="gpus", form=GPUS),
        Key(name="hostname", form=scalars.TEXT),
        Key(name="healthcheck", form=HEALTHCHECK),
        Key(name="image", form=scalars.TEXT),
        Key(name="init", form=scalars.CHOSEN_CAST_FLAG),
        Key(name="ipc", form=scalars.TEXT),
        Key(name="isolation", form=scalars.TEXT),
        Key(name="labels", form=LABELS, merge=Merge.PAIRS, unique=Identity.NAME),
        Key(
            name="label_file",
            form=Items(item=scalars.TEXT, single=True, distinct=False),
            merge=Merge.PAIRS,
            shown=False,
        ),
        Key(name="links", form=TEXTS, unique=Identity.NAME),
        Key(name="logging", form=LOGGING, merge=Merge.LOGGING),
        Key(name="mem_limit", form=scalars.SIZE),
        Key(name="mem_reservation", form=scalars.WHOLE_SIZE),
        Key(name="memswap_limit", form=scalars.SIZE),
        Key(name="mem_swappiness", form=scalars.WHOLE_SIZE),
        Key(name="mac_address", form=scalars.TEXT),
        Key(name="models", form=Named(value=USED_MODEL, listed=True, strict=False), merge=Merge.NAMES),
        Key(name="networks", form=Named(value=ATTACHMENT, listed=True), merge=Merge.NAMES),
        Key(name="network_mode", form=scalars.TEXT),
        Key(name="oom_kill_disable", form=scalars.CAST_FLAG),
        Key(name="oom_score_adj", form=scalars.OOM_SCORE),
        Key(name="pid", form=scalars.TEXT),
        Key(name="pids_limit", form=scalars.INTEGER),
        Key(name="platform", form=scalars.TEXT),
        Key(name="ports", form=PORTS, unique=Identity.PORT),
        Key(name="privileged", form=scalars.CAST_FLAG),
        Key(name="pull_policy", form=scalars.PULL_POLICY),
        Key(name="pull_refresh_after", form=scalars.TEXT, shown=False),
        Key(name="read_only", form=scalars.CAST_FLAG),
        Key(name="restart", form=scalars.TEXT),
        Key(name="runtime", form=scalars.TEXT),
        Key(name="scale", form=scalars.SCALE),
        Key(name="secrets", form=SECRET_MOUNTS, unique=Identity.SECRET),
        Key(name="security_opt", form=TEXTS),
        Key(name="shm_size", form=scalars.SIZE),
        Key(name="stdin_open", form=scalars.CAST_FLAG),
        Key(name="stop_grace_period", form=scalars.DURATION),
        Key(name="stop_signal", form=scalars.TEXT),
        Key(name="storage_opt", form=Pairs(listed=False, types=(Type.TEXT, Type.NUMBER, Type.NULL))),
        Key(name="sysctls", form=TEXT_PAIRS, merge=Merge.PAIRS, unique=Identity.NAME),
        Key(name="tmpfs", form=TEXT_OR_TEXTS, merge=Merge.PAIRS, unique=Identity.NAME),
        Key(name="tty", form=scalars.CAST_FLAG),
        Key(name="ulimits", form=ULIMITS),
        Key(name="use_api_socket", form=scalars.STRICT_FLAG),
        Key(name="user", form=scalars.TEXT),
        Key(name="userns_mode", form=scalars.TEXT),
        Key(name="uts", form=scalars.TEXT),
        Key(name="volumes", form=MOUNTS, unique=Identity.TARGET),
        Key(name="volumes_from", form=TEXTS),
        Key(name="working_dir", form=scalars.TEXT),
        Key(name="post_start", form=Items(item=HOOK, distinct=False)),
        Key(name="pre_stop", form=Items(item=HOOK, distinct=False)),
    ),
)
