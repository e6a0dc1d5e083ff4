"""The version, written once: the package and its metadata both read it from here."""

from __future__ import annotations

__version__ = "0.1.0"
