"""The scorecard: points for bins, as banks have kept them for sixty years."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

import numpy as np

from creditscore.model._inputs import TrainingRows, number, one_of, whole
from creditscore.model._tables import FROM_DTYPE
from creditscore.model.card import Card, CardData, CardSettings
from creditscore.model.card_bins import CUTTERS, BinSettings
from creditscore.model.card_fitting import grow_card
from creditscore.model.division import Division, Grown
from creditscore.model.fitted import Encoding
from creditscore.model.folds import deal
from creditscore.model.scorer import CreditScorer

REAL_PARAMETERS: Final = frozenset({"least_information", "most_correlation", "reg_lambda"})
_PARTS: Final = 5
_CONSTRAINTS: Final = {
    "binning": one_of(*CUTTERS),
    "n_bins": whole(2),
    "min_bin_rows": whole(1, optional=True),
    "least_information": number(0),
    "n_features": whole(1),
    "most_correlation": number(0, 1, above=True),
    "reg_lambda": number(0, above=True),
    "n_folds": whole(2),
    "folds": one_of("auto", "time", "hash"),
    "calibrate": one_of(True, False),
    "on_no_signal": one_of("flatten", "raise"),
    "seed": whole(0),
    "threads": whole(1, optional=True),
}


class Scorecard(CreditScorer):
    """Probability of default from points for bins: a logistic regression on weights of evidence.

    Bins keep to the declared signs. How much the evidence of a feature counts is learned half from its
    bins and half from what bins of other applicants say of each: never less than nothing, and little where
    it does not hold elsewhere. A missing value has a bin of its own that is never better than the best
    observed one. What is deployed is a sum of step functions of one feature each, written as trees, so that
    scores, explanations, reasons, reports, records and verification are those of `CreditScorer`;
    `points_table` shows it as a bank knows it.

    Parameters
    ----------
    signs, categorical_features, embargo, n_folds, folds, calibrate, on_no_signal, positive_label
        As for `CreditScorer`.
    binning : {"merge", "optbinning"}
        Who cuts quantities. "merge": cuts at hundredths of the rows and around each value that one row in a
        hundred shares, of which neighbours are joined that go against the sign, are small, or cannot be told
        apart. "optbinning": the cuts of most information
        value, by the library of that name (extra ``scorecard``), which is needed to fit and not to score.
        Labels are always merged.
    n_bins : int
        Bins of a feature at most, at least 2; a missing one comes on top.
    min_bin_rows : int, optional
        Rows of a bin at least. Default: one row in a hundred, at least 20. With fewer missing values than
        that, a missing one takes the bin of most risk.
    least_information : float
        Information value below which a feature is left out, 0 or more.
    n_features : int
        Features at most: those that move the log-odds most.
    most_correlation : float
        Of the evidence of two features; where two go together more, that of less information is left out.
        By default none is: the weights see to it.
    reg_lambda : float
        L2 penalty on the coefficients, above 0.
    seed : int
        Of the parts of applicants, 0 or more.
    threads : int, optional
        Threads at most; no result depends on it.

    Attributes
    ----------
    card_ : Card
        Bins, with counts, evidence and information value, and coefficients.
    model_, folds_, judged_, report_, candidates_, level_, dropped_, choice_, classes_, n_features_in_
        As for `CreditScorer`; ``dropped_`` are the features of too little information.

    References
    ----------
    Siddiqi (2006), Credit Risk Scorecards. Navas-Palencia (2020), Optimal binning: mathematical programming
    formulation, arXiv 2001.08025.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(2_000, 3))
    >>> y = (X[:, 0] - X[:, 1] + rng.normal(size=2_000) > 1).astype(int)
    >>> card = Scorecard(signs=[+1, -1, 0]).fit(X, y)
    >>> card.dropped_
    ('x2',)
    >>> risky, safe = card.predict_proba(np.array([[2.0, -2.0, 0.0], [-2.0, 2.0, 0.0]]))[:, 1]
    >>> bool(risky > 0.5 > safe)
    True
    """

    _constraints: ClassVar = _CONSTRAINTS

    def __init__(
        self,
        *,
        signs: Sequence[int] | Mapping[str, int] | None = None,
        categorical_features: Sequence[str | int] | str | None = FROM_DTYPE,
        binning: str = "merge",
        n_bins: int = 20,
        min_bin_rows: int | None = None,
        least_information: float = 0.01,
        n_features: int = 30,
        most_correlation: float = 1.0,
        reg_lambda: float = 1.0,
        n_folds: int = 5,
        folds: str = "auto",
        embargo: str | int = 0,
        calibrate: bool = True,
        on_no_signal: str = "flatten",
        seed: int = 0,
        threads: int | None = None,
        positive_label: str | int | bool | None = None,
    ) -> None:
        self.signs = signs
        self.categorical_features = categorical_features
        self.binning = binning
        self.n_bins = n_bins
        self.min_bin_rows = min_bin_rows
        self.least_information = least_information
        self.n_features = n_features
        self.most_correlation = most_correlation
        self.reg_lambda = reg_lambda
        self.n_folds = n_folds
        self.folds = folds
        self.embargo = embargo
        self.calibrate = calibrate
        self.on_no_signal = on_no_signal
        self.seed = seed
        self.threads = threads
        self.positive_label = positive_label

    def _grown(self, rows: TrainingRows, encoding: Encoding, apart: Division) -> Grown:
        data = CardData(
            encoding.encode(rows.X), rows.bad, rows.weight, signed=np.array(encoding.signs) != 0,
            unknown=encoding.unknown, settings=self._card_settings(len(rows.bad)),
            part=deal(apart.who, rows.bad, n_parts=_PARTS, salt=f"evidence {self.seed}"),
        )  # fmt: skip
        grown = grow_card(
            data,
            apart,
            calibrate=self.calibrate,
            flatten=self.on_no_signal == "flatten",
            threads=self.threads or os.cpu_count() or 1,
        )
        self.card_: Card = grown.card
        return grown

    def _card_settings(self, n_rows: int) -> CardSettings:
        least = max(20, n_rows // 100) if self.min_bin_rows is None else self.min_bin_rows
        return CardSettings(
            bins=BinSettings("optbinning" if self.binning == "optbinning" else "merge", self.n_bins, least),
            least_information=self.least_information,
            most_features=self.n_features,
            most_correlation=self.most_correlation,
            reg_lambda=self.reg_lambda or 0.0,
        )
