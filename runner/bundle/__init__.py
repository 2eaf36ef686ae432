"""Bundles: a workflow with its files and images in one tar, for engines without a network.

The tar is an OCI image layout with additional members, and at the same time an archive that `docker load` takes. The
first member identifies it as a bundle, the last one is the checksum of its manifest (contents.json): a truncated bundle
has none.
"""
