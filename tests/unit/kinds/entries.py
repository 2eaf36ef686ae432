"""Random entries of containers for property tests: all that the language can say which any engine would take."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = st.from_regex(r"[a-z][a-z0-9]{0,5}", fullmatch=True)
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="$"), max_size=12)
PATHS = st.lists(st.sampled_from(["a", "b", "c", ".", "..", ""]), min_size=1, max_size=4).map(
    lambda parts: "/" + "/".join(["x", *parts])
)
PORTS = st.integers(1, 65535)
PROTOCOLS = st.sampled_from(["", "/tcp", "/udp", "/SCTP"])
SIZES = st.builds(lambda number, unit: f"{number}{unit}", st.integers(6, 900), st.sampled_from(["m", "M", "mb", "g"]))
DURATIONS = st.builds(
    lambda number, unit: f"{number}{unit}", st.integers(1, 900), st.sampled_from(["ms", "s", "m", ""])
).map(lambda text: "1h" + text if text.endswith(("m", "s")) else text)
ARGV = st.one_of(
    st.lists(TEXTS, max_size=3).filter(lambda words: words != [""]),
    st.sampled_from(["sleep 600", "sh -c 'echo a b'", "a\\ b"]),
)
MAPS = st.dictionaries(NAMES, st.one_of(TEXTS, st.integers(), st.booleans()), max_size=3)
PAIRS = st.one_of(MAPS, MAPS.map(lambda pairs: [f"{name}={_plain(value)}" for name, value in pairs.items()]))


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def unique(texts: st.SearchStrategy[str], *, least: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(texts, min_size=least, max_size=3, unique=True)


HOOKS = st.lists(
    st.fixed_dictionaries(
        {"command": st.one_of(st.lists(TEXTS, min_size=1, max_size=3), st.just("sh -c 'echo a b'"))},
        optional={"user": NAMES, "working_dir": PATHS, "environment": PAIRS, "privileged": st.booleans()},
    ),
    max_size=3,
)


@st.composite
def published(draw: st.DrawFn) -> list[Any]:
    """Draw ports in the short and the long form, each host port once and in no range of another one."""
    found: list[Any] = []
    for target in draw(st.lists(PORTS, max_size=3, unique_by=lambda port: port // 4)):
        address = draw(st.sampled_from(["", "127.0.0.1", "[::1]", "0.0.0.0"]))
        host = draw(st.sampled_from(["", str(target), f"{target}-{target | 3}"]))
        if draw(st.booleans()):
            long = {"target": target, "protocol": draw(st.sampled_from(["tcp", "udp"]))}
            found.append({**long, **({"published": host} if host else {})})
        else:
            before = f"{address}:{host}:" if address else f"{host}:" if host else ""
            found.append(f"{before}{target}{draw(PROTOCOLS)}")
    return found


@st.composite
def mounted(draw: st.DrawFn) -> list[Any]:
    """Draw mounts of every type, in the short and the long form."""
    found: list[Any] = []
    for number in range(draw(st.integers(0, 3))):
        target = f"/at{number}" + draw(st.sampled_from(["", "/", "/./x", "//x y", "/x/../y"]))
        source = draw(st.sampled_from(["data", "/srv", "./site", ""]))
        if draw(st.booleans()):
            mode = draw(st.sampled_from(["", ":ro", ":rw", ":ro,nocopy" if source == "data" else ":rprivate,ro"]))
            found.append(f"{source}:{target}{mode}" if source else target)
        else:
            found.append({"type": draw(st.just(_sort(source))), "target": target, **_of(draw, source)})
    return found


def _sort(source: str) -> str:
    return "bind" if "/" in source else "volume" if source else "tmpfs"


def _of(draw: st.DrawFn, source: str) -> dict[str, Any]:
    options: dict[str, dict[str, st.SearchStrategy[Any]]] = {
        "bind": {"create_host_path": st.booleans(), "propagation": st.sampled_from(["rprivate", "shared"])},
        "volume": {"nocopy": st.booleans()},
        "tmpfs": {"size": SIZES, "mode": st.sampled_from(["0755", "1777", "700"])},
    }
    sort = _sort(source)
    own = draw(st.fixed_dictionaries({}, optional=options[sort]))
    rest = {"read_only": draw(st.booleans())}
    return {**rest, **({"source": source} if source else {}), sort: own}


def attached() -> st.SearchStrategy[Any]:
    """Draw networks as a list, or with what is asked of each."""
    endpoint = st.fixed_dictionaries(
        {},
        optional={
            "aliases": unique(NAMES),
            "ipv4_address": st.sampled_from(["10.5.0.9", "10.5.1.9"]),
            "ipv6_address": st.sampled_from(["fd00:5::9", "FD00:5:0::A"]),
            "gw_priority": st.integers(-9, 9),
            "driver_opts": PAIRS,
        },
    )
    names = st.sampled_from(["front", "back", "default"])
    return st.one_of(unique(names, least=1), st.dictionaries(names, st.one_of(st.none(), endpoint), min_size=1))


def _with_memory(limits: dict[str, Any]) -> dict[str, Any]:
    """Add what a bound on swap goes with."""
    return limits if limits.get("memory_swap", -1) == -1 else {"memory": "900g", **limits}


LIMITS = st.fixed_dictionaries(
    {},
    optional={
        "cpus": st.sampled_from([0.5, "0.25", 2, "1.125"]),
        "cpu_shares": st.integers(2, 2048),
        "cpuset": st.sampled_from(["0", "0-1", "1,0", 0]),
        "memory": st.builds("{}{}".format, st.integers(64, 900), st.sampled_from(["m", "M", "mb", "g"])),
        "memory_reservation": st.builds("{}m".format, st.integers(6, 64)),
        "memory_swap": st.one_of(st.builds("{}g".format, st.integers(900, 999)), st.just(-1)),
        "memory_swappiness": st.integers(0, 100),
        "oom_kill_disable": st.booleans(),
        "oom_score_adj": st.integers(-1000, 1000),
        "pids": st.integers(-1, 500),
        "io": st.fixed_dictionaries(
            {},
            optional={
                "weight": st.integers(10, 1000),
                "read_bps": st.dictionaries(st.sampled_from(["/dev/sda", "/dev//sdb"]), SIZES),
                "write_iops": st.dictionaries(st.just("/dev/sda"), st.integers(1, 900)),
            },
        ),
    },
).map(_with_memory)
HEALTH = st.fixed_dictionaries(
    {},
    optional={
        "test": st.one_of(TEXTS.filter(bool), st.sampled_from([["CMD", "true"], ["NONE"], ["CMD-SHELL", "a b"]])),
        "interval": DURATIONS,
        "timeout": DURATIONS,
        "start_period": DURATIONS,
        "retries": st.integers(1, 9),
    },
)
OPTIONS: dict[str, st.SearchStrategy[Any]] = {
    "command": ARGV,
    "entrypoint": ARGV,
    "environment": PAIRS,
    "labels": PAIRS,
    "annotations": MAPS,
    "user": st.sampled_from(["root", "1000:1000", 33]),
    "group_add": unique(st.sampled_from(["33", "nogroup", "audio"])),
    "working_dir": PATHS,
    "hostname": NAMES,
    "domainname": NAMES,
    "init": st.booleans(),
    "tty": st.booleans(),
    "stdin_open": st.booleans(),
    "runtime": st.sampled_from(["runc", "crun"]),
    "privileged": st.booleans(),
    "cap_add": unique(st.sampled_from(["NET_ADMIN", "CAP_NET_ADMIN", "sys_time"])),
    "cap_drop": unique(st.sampled_from(["ALL", "chown"])),
    "security_opt": unique(st.sampled_from(["no-new-privileges", "label:user:a", "seccomp=unconfined"])),
    "ulimits": st.dictionaries(
        st.sampled_from(["nofile", "nproc", "core"]),
        st.one_of(st.integers(-1, 900), st.just({"soft": 10, "hard": 20})),
    ),
    "sysctls": st.dictionaries(st.just("net.ipv4.ip_forward"), st.integers(0, 1)),
    "ports": published(),
    "expose": unique(st.builds(lambda port, protocol: f"{port}{protocol}", PORTS, PROTOCOLS)),
    "networks": attached(),
    "extra_hosts": st.dictionaries(NAMES, st.sampled_from(["10.0.0.1", "::1", "host-gateway"])),
    "dns": unique(st.sampled_from(["10.0.0.53", "10.0.0.54"])),
    "dns_opt": unique(st.sampled_from(["rotate", "ndots:2"])),
    "volumes": mounted(),
    "tmpfs": st.sampled_from(["/run", ["/run/:size=8m,mode=1777", "/fast"], []]),
    "read_only": st.booleans(),
    "shm_size": SIZES,
    "limits": LIMITS,
    "devices": st.sampled_from([["/dev/zero"], ["/dev/zero:/dev/nil:wr"], []]),
    "gpus": st.sampled_from(["all", 2, [{"driver": "nvidia", "device_ids": ["0"]}]]),
    "stop_signal": st.sampled_from(["SIGINT", "INT", "9"]),
    "stop_grace_period": DURATIONS,
    "restart": st.sampled_from(["no", "always", "unless-stopped", "on-failure", "on-failure:0", "on-failure:03"]),
    "logging": st.fixed_dictionaries({}, optional={"driver": st.sampled_from(["local", "none"]), "options": MAPS}),
    "healthcheck": HEALTH,
    "post_start": HOOKS,
    "pre_stop": HOOKS,
    "ipc": st.sampled_from(["private", "host"]),
    "pid": st.sampled_from(["private", "host"]),
}


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    """Draw an entry with some of all the options."""
    chosen = draw(st.lists(st.sampled_from(sorted(OPTIONS)), unique=True, max_size=8))
    return {"image": "busybox:stable", **{key: draw(OPTIONS[key]) for key in chosen}}
