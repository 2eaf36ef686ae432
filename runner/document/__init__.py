"""From text to a Document: YAML 1.2, places, includes and variables, and not a word of what the keys mean."""
