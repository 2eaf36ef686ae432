"""Built images as the engine lists them: their bookkeeping tags name workflow and key."""

from __future__ import annotations

from collections.abc import Iterator

from runner.core.address import Address
from runner.kinds.image.bookkeeping_tags import entry_of, path_part
from runner.resource.census import EngineLists, OwnedResource
from runner.resource.labels import WORKFLOW


def list_owned(lists: EngineLists) -> Iterator[OwnedResource]:
    """Yield the images that workflows built, one for each entry.

    A name that doesn't fit into a tag is told as the tag has it, unless a label of something else has it too.
    """
    labelled = (thing.get("Labels") or {} for thing in (*lists.containers, *lists.networks, *lists.volumes))
    names = {path_part(name): name for labels in labelled if (name := labels.get(WORKFLOW))}
    tags = (tag for image in lists.images for tag in image.get("RepoTags") or ())
    for workflow, key in sorted({entry for tag in tags if (entry := entry_of(tag))}):
        yield OwnedResource(names.get(workflow, workflow), Address("image", key))
