"""Where an engine is found: addresses, contexts of docker, sockets of this machine."""
