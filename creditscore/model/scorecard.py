"""The scorecard: points for bins, as banks have kept them for sixty years."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike

from creditscore.model._columns import check_unsigned, names_of, signs_of
from creditscore.model._inputs import check_parameters, number, one_of, training_rows, whole
from creditscore.model._tables import FROM_DTYPE
from creditscore.model.card import Card, CardData, CardSettings
from creditscore.model.card_bins import CUTTERS, BinSettings
from creditscore.model.card_fitting import grow_card
from creditscore.model.fitted import Encoding, FittedModel
from creditscore.model.folds import checked_groups, checked_time, hash_folds
from creditscore.model.origins import Origins
from creditscore.model.scorer import CreditScorer

REAL_PARAMETERS: Final = frozenset({"least_information", "most_correlation", "reg_lambda"})
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

    Bins keep to the declared signs, coefficients are never negative, and a missing value has a bin of its own
    that is never better than the best observed one. What is deployed is a sum of step functions of one
    feature each, written as trees, so that scores, explanations, reasons, reports, records and verification
    are those of `CreditScorer`; `points_table` shows it as a bank knows it.

    Parameters
    ----------
    signs, categorical_features, embargo, n_folds, folds, calibrate, on_no_signal, positive_label
        As for `CreditScorer`.
    binning : {"merge", "optbinning"}
        Who cuts quantities. "merge": cuts at twentieths, of which neighbours are joined that go against the
        sign, are small, or cannot be told apart. "optbinning": the cuts of most information value, by the
        library of that name (extra ``scorecard``), which is needed to fit and not to score. Labels are always
        merged.
    n_bins : int
        Bins of a feature at most, at least 2; a missing one comes on top.
    min_bin_rows : int, optional
        Rows of a bin at least. Default: one row in fifty, at least 20. With fewer missing values than that, a
        missing one takes the bin of most risk.
    least_information : float
        Information value below which a feature is left out, 0 or more.
    n_features : int
        Features at most, those of most information value first.
    most_correlation : float
        Of the evidence of two features; where two go together more, that of less information is left out.
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
    >>> X = rng.normal(size=(400, 3))
    >>> y = (X[:, 0] - X[:, 1] + rng.normal(size=400) > 1).astype(int)
    >>> card = Scorecard(signs=[+1, -1, 0]).fit(X, y)
    >>> card.dropped_
    ('x2',)
    >>> risky, safe = card.predict_proba(np.array([[2.0, -2.0, 0.0], [-2.0, 2.0, 0.0]]))[:, 1]
    >>> bool(risky > 0.5 > safe)
    True
    """

    def __init__(
        self,
        *,
        signs: Sequence[int] | Mapping[str, int] | None = None,
        categorical_features: Sequence[str | int] | str | None = FROM_DTYPE,
        binning: str = "merge",
        n_bins: int = 8,
        min_bin_rows: int | None = None,
        least_information: float = 0.01,
        n_features: int = 30,
        most_correlation: float = 0.9,
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

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        *,
        time: ArrayLike | None = None,
        groups: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Cut, choose, weigh, calibrate and report, each on rows of its own.

        Parameters
        ----------
        X, y, time, groups, sample_weight
            As for `CreditScorer.fit`: ``X`` of shape (n_rows, n_features), the others of shape (n_rows,).

        Returns
        -------
        Scorecard
            Itself.

        Raises
        ------
        ParameterError
            If a parameter or an argument has a value that it cannot take.
        FittingError
            If there are too few bads or goods.
        MissingExtraError
            If optbinning is asked for and not installed.
        """
        check_parameters(self, _CONSTRAINTS)
        rows = training_rows(self, X, y, sample_weight, self.positive_label)
        names = names_of(getattr(self, "feature_names_in_", None), self.n_features_in_)
        signs = signs_of(self.signs, names)
        check_unsigned(rows.categorical, names, signs)
        encoding = Encoding.learned(rows.X, signs, rows.categorical)
        who = checked_groups(groups, rows.n_rows)[rows.kept]
        when = None if time is None else checked_time(time, rows.n_rows)[rows.kept]
        folds = hash_folds(who, rows.bad, n_parts=self.n_folds, seed=self.seed)
        origins = self._origins(rows, who, when)
        data = CardData(
            encoding.encode(rows.X), rows.bad, rows.weight, signed=np.array(encoding.signs) != 0,
            unknown=encoding.unknown, settings=self._card_settings(len(rows.bad)),
        )  # fmt: skip
        in_time = origins if isinstance(origins, Origins) else None
        grown = grow_card(
            data, when, folds, in_time, calibrate=self.calibrate,
            flatten=self.on_no_signal == "flatten", threads=self.threads or os.cpu_count() or 1,
        )  # fmt: skip
        self._remember(rows)
        self.card_: Card = grown.card
        self.model_ = FittedModel(grown.text, signs, encoding.categories, grown.calibration, names)
        self.folds_ = folds.spread(rows.kept, rows.n_rows)
        self.judged_ = self.folds_ if in_time is None else in_time.spread(rows.kept)
        self.report_ = replace(grown.report, index=rows.kept[grown.report.index])
        self.candidates_, self.level_ = (grown.candidate,), grown.level
        self.dropped_ = tuple(names[column] for column in grown.card.weak)
        self.choice_ = grown.sentence(origins)
        return self

    def _card_settings(self, n_rows: int) -> CardSettings:
        least = max(20, n_rows // 50) if self.min_bin_rows is None else self.min_bin_rows
        return CardSettings(
            bins=BinSettings("optbinning" if self.binning == "optbinning" else "merge", self.n_bins, least),
            least_information=self.least_information,
            most_features=self.n_features,
            most_correlation=self.most_correlation,
            reg_lambda=self.reg_lambda or 0.0,
        )
