"""The credit scorer: boosted trees with signs, a rule for missing values, and calibrated probabilities."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.groups import checked_groups
from creditscore._ground.instants import parse_duration
from creditscore.errors import FittingError, ParameterError
from creditscore.model._columns import check_unsigned, names_of, signs_of
from creditscore.model._estimator import RiskClassifier
from creditscore.model._inputs import TrainingRows, check_parameters, scoring_rows, training_rows, whole
from creditscore.model._parameters import CONSTRAINTS, OF_A_RECIPE
from creditscore.model._tables import FROM_DTYPE
from creditscore.model.boosting import BoostingData, BoostingSettings
from creditscore.model.choosing import Candidate
from creditscore.model.crossfit import GrowthSettings, HeldOut, Sample
from creditscore.model.deployed import grow
from creditscore.model.division import Division, Grown
from creditscore.model.fitted import Encoding, FittedModel
from creditscore.model.folds import Folds, checked_time, hash_folds
from creditscore.model.level import Level
from creditscore.model.origins import Origins, rolling_origins
from creditscore.model.recipes import TreeRecipe, recipes_of
from creditscore.model.teaching import Teacher, Teaching, checked_teacher, with_taught
from creditscore.model.trees import Trees


class CreditScorer(RiskClassifier):
    """Probability of default from boosted trees that keep to the declared signs.

    Four things set it apart from a plain booster. Risk never moves against a declared sign. A missing value
    of a signed feature is never better than the best value that could be observed; this is proven after
    each fit by a walk over all trees. The rows choose how trees are grown, and all of them serve the model
    that is deployed, while time order judges it. And probabilities are calibrated, by a line on the
    log-odds, on rows that the trees have not seen, with the level of the newest ones.

    Parameters
    ----------
    signs : sequence of int, shape (n_features,), or mapping of str to int, optional
        +1: risk rises with the feature; -1: risk falls with it; 0: no sign is imposed. A mapping names
        columns of a data frame, the others have no sign. Default: no signs.
    categorical_features : "from_dtype", or sequence of str or int, or None
        Which columns hold labels rather than quantities. "from_dtype": those of a data frame whose type says
        so (categories, texts); labels with a declared order are quantities in that order, and may have a
        sign. Or names or numbers of columns; None: no column. Labels are matched by label, never by the code
        that a library stores.
    recipe : {"auto", "pairs", "shallow", "default", "deep"}
        How trees are grown. "auto" tries four ways, from a few leaves for few rows to many for low noise,
        passes over those that later blocks tell to be worse by two standard errors, and keeps those whose log
        loss out of fold is within one of the least; the model is the mean of theirs. A name fixes the way.
        Where one of the five settings of trees below is given, the way is the named one ("default" for
        "auto") with these settings instead of its own.
    n_estimators : int
        Trees at most of each grown model, at least 1.
    learning_rate : float, optional
        Share of each tree that is added, above 0 and at most 1.
    max_depth : int, optional
        Splits on a path at most, at least 1. At 6 exact Shapley values are fast.
    num_leaves : int, optional
        Leaves in a tree at most, at least 2.
    min_child_samples : int, optional
        Rows in a leaf at least. Default: two thirds of the square root of the number of rows, at least 5.
    feature_fraction : float, optional
        Share of features that each tree may use, above 0 and at most 1; six features at least.
    reg_lambda : float, optional
        L2 penalty on leaf values, 0 or more.
    max_bin : int
        Bins for each feature at most, at least 2.
    early_stopping_rounds : int
        Trees without a better log loss of all parts together, after which growing stops; at least 1.
    n_folds : int
        Parts of applicants, at least 2: each is spoken of by models that were grown on the others.
    folds : {"auto", "time", "hash"}
        What judges the model; no row is kept from the model that is deployed. "auto": four blocks of time,
        each by models grown on rows before it, if there are at least 2,000 rows, more than one moment, and
        10 bads and goods in and before every block; the parts of applicants otherwise. "time" raises where
        "auto" would fall back.
    embargo : str or int
        Length of the outcome window, such as ``"365d"`` or in microseconds. Rows whose outcome was not known
        when a block begins do not serve to judge it.
    bag : bool
        Deploy the mean of the models of all parts and kept ways (below 20,000 rows), or of the kept ways
        grown again on all rows (from there on). False: the best way alone, grown again on all rows, for
        the fewest trees.
    screen : bool
        Whether columns that tell no more than permuted copies are kept from the trees, for each part by the
        rows that its model grows on. Fewer columns are then read and explained; it ranks no better.
    calibrate : bool
        Whether to calibrate; otherwise raw log-odds are given out.
    on_no_signal : {"flatten", "raise"}
        If the calibration slope is not above 0, either give everyone nearly the share of bads
        (``model_.calibration.flattened`` then says so) or raise.
    seed : int
        Of all that is drawn, 0 or more.
    threads : int, optional
        Threads at most, at least 1; by default one for each processor. No result depends on it.
    positive_label : str, int or bool, optional
        The label of the bads. By default the greater of the two; texts whose order contradicts what they say
        ("bad" before "good") are refused without it.
    teacher : classifier, optional
        A stronger, slower model with ``fit`` and ``predict_proba`` that takes NaN, such as
        `foundation_teacher`. Each way of growing is tried twice, on outcomes and on the probabilities that
        the teacher gives to rows it was not fitted on; the choice shows whether that helps. The teacher is
        fitted about 15 times, about 35 with times, and is not part of what is deployed.

    Attributes
    ----------
    classes_ : ndarray, shape (2,)
        The two labels, rising; ``bad_label_`` is the bad one.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_features,)
        Names of columns, if `fit` was given a data frame.
    model_ : FittedModel
        All that scoring of numbers needs.
    reader_ : Reader or None
        How columns of texts and of ordered labels become numbers: ``reader_.labels``; None after a matrix of
        numbers.
    folds_ : Folds
        Parts of applicants.
    judged_ : Folds or Origins
        What the report rests on: ``judged_.pairs()`` are the rows before and the rows that are judged.
    report_ : HeldOut
        Calibrated log-odds and outcomes of rows, by models that were neither grown nor calibrated on them.
    out_of_fold_ : HeldOut
        All rows, by models that were not grown on them and the calibration of the one that is deployed.
    candidates_ : tuple of Candidate
        How each way of growing did.
    level_ : Level or None
        How far the newest tenth of the rows moved the level of risk.
    parts_ : tuple of sequence of str
        Of each kept way of growing the models that calibrate: one for each part of applicants, grown on the
        others, in LightGBM's text format.
    dropped_ : tuple of str
        Columns that screening kept from all trees.
    refit_ : bool
        Whether the deployed models were grown on all rows, and not each on all parts but one.
    choice_ : str
        In a sentence what was judged and what is deployed.

    References
    ----------
    Ke et al. (2017), LightGBM: a highly efficient gradient boosting decision tree.
    Platt (1999), Probabilistic outputs for support vector machines.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(400, 3))
    >>> y = (X[:, 0] - X[:, 1] + rng.normal(size=400) > 1).astype(int)
    >>> scorer = CreditScorer(signs=[+1, -1, 0], n_estimators=50).fit(X, y)
    >>> risky, safe = scorer.predict_proba(np.array([[2.0, -2.0, 0.0], [-2.0, 2.0, 0.0]]))[:, 1]
    >>> bool(risky > 0.5 > safe)
    True
    """

    _constraints: ClassVar = CONSTRAINTS

    def __init__(
        self,
        *,
        signs: Sequence[int] | Mapping[str, int] | None = None,
        categorical_features: Sequence[str | int] | str | None = FROM_DTYPE,
        recipe: str = "auto",
        n_estimators: int = 1000,
        learning_rate: float | None = None,
        max_depth: int | None = None,
        num_leaves: int | None = None,
        min_child_samples: int | None = None,
        feature_fraction: float | None = None,
        reg_lambda: float | None = None,
        max_bin: int = 127,
        early_stopping_rounds: int = 30,
        n_folds: int = 5,
        folds: str = "auto",
        embargo: str | int = 0,
        bag: bool = True,
        screen: bool = False,
        calibrate: bool = True,
        on_no_signal: str = "flatten",
        seed: int = 0,
        threads: int | None = None,
        positive_label: str | int | bool | None = None,
        teacher: Teacher | None = None,
    ) -> None:
        self.signs = signs
        self.categorical_features = categorical_features
        self.recipe = recipe
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.max_depth = max_depth
        self.num_leaves = num_leaves
        self.min_child_samples = min_child_samples
        self.feature_fraction = feature_fraction
        self.reg_lambda = reg_lambda
        self.max_bin = max_bin
        self.early_stopping_rounds = early_stopping_rounds
        self.n_folds = n_folds
        self.folds = folds
        self.embargo = embargo
        self.bag = bag
        self.screen = screen
        self.calibrate = calibrate
        self.on_no_signal = on_no_signal
        self.seed = seed
        self.threads = threads
        self.positive_label = positive_label
        self.teacher = teacher

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        *,
        time: ArrayLike | None = None,
        groups: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
        unlabelled: ArrayLike | None = None,
    ) -> Self:
        """Grow, stop, calibrate and report, each on rows of its own.

        Parameters
        ----------
        X : array-like, sparse matrix or data frame, shape (n_rows, n_features)
            Features; what is missing in any library's way is missing, what a sparse matrix does not store is
            0, infinite values are refused.
        y : array-like, shape (n_rows,)
            Two labels; the greater one (1 of 0 and 1) is bad, unless `positive_label` says otherwise.
        time : array-like, shape (n_rows,), optional
            The moment of each row: whole microseconds since 1970-01-01 UTC, or NumPy datetimes in UTC.
        groups : array-like of str or int, shape (n_rows,), optional
            Who each row is about; hash folds never part one applicant. Default: everyone differs.
        sample_weight : array-like, shape (n_rows,), optional
            Weights, 0 or more; rows of weight 0 are left out.
        unlabelled : array-like, sparse matrix or data frame, shape (n_unlabelled, n_features), optional
            Rows without outcome, such as those of declined or new applicants, to which the teacher gives
            labels; together they weigh no more than the others. Models that judge in time do without them.

        Returns
        -------
        CreditScorer
            Itself.

        Raises
        ------
        ParameterError
            If a parameter or an argument has a value that it cannot take.
        FittingError
            If there are too few bads or goods.
        """
        check_parameters(self, self._constraints)
        rows = training_rows(self, X, y, sample_weight, self.positive_label)
        names = names_of(getattr(self, "feature_names_in_", None), self.n_features_in_)
        signs = signs_of(self.signs, names)
        check_unsigned(rows.categorical, names, signs)
        encoding = Encoding.learned(rows.X, signs, rows.categorical)
        rows = replace(rows, unlabelled=self._unlabelled(unlabelled, rows, encoding))
        who = checked_groups(groups, rows.n_rows)[rows.kept]
        when = None if time is None else checked_time(time, rows.n_rows)[rows.kept]
        folds = hash_folds(who, rows.bad, n_parts=self.n_folds, seed=self.seed)
        apart = Division(who, when, folds, self._origins(rows, who, when))
        grown = self._grown(rows, encoding, apart)
        self._remember(rows)
        in_time, line = apart.in_time, grown.calibration
        self.model_: FittedModel = FittedModel(grown.text, signs, encoding.categories, line, names)
        self.folds_: Folds = folds.spread(rows.kept, rows.n_rows)
        self.judged_: Folds | Origins = self.folds_ if in_time is None else in_time.spread(rows.kept)
        self.report_: HeldOut = replace(grown.report, index=rows.kept[grown.report.index])
        self.out_of_fold_: HeldOut = _out_of_fold(rows, grown)
        self.candidates_: tuple[Candidate, ...] = grown.candidates
        self.level_: Level | None = grown.level
        self.parts_: tuple[Sequence[str], ...] = tuple(grown.parts)
        self.dropped_: tuple[str, ...] = tuple(names[column] for column in grown.dropped)
        self.refit_: bool = grown.refit
        self.choice_: str = grown.sentence(apart.origins)
        return self

    def _grown(self, rows: TrainingRows, encoding: Encoding, apart: Division) -> Grown:
        settings = GrowthSettings(
            recipes=self._recipes(),
            n_estimators=self.n_estimators,
            patience=self.early_stopping_rounds,
            bag=self.bag,
            calibrate=self.calibrate,
            flatten=self.on_no_signal == "flatten",
            threads=self.threads or os.cpu_count() or 1,
            screen=self.screen,
        )
        data = self._data(rows, encoding, apart.folds)
        sample = Sample(data, rows.bad, rows.weight, apart.who, apart.when)
        return grow(sample, apart.folds, apart.in_time, settings)

    def _recipes(self) -> tuple[TreeRecipe, ...]:
        own = {name: getattr(self, name) for name in OF_A_RECIPE if getattr(self, name) is not None}
        recipes = recipes_of(self.recipe, own)
        return recipes if self.teacher is None else with_taught(recipes)

    def _origins(
        self, rows: TrainingRows, who: NDArray[Any], when: NDArray[np.int64] | None
    ) -> Origins | str:
        if self.folds == "hash":
            return "asked for"
        if when is None:
            found: Origins | str = "no times were given"
        else:
            found = rolling_origins(when, rows.bad, who, embargo=self._embargo())
        if isinstance(found, str) and self.folds == "time":
            raise FittingError(f"The rows cannot be judged in time: {found}. Use folds='auto'.")
        return found

    def _embargo(self) -> int:
        if isinstance(self.embargo, str):
            return parse_duration(self.embargo, parameter="embargo")
        text, holds = whole(0)
        if not holds(self.embargo):
            raise ParameterError.must_be(
                "embargo", f"a duration such as '365d' or {text} microseconds", self.embargo
            )
        return self.embargo

    def _unlabelled(
        self, unlabelled: ArrayLike | None, rows: TrainingRows, encoding: Encoding
    ) -> NDArray[np.float64]:
        if unlabelled is None:
            return rows.X[:0]
        if self.get_params(deep=False).get("teacher") is None:
            raise ParameterError.must_be("unlabelled", "given with a teacher alone", "no teacher")
        return scoring_rows(self, unlabelled, rows.reader, encoding.categories)

    def _data(self, rows: TrainingRows, encoding: Encoding, folds: Folds) -> BoostingData:
        settings = BoostingSettings(
            min_child_samples=self.min_child_samples or max(5, int(2 / 3 * len(rows.bad) ** 0.5)),
            max_bin=self.max_bin,
            seed=self.seed,
        )
        encoded, outcomes = encoding.encode(rows.every()), (rows.bad, rows.weight)
        teaching = None
        if self.teacher is not None:
            checked_teacher(self.teacher)
            teaching = Teaching(self.teacher, encoded, *outcomes, folds.number)
        signed = np.array(encoding.signs) != 0
        return BoostingData(
            encoded, *outcomes, signed=signed, unknown=encoding.unknown, settings=settings, teaching=teaching
        )

    def log_odds_of_numbers(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated log-odds of bad of numbers that need no check.

        Parameters
        ----------
        X : ndarray of float64, shape (n_rows, n_features)
            NaN is missing.

        Returns
        -------
        ndarray of float64, shape (n_rows,)
            Higher is riskier.
        """
        return self.model_.log_odds(X, threads=self.threads)

    def raw_by_parts(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Raw log-odds of bad of rows, by the models that were grown on all parts of applicants but one.

        Parameters
        ----------
        X : ndarray of float64, shape (n_rows, n_features)
            NaN is missing. Any rows of applicants that were fitted, such as theirs with values taken away.

        Returns
        -------
        ndarray of float64, shape (n_parts, n_rows)
            First what those say that were not grown on part 0 of ``folds_``. Of what they say of rows of the
            part that they were not grown on, the calibration was learned.
        """
        encoded, threads = self.model_.encode(X), self.threads or os.cpu_count() or 1
        said = [
            [Trees.from_lightgbm_text(text).raw_scores(encoded, threads=threads) for text in models]
            for models in self.parts_
        ]
        return np.asarray(np.mean(said, axis=0), np.float64)

    def _categories(self) -> Mapping[int, tuple[float, ...]]:
        return self.model_.categories


def _out_of_fold(rows: TrainingRows, grown: Grown) -> HeldOut:
    seen = np.flatnonzero(~np.isnan(grown.raw))
    log_odds = grown.calibration.log_odds(grown.raw[seen])
    return HeldOut(rows.kept[seen], log_odds, rows.bad[seen], rows.weight[seen])
