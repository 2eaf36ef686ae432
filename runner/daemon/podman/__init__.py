"""Podman behind the Docker API: what it reports differently, converted."""
