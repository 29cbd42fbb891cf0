"""The command line: one module for each command."""

from mockserver.cli.group import main

__all__ = ["main"]
