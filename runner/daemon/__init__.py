"""The only room that knows the docker SDK: one engine behind the gateway."""
