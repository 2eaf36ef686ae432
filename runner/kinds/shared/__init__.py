"""Code shared by several kinds of resource."""
