"""Builds on an engine: the classic builder, and what a build context sends."""
