"""Probes: requests, from the client or through the engine, that show whether a container provides its service."""
