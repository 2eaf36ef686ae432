"""The contents of a bundle, and the list of what it omits."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from runner.app.loaded_workflow import LoadedWorkflow
from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.gateway import Gateway
from runner.core.plan import Change
from runner.core.sensitive import MASK, is_sensitive
from runner.core.state import Resource
from runner.core.strict_json import LARGEST
from runner.core.struct import Struct, replace
from runner.core.values import as_map
from runner.document.files import Files
from runner.kinds.image.bookkeeping_tags import cache_repository
from runner.kinds.image.settings import PullSettings
from runner.kinds.image.traits import traits_of
from runner.resource.platform import platform_of

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.bundle.manifest import Image
    from runner.bundle.write import Writer
    from runner.core.compose_options import ComposeOptions
    from runner.views.bundle import BundleSummary


class BundlePacker(Struct):
    """A packer of one workflow into a bundle."""

    workspace: Workspace
    declared: LoadedWorkflow
    """The workflow as loaded from its file."""
    portable: LoadedWorkflow
    """The workflow as it will be loaded from the bundle, without builds."""
    files: Files
    """The files read to load `portable`."""
    idle_timeout: float
    """Maximum seconds for which the engine may send nothing while it saves an image."""

    def pack(self, stream: BinaryIO, images: Mapping[Address, Change], gateway: Gateway) -> BundleSummary:
        """Write the whole bundle to `stream`; InvalidInput if a file contains a sensitive value."""
        from runner.bundle.manifest import Manifest
        from runner.bundle.write import Writer
        from runner.views.bundle import BundleSummary

        files = dict(self._files())
        self._refuse_sensitive(files)
        writer = Writer(stream)
        packed = dict(self._images(writer, images, gateway))
        contents = Manifest(
            workflow=self.portable.desired.workflow,
            file=Path(self.portable.file).name,
            files=writer.add_files(files),
            images=packed,
            variables={
                name: one.value
                for name, one in self.portable.variables.items()
                if one.value is not None and self.portable.is_public(name)
            },
            withheld=tuple(name for name in self.portable.variables if not self.portable.is_public(name)),
            fingerprints={
                path: text for pattern, text in self.files.seen_fingerprints.items() for path in self._paths(pattern)
            },
            mounts=dict(self._mounts()),
            compose=self._compose(),
        )
        writer.finish(contents)
        return BundleSummary(
            file="",
            workflow=contents.workflow,
            size=stream.tell(),
            images={address: self._shown_names(address, image.names) for address, image in packed.items()},
            files=tuple(map(self._shown, files)),
            secrets=tuple(self._shown(self._paths(path)[0]) for path in sorted(self.files.secrets)),
            variables=contents.withheld,
            mounts=dict(self._mounts(shown=True)),
        )

    def _files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files read and the lock file, by each of their `_paths`."""
        from runner.workflow.lockfile import lock_file_of

        lock = lock_file_of(self.portable.file)
        more = {str(lock.absolute()): self.files.read_unseen(lock, LARGEST)} if lock.exists() else {}
        for file, content in sorted({**self.files.seen, **more}.items()):
            yield from ((path, content) for path in self._paths(file))

    def _paths(self, absolute: str) -> tuple[str, ...]:
        """Return a file's paths in the bundle: relative to the main file, and also absolute if outside its folder."""
        path = os.path.relpath(absolute, Path(self.portable.file).absolute().parent)
        return (path, absolute) if path.startswith("../") else (path,)

    def _compose(self) -> ComposeOptions | None:
        """Return what a Compose project is read with again; the values of env files are among the variables."""
        options = self.portable.compose
        return replace(options, env_files=()).with_paths(lambda path: self._paths(path)[0]) if options else None

    def _refuse_sensitive(self, files: Mapping[str, bytes]) -> None:
        text = self.portable.redactor.text
        secret = {path for file in self.portable.secret_files for path in self._paths(file)}
        found = [
            Diagnostic("sensitive-file", f'"{path}" contains a sensitive value and cannot be bundled', help=_ELSEWHERE)
            for path, content in files.items()
            if path in secret or text(content.decode(errors="replace")) != content.decode(errors="replace")
        ]
        if found:
            raise self.portable.invalid(found)

    def _images(
        self, writer: Writer, images: Mapping[Address, Change], gateway: Gateway
    ) -> Iterator[tuple[str, Image]]:
        """Add every image of the workflow, each only once; yield its address and manifest entry."""
        done: dict[str, Image] = {}
        for address, change in images.items():
            resource, live = self.declared.desired.resources.get(address), change.observed
            if resource is None or live is None:
                continue
            if live.id not in done:
                self.workspace.notify(f"packing {address}")
                image = writer.add_image(gateway.images.save(live.id, idle_timeout=self.idle_timeout))
                platform = platform_of(gateway.images.inspect(live.id))
                done[live.id] = replace(image, platform=str(platform or ""))
            yield str(address), replace(done[live.id], names=self._names(resource, traits_of(live).fingerprint))

    def _names(self, resource: Resource, fingerprint: str) -> tuple[str, ...]:
        """Return the names of an image; for a built one also its cache tag, which shows that no rebuild is needed."""
        names = resource.fields.get("names")
        if isinstance(names, tuple):
            cache = cache_repository(self.declared.desired.workflow, resource.address.name)
            return (*map(str, names), *([f"{cache}:{fingerprint}"] if fingerprint else []))
        reference = resource.settings_as(PullSettings).reference
        return () if "@" in reference else (reference,)

    def _mounts(self, *, shown: bool = False) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the bind mount paths of each resource; sensitive ones only if `shown`, as a mask."""
        for address, resource in self.portable.desired.resources.items():
            paths = dict.fromkeys(self._sources(resource))
            open_paths = tuple(path for path in paths if shown or path != MASK)
            if open_paths:
                yield str(address), open_paths

    def _sources(self, resource: Resource) -> Iterator[str]:
        for target, mount in as_map(resource.fields.get("volumes")).items():
            if as_map(mount).get("type") == "bind":
                path = self._paths(str(as_map(mount)["source"]))[-1]
                is_open = self._shown(path) == path and not is_sensitive(f"volumes.{target}", resource.sensitive_places)
                yield path if is_open else MASK

    def _shown(self, path: str) -> str:
        return self.portable.redactor.text(path)

    def _shown_names(self, address: str, names: tuple[str, ...]) -> tuple[str, ...]:
        resource = self.declared.desired.resources[Address.parse(address)]
        hidden = any(is_sensitive(name, resource.sensitive_places) for name in ("names", "reference"))
        return (MASK,) if hidden else tuple(map(self._shown, names))


_ELSEWHERE = "pass it as a secret, or as a sensitive variable without a default"
