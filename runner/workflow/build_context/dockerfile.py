"""What a Dockerfile depends on: the images that its build needs, and whether it needs BuildKit.

The text is not validated; that is the builder's task. No files are opened here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from runner.core.build import Dockerfile
from runner.core.lazy_pattern import lazy_pattern
from runner.core.struct import Struct
from runner.core.values import is_decimal
from runner.workflow.build_context.dockerfile_places import Mention, places
from runner.workflow.build_context.dockerfile_syntax import Instruction, escape_character, frontend, read_instructions
from runner.workflow.build_context.dockerfile_words import expand

Scope = dict[str, str | None]

_PLATFORM_VARIABLES = tuple(
    f"{side}{part}" for side in ("BUILD", "TARGET") for part in ("PLATFORM", "OS", "ARCH", "VARIANT")
)
_CLASSIC_FLAGS = {"RUN": frozenset[str](), "COPY": frozenset({"from", "chown"}), "ADD": frozenset({"chown"})}
# Only separates names from unresolved variables; the engine validates references.
_IMAGE = lazy_pattern(r"[A-Za-z0-9][^\s$]*[A-Za-z0-9_]|[A-Za-z0-9]")


class UnknownTarget(ValueError):
    """No stage has the name of the target; `stages` are the existing ones."""

    def __init__(self, target: str, stages: Sequence[str]) -> None:
        known = ", ".join(stages) if stages else "none has a name"
        super().__init__(f'no stage "{target}" (stages: {known})')
        self.target = target
        self.stages = tuple(stages)


class _Stage(Struct):
    """One FROM with what follows it; its names are images or stages, which only the whole file shows."""

    name: str
    base: Mention | None
    sources: tuple[Mention, ...]


class _Stages(tuple[_Stage, ...]):
    """All stages of a file in order, with a lookup by name."""

    @cached_property
    def _indices(self) -> Mapping[str, Sequence[int]]:
        indices: dict[str, list[int]] = {}
        for index, stage in enumerate(self):
            indices.setdefault(stage.name, []).append(index)
        return indices

    def last_named(self, name: str | None, before: int | None = None) -> int | None:
        """Return the index of the last stage of that name, only among those above the stage `before` if given."""
        indices = self._indices.get(name.lower(), ()) if name else ()
        position = len(indices) if before is None else bisect_left(indices, before)
        return indices[position - 1] if position else None


def read_dockerfile(
    text: str, name: str, args: Mapping[str, str | None], target: str | None, *, inline: bool = False
) -> Dockerfile:
    """Return the images that a Dockerfile names in FROM, `COPY --from` and `RUN --mount=from=`.

    `args` are the build arguments; one without a value doesn't override the default. With a `target` only the stages
    that it needs count, else all do. Left out are `scratch`, stages of the file, and names that depend on variables
    whose values only the builder knows. Raises UnknownTarget.
    """
    mentions = list(_mentioned(text, args, target))
    known = [mention for mention in mentions if _is_known(mention)]
    reader, _ = frontend(text)
    return Dockerfile(
        name,
        text,
        tuple(dict.fromkeys(mention.name for mention in known if mention.name is not None)),
        inline,
        buildkit_features(text),
        reader,
        places(text, known, lambda text: [one.name for one in _mentioned(text, args, target) if _is_known(one)]),
        tuple(mention.raw for mention in mentions if not _is_known(mention)),
    )


def _mentioned(text: str, args: Mapping[str, str | None], target: str | None) -> Iterator[Mention]:
    """Yield the names in the needed stages that aren't stages."""
    stages = _Stages(_stages(read_instructions(text), args, escape_character(text)))
    needed = range(len(stages)) if target is None else sorted(_needed(stages, _target(stages, target)))
    return (mention for index in needed for mention in _images(stages, index))


def _is_known(mention: Mention) -> bool:
    return mention.name is not None and _IMAGE.fullmatch(mention.name) is not None


def buildkit_features(text: str) -> tuple[tuple[int, str], ...]:
    r"""Return the features that require BuildKit, each with the line of its instruction.

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
    name, base, sources = "", None, list[Mention]()
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
    """Add the variables of an ARG before the first FROM to `scope`."""
    for word in instruction.words:
        name, has_default, default = word.partition("=")
        given = args.get(name)
        if given is not None:
            scope[name] = given
        elif has_default:
            scope[name] = expand(default, scope, escape)


def _from(instruction: Instruction, scope: Scope, escape: str) -> tuple[str, Mention | None]:
    """Return the stage's name, empty if it has none, and its base, None if there is none."""
    if not instruction.words:
        return "", None
    image, *more = instruction.words
    name = more[1].lower() if len(more) == 2 and more[0].upper() == "AS" else ""
    return name, Mention(instruction.line, "", image, expand(image, scope, escape))


def _sources(instruction: Instruction) -> list[Mention]:
    """Return the images or stages that an instruction takes files from."""
    line = instruction.line
    if instruction.keyword == "COPY":
        given = [(value, value.strip("'\"")) for value in instruction.values("from")]
        return [Mention(line, "--from=", raw, name) for raw, name in given]
    if instruction.keyword == "RUN":
        options = [option for mount in instruction.values("mount") for option in mount.strip("'\"").split(",")]
        pairs = (option.strip().partition("=") for option in options)
        return [Mention(line, f"{key}=", value, value) for key, _, value in pairs if key.lower() == "from"]
    return []


def _target(stages: _Stages, target: str) -> int:
    index = stages.last_named(target)
    if index is None:
        raise UnknownTarget(target, [stage.name for stage in stages if stage.name])
    return index


def _needed(stages: _Stages, target: int) -> set[int]:
    """Return the indices of `target` and of the stages that it builds upon or copies from, transitively."""
    needed: set[int] = set()
    waiting = [target]
    while waiting:
        index = waiting.pop()
        if index not in needed:
            needed.add(index)
            waiting += [found for _, found in _references(stages, index) if found is not None]
    return needed


def _images(stages: _Stages, index: int) -> list[Mention]:
    return [
        mention
        for mention, stage in _references(stages, index)
        if stage is None and (mention.name or "").lower() != "scratch" and not is_decimal(mention.name or "")
    ]


def _references(stages: _Stages, index: int) -> Iterator[tuple[Mention, int | None]]:
    """Yield each name that a stage refers to with the index of the stage meant, None for an image.

    FROM can only refer to a stage above it; a later stage of that name makes no difference.
    """
    stage = stages[index]
    if stage.base is not None:
        yield stage.base, stages.last_named(stage.base.name, before=index)
    for source in stage.sources:
        name = source.name or ""
        if is_decimal(name) and int(name) < len(stages):
            yield source, int(name)
        else:
            yield source, stages.last_named(name)
