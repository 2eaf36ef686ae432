"""The facts of an engine, as text."""

from __future__ import annotations

from runner.core.engine import Engine, Feature


def engine_facts(engine: Engine) -> dict[str, str]:
    """Return what distinguishes engines: versions, platform, builder and image storage."""
    return {
        "engine": f"{engine.name} {engine.version}",
        "api": engine.api_version,
        "platform": f"{engine.os}/{engine.architecture}",
        "builder": "BuildKit" if engine.capabilities.has(Feature.BUILDKIT) else "the classic builder",
        "storage": engine.capabilities.storage_driver,
        "cgroup": f"v{engine.capabilities.cgroup_version}",
    }
