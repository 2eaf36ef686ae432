"""The swarm behind a manager's Engine API."""
