"""From a Document to what is desired: its checks, its references, and the files that it leads to."""
