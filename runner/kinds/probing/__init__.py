"""Probes: asking, from the client or through the engine, whether what a container is for can be had."""
