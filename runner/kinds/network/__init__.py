"""Networks: their declaration, endpoints, address pools and re-creation."""
