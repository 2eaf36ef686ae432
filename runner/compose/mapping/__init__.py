"""From a Compose project to a document of runner's language, every value at its place in the Compose file.

It knows both languages' keys, and nothing of the kinds of resources. `project` is the entrance.
"""
