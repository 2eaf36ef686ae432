"""What registries have now under a name; one that can't be asked is no error, but told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import EngineError, Rejected

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.core.state import Resource


class RegistryClient:
    """Asks through the engine; `warnings` say which could not be asked, and why."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.warnings: list[Diagnostic] = []

    def digest(self, name: str, asking: Resource) -> str | None:
        """Return the digest that a name has there; None when that can't be found out for the resource that asks."""
        try:
            return self._gateway.images.registry_digest(name).digest
        except Rejected:
            return None  # an engine that never can ask
        except EngineError as error:
            warning = Diagnostic("not-asked", error.message, asking.span, error.help, severity=Severity.WARNING)
            self.warnings.append(warning)
            return None
