"""Whom a score is asked for, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditscore.data.applications import Applications
from creditscore.errors import ParameterError


def one_application(application: Applications | Mapping[str, Any]) -> Applications:
    """Return a single application, read from a mapping where it is one."""
    one = application if isinstance(application, Applications) else Applications.from_records([application])
    if len(one.application_ids) != 1:
        raise ParameterError.must_be(
            "application", "one application (score_many takes several)", f"{len(one)}"
        )
    return one
