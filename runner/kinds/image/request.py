"""From the keys of a build to the build request: read its files, resolve its names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runner.core.build import EPOCH, BuildContext, BuildRequest, CacheStore
from runner.core.struct import replace
from runner.core.values import Value, as_map, is_decimal
from runner.kinds.image.names import names_of_entry
from runner.kinds.secret_config import ContentSettings
from runner.resource.build_codecs import IMAGE_KEY, IMAGE_NAME, as_settings
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration, unknown
from runner.resource.image_reference import familiar

_OWN_AGENT = "SSH_AUTH_SOCK"
_FILE_KEYS = ("uid", "gid", "mode")


def read_request(declaration: Declaration) -> BuildRequest | None:
    """Return the build request of one entry; None if it is invalid, which is reported."""
    reader = _Reader(declaration)
    try:
        request = reader.request()
    except Invalid as invalid:
        reader.report(invalid)
        return None
    return None if reader.has_reported else request


class _Reader:
    """Reads the keys of one build."""

    def __init__(self, declaration: Declaration) -> None:
        self._declaration = declaration
        self._inputs = declaration.inputs
        self.has_reported = False

    def report(self, invalid: Invalid) -> None:
        """Report an error at a path relative to `build`."""
        self.has_reported = True
        self._declaration.report(invalid.within("build"))

    @contextmanager
    def _reporting(self, *place: str) -> Iterator[None]:
        """Report an error in one item, so that the others are checked too."""
        try:
            yield
        except Invalid as invalid:
            self.report(Invalid(invalid.message, path=place, help=invalid.help, code=invalid.code))

    def request(self) -> BuildRequest:
        """Return the whole request; Invalid if reading can't continue."""
        context, target = str(self._value("context") or "."), self._text("target")
        name, inline = self._text("dockerfile"), self._text("dockerfile_inline")
        if name and inline:
            raise Invalid("two Dockerfiles", path=("dockerfile_inline",), help="set only one of them")
        args = self._arguments(context)
        dockerfile = self._inputs.dockerfile(context, name, inline, args, target)
        network, shm_size = self._text("network"), self._value("shm_size")
        request = BuildRequest(
            context=self._inputs.context(context, None if inline else dockerfile.name),
            dockerfile=dockerfile,
            target=target,
            args=args,
            labels={name: str(text) for name, text in as_map(self._value("labels")).items()},
            platform=self._text("platform"),
            network=None if network == "default" else network,
            extra_hosts=tuple(self._hosts()),
            shm_size=shm_size if isinstance(shm_size, int) else None,
            named_contexts=dict(self._folders()),
            images=dict(self._images()),
            secrets=dict(self._secrets()),
            agents=dict(self._agents()),
            cache_from=tuple(self._caches("cache_from")),
            cache_to=tuple(self._caches("cache_to")),
            no_cache=self._value("no_cache") is True,
            pull=self._value("pull") is True,
        )
        return replace(request, changes_since=self._inputs.changes_since(request.contexts))

    def _value(self, key: str) -> Value:
        return self._declaration.values.get(f"build.{key}")

    def _text(self, key: str) -> str | None:
        value = self._value(key)
        return None if value is None else str(value)

    def _arguments(self, context: str) -> dict[str, str | None]:
        """Return the build arguments; one without a value takes the caller's variable or the context's commit time."""
        given = as_map(self._value("args"))
        args = {name: self._inputs.variable(name) if text is None else str(text) for name, text in given.items()}
        if EPOCH in args and args[EPOCH] is None:
            committed = self._inputs.commit_time(context)
            args[EPOCH] = None if committed is None else str(committed)
        if EPOCH in args and not is_decimal(args[EPOCH] or ""):
            message = f"{EPOCH} is no timestamp" if args[EPOCH] else f"{EPOCH} has no value, and no commit"
            raise Invalid(message, path=("args", EPOCH), help="write seconds since 1970, or commit the context")
        return args

    def _hosts(self) -> Iterator[str]:
        for host, addresses in as_map(self._value("extra_hosts")).items():
            yield from (f"{host}={address}" for address in (addresses if isinstance(addresses, tuple) else ()))

    def _folders(self) -> Iterator[tuple[str, BuildContext]]:
        for name, given in as_map(self._value("additional_contexts")).items():
            if not str(given).startswith((IMAGE_KEY, IMAGE_NAME)):
                with self._reporting("additional_contexts", name):
                    yield name, self._inputs.context(str(given), None)

    def _images(self) -> Iterator[tuple[str, str]]:
        for name, given in as_map(self._value("additional_contexts")).items():
            if str(given).startswith(IMAGE_KEY):
                with self._reporting("additional_contexts", name):
                    yield name, self._name_of(str(given).removeprefix(IMAGE_KEY))
            elif str(given).startswith(IMAGE_NAME):
                yield name, familiar(str(given).removeprefix(IMAGE_NAME))

    def _name_of(self, key: str) -> str:
        """Return the name of another image of the file."""
        entries = self._declaration.entries_of("image")
        if key not in entries or key == self._declaration.key:
            others = [other for other in entries if other != self._declaration.key]
            raise unknown("image", key, others)
        return names_of_entry(self._declaration.workflow, key, entries[key])[0]

    def _secrets(self) -> Iterator[tuple[str, bytes]]:
        for target, grant in as_map(self._value("secrets")).items():
            given = as_map(grant)
            id, source = target.removeprefix("/"), str(given["source"])
            for key in filter(given.get, _FILE_KEYS):
                help = "set it at the --mount in the Dockerfile"
                self.report(Invalid(f"a build's secret has no {key}", path=("secrets", source), help=help))
            declared = self._declaration.find("secret", source, "build", "secrets", source)
            if declared is not None:
                yield id, declared.settings_as(ContentSettings).content

    def _agents(self) -> Iterator[tuple[str, str]]:
        for id, given in as_map(self._value("ssh")).items():
            path = self._inputs.variable(_OWN_AGENT) or ""
            with self._reporting("ssh", id):
                path = self._inputs.locate(str(given)) if given else path
                if path and Path(path).is_file():
                    help = "add the key to an agent and use its socket; key files are not sent"
                    raise Invalid(f'not the socket of an ssh agent: "{given or path}"', help=help)
            yield id, path

    def _caches(self, key: str) -> Iterator[CacheStore]:
        stores = self._value(key)
        for store in stores if isinstance(stores, tuple) else ():
            type, attributes = as_settings(store)
            yield CacheStore(type, attributes)
