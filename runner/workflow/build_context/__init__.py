"""What a build reads on the client: its build context after the ignore rules, and its Dockerfile."""
