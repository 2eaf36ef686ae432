"""Where the rows of a container lie in a service's spec, as far as that takes more than a path."""
