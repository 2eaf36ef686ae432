"""The HTTP transport to an engine: connections, retries, streams and their errors."""
