"""What pip makes the package of, and which versions of its dependencies are allowed."""

from __future__ import annotations

import configparser
import shutil
from pathlib import Path

from packaging.requirements import Requirement

_ROOT = Path(__file__).parents[2]
PARTS = ("runner", "schemas", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")


def copy_package(target: Path) -> Path:
    """Copy what a build needs into a folder, and return it: a build leaves traces where it is done."""
    for name in PARTS:
        part = _ROOT / name
        if part.is_dir():
            shutil.copytree(part, target / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(part, target / name)
    return target


def dependencies() -> list[Requirement]:
    """Return install_requires of setup.cfg."""
    return [Requirement(line) for line in _config()["options"]["install_requires"].split("\n") if line]


def pythons() -> list[str]:
    """Return the versions of Python that setup.cfg names, such as 3.11."""
    lines = _config()["metadata"]["classifiers"].split("\n")
    return [version for line in lines if "." in (version := line.rpartition("Python :: ")[2]) and line != version]


def lowest(dependency: Requirement) -> str:
    """Return the requirement of exactly the lowest version that is allowed; there must be a lower bound."""
    (bound,) = [part.version for part in dependency.specifier if part.operator == ">="]
    return f"{dependency.name}=={bound}"


def _config() -> configparser.ConfigParser:
    config = configparser.ConfigParser()
    config.read(_ROOT / "setup.cfg", encoding="utf-8")
    return config
