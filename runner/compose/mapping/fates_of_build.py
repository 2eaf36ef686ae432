"""What becomes of each key of a service's `build`."""

from __future__ import annotations

from collections.abc import Mapping

from runner.compose.mapping.fate import Fate, Ignored, Mapped, Unsupported

_OTHERWISE = "build it with docker buildx, and name the result as image"

BUILD: Mapping[str, Fate] = {
    "context": Mapped("images.KEY.build.context", "no address of a repository"),
    "dockerfile": Mapped("images.KEY.build.dockerfile"),
    "dockerfile_inline": Mapped("images.KEY.build.dockerfile_inline"),
    "entitlements": Unsupported("a build has no privileges", _OTHERWISE),
    "args": Mapped("images.KEY.build.args"),
    "provenance": Ignored("no attestations are made", harmless=("false", False)),
    "sbom": Ignored("no attestations are made", harmless=("false", False)),
    "ssh": Mapped("images.KEY.build.ssh"),
    "labels": Mapped("images.KEY.build.labels"),
    "cache_from": Mapped("images.KEY.build.cache_from"),
    "cache_to": Mapped("images.KEY.build.cache_to"),
    "no_cache": Mapped("images.KEY.build.no_cache"),
    "additional_contexts": Mapped("images.KEY.build.additional_contexts", "`service:X` becomes `image:X`"),
    "pull": Mapped("images.KEY.build.pull"),
    "extra_hosts": Mapped("images.KEY.build.extra_hosts"),
    "isolation": Unsupported("only Windows has it", "remove it", harmless=("default",)),
    "network": Mapped("images.KEY.build.network"),
    "target": Mapped("images.KEY.build.target"),
    "secrets.source": Mapped("images.KEY.build.secrets"),
    "secrets.target": Mapped("images.KEY.build.secrets"),
    "secrets.uid": Ignored("a build reads secrets as root"),
    "secrets.gid": Ignored("a build reads secrets as root"),
    "secrets.mode": Ignored("a build reads secrets as root"),
    "shm_size": Mapped("images.KEY.build.shm_size"),
    "tags": Mapped("images.KEY.tags"),
    "ulimits": Unsupported("a build has no limits of its own", _OTHERWISE),
    "platforms": Mapped("images.KEY.build.platform", "only one"),
    "privileged": Unsupported("a build has no privileges", _OTHERWISE, harmless=(False,)),
}
