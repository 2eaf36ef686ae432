"""Error messages of engines, runtimes and kernels, and what they mean in the user's terms.

Rows were seen on Docker 20.10.24 and 28.5.2 with runc; those for Podman and crun are taken from their sources.
"""

from __future__ import annotations

from typing import Final

from runner.core.errors import Conflict, EngineError
from runner.daemon.http.message_row import Row

NO_SPACE: Final = "no space left on device"
"""The part that engines' messages about a full disk have in common."""
FULL_DISK: Final = "no space left on the engine's disk"
FREE_SOME: Final = "free up space, for example with: docker system prune"

_AT = r"(?:Bind for |listen \w+ |for |on |port )(?P<at>\S*?:\d+)(?::\S+:\d+)?(?:/\w+)?"
_MOUNTING = r'error mounting "(?P<source>[^"]*)" to rootfs at "(?P<target>[^"]*)": '
_PARAMETER = r"(?P<doing>open|write) `?/proc/sys/(?P<parameter>[\w./-]+)`?: "

ROWS: Final = (
    Row(
        rf"{_AT}(?: failed: port is already allocated|: (?:bind: )?address already in use)",
        "host port {at} is already in use",
        "free it, or publish another port",
        ("ports",),
        "{port}",
        Conflict,
        code="port-taken",
    ),
    Row(
        r'The container name "/?(?P<name>[^"]+)" is already in use by container',
        'the name "{name}" is already in use by another container',
        "remove or rename that one, or take it over with --adopt",
        ("name",),
        "{name}",
        Conflict,
        code="already-taken",
    ),
    Row(
        "all ports are allocated",
        "all ports in its host port range are in use",
        "free one, or use a wider range",
        ("ports",),
        error=Conflict,
        code="port-taken",
    ),
    Row(
        rf"{_AT}: (?:bind: )?cannot assign requested address",
        "host port {at} is on an address that the engine's host does not have",
        "publish it on one of its addresses, or omit the address",
        ("ports",),
        "{port}",
        code="port-unusable",
    ),
    Row(
        rf"{_AT}: (?:bind: )?permission denied",
        "the engine has no permission to use host port {at}",
        "rootless engines cannot use ports below 1024: publish a higher one",
        ("ports",),
        "{port}",
        code="port-unusable",
    ),
    Row(
        r'exec: "(?P<program>[^"]*)": (?:executable file not found|stat \S+: no such file|no such file)'
        r"|executable file `(?P<other>[^`]*)` not found",
        'program "{program}" not found in the image',
        "fix command or entrypoint, or use an image that contains it",
        ("command", "entrypoint", "image"),
        "{program}",
        code="program-missing",
    ),
    Row(
        r'exec: "(?P<program>[^"]*)": (?:permission denied|is a directory)',
        '"{program}" is not executable',
        "make the file executable in the image, or run it with an interpreter",
        ("command", "entrypoint", "image"),
        "{program}",
        code="program-unusable",
    ),
    Row(
        r'exec: "(?P<program>[^"]*)": exec format error',
        '"{program}" is built for another platform, or is a script without a #! line',
        "use an image for the engine's platform, or run it with an interpreter",
        ("command", "entrypoint", "image"),
        "{program}",
        code="program-unusable",
    ),
    Row(
        r'chdir to cwd \("(?P<path>[^"]*)"\).*(?:no such file|not a directory)',
        'folder "{path}" not found in the image',
        "fix working_dir, or create it in the image",
        ("working_dir",),
        "{path}",
        code="program-unusable",
    ),
    Row(
        r"unable to find (?P<what>user|group) (?P<name>[^:\s]+): no matching",
        '{what} "{name}" not found in the image',
        "use a numeric ID, or an image that contains it",
        ("user", "group_add"),
        "{name}",
        code="user-missing",
    ),
    Row(
        r"bind source path does not exist: (?P<source>.+)|statfs (?P<other>/.+?): no such file or directory",
        'cannot mount "{source}": not found on the engine\'s host',
        "create it there, or fix the path",
        ("volumes",),
        "{source}",
        code="mount-missing",
    ),
    Row(
        r"creating mount source path '(?P<source>[^']+)': (?P<why>.+)",
        'cannot create "{source}" on the engine\'s host to mount it: {why}',
        "create it there, or fix the path",
        ("volumes",),
        "{source}",
        code="mount-failed",
    ),
    Row(
        _MOUNTING + ".*not a directory",
        'cannot mount "{source}" at "{target}": one is a file, the other a folder',
        "mount files on files and folders on folders; engines create missing sources as folders",
        ("volumes",),
        "{target}",
        code="mount-failed",
    ),
    Row(
        _MOUNTING + r"(?:.*: )?(?P<why>[^:]+?)(?:: unknown)?$",
        'cannot mount "{source}" at "{target}": {why}',
        "check that both exist and can be mounted",
        ("volumes",),
        "{target}",
        code="mount-failed",
    ),
    Row(
        r'invalid Cap(?:Add|Drop): unknown capability: "(?P<name>\w+)"',
        'unknown capability "{name}"',
        "see man 7 capabilities",
        ("cap_add", "cap_drop"),
        "{name}",
    ),
    Row(
        r"unable to (?:apply|set) (?:caps|capabilities|bounding set)\S*: operation not permitted",
        "the engine cannot grant these capabilities",
        "remove those the engine lacks, such as a rootless or containerized one",
        ("cap_add", "privileged"),
    ),
    Row(
        r'adding custom device "(?P<name>[^"]+)": not a device node',
        '"{name}" is not a device on the engine\'s host',
        "specify a device, or mount it under volumes",
        ("devices",),
        "{name}",
    ),
    Row(
        r'adding custom device "(?P<name>[^"]+)": no such file|stat (?P<other>/dev/\S+): no such file',
        'device "{name}" not found on the engine\'s host',
        "load its driver, or fix the path",
        ("devices",),
        "{name}",
    ),
    Row(
        r"could not select device driver .* with capabilities: \[\[?(?P<name>[^\]]*)\]",
        'the engine has no device driver with "{name}"',
        "install one on its host; for GPUs, the NVIDIA Container Toolkit",
        ("gpus",),
    ),
    Row(
        r'sysctl "(?P<parameter>[^"]+)" is not in a separate kernel namespace',
        '"{parameter}" is not namespaced per container',
        "set it on the engine's host",
        ("sysctls",),
        "{parameter}",
    ),
    Row(
        _PARAMETER + "[Nn]o such file",
        'the engine\'s kernel has no parameter "{parameter}"',
        "fix its name, or load the module that provides it",
        ("sysctls",),
        "{parameter}",
    ),
    Row(
        _PARAMETER + r"(?P<why>[Ii]nvalid argument|[Nn]umerical result out of range)",
        'the engine\'s kernel rejected the value of "{parameter}"',
        "use a value that it accepts",
        ("sysctls",),
        "{parameter}",
    ),
    Row(
        _PARAMETER + r"(?P<why>[Pp]ermission denied|[Oo]peration not permitted|[Rr]ead-only file system)",
        'the engine has no permission to set "{parameter}"',
        "set it on the engine's host",
        ("sysctls",),
        "{parameter}",
    ),
    Row(
        r"error setting rlimit type (?P<limit>\d+): (?P<why>[^:]+)",
        'the engine cannot set the limit "{limit}": {why}',
        "stay within the host's limits, and soft within hard",
        ("ulimits",),
        "{limit}",
    ),
    Row(
        r"nknown (?:runtime specified|or invalid runtime name:) (?P<name>\S+)",
        'the engine has no runtime "{name}"',
        "add it to daemon.json, or use another one",
        ("runtime",),
        "{name}",
    ),
    Row(
        r"error looking up logging plugin (?P<name>\S+):",
        'the engine has no logging driver "{name}"',
        "see docker info for available drivers",
        ("logging.driver",),
        "{name}",
    ),
    Row(
        r"unknown log opt '(?P<name>[^']+)' for (?P<driver>\S+)",
        'logging driver "{driver}" has no option "{name}"',
        "remove it, or use another driver",
        ("logging.options",),
        "{name}",
    ),
    Row(
        r"error looking up volume plugin (?P<name>\S+):",
        'the engine has no volume driver "{name}"',
        "install its plugin on the engine, or use another driver",
        ("driver", "volumes"),
        "{name}",
    ),
    Row(
        r'invalid tmpfs option \[?"(?P<name>[^"]+)"',
        'unknown tmpfs option "{name}"',
        "remove it",
        ("tmpfs", "volumes"),
        "{name}",
    ),
    Row(
        r"Requested CPUs are not available - requested (?P<name>\S+), available: (?P<why>\S+)",
        "CPUs {name} are not available; the host has {why}",
        "choose from these",
        ("limits.cpuset",),
        "{name}",
    ),
    Row(
        r"(?:^|: )Address already in use$",
        "one of its addresses is already in use by another container",
        "choose another address, or omit it",
        ("networks",),
        code="address-taken",
    ),
    Row(
        r"Pool overlaps with other one on this address space",
        "its subnet overlaps with another network",
        "choose another subnet; see docker network ls and inspect",
        ("ipam.config",),
        error=Conflict,
        code="subnet-taken",
    ),
    Row(
        r"could not find an available, non-overlapping"
        r"|predefined address pools have been fully subnetted",
        "the engine has no free subnet for another network",
        "remove unused networks, e.g. with docker network prune, or set a subnet under ipam",
        ("ipam.config",),
        code="subnet-taken",
    ),
    Row(NO_SPACE, FULL_DISK, FREE_SOME, (), error=EngineError, code="disk-full"),
)
