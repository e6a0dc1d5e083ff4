"""The command line: the only part of the library that talks to a person.

Exit status: 0 all is well, 1 something was found to be wrong with what was checked, 2 the command was called
wrongly, 3 the data or files are not what they should be, 4 the library has a fault of its own.
"""

from __future__ import annotations

from creditscore.cli.ending import main

__all__ = ["main"]
