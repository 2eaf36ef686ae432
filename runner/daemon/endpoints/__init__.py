"""Discovery of engines: addresses, docker contexts, sockets of this machine."""
