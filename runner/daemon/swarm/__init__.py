"""What only the managers of a swarm answer."""
