"""The command line: arguments in, words and an exit status out."""

from publisher.cli.exits import Exit
from publisher.cli.program import program

__all__ = ["Exit", "program"]
