"""What engines say when they refuse, as 20.10.24 and 28.5.2 said it, comes out in the user's words."""

from __future__ import annotations

import pytest

from runner.core.errors import Conflict, Rejected
from runner.daemon.http.errors import from_answer
from runner.daemon.http.translate import translate

DRIVER = "driver failed programming external connectivity on endpoint web (56b2): "
SHIM = "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "
SHIM_28 = f"failed to create task for container: {SHIM}"

TOLD = [
    (
        f"{DRIVER}Bind for 127.0.0.1:80 failed: port is already allocated",
        "host port 127.0.0.1:80 is already in use",
        "80",
    ),
    (
        f"{DRIVER}Error starting userland proxy: listen tcp4 0.0.0.0:8080: bind: address already in use",
        "host port 0.0.0.0:8080 is already in use",
        "8080",
    ),
    (
        f"failed to set up container networking: {DRIVER}failed to bind host port for 0.0.0.0:81:172.17.0.3:80/tcp:"
        " address already in use",
        "host port 0.0.0.0:81 is already in use",
        "81",
    ),
    (f"{DRIVER}all ports are allocated", "all ports in its host port range are in use", ""),
    (
        f"failed to set up container networking: {DRIVER}all ports are allocated",
        "all ports in its host port range are in use",
        "",
    ),
    (
        f"{DRIVER}failed to bind host port for [::]:81:[fd00::3]:80/tcp: address already in use",
        "host port [::]:81 is already in use",
        "81",
    ),
    (
        "rootlessport listen tcp 0.0.0.0:8080: bind: address already in use",
        "host port 0.0.0.0:8080 is already in use",
        "8080",
    ),
    (
        f"{DRIVER}Error starting userland proxy: listen tcp4 10.9.9.9:81: bind: cannot assign requested address",
        "host port 10.9.9.9:81 is on an address that the engine's host does not have",
        "81",
    ),
    (
        f"{DRIVER}failed to bind host port for 10.9.9.9:81:172.17.0.3:80/tcp: cannot assign requested address",
        "host port 10.9.9.9:81 is on an address that the engine's host does not have",
        "81",
    ),
    (f'{SHIM}exec: "x": executable file not found in $PATH: unknown', 'program "x" not found in the image', "x"),
    (
        f'{SHIM_28}exec: "/no/x": stat /no/x: no such file or directory',
        'program "/no/x" not found in the image',
        "/no/x",
    ),
    (
        "crun: executable file `x` not found in $PATH: No such file or directory",
        'program "x" not found in the image',
        "x",
    ),
    (f'{SHIM_28}exec: "/etc/a": permission denied', '"/etc/a" is not executable', "/etc/a"),
    ("unable to find user joe: no matching entries in passwd file", 'user "joe" not found in the image', "joe"),
    ("unable to find group g: no matching entries in group file", 'group "g" not found in the image', "g"),
    (
        'invalid mount config for type "bind": bind source path does not exist: /srv/a b',
        'cannot mount "/srv/a b": not found on the engine\'s host',
        "/srv/a b",
    ),
    (
        "error while creating mount source path '/proc/x': mkdir /proc/x: no such file or directory",
        'cannot create "/proc/x" on the engine\'s host to mount it: mkdir /proc/x: no such file or directory',
        "/proc/x",
    ),
    (
        f'{SHIM}error during container init: error mounting "/etc/passwd" to rootfs at "/etc": mount /etc/passwd:/etc'
        " (via /proc/self/fd/6), flags: 0x5000: not a directory: unknown: Are you trying to mount a directory onto",
        'cannot mount "/etc/passwd" at "/etc": one is a file, the other a folder',
        "/etc",
    ),
    ('invalid CapAdd: unknown capability: "CAP_X"', 'unknown capability "CAP_X"', "CAP_X"),
    (
        'error gathering device information while adding custom device "/dev/x": no such file or directory',
        'device "/dev/x" not found on the engine\'s host',
        "/dev/x",
    ),
    (
        'error gathering device information while adding custom device "/etc/a": not a device node',
        '"/etc/a" is not a device on the engine\'s host',
        "/etc/a",
    ),
    (
        'could not select device driver "" with capabilities: [[gpu]]',
        'the engine has no device driver with "gpu"',
        "",
    ),
    (
        f"{SHIM}error during container init: open /proc/sys/net/ipv4/x: no such file or directory: unknown",
        'the engine\'s kernel has no parameter "net.ipv4.x"',
        "net.ipv4.x",
    ),
    (
        f"{SHIM_28}error during container init: write /proc/sys/net/ipv4/ip_forward: invalid argument",
        'the engine\'s kernel rejected the value of "net.ipv4.ip_forward"',
        "net.ipv4.ip_forward",
    ),
    (
        f"{SHIM}error during container init: error setting rlimits for ready process: error setting rlimit type 7:"
        " invalid argument: unknown",
        'the engine cannot set the limit "nofile": invalid argument',
        "nofile",
    ),
    ("unknown or invalid runtime name: x", 'the engine has no runtime "x"', "x"),
    ("Unknown runtime specified x", 'the engine has no runtime "x"', "x"),
    ('error looking up logging plugin x: plugin "x" not found', 'the engine has no logging driver "x"', "x"),
    ("unknown log opt 'x' for json-file log driver", 'logging driver "json-file" has no option "x"', "x"),
    ('invalid tmpfs option ["x" "1"]', 'unknown tmpfs option "x"', "x"),
    ("Address already in use", "one of its addresses is already in use by another container", ""),
]


@pytest.mark.parametrize(("said", "meant", "value"), TOLD)
def test_an_engines_words_come_out_in_the_users_with_the_place_and_these_words(said: str, meant: str, value: str):
    error = translate(said)
    assert error is not None
    assert error.message == meant
    assert error.about is not None
    assert error.about.value == value
    assert error.about.keys
    assert error.detail == said
    assert error.help


def test_managers_without_a_quorum_are_told_of_with_a_way_out() -> None:
    error = translate(
        "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few..."
    )
    assert error is not None
    assert (error.message, error.code, error.about) == ("the swarm has no leader", "no-quorum", None)
    assert "more than half of its managers" in str(error.help)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (
            "rpc error: code = InvalidArgument desc = secret not found: shop_key-e970",
            "the secret shop_key-e970, which it is to use, was removed meanwhile",
        ),
        ("network 1bcaypjv3llwuo2az5f4x7asx not found", "a network that it is to join was removed meanwhile"),
    ],
)
def test_what_somebody_removed_of_a_swarm_is_told_with_a_way_out(said: str, meant: str) -> None:
    error = translate(said)
    assert error is not None
    assert error.message == meant
    assert (error.code, error.help) == ("removed-meanwhile", "apply again: it is created anew")


def test_a_full_disk_is_about_no_key():
    error = translate("failed to register layer: write /usr/lib/x: no space left on device")
    assert error is not None
    assert (error.message, error.about) == ("no space left on the engine's disk", None)


def test_a_taken_port_is_a_conflict_whatever_the_status():
    assert isinstance(from_answer(500, TOLD[0][0]), Conflict)
    assert isinstance(from_answer(400, TOLD[8][0]), Rejected)


def test_unknown_words_are_told_as_they_are():
    error = from_answer(500, "something odd: listen to me: 7")
    assert (error.message, error.detail, error.about) == ("something odd: listen to me: 7", None, None)
