"""`python -m creditscore`: the command line, wherever scripts are not on the path."""

from __future__ import annotations

from creditscore.cli import main

if __name__ == "__main__":
    main()
