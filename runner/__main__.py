"""Lets ``python -m runner`` do what the installed command does."""

from runner.cli.main import main

if __name__ == "__main__":
    main()
