"""The command line as plain data: every command, argument and option, from which both of its readers are made."""
