"""The version, written once: the package and its metadata both read it from here."""

from __future__ import annotations

from typing import Final

__version__: Final = "0.1.0"
