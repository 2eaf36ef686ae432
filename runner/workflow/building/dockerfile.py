"""What a Dockerfile rests on: the images that a build of it needs, and whether it needs BuildKit.

The text is taken as it is; whether a builder would take it is the builder's to say. No files are opened here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from runner.core.build import Dockerfile
from runner.workflow.building.dockerfile_syntax import Instruction, escape_character, read_instructions
from runner.workflow.building.dockerfile_words import expand

Scope = dict[str, str | None]

_PLATFORM_VARIABLES = tuple(
    f"{side}{part}" for side in ("BUILD", "TARGET") for part in ("PLATFORM", "OS", "ARCH", "VARIANT")
)
_CLASSIC_FLAGS = {"RUN": frozenset[str](), "COPY": frozenset({"from", "chown"}), "ADD": frozenset({"chown"})}
# Only tells names from the leftovers of variables; the engine is the judge of references.
_IMAGE = re.compile(r"[A-Za-z0-9][^\s$]*[A-Za-z0-9_]|[A-Za-z0-9]")


class UnknownTarget(ValueError):
    """No stage bears the name of the wanted target; `stages` are those there are."""

    def __init__(self, target: str, stages: Sequence[str]) -> None:
        known = ", ".join(stages) if stages else "none has a name"
        super().__init__(f'no stage "{target}" (stages: {known})')
        self.target = target
        self.stages = tuple(stages)


@dataclass(frozen=True, slots=True)
class _Stage:
    """One FROM with what follows it; names are images or stages, which only the whole file can tell."""

    name: str
    base: str | None
    sources: tuple[str, ...]


def read_dockerfile(
    text: str, name: str, args: Mapping[str, str | None], target: str | None, *, inline: bool = False
) -> Dockerfile:
    """Find the images that a Dockerfile names in FROM, `COPY --from` and `RUN --mount=from=`.

    `args` are the build's arguments; one without a value doesn't override the default. With a `target` only the
    stages that it needs count, else all do. Left out are `scratch`, stages of its own, and names that depend on
    variables whose values only the builder knows. Raises UnknownTarget.
    """
    stages = list(_stages(read_instructions(text), args, escape_character(text)))
    needed = range(len(stages)) if target is None else sorted(_needed(stages, _target(stages, target)))
    images = (image for index in needed for image in _images(stages, index))
    return Dockerfile(name, text, tuple(dict.fromkeys(images)), inline, buildkit_features(text))


def buildkit_features(text: str) -> tuple[tuple[int, str], ...]:
    r"""Return what only BuildKit can do, with the line of its instruction.

    >>> buildkit_features("FROM a\nRUN --mount=type=cache,target=/c make\nCOPY <<EOF /x\nhi\nEOF")
    ((2, 'RUN --mount'), (3, 'COPY <<EOF'))
    """
    found = []
    for instruction in map(Instruction.triggered, read_instructions(text)):
        classic = _CLASSIC_FLAGS.get(instruction.keyword)
        if classic is not None:
            flags = dict.fromkeys(f"--{flag}" for flag, _ in instruction.flags if flag not in classic)
            found += [(instruction.line, f"{instruction.keyword} {it}") for it in (*flags, *instruction.heredocs)]
    return tuple(found)


def _stages(instructions: Iterable[Instruction], args: Mapping[str, str | None], escape: str) -> Iterator[_Stage]:
    scope: Scope = {variable: args.get(variable) for variable in _PLATFORM_VARIABLES}
    name, base, sources = "", None, list[str]()
    begun = False
    for instruction in instructions:
        if instruction.keyword == "FROM":
            if begun:
                yield _Stage(name, base, tuple(sources))
            begun, sources = True, []
            name, base = _from(instruction, scope, escape)
        elif begun:
            sources += _sources(instruction)
        elif instruction.keyword == "ARG":
            _declare(instruction, args, scope, escape)
    if begun:
        yield _Stage(name, base, tuple(sources))


def _declare(instruction: Instruction, args: Mapping[str, str | None], scope: Scope, escape: str) -> None:
    """Put the variables of an ARG that stands before the first FROM into `scope`."""
    for word in instruction.words:
        name, has_default, default = word.partition("=")
        given = args.get(name)
        if given is not None:
            scope[name] = given
        elif has_default:
            scope[name] = expand(default, scope, escape)


def _from(instruction: Instruction, scope: Scope, escape: str) -> tuple[str, str | None]:
    """Return the stage's name, empty if it has none, and what it rests on, None if that can't be told."""
    match instruction.words:
        case [image, keyword, name] if keyword.upper() == "AS":
            return name.lower(), expand(image, scope, escape)
        case [image, *_]:
            return "", expand(image, scope, escape)
    return "", None


def _sources(instruction: Instruction) -> list[str]:
    """Return the images or stages that an instruction takes files from."""
    if instruction.keyword == "COPY":
        return [value.strip("'\"") for value in instruction.values("from")]
    if instruction.keyword == "RUN":
        options = [option for mount in instruction.values("mount") for option in mount.strip("'\"").split(",")]
        return [
            value for key, _, value in (option.strip().partition("=") for option in options) if key.lower() == "from"
        ]
    return []


def _target(stages: Sequence[_Stage], target: str) -> int:
    for index in reversed(range(len(stages))):
        if stages[index].name == target.lower():
            return index
    raise UnknownTarget(target, [stage.name for stage in stages if stage.name])


def _needed(stages: Sequence[_Stage], target: int) -> set[int]:
    """Return the indices of the stages that `target` builds upon or copies from, directly or not, and its own."""
    needed: set[int] = set()
    waiting = [target]
    while waiting:
        index = waiting.pop()
        if index not in needed:
            needed.add(index)
            waiting += [found for _, found in _references(stages, index) if found is not None]
    return needed


def _images(stages: Sequence[_Stage], index: int) -> list[str]:
    return [
        name
        for name, stage in _references(stages, index)
        if stage is None and name.lower() != "scratch" and not name.isdigit() and _IMAGE.fullmatch(name)
    ]


def _references(stages: Sequence[_Stage], index: int) -> Iterator[tuple[str, int | None]]:
    """Yield what a stage refers to with the index of the stage meant, None for an image.

    FROM can only mean a stage above it; a later stage of that name makes no difference.
    """
    stage = stages[index]
    if stage.base is not None:
        yield stage.base, _named(stages[:index], stage.base)
    for source in stage.sources:
        if source.isdigit() and int(source) < len(stages):
            yield source, int(source)
        else:
            yield source, _named(stages, source)


def _named(stages: Sequence[_Stage], name: str) -> int | None:
    """Return the index of the last stage of that name."""
    return next((index for index in reversed(range(len(stages))) if stages[index].name == name.lower()), None)
