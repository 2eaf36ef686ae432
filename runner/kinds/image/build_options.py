"""The keys of a build."""

from __future__ import annotations

from runner.core.engine import Feature
from runner.resource.build_codecs import AGENTS, CACHES, CONTEXTS
from runner.resource.collections import ENVIRONMENT, MAP
from runner.resource.field import Setting
from runner.resource.file_grants import grants
from runner.resource.hosts import HOSTS
from runner.resource.platform import PLATFORM
from runner.resource.scalars import BOOLEAN, SIZE, TEXT, choice

"""The engine fact for BuildKit support."""

_COST = "a build; containers using it are replaced"
_BUILDKIT_0_10 = "1.42"
"""The API of Engine 23: the first BuildKit with named contexts (buildkit#2521); earlier ones ignore some options."""

BUILD_SETTINGS = (
    Setting(
        name="build.context",
        codec=TEXT,
        doc="The build context folder, relative to this file; its .dockerignore applies.",
        examples=(".", "./app"),
        cost=_COST,
    ),
    Setting(
        name="build.dockerfile",
        codec=TEXT,
        doc="The Dockerfile, relative to the context; default: Dockerfile.",
        examples=("docker/Dockerfile",),
        cost=_COST,
    ),
    Setting(
        name="build.dockerfile_inline",
        codec=TEXT,
        doc="Inline Dockerfile content.",
        examples=("FROM busybox:stable\nRUN echo built > /built\n",),
        cost=_COST,
    ),
    Setting(
        name="build.target",
        codec=TEXT,
        doc="The stage to build; default: the last.",
        examples=("final",),
        cost=_COST,
    ),
    Setting(
        name="build.args",
        codec=ENVIRONMENT,
        doc="Build arguments; without a value, the caller's is used; for SOURCE_DATE_EPOCH else the commit time.",
        examples=({"VERSION": "1.0"},),
        cost=_COST,
    ),
    Setting(
        name="build.labels",
        codec=MAP,
        doc="Labels of the built image.",
        examples=({"team": "a"},),
        cost=_COST,
    ),
    Setting(
        name="build.platform",
        codec=PLATFORM,
        doc="The platform to build for; default: the engine's.",
        examples=("linux/amd64",),
        cost=_COST,
        needs_feature=Feature.BUILDKIT,
    ),
    Setting(
        name="build.network",
        codec=choice("default", "host", "none"),
        doc="The network of RUN instructions; BuildKit supports no others.",
        examples=("none",),
        cost=_COST,
        needs_feature=Feature.BUILDKIT,
    ),
    Setting(
        name="build.extra_hosts",
        codec=HOSTS,
        doc="Extra host names with fixed addresses for RUN instructions.",
        examples=(["db:10.0.0.2"],),
        cost=_COST,
        needs_feature=Feature.BUILDKIT,
    ),
    Setting(
        name="build.shm_size",
        codec=SIZE,
        doc="The size of /dev/shm for RUN instructions.",
        examples=("128m",),
        cost=_COST,
        needs_feature=Feature.BUILDKIT,
        needs_api=_BUILDKIT_0_10,
    ),
    Setting(
        name="build.additional_contexts",
        codec=CONTEXTS,
        doc="Named contexts for FROM and --from: a folder, image:KEY, or docker-image://NAME.",
        examples=({"assets": "./assets", "base": "image:base"},),
        cost=_COST,
        needs_feature=Feature.BUILDKIT,
        needs_api=_BUILDKIT_0_10,
    ),
    Setting(
        name="build.secrets",
        codec=grants("/", "source and target"),
        doc="Secrets for RUN --mount=type=secret, by key; target is the id if it differs.",
        examples=(["npm"],),
        cost=_COST,
        needs_feature=Feature.BUILDKIT,
    ),
    Setting(
        name="build.ssh",
        codec=AGENTS,
        doc="SSH agents for RUN --mount=type=ssh: default is the caller's, ID=SOCKET another one.",
        examples=(["default"],),
        needs_feature=Feature.BUILDKIT,
    ),
    Setting(
        name="build.cache_from",
        codec=CACHES,
        doc="Images and other external cache sources.",
        examples=(["registry.example/app:cache"],),
        needs_feature=Feature.BUILDKIT,
    ),
    Setting(
        name="build.cache_to",
        codec=CACHES,
        doc="Cache destinations: type=inline stores it in the image; others depend on the engine's image store.",
        examples=(["type=inline"],),
        needs_feature=Feature.BUILDKIT,
    ),
    Setting(
        name="build.no_cache",
        codec=BOOLEAN,
        doc="Build without cache.",
        examples=(True,),
    ),
    Setting(
        name="build.pull",
        codec=BOOLEAN,
        doc="Always pull base images when building.",
        examples=(True,),
    ),
)
