"""What doctor says: for each code of a finding a sentence and, where something can be done, a remedy.

Facts stand in braces. Sentences of what is well need no remedy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from runner.core.struct import Struct


class Sentence(Struct):
    """What a finding says, and what can be done about it."""

    text: str
    remedy: str = ""


SENTENCES: Final[Mapping[str, Sentence]] = {
    "engine.answers": Sentence(
        "{name} {version} (API {api}, {platform}) at {host}, found by {found_by}; answers in {milliseconds} ms"
    ),
    "engine.unencrypted": Sentence(
        "{host} is not encrypted: whoever reaches that port is root on the engine's host",
        "use ssh://USER@HOST, or TLS: DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH",
    ),
    "engine.virtual": Sentence("{name}: the engine runs in a virtual machine, with the folders that you share with it"),
    "engine.rootless": Sentence("rootless: nothing can do more than the engine's user, nor use ports below 1024"),
    "engine.remapped": Sentence("users are remapped: root inside is another user on the host"),
    "engine.unreachable": Sentence("no engine can be used: {error}", "{help}"),
    "limits.enforced": Sentence("cgroup v{cgroup}; limits of memory, CPU and processes are enforced"),
    "limits.missing": Sentence(
        "cgroup v{cgroup}; the kernel or the engine does not enforce: {limits}",
        "boot the host with cgroup v2; for a rootless engine, delegate the controllers to its user",
    ),
    "storage.driver": Sentence("images and layers are stored by {driver}"),
    "storage.slow": Sentence(
        "the storage driver {driver} is slow, takes much room, or is not in newer engines",
        "use overlay2 on ext4 or xfs, or the engine's default",
    ),
    "disk.room": Sentence("{free} of {size} free in {folder}"),
    "disk.little": Sentence("only {free} of {size} free in {folder}", "docker system df shows what takes the room"),
    "disk.full": Sentence(
        "the disk is full: {free} of {size} free in {folder}",
        "remove images that nothing uses: docker image prune -a; docker system df shows what takes the room",
    ),
    "disk.few_inodes": Sentence("only {inodes} more files fit into {folder}", "remove images: docker image prune -a"),
    "disk.elsewhere": Sentence("the engine's data is not on this machine", "on its host: df -h {folder}"),
    "disk.unreadable": Sentence("{folder} can't be accessed from here", "on the engine's host: df -h {folder}"),
    "clock.right": Sentence("the engine's clock agrees with this machine's"),
    "clock.ahead": Sentence("the engine's clock is {seconds} ahead of this machine's", "synchronize both by NTP"),
    "clock.behind": Sentence("the engine's clock is {seconds} behind this machine's", "synchronize both by NTP"),
    "builder.buildkit": Sentence("images are built by BuildKit"),
    "builder.classic": Sentence("images are built by the classic builder: no cache mounts, no build secrets"),
    "network.not_forwarded": Sentence(
        "the host does not forward packets: nothing outside is reached, and published ports don't work",
        "on the engine's host: sysctl -w net.ipv4.ip_forward=1",
    ),
    "network.not_tried": Sentence("what is reached from inside was not tried", "runner doctor --deep tries it"),
    "network.no_image": Sentence("there is no image to try the network with: {images}", "docker pull busybox"),
    "network.reaches": Sentence("from inside of {image} one reaches {outside}"),
    "network.no_name": Sentence(
        "from inside of {image} the name {outside} can't be resolved",
        "without internet that is right; else see the host's resolv.conf, the engine's dns setting, and the firewall",
    ),
    "network.no_connection": Sentence(
        "from inside of {image} nothing connects to {outside}:{port}",
        "behind a proxy that is right; else see the firewall of the engine's host",
    ),
    "network.slow": Sentence(
        "from inside of {image} there was no answer about {outside} within {seconds}",
        "see the host's resolv.conf, the engine's dns setting, and the firewall",
    ),
    "network.no_script": Sentence("{image} can't try the network: exit {exit_code}", "docker pull busybox"),
    "swarm.manager": Sentence("manager of a swarm; nodes: {nodes}, managers: {managers}"),
    "swarm.worker": Sentence(
        "a worker of a swarm, which knows nothing of its services; managers: {managers}", "choose one by --host"
    ),
    "swarm.outside": Sentence(
        "the workflow is for a swarm, and the engine is in none", "docker swarm init, or docker swarm join"
    ),
    "swarm.locked": Sentence("the swarm is locked: nothing can be seen or changed", "docker swarm unlock"),
    "swarm.joining": Sentence("in a swarm, but not at work there ({state}): {error}", "docker info tells more"),
    "swarm.no_leader": Sentence(
        "the swarm has no leader: {error}", "start the managers that are down, or restore their network"
    ),
    "swarm.autolock": Sentence("managers are locked when they restart: keep the key of docker swarm unlock-key"),
    "quorum.safe": Sentence("managers that are reachable: {reachable} of {managers}; so many may be lost: {spare}"),
    "quorum.alone": Sentence(
        "a single manager: without it nothing can be changed, and what the swarm knows is on its disk alone",
        "make two more nodes managers: docker node promote NODE",
    ),
    "quorum.thin": Sentence(
        "managers that are reachable: {reachable} of {managers}; with one less the swarm has no leader",
        "start those that are down, or add managers: docker node promote NODE",
    ),
    "quorum.even": Sentence(
        "an even number of managers ({managers}) survives no more than one less of them",
        "add one: docker node promote NODE; or docker node demote NODE",
    ),
    "nodes.ready": Sentence("every node is ready and takes tasks: {nodes}"),
    "nodes.down": Sentence(
        "nodes that are down: {number} of {nodes}", "start their engines; docker node rm NODE forgets one for good"
    ),
    "nodes.closed": Sentence(
        "nodes that take no new tasks: {number} of {nodes}", "docker node update --availability active NODE"
    ),
    "versions.same": Sentence("every node runs engine {version}"),
    "versions.differ": Sentence("the engines of the nodes differ", "update them to one version, the managers first"),
    "ipvs.loaded": Sentence("the kernel has IPVS, for virtual IPs and ingress ports"),
    "ipvs.missing": Sentence(
        "the kernel has not loaded IPVS: virtual IPs and ingress ports may not work, and nothing says so",
        "on each node: modprobe ip_vs; else use endpoint_mode: dnsrr, and publish ports with mode: host",
    ),
    "ipvs.elsewhere": Sentence("the nodes are elsewhere: whether they have IPVS is not known"),
    "registries.reached": Sentence("every image is found in its registry: {images}"),
    "registries.unreached": Sentence(
        "images that are not found in their registry: {number} of {images}",
        "push them, log in with docker login, and let every node reach the registry",
    ),
    "ca.valid": Sentence("the swarm's root certificate is valid for {days} days"),
    "ca.ending": Sentence("the swarm's root certificate ends in {days} days", "docker swarm ca --rotate"),
    "ca.rotating": Sentence("the swarm's root certificate is being replaced", "docker node ls shows progress"),
    "pruning.removes_records": Sentence(
        "docker volume prune removes runner's records on this engine",
        "docker volume prune --filter label!=runner.workflow, or update to Engine 23",
    ),
    "keys.supported": Sentence("every key of the workflow language is supported"),
    "keys.unsupported": Sentence("keys that this engine does not support: {number}; plan refuses a workflow with one"),
    "paths.found": Sentence("every source of a bind mount is there: {number}"),
    "paths.missing": Sentence("sources of bind mounts that are missing: {number}", "create them, or fix the paths"),
    "paths.elsewhere": Sentence("the engine is elsewhere: whether it has the sources of bind mounts is not known"),
    "workflow.valid": Sentence("valid: {file}; workflow {workflow}, resources: {resources}"),
    "workflow.invalid": Sentence("{file} is invalid; errors: {errors}", "runner validate {file}"),
    "workflow.unusable": Sentence("{file} can't be used: {error}", "runner validate {file}"),
    "workflow.missing": Sentence("there is no {file}", "give the path of a workflow file"),
    "workflow.none": Sentence("there is no {file} and no Compose file in this folder", "runner init creates one"),
    "secrets.private": Sentence("files with secrets are readable by nobody else: {number}"),
    "secrets.readable": Sentence("files with secrets that other users can read: {number}", "chmod go-rwx FILE"),
    "logins.none": Sentence("no credentials of registries are stored"),
    "logins.helpers": Sentence("credentials of registries are kept by {programs}"),
    "logins.plain": Sentence(
        "{file} has credentials that are not encrypted; registries: {number}",
        "set up a credential helper (credsStore), then run docker login again",
    ),
    "logins.readable": Sentence("{file} has credentials that other users may read", "chmod go-rwx {file}"),
    "logins.no_helper": Sentence(
        "{file} names a credential helper that is not installed: {programs}",
        "install it, or remove it from credsStore and credHelpers",
    ),
    "logins.unreadable": Sentence("{error}", "fix it, or move it away and run docker login again"),
    "variables.host_and_context": Sentence(
        'DOCKER_HOST ({host}) overrides the docker context "{context}"',
        "unset DOCKER_HOST, or choose the engine by --context or --host",
    ),
    "records.writable": Sentence("runs are recorded in {folder}"),
    "records.unwritable": Sentence(
        "runs can't be recorded in {folder}: {obstacle} is not writable; history and rollback will lack them",
        "make it writable, or set XDG_STATE_HOME",
    ),
    "records.no_room": Sentence("runs can't be recorded in {folder}: the disk is full", "make room there"),
    "records.no_folder": Sentence("runs can't be recorded: {error}", "set HOME or XDG_STATE_HOME"),
    "python.compiles": Sentence("every command compiles runner's modules anew", "{python} -m compileall -q {folder}"),
}
FAILED: Final = Sentence("can't be examined: {error}")
"""What is said of a check that failed itself."""
