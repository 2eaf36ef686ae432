"""Which images a workflow's services run as of now: nodes know them by their digests in registries alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runner.core.resolved_image import ResolvedImage
from runner.core.sensitive import is_sensitive
from runner.kinds.image.used import images_of
from runner.kinds.swarm.image.pinned import is_fixed, running

if TYPE_CHECKING:
    from runner.core.address import Address
    from runner.core.gateway import Gateway
    from runner.core.state import DesiredState, Resource


def used_images(gateway: Gateway, desired: DesiredState) -> Mapping[Address, ResolvedImage]:
    """Return the image that services run at each address, where its digest is known."""
    found = running(gateway.swarm.services.list(), desired.workflow)
    references = {
        address: one.engine_name if is_fixed(one.engine_name) else found.get(one.engine_name, "")
        for address, one in images_of(desired)
        if _may_be_told(one)
    }
    return {address: ResolvedImage("", (reference,)) for address, reference in references.items() if reference}


def _may_be_told(resource: Resource) -> bool:
    return not any(is_sensitive(name, resource.sensitive_places) for name in ("reference", "names"))
