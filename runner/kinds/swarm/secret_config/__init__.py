"""Secrets and configs of a swarm: their declaration, versions and grants."""
