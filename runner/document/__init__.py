"""From text to a Document: YAML 1.2, positions, includes and variables; independent of the meaning of the keys."""
