"""Why a service can't have an option."""

from __future__ import annotations

from runner.resource.service_binding import NotInService

NO_PLACE = "is not an option of services"
OF_ONE_ENGINE = "is for containers of one engine; the tasks of a service may be on any node"


def no_place(help: str = "remove it, or run the file on one engine") -> NotInService:
    """Return what says that a service's spec has no place for a row."""
    return NotInService(NO_PLACE, help)


def of_one_engine(help: str) -> NotInService:
    """Return what says that a row needs the engine on which the container is."""
    return NotInService(OF_ONE_ENGINE, help)
