"""What becomes of each key of a Compose file, by path: `*` stands for a name that the file chooses.

The findings of the mapping and the page for users are derived from it. It is apart from the rows of the table, since
reading knows nothing of runner's language; a test holds that both have the same keys.
"""

from __future__ import annotations

from collections.abc import Mapping

from runner.compose.mapping.fate import Fate, Mapped, Resolved, Unsupported
from runner.compose.mapping.fates_of_build import BUILD
from runner.compose.mapping.fates_of_deploy import DEPLOY
from runner.compose.mapping.fates_of_service import SERVICE
from runner.compose.mapping.fates_on_swarm import ON_SWARM

_NO_SWARM = "only Swarm has external secrets and configs"
_USE_FILE = "use file or environment"
_LABELLED = "nothing on a plain engine bears it"

_TOP: Mapping[str, Fate] = {
    "version": Resolved("Compose files have no versions any more, which is the warning `compose-ignored`"),
    "name": Mapped("name"),
    "include": Resolved("the included files are merged in"),
    "networks.*.name": Mapped("networks.KEY.name"),
    "networks.*.driver": Mapped("networks.KEY.driver"),
    "networks.*.driver_opts": Mapped("networks.KEY.driver_opts"),
    "networks.*.ipam.driver": Mapped("networks.KEY.ipam.driver"),
    "networks.*.ipam.config.subnet": Mapped("networks.KEY.ipam.config"),
    "networks.*.ipam.config.gateway": Mapped("networks.KEY.ipam.config"),
    "networks.*.ipam.config.ip_range": Mapped("networks.KEY.ipam.config"),
    "networks.*.ipam.config.aux_addresses": Mapped("networks.KEY.ipam.config"),
    "networks.*.ipam.options": Resolved("Compose doesn't pass them on either"),
    "networks.*.external": Mapped("networks.KEY.external"),
    "networks.*.internal": Mapped("networks.KEY.internal"),
    "networks.*.attachable": Mapped("networks.KEY.attachable"),
    "networks.*.labels": Mapped("networks.KEY.labels"),
    "networks.*.enable_ipv4": Mapped("networks.KEY.enable_ipv4"),
    "networks.*.enable_ipv6": Mapped("networks.KEY.enable_ipv6"),
    "volumes.*.name": Mapped("volumes.KEY.name"),
    "volumes.*.driver": Mapped("volumes.KEY.driver"),
    "volumes.*.driver_opts": Mapped("volumes.KEY.driver_opts"),
    "volumes.*.external": Mapped("volumes.KEY.external"),
    "volumes.*.labels": Mapped("volumes.KEY.labels"),
    "secrets.*.name": Resolved(_LABELLED),
    "secrets.*.file": Mapped("secrets.KEY.file"),
    "secrets.*.environment": Mapped("secrets.KEY.variable", "from `.env`, too"),
    "secrets.*.external": Unsupported(_NO_SWARM, _USE_FILE, harmless=(False,)),
    "secrets.*.labels": Resolved(_LABELLED),
    "secrets.*.driver": Unsupported("a plain engine has no drivers of secrets", _USE_FILE),
    "secrets.*.driver_opts": Unsupported("a plain engine has no drivers of secrets", _USE_FILE),
    "secrets.*.template_driver": Unsupported("a plain engine has no templates of secrets", _USE_FILE),
    "configs.*.name": Resolved(_LABELLED),
    "configs.*.file": Mapped("configs.KEY.file"),
    "configs.*.environment": Mapped("configs.KEY.content"),
    "configs.*.content": Mapped("configs.KEY.content"),
    "configs.*.external": Unsupported(_NO_SWARM, _USE_FILE, harmless=(False,)),
    "configs.*.labels": Resolved(_LABELLED),
    "configs.*.template_driver": Unsupported("a plain engine has no templates of configs", "use file or content"),
    "models": Resolved("what counts is which services use them"),
}

FATES: Mapping[str, Fate] = {
    **_TOP,
    **{f"services.*.{path}": fate for path, fate in SERVICE.items()},
    **{f"services.*.build.{path}": fate for path, fate in BUILD.items()},
    **{f"services.*.deploy.{path}": fate for path, fate in DEPLOY.items()},
}


def swarm_fates() -> Mapping[str, Fate]:
    """Return what becomes of each key on a swarm; where its parts fare apart, the fate of the whole doesn't count."""
    apart = {path[:end] for path in ON_SWARM for end, sign in enumerate(path) if sign == "."}
    return {**{path: fate for path, fate in FATES.items() if path not in apart}, **ON_SWARM}
