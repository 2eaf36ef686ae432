"""Records of past runs on the client's disk: written during a run, listed, read back; offline, and never required."""
