"""The demo: a model of 30,000 real credit cards, from tables to plots and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from creditscore._ground.extras import needs
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.datasets.taiwan import load_taiwan_cards
from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import Term
from creditscore.features.loans.declared.catalogue import repayment_features
from creditscore.model.scale import probability_of_default
from creditscore.model.scorer import CreditScorer
from creditscore.pipeline.facade import CreditPipeline
from creditscore.plots import CalibrationDisplay, KsDisplay, RocDisplay
from creditscore.scoring.results import ScoreResult, Scores

MONTHS: Final = 6


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo found and where it wrote it.

    Attributes
    ----------
    report : str
        Folds and figures on rows that no model had seen.
    customers : mapping of str to ScoreResult
        Three customers explained: the safest, the one in the middle, the riskiest.
    files : tuple of Path
        The model folder, the scores and the plots.
    """

    report: str
    customers: Mapping[str, ScoreResult]
    files: tuple[Path, ...]

    def __str__(self) -> str:
        shown = [f"the {which} customer\n{result}" for which, result in self.customers.items()]
        written = "\n".join(["written:", *(f"  {path}" for path in self.files)])
        return "\n\n".join([self.report, *shown, written])


def card_features() -> FeatureSet:
    """Return the repayment catalogue, and the status of each statement as this file reports it.

    The status is an extra column of the statements. It has no sign: "no consumption" is coded below "paid in
    full" without being safer.

    Examples
    --------
    >>> card_features().names[-1]
    'statements_reported_status_lag_6'
    """
    return repayment_features() + FeatureSet(tuple(_status(back) for back in range(1, MONTHS + 1)))


def _status(back: int) -> Feature:
    return Feature(
        name=f"statements_reported_status_lag_{back}",
        formula=Term("statements", "oldest", column="reported_status", last=back, minimum_rows=back),
        label="status of the newest statement" if back == 1 else f"status of the statement {back} months ago",
        definition=f"reported_status of statement {back}, counted back from the newest: -2 no consumption, "
        "-1 paid in full, 0 revolving, k late by k months",
        unit="count",
        reason_group="card_repayment",
        missing="fewer statements are known",
        source="loans",
        legal_tags=("repayment_history",),
        bounds=(-2.0, None),
    )


def run_demo(out: Path, *, threads: int | None = None) -> DemoResult:
    """Fit, validate, explain and save a model of the Taiwan cards.

    Parameters
    ----------
    out : Path
        Folder for the model, the scores and the plots; made if it is not there.
    threads : int, optional
        Default: one a processor.

    Returns
    -------
    DemoResult
    """
    cards = load_taiwan_cards()
    applications, portfolio = cards.to_applications(), cards.to_portfolio()
    # Larger steps than the default take a third fewer trees, for a demo that is over sooner.
    scorer = CreditScorer(learning_rate=0.05, threads=threads)
    pipeline = CreditPipeline([card_features()], scorer=scorer, threads=threads)
    pipeline.fit(applications, portfolio, cards.bad)
    scores = pipeline.score_many(applications, portfolio)
    out.mkdir(parents=True, exist_ok=True)
    pipeline.save(out / "model")
    scores.to_frame().to_parquet(out / "scores.parquet")
    return DemoResult(
        report=str(pipeline.report),
        customers=_explained(pipeline, scores, applications, portfolio),
        files=(out / "model", out / "scores.parquet", *_plots(pipeline, out)),
    )


def _explained(
    pipeline: CreditPipeline, scores: Scores, applications: Applications, portfolio: Portfolio
) -> dict[str, ScoreResult]:
    order = np.argsort(scores.log_odds, kind="stable")
    chosen = {"safest": order[0], "middle": order[len(order) // 2], "riskiest": order[-1]}
    return {which: pipeline.score(applications.take([int(row)]), portfolio) for which, row in chosen.items()}


def _plots(pipeline: CreditPipeline, out: Path) -> list[Path]:
    """Draw the rows that no model had seen, without a window and without touching pyplot's state."""
    with needs("creditscore demo", package="matplotlib", extra="plots"):
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

    held_out = pipeline.held_out
    written: list[Path] = []
    if held_out is None:
        return written
    probability = probability_of_default(held_out.log_odds)
    for name, display in (("roc", RocDisplay), ("ks", KsDisplay), ("calibration", CalibrationDisplay)):
        figure = Figure(figsize=(5.6, 5.2), dpi=120, layout="constrained")
        FigureCanvasAgg(figure)
        display.from_predictions(held_out.bad, probability).plot(figure.subplots())
        figure.savefig(out / f"{name}.png")
        written.append(out / f"{name}.png")
    return written
