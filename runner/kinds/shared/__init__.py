"""What several kinds of resource share."""
