"""All kinds of resource and section, one declaration each; a new kind is one module and one line here."""

from __future__ import annotations

from runner.kinds.check import CHECK
from runner.kinds.container import CONTAINER
from runner.kinds.image import IMAGE
from runner.kinds.job import JOB
from runner.kinds.network.kind import NETWORK
from runner.kinds.secret_config import CONFIG, SECRET
from runner.kinds.volume import VOLUME
from runner.resource.kind import Catalog, Kind, Sections

SECTIONS: Sections = {
    section.name: section for section in (SECRET, CONFIG, IMAGE, NETWORK, VOLUME, CONTAINER, JOB, CHECK)
}
"""In the order in which they may refer to each other."""

CATALOG: Catalog = {name: kind for name, kind in SECTIONS.items() if isinstance(kind, Kind)}
"""The kinds that exist on the engine."""
