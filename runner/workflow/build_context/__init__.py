"""What a build reads on the client's side: its context after the ignore file, and its Dockerfile."""
