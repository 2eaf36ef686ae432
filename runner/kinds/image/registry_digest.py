"""The current digest of a name in its registry; a registry that can't be asked is a warning, not an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import EngineError, Rejected

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.core.state import Resource


class RegistryClient:
    """Asks registries through the engine; `warnings` list those that could not be asked, and why."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.warnings: list[Diagnostic] = []

    def digest(self, name: str, asking: Resource) -> str | None:
        """Return the digest of a name in its registry; None if it can't be determined for the asking resource."""
        try:
            return self._gateway.images.registry_digest(name).digest
        except Rejected:
            return None  # this engine can't ask registries at all
        except EngineError as error:
            warning = Diagnostic("not-asked", error.message, asking.span, error.help, severity=Severity.WARNING)
            self.warnings.append(warning)
            return None
