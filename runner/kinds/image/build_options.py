"""The keys of a build."""

from __future__ import annotations

from runner.resource.build_codecs import AGENTS, CACHES, CONTEXTS
from runner.resource.collections import ENVIRONMENT, MAP
from runner.resource.field import Setting
from runner.resource.file_grants import grants
from runner.resource.hosts import HOSTS
from runner.resource.platform import PLATFORM
from runner.resource.scalars import BOOLEAN, SIZE, TEXT, choice

BUILDKIT = "buildkit"
"""The engine fact for BuildKit support."""

_COST = "a build; what uses it is replaced"
_BUILDKIT_0_10 = "1.42"
"""The API of Engine 23, whose BuildKit is the first with named contexts; earlier ones ignore some options."""

BUILD_SETTINGS = (
    Setting(
        name="build.context",
        codec=TEXT,
        doc="The folder that travels to the engine, relative to this file; its .dockerignore applies.",
        examples=(".", "./app"),
        cost=_COST,
    ),
    Setting(
        name="build.dockerfile",
        codec=TEXT,
        doc="The Dockerfile, relative to the context; Dockerfile when not given.",
        examples=("docker/Dockerfile",),
        cost=_COST,
    ),
    Setting(
        name="build.dockerfile_inline",
        codec=TEXT,
        doc="The Dockerfile's text itself.",
        examples=("FROM busybox:stable\nRUN echo built > /built\n",),
        cost=_COST,
    ),
    Setting(
        name="build.target",
        codec=TEXT,
        doc="The stage to build; the last when not given.",
        examples=("final",),
        cost=_COST,
    ),
    Setting(
        name="build.args",
        codec=ENVIRONMENT,
        doc="Build arguments; one without a value takes the caller's variable, SOURCE_DATE_EPOCH else the commit's.",
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
        doc="The platform to build for; the engine's own when not given.",
        examples=("linux/amd64",),
        cost=_COST,
        needs_fact=BUILDKIT,
    ),
    Setting(
        name="build.network",
        codec=choice("default", "host", "none"),
        doc="The network of its instructions; BuildKit knows no others.",
        examples=("none",),
        cost=_COST,
        needs_fact=BUILDKIT,
    ),
    Setting(
        name="build.extra_hosts",
        codec=HOSTS,
        doc="Names that its instructions resolve to fixed addresses.",
        examples=(["db:10.0.0.2"],),
        cost=_COST,
        needs_fact=BUILDKIT,
    ),
    Setting(
        name="build.shm_size",
        codec=SIZE,
        doc="The size of /dev/shm for its instructions.",
        examples=("128m",),
        cost=_COST,
        needs_fact=BUILDKIT,
        needs_api=_BUILDKIT_0_10,
    ),
    Setting(
        name="build.additional_contexts",
        codec=CONTEXTS,
        doc="What else the Dockerfile may name in FROM and --from: a folder, image:KEY, or docker-image://NAME.",
        examples=({"assets": "./assets", "base": "image:base"},),
        cost=_COST,
        needs_fact=BUILDKIT,
        needs_api=_BUILDKIT_0_10,
    ),
    Setting(
        name="build.secrets",
        codec=grants("/", 0, "source and target"),
        doc="Secrets for RUN --mount=type=secret, by their keys; target is the id, if that is another one.",
        examples=(["npm"],),
        cost=_COST,
        needs_fact=BUILDKIT,
    ),
    Setting(
        name="build.ssh",
        codec=AGENTS,
        doc="The ssh agents that RUN --mount=type=ssh may ask: default is the caller's, ID=SOCKET another one.",
        examples=(["default"],),
        needs_fact=BUILDKIT,
    ),
    Setting(
        name="build.cache_from",
        codec=CACHES,
        doc="Images and other stores whose cache may be used.",
        examples=(["registry.example/app:cache"],),
        needs_fact=BUILDKIT,
    ),
    Setting(
        name="build.cache_to",
        codec=CACHES,
        doc="Where the cache is put: type=inline keeps it in the image, others are up to the engine's store of images.",
        examples=(["type=inline"],),
        needs_fact=BUILDKIT,
    ),
    Setting(
        name="build.no_cache",
        codec=BOOLEAN,
        doc="Runs every instruction when it is built.",
        examples=(True,),
    ),
    Setting(
        name="build.pull",
        codec=BOOLEAN,
        doc="Asks the registry for the bases when it is built, whether the engine has them or not.",
        examples=(True,),
    ),
)
