"""Networks: their declaration, endpoints, address pools and recreation."""
