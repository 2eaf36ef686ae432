"""A Compose project as a workflow file: the text of it, which declares the same.

What is easy to read is tried first, then read back and compared: where it isn't the same, what is exact is written.
"""
