"""Past runs on the client's disk: written as they happen, listed, read back; offline, and nothing rests on it."""
