"""Compose files as they are: what Docker Compose makes of them, with the place of every value.

Independent of the kinds of resources and of the language of workflow files.
"""
