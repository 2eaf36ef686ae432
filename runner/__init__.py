"""runner: a declarative workflow runner for Docker."""

__version__ = "0.2.0"
