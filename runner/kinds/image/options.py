"""The keys of an image, and the parts of its fingerprint that are compared."""

from __future__ import annotations

from runner.core.plan import Effect, Reason
from runner.resource.body import at
from runner.resource.codec import Codec, Invalid
from runner.resource.collections import ENVIRONMENT, MAP, list_of
from runner.resource.field import Field, Setting
from runner.resource.reference import is_reference
from runner.resource.scalars import SCALAR_SCHEMA, TEXT, choice


def parse_reference(raw: object) -> str:
    """Read the name of an image."""
    if not is_reference(str(raw)):
        raise Invalid(
            f'not the name of an image: "{raw}"', help="write NAME[:TAG] or NAME@sha256:DIGEST, in lower case"
        )
    return str(raw)


REFERENCE = Codec(SCALAR_SCHEMA, "the name of an image such as nginx:1.27", parse_reference)

_BUILD = "a build; what uses it is replaced"

SETTINGS = (
    Setting(
        name="build.context",
        codec=TEXT,
        doc="The folder that travels to the engine, relative to this file; its .dockerignore applies.",
        examples=(".", "./app"),
        cost=_BUILD,
    ),
    Setting(
        name="build.dockerfile",
        codec=TEXT,
        doc="The Dockerfile, relative to the context; Dockerfile when not given.",
        examples=("docker/Dockerfile",),
        cost=_BUILD,
    ),
    Setting(
        name="build.dockerfile_inline",
        codec=TEXT,
        doc="The Dockerfile's text itself.",
        examples=("FROM busybox:stable\nRUN echo built > /built\n",),
        cost=_BUILD,
    ),
    Setting(
        name="build.target",
        codec=TEXT,
        doc="The stage to build; the last when not given.",
        examples=("final",),
        cost=_BUILD,
    ),
    Setting(
        name="build.args",
        codec=ENVIRONMENT,
        doc="Build arguments; one without a value takes the caller's variable.",
        examples=({"VERSION": "1.0"},),
        cost=_BUILD,
    ),
    Setting(
        name="build.labels",
        codec=MAP,
        doc="Labels of the built image.",
        examples=({"team": "a"},),
        cost=_BUILD,
    ),
    Setting(
        name="reference",
        codec=REFERENCE,
        doc="The image to pull, instead of build; by tag or by digest.",
        examples=("nginx:1.27",),
        cost="a pull; what uses it is replaced",
    ),
    Setting(
        name="pull",
        codec=choice("missing", "always", "never"),
        doc="When the registry is asked: when the image is missing (default), at every run, or never.",
        examples=("always",),
    ),
    Setting(
        name="tag",
        codec=REFERENCE,
        doc="The name of the built image; WORKFLOW-KEY:latest when not given.",
        examples=("shop/web:1.0",),
        cost="in place",
    ),
    Setting(
        name="tags",
        codec=list_of(REFERENCE, "a list of names"),
        doc="More names for it.",
        examples=(["shop/web:1"],),
        cost="in place",
    ),
)

LATER = (
    "push",
    *(
        f"build.{key}"
        for key in (
            "additional_contexts",
            "cache_from",
            "cache_to",
            "extra_hosts",
            "network",
            "no_cache",
            "platform",
            "pull",
            "secrets",
            "shm_size",
            "ssh",
        )
    ),
)

NAMES = Field(
    name="names",
    codec=TEXT,
    doc="The names under which the image is found.",
    examples=("", ""),
    bind=at("names"),
    change=Effect.UPDATE,
)
DIGEST = Field(name="digest", codec=TEXT, doc="What the registry has.", examples=("", ""), bind=at("digest"))
BASES = Field(
    name="build.bases",
    codec=TEXT,
    doc="The images that it rests on.",
    examples=("", ""),
    bind=at("bases"),
    asked=Reason.IMAGE,
    moved=Reason.IMAGE,
)
INPUTS = tuple(
    Field(name=name, codec=TEXT, doc=doc, examples=("", ""), bind=at(name))
    for name, doc in (
        ("build.context", "The content of the context."),
        ("build.dockerfile", "The text of the Dockerfile."),
        ("build.options", "Target, arguments and labels."),
    )
)
VITALS = (*INPUTS, BASES, DIGEST, NAMES)
