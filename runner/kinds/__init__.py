"""What Docker has, one declaration each. This is the catalog: a new kind is one module and one line here."""

from __future__ import annotations

from runner.kinds.container import CONTAINER
from runner.kinds.image import IMAGE
from runner.kinds.network import NETWORK
from runner.kinds.volume import VOLUME
from runner.resource.kind import Catalog

CATALOG: Catalog = {kind.name: kind for kind in (IMAGE, NETWORK, VOLUME, CONTAINER)}
"""In the order in which they may rest on each other."""

LATER_SECTIONS = ("checks", "configs", "jobs", "on_failure", "secrets")
"""Keys at the top of a file that the language has and this version doesn't."""
