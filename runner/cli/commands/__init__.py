"""The subcommands, one module each, imported on use."""
