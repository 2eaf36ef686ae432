"""What an engine is, in words."""

from __future__ import annotations

from runner.core.state import Engine


def engine_facts(engine: Engine) -> dict[str, str]:
    """Return what tells engines apart: versions, platform, and what builds and keeps its images."""
    return {
        "engine": f"{engine.name} {engine.version}",
        "api": engine.api_version,
        "platform": f"{engine.os}/{engine.architecture}",
        "builder": "BuildKit" if engine.capabilities.get("buildkit") else "the classic builder",
        "storage": str(engine.capabilities.get("storage_driver", "")),
        "cgroup": f"v{engine.capabilities.get('cgroup_version', '')}",
    }
