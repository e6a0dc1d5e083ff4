"""The page of accuracy, made from what was measured."""

from __future__ import annotations

from typing import Any


def page(results: dict[str, Any]) -> str:
    """Write the page."""
    return "# Accuracy\n"
