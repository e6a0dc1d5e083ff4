"""What a model report says of the law of its model, and of the significance of each datum."""

from __future__ import annotations

from collections import Counter
from typing import Any, Protocol, TypeVar

from creditscore.assess.significance import Significance, significance_of
from creditscore.assess.study import Study
from creditscore.errors import ParameterError
from creditscore.law.model_law import ModelLaw
from creditscore.law.telling import removals
from creditscore.law.vocabulary import SIGNIFICANCE
from creditscore.pipeline.facade import CreditPipeline
from creditscore.report.law import removed
from creditscore.report.writing import Writer


class _OfModel(Protocol):
    """What was found of a model."""

    @property
    def model_id(self) -> str: ...


_Found = TypeVar("_Found", bound=_OfModel)


def of_this_model(found: _Found, name: str, pipeline: CreditPipeline) -> _Found:
    """Refuse what was found of another model.

    Raises
    ------
    ParameterError
    """
    mine = pipeline.model.model_id
    if found.model_id != mine:
        raise ParameterError.must_be(
            name, f"found of the model that is reported ({mine[:12]})", found.model_id[:12]
        )
    return found


def add_law(
    body: dict[str, Any],
    pipeline: CreditPipeline,
    study: Study | None,
    significance: Significance | None,
    writer: Writer,
) -> list[tuple[str, str]]:
    """Add the law of a model, and the test of each datum where it was given or the law asks for it.

    Returns
    -------
    list of tuple of str
        Sections that are left out, and why.

    Raises
    ------
    ParameterError
        If the test is one of another model.
    """
    law = pipeline.model.law
    if law is not None:
        body["law"] = _law(law, writer)
    if significance is not None and not isinstance(significance, Significance):
        raise ParameterError.must_be("significance", "a Significance", significance)
    if significance is not None:
        body["significance"] = of_this_model(significance, "significance", pipeline).to_dict()
    elif law is not None and SIGNIFICANCE in law.used.asks:
        if study is None or not study.has_both:
            return [("significance", "no_outcomes")]
        body["significance"] = significance_of(study).to_dict()
    return []


def _law(law: ModelLaw, writer: Writer) -> dict[str, Any]:
    """Say which law, what it removes by which rules, what left before the fit, and what was proven."""
    left = Counter(tag for one in law.left for tag in one.tags)
    absence = law.absence if law.used == law.fitted else None
    return {
        "jurisdiction": law.used.name,
        "as_of": law.used.as_of.isoformat(),
        "sha256": law.used.sha256,
        "removes": removed(removals(law.used), writer),
        "asks": sorted(law.used.asks),
        "retention": law.retention.to_dict(),
        "left": {
            "features": len(law.left),
            "kinds": [
                {"tag": tag, "title": writer.words_for("tag", tag), "features": number}
                for tag, number in sorted(left.items())
            ],
        },
        **({} if absence is None else {"absence": absence.to_dict()}),
    }
