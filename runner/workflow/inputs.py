"""The files that a declaration rests on, read relative to the file that names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from runner.core.build import BuildContext, Dockerfile
from runner.document.dotenv import parse_dotenv
from runner.resource.codec import NOT_YET, Invalid

_NO_CONTENTS = BuildContext(root="", entries=(), digest="")


@dataclass(frozen=True, slots=True)
class FileInputs:
    """Inputs from the file system; without `contents`, contexts are only looked for."""

    folder: Path
    environ: Mapping[str, str]
    contents: bool

    @classmethod
    def beside(cls, file: str, environ: Mapping[str, str], *, contents: bool) -> FileInputs:
        """Make the inputs of what a workflow file declares."""
        return cls(Path(file).absolute().parent, environ, contents)

    def locate(self, path: str) -> str:
        """Return the absolute path."""
        return str(self._path(path))

    def _path(self, path: str) -> Path:
        joined = self.folder / Path(path).expanduser()
        return Path(joined.anchor, *_without_dots(joined.parts[1:]))

    def env_file(self, path: str) -> Mapping[str, str]:
        """Read a dotenv file; a bare name takes the caller's variable, if there is one."""
        pairs, found = parse_dotenv(self._read(path), path)
        if found:
            place = f" at line {found[0].span.start.line}" if found[0].span else ""
            raise Invalid(f"{found[0].message} in {path}{place}", help=found[0].help)
        given = {name: self.environ.get(name) if text is None else text for name, text in pairs.items()}
        return {name: text for name, text in given.items() if text is not None}

    def _read(self, path: str) -> str:
        try:
            return self._path(path).read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise Invalid(f'no such file: "{path}"', help=f"looked for {self.locate(path)}") from error
        except UnicodeDecodeError as error:
            raise Invalid(f'not UTF-8: "{path}"') from error
        except OSError as error:
            raise Invalid(f'cannot read "{path}": {(error.strerror or str(error)).lower()}') from error

    def dockerfile(
        self, context: str, name: str | None, inline: str | None, args: Mapping[str, str | None], target: str | None
    ) -> Dockerfile:
        """Read a Dockerfile from the context, or take the inline text."""
        from runner.workflow.building.dockerfile import UnknownTarget, read_dockerfile

        self._require_folder(context)
        shown = name or "Dockerfile"
        key = "dockerfile" if inline is None else "dockerfile_inline"
        try:
            text = self._read(str(Path(context, shown))) if inline is None else inline
            found = read_dockerfile(text, shown, args, target)
            _refuse_buildkit(found)
            return replace(found, inline=inline is not None)
        except UnknownTarget as error:
            raise Invalid(str(error), path=("target",)) from error
        except Invalid as invalid:
            raise invalid.within(key) from None

    def context(self, path: str, dockerfile: str | None) -> BuildContext:
        """Read a build context."""
        from runner.workflow.building.context import ContextError, read_context, read_rules

        self._require_folder(path)
        try:
            if not self.contents:
                read_rules(self._path(path), dockerfile)
                return _NO_CONTENTS
            return read_context(self._path(path), dockerfile)
        except ContextError as error:
            raise Invalid(str(error), path=("context",)) from error

    def _require_folder(self, path: str) -> None:
        if not self._path(path).is_dir():
            help = f"looked for {self.locate(path)}"
            raise Invalid(f'no such folder: "{path}"', path=("context",), help=help)

    def variable(self, name: str) -> str | None:
        """Return a variable of the caller's environment."""
        return self.environ.get(name)


def _refuse_buildkit(dockerfile: Dockerfile) -> None:
    """Refuse early what the classic builder would stumble over half-way."""
    for line, feature in dockerfile.needs_buildkit:
        message = f"{feature} at line {line} of {dockerfile.name} is not supported yet"
        raise Invalid(message, help="it needs BuildKit; write it without", code=NOT_YET)


def _without_dots(parts: tuple[str, ...]) -> list[str]:
    """Resolve . and .. by their words alone: links stay as the user wrote them."""
    clean: list[str] = []
    for part in parts:
        if part == "..":
            del clean[-1:]
        elif part != ".":
            clean.append(part)
    return clean
