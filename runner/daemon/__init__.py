"""The only package that knows the docker SDK: one engine behind the gateway."""
