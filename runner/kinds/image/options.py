"""The keys of an image, and the parts of its fingerprint that are compared."""

from __future__ import annotations

from runner.core.plan import Effect, Reason
from runner.kinds.image.build_options import BUILD_SETTINGS
from runner.resource.codec import Codec, Invalid
from runner.resource.collections import list_of
from runner.resource.engine_json import at
from runner.resource.field import Field, Setting
from runner.resource.image_reference import is_reference
from runner.resource.scalars import BOOLEAN, SCALAR_SCHEMA, TEXT, choice


def parse_reference(raw: object) -> str:
    """Parse the name of an image."""
    if not is_reference(str(raw)):
        raise Invalid(
            f'not the name of an image: "{raw}"', help="write NAME[:TAG] or NAME@sha256:DIGEST, in lower case"
        )
    return str(raw)


REFERENCE = Codec(SCALAR_SCHEMA, "the name of an image such as nginx:1.27", parse_reference)

SETTINGS = (
    *BUILD_SETTINGS,
    Setting(
        name="reference",
        codec=REFERENCE,
        doc="The image to pull instead of building, by tag or digest.",
        examples=("nginx:1.27",),
        cost="a pull; containers using it are replaced",
    ),
    Setting(
        name="pull",
        codec=choice("missing", "always", "never"),
        doc="When to pull: if missing (default), on every run, or never.",
        examples=("always",),
    ),
    Setting(
        name="tag",
        codec=REFERENCE,
        doc="The name of the built image; default: WORKFLOW-KEY:latest.",
        examples=("shop/web:1.0",),
        cost="in place",
    ),
    Setting(
        name="tags",
        codec=list_of(REFERENCE, "a list of names"),
        doc="Additional names.",
        examples=(["shop/web:1"],),
        cost="in place",
    ),
    Setting(
        name="push",
        codec=BOOLEAN,
        doc="Push the built image under all of its names when a build changed it.",
        examples=(True,),
        cost="a push",
    ),
)

NAMES = Field(
    name="names",
    codec=TEXT,
    doc="The names of the image.",
    examples=("", ""),
    bind=at("names"),
    on_change=Effect.UPDATE,
)
DIGEST = Field(name="digest", codec=TEXT, doc="The digest in the registry.", examples=("", ""), bind=at("digest"))
BASES = Field(
    name="build.bases",
    codec=TEXT,
    doc="Its base images.",
    examples=("", ""),
    bind=at("bases"),
    is_digest=True,
    config_reason=Reason.IMAGE,
    drift_reason=Reason.IMAGE,
)
INPUTS = tuple(
    Field(name=name, codec=TEXT, doc=doc, examples=("", ""), bind=at(name), is_digest=True)
    for name, doc in (
        ("build.context", "The content of the context."),
        ("build.dockerfile", "The text of the Dockerfile."),
        ("build.options", "Target, arguments, labels, platform and other build options."),
    )
)
PUSHED = Field(
    name="pushed",
    codec=TEXT,
    doc="The names it was pushed under.",
    examples=("", ""),
    bind=at("pushed"),
    on_change=Effect.UPDATE,
    config_reason=Reason.MISSING,
)
INTERNAL_FIELDS = (*INPUTS, BASES, DIGEST, NAMES, PUSHED)
