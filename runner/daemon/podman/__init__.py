"""Podman behind the Docker API: what it answers differently, converted."""
