"""Bundles: a workflow with its files and images in one tar, for engines without a network.

The tar is an OCI image layout with more in it, and at the same time an archive that `docker load` takes. The first
member says that it is a bundle, the last one seals what is said to be in it: one that breaks off has none.
"""
