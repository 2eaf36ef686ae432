"""Networks of a swarm: overlay networks, which reach over all of its nodes."""
