"""The only package that talks to engines: one of them behind the gateway."""
