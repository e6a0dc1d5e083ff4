"""Decisions are taken with the fitted pipeline of the tests of pipelines."""

from __future__ import annotations

from tests.pipeline.conftest import case

__all__ = ["case"]
