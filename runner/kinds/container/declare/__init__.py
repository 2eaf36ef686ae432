"""Declaring containers: from the section of a document to resources."""
