"""Which images a Dockerfile rests on, and what of it needs BuildKit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.workflow.build_context.dockerfile import UnknownTarget, buildkit_features, read_dockerfile

FORMS = {
    "plain": ("FROM alpine", ["alpine"]),
    "lower case": ("from alpine:3 as Base\nfrom base", ["alpine:3"]),
    "platform": ("FROM --platform=$BUILDPLATFORM golang:1 AS build", ["golang:1"]),
    "digest": (f"FROM alpine@sha256:{'0' * 64}", [f"alpine@sha256:{'0' * 64}"]),
    "registry with port": ("FROM localhost:5000/a/b:c", ["localhost:5000/a/b:c"]),
    "scratch": ("FROM scratch", []),
    "no duplicates, in order": ("FROM b\nFROM a\nFROM b", ["b", "a"]),
    "continued line": ("FROM \\\n  # why\n\n  alpine \\\n AS x", ["alpine"]),
    "escape directive": ("# escape=`\nFROM `\n alpine", ["alpine"]),
    "late directive is a comment": ("# hello\n# escape=`\nFROM a\\\nlpine", ["alpine"]),
    "comment": ("# FROM debian\n  # FROM debian\nFROM alpine # no comment", ["alpine"]),
    "crlf": ("FROM \\\r\n alpine\r\nRUN x\r\n", ["alpine"]),
    "byte order mark": ("\ufeffFROM alpine", ["alpine"]),
    "later stage is no base": ("FROM b\nFROM a AS b", ["b", "a"]),
    "copy from image": ("FROM a\nCOPY --from=busybox:1 /bin/sh /", ["a", "busybox:1"]),
    "copy from a stage, named or numbered": ("FROM a AS x\nFROM b\nCOPY --from=X / /\nCOPY --from=0 / /", ["a", "b"]),
    "copy from a later stage": ("FROM a\nCOPY --from=x / /\nFROM b AS x", ["a", "b"]),
    "copy with more flags": ("FROM a\ncopy --chown=1:1 --from=b x y", ["a", "b"]),
    "copy from a variable": ("ARG V=b\nFROM a\nCOPY --from=$V x y", ["a"]),
    "mount": ("FROM a\nRUN --mount=type=bind,from=b,target=/x --mount=from=c,target=/y true", ["a", "b", "c"]),
    "mount of a stage": ("FROM a AS x\nFROM b\nRUN --mount=type=cache,from=x,target=/x true", ["a", "b"]),
    "flag-like words of a command": ("FROM a\nRUN echo --mount=from=b\nCOPY x --from=b", ["a"]),
    "heredoc": ("FROM a\nRUN <<EOF\nFROM b\nEOF\nFROM c", ["a", "c"]),
    "heredoc with tabs, quotes, number": ("FROM a\nRUN 3<<-'E F' cat\nFROM b\n\tE F\nFROM c", ["a", "c"]),
    "two heredocs": ("FROM a\nCOPY <<A <<B /x/\nB\nA\nFROM b\nB\nFROM c", ["a", "c"]),
    "here-strings and shifts are none": ("FROM a\nRUN cat <<< x << y\nFROM b", ["a", "b"]),
    "no heredoc elsewhere": ("FROM a\nLABEL x=<<EOF\nFROM b", ["a", "b"]),
    "trigger": ("FROM a\nONBUILD COPY --from=b x y\nONBUILD RUN <<EOF\nFROM c\nEOF", ["a"]),
}


@pytest.mark.parametrize(("text", "bases"), FORMS.values(), ids=FORMS.keys())
def test_the_images_of_a_dockerfile_are_found(text: str, bases: list[str]) -> None:
    assert list(read_dockerfile(text, "Dockerfile", {}, None).bases) == bases


VARIABLES = {
    "default": ("ARG V=1\nFROM a:$V", {}, ["a:1"]),
    "given": ("ARG V=1\nFROM a:${V}", {"V": "2"}, ["a:2"]),
    "given without value": ("ARG V=1\nFROM a:$V", {"V": None}, ["a:1"]),
    "not declared": ("FROM a:$V\nFROM b", {"V": "2"}, ["b"]),
    "declared too late": ("FROM b\nARG V=1\nFROM a:$V", {"V": "2"}, ["b"]),
    "empty prefix": ("ARG MIRROR\nFROM ${MIRROR}a", {}, ["a"]),
    "alternative when unset": ("FROM a:${V:-1}", {}, ["a:1"]),
    "alternative when empty": ("ARG V=\nFROM a:${V:-1}\nFROM b${V-x}", {}, ["a:1", "b"]),
    "alternative when set": ("ARG V=1\nFROM a${V:+:$V}${W:+no}", {}, ["a:1"]),
    "nested alternative": ("ARG W=2\nFROM a:${V:-${W:-1}}", {}, ["a:2"]),
    "one from another": ("ARG A=1 B=$A-x\nFROM a:$B", {"A": "2"}, ["a:2-x"]),
    "quotes": ("ARG V='1'\nFROM \"a:$V\"", {}, ["a:1"]),
    "required": ("FROM a:${V:?no}\nFROM b", {}, ["b"]),
    "platform": ("FROM a:$TARGETARCH\nFROM b", {}, ["b"]),
    "platform with alternative": ("FROM a:${TARGETARCH:-x}\nFROM b", {}, ["b"]),
    "platform given": ("FROM a:$TARGETARCH", {"TARGETARCH": "arm64"}, ["a:arm64"]),
    "unknown modifier": ("ARG V=1\nFROM a:${V%1}\nFROM b", {}, ["b"]),
    "unfinished": ("FROM a:${V\nFROM b", {}, ["b"]),
    "stage by variable": ("ARG V=x\nFROM a AS x\nFROM $V", {}, ["a"]),
    "escaped dollar": ("FROM a\\$b\nFROM c", {}, ["c"]),
}


@pytest.mark.parametrize(("text", "args", "bases"), VARIABLES.values(), ids=VARIABLES.keys())
def test_variables_in_names_are_replaced_as_far_as_they_are_known(
    text: str, args: dict[str, str | None], bases: list[str]
) -> None:
    assert list(read_dockerfile(text, "Dockerfile", args, None).bases) == bases


UNPLACEABLE = ("late directive is a comment", "a comment in between")
PLACED = {
    **{name: (text, {}) for name, (text, _) in FORMS.items()},
    **{n: (t, a) for n, (t, a, _) in VARIABLES.items()},
}
PLACED |= {
    "a comment in between": ("FROM \\\n# the alpine\n alpine", {}),
    "frontend": ("# syntax=docker/dockerfile:1\n# syntax=x\nFROM alpine", {}),
    "the same name in a command": ("FROM a AS x\nRUN --mount=from=b,target=/b cp --from=b a b\nFROM b", {}),
}


@pytest.mark.parametrize("name", PLACED)
def test_other_images_can_be_put_in_the_place_of_those_that_are_named(name: str) -> None:
    text, args = PLACED[name]
    read = read_dockerfile(text, "Dockerfile", args, None)
    others = {image: f"pinned@sha256:{number:064}" for number, image in enumerate((read.frontend, *read.bases))}
    if name in UNPLACEABLE:
        assert not read.named
        return
    pinned = read_dockerfile(read.with_images(others), "Dockerfile", args, None)
    assert list(pinned.bases) == [others[image] for image in read.bases]
    assert pinned.frontend == others.get(read.frontend if read.frontend else "none", "")
    assert read.with_images({}) == text


def test_names_that_only_the_builder_can_read_are_told() -> None:
    assert read_dockerfile("FROM a:$TARGETARCH\nCOPY --from=$V x y", "Dockerfile", {}, None).unresolved == (
        "a:$TARGETARCH",
        "$V",
    )


STAGES = """
FROM golang AS build
COPY --from=tools /x /x
FROM node AS assets
FROM debian AS tools
FROM build AS test
RUN --mount=from=linter,target=/l true
FROM alpine AS prod
COPY --from=Assets / /
COPY --from=0 / /
"""


@pytest.mark.parametrize(
    ("target", "bases"),
    [
        ("assets", ["node"]),
        ("TOOLS", ["debian"]),
        ("test", ["golang", "debian", "linter"]),
        ("prod", ["golang", "node", "debian", "alpine"]),
        (None, ["golang", "node", "debian", "linter", "alpine"]),
    ],
)
def test_only_the_stages_that_the_target_needs_count(target: str | None, bases: list[str]) -> None:
    assert list(read_dockerfile(STAGES, "Dockerfile", {}, target).bases) == bases


def test_stages_that_need_each_other_end_nowhere() -> None:
    text = "FROM a AS x\nCOPY --from=y / /\nFROM b AS y\nCOPY --from=x / /"
    assert read_dockerfile(text, "Dockerfile", {}, "x").bases == ("a", "b")


def test_an_unknown_target_is_refused_with_the_stages_there_are() -> None:
    with pytest.raises(UnknownTarget) as caught:
        read_dockerfile(STAGES, "Dockerfile", {}, "prd")
    assert str(caught.value) == 'no stage "prd" (stages: build, assets, tools, test, prod)'
    with pytest.raises(UnknownTarget, match="none has a name"):
        read_dockerfile("FROM a", "Dockerfile", {}, "0")


BUILDKIT = {
    "mount": ("RUN --mount=type=cache,target=/x true", "RUN --mount"),
    "network": ("RUN --network=none true", "RUN --network"),
    "copy link": ("COPY --link a b", "COPY --link"),
    "copy chmod": ("COPY --from=x --chmod=755 a b", "COPY --chmod"),
    "add checksum": ("ADD --checksum=sha256:0 a b", "ADD --checksum"),
    "run heredoc": ("RUN <<EOF\nx\nEOF", "RUN <<EOF"),
    "copy heredoc": ("COPY <<-'EOF' /x\nx\nEOF", "COPY <<-'EOF'"),
    "trigger": ("ONBUILD RUN --mount=from=x,target=/x true", "RUN --mount"),
}


@pytest.mark.parametrize(("text", "feature"), BUILDKIT.values(), ids=BUILDKIT.keys())
def test_what_needs_buildkit_is_told_with_its_line(text: str, feature: str) -> None:
    source = f"# syntax=docker/dockerfile:1\nFROM a \\\n AS b\n\n{text}\nUSER nobody\n"
    assert buildkit_features(source) == ((5, feature),)
    assert read_dockerfile(source, "Dockerfile", {}, None).needs_buildkit == ((5, feature),)


def test_what_the_classic_builder_does_itself_needs_no_buildkit() -> None:
    text = """
    FROM --platform=linux/amd64 a
    COPY --from=b --chown=1:1 x y
    ADD --chown=1 x y
    HEALTHCHECK --interval=1s CMD x
    RUN echo --mount=x <<< y
    """
    assert buildkit_features(text) == ()


def test_a_dockerfile_knows_its_name_text_and_kind() -> None:
    dockerfile = read_dockerfile("FROM a", "dockerfile_inline", {}, None, inline=True)
    assert (dockerfile.name, dockerfile.text, dockerfile.inline) == ("dockerfile_inline", "FROM a", True)


@given(st.text(st.one_of(st.sampled_from("FROM aARG$\\{}:-\"'\n\t#<>=`"), st.characters())))
def test_any_text_is_read(text: str) -> None:
    read_dockerfile(f"ARG A=1\nFROM {text}\nRUN {text}\nCOPY --from={text}", "Dockerfile", {"A": text}, None)
