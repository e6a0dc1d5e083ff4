"""The sets on which the default model is judged: rows, signs, which rows to fit on and which to judge."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "examples")]

import berka  # noqa: E402
import sba  # noqa: E402
import superlender  # noqa: E402
from _common import DATA  # noqa: E402

import creditscore as cs  # noqa: E402
from creditscore.cli.demo import card_features  # noqa: E402

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

PROSPER_LEFT_OUT = (
    # What is known only later, keys, and what the platform's own model or its lenders made of the listing.
    "ClosedDate", "LoanStatus", "LoanCurrentDaysDelinquent", "LoanFirstDefaultedCycleNumber",
    "LoanMonthsSinceOrigination", "LoanOriginationDate", "LoanOriginationQuarter", "ListingCreationDate",
    "DateCreditPulled", "FirstRecordedCreditLine", "ListingKey", "ListingNumber", "LoanKey", "LoanNumber",
    "MemberKey", "GroupKey", "LenderYield", "EstimatedEffectiveYield", "EstimatedLoss", "EstimatedReturn",
    "Investors", "PercentFunded", "BorrowerAPR",
)  # fmt: skip
FITTED, JUDGED = 8_000, 12_000
SBA_LATE = ("UrbanRural", "CreateJob", "RetainedJob", "Term")


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """Rows on which models are compared.

    Attributes
    ----------
    title : str
    X : ndarray of float64, shape (n_rows, n_features)
        As of each row's moment; labels as numbers.
    bad : ndarray of int64, shape (n_rows,)
    signs : tuple of int
    categories : tuple of int
        Columns of labels.
    who : ndarray, shape (n_rows,)
        Applicant of each row.
    time : ndarray of int64, shape (n_rows,), or None
        Moments in microseconds, where they say anything.
    splits : tuple of tuple of (ndarray of int64, shape (n_fit,), ndarray of int64, shape (n_judged,))
        For each repeat its pairs of rows to fit on and rows to judge.
    by_hand : ndarray of float64, shape (n_rows, n_by_hand), or None
        Features as one writes them by hand.
    embargo : int
        Microseconds until an outcome is known.
    """

    title: str
    X: Floats
    bad: Rows
    signs: tuple[int, ...]
    categories: tuple[int, ...]
    who: NDArray[Any]
    time: Rows | None
    splits: tuple[tuple[tuple[Rows, Rows], ...], ...]
    by_hand: Floats | None = None
    embargo: int = 0

    @property
    def in_time(self) -> bool:
        """Whether the judged rows are later than those that were fitted on."""
        return self.time is not None


def folds(bad: Rows, who: NDArray[Any], repeats: int) -> tuple[tuple[tuple[Rows, Rows], ...], ...]:
    """Five parts of applicants with like shares of bads, drawn anew for each repeat."""
    drawn = []
    for seed in range(repeats):
        parts = StratifiedGroupKFold(5, shuffle=True, random_state=seed).split(bad, bad, who)
        drawn.append(tuple((fit.astype(np.int64), judged.astype(np.int64)) for fit, judged in parts))
    return tuple(drawn)


def draws(n_rows: int, repeats: int) -> tuple[tuple[tuple[Rows, Rows], ...], ...]:
    """8,000 rows to fit on and 12,000 to judge, drawn anew for each repeat: for sets of many rows."""
    drawn = []
    for seed in range(repeats):
        order = np.random.default_rng(seed).permutation(n_rows)
        pair = np.sort(order[:FITTED]), np.sort(order[FITTED : FITTED + JUDGED])
        drawn.append((pair,))
    return tuple(drawn)


def newest(time: Rows, share: float, repeats: int) -> tuple[tuple[tuple[Rows, Rows], ...], ...]:
    """Fit on the oldest moments and judge the newest; what is repeated are the draws of the models."""
    start = np.sort(time)[int((1.0 - share) * len(time))]
    pair = np.flatnonzero(time < start), np.flatnonzero(time >= start)
    return ((pair,),) * repeats


def _computed(
    title: str, features: cs.FeatureSet, applications: cs.Applications, portfolio: cs.Portfolio,
    bad: Rows, *, time: Rows | None = None, splits: Any = (), by_hand: Floats | None = None,
    embargo: int = 0,
) -> Contest:  # fmt: skip
    pipeline = cs.CreditPipeline(features)
    matrix = pipeline.compute_features(applications, portfolio)
    declared = [each for each in features if each.name in matrix.names]
    X = matrix.values.copy()
    return Contest(
        title, X, bad, tuple(each.sign for each in declared),
        tuple(i for i, each in enumerate(declared) if getattr(each.formula, "category", False)),
        np.array([str(each) for each in applications.applicant_ids]), time, splits, by_hand, embargo,
    )  # fmt: skip


def taiwan(repeats: int) -> Contest:
    """30,000 credit cards, six months of statements, no protected column."""
    cards = cs.datasets.load_taiwan_cards()
    return _computed(
        "Taiwan cards, 8,000 at random", card_features(), cards.to_applications(), cards.to_portfolio(),
        cards.bad, splits=draws(len(cards.bad), repeats),
    )  # fmt: skip


def taiwan_whole(repeats: int) -> Contest:
    """The same, all rows in five parts."""
    cards = cs.datasets.load_taiwan_cards()
    asked = cards.to_applications()
    who = np.array([str(each) for each in asked.applicant_ids])
    return _computed(
        "Taiwan cards, five parts of all", card_features(), asked, cards.to_portfolio(), cards.bad,
        splits=folds(cards.bad, who, repeats),
    )  # fmt: skip


def german(repeats: int) -> Contest:
    """1,000 loans, 17 columns."""
    loans = cs.datasets.load_german()
    asked = cs.application_features(loans.columns, loans.categories)
    return _computed(
        "German credit, random", asked, loans.applications, cs.Portfolio(), loans.bad,
        splits=folds(loans.bad, np.arange(len(loans.bad)), repeats),
    )  # fmt: skip


def superlender_random(repeats: int) -> Contest:
    """2,879 repeat loans with their history of repayment, in random parts."""
    applications, portfolio, bad = superlender.load(DATA / "superlender")
    who = np.array([str(each) for each in applications.applicant_ids])
    return _computed(
        "SuperLender, random", superlender.features(), applications, portfolio, bad,
        splits=folds(bad, who, repeats),
    )  # fmt: skip


def superlender_in_time(repeats: int) -> Contest:
    """The newest 30 % of moments by those before."""
    applications, portfolio, bad = superlender.load(DATA / "superlender")
    time = applications.as_of
    return _computed(
        "SuperLender, newest 30 %", superlender.features(), applications, portfolio, bad,
        time=time, splits=newest(time, 0.3, repeats),
    )  # fmt: skip


def berka_random(repeats: int) -> Contest:
    """235 loans, payments and terms; windows by hand beside."""
    applications, portfolio, bad = berka.load(DATA / "berka")
    by_hand = berka.reference_features(berka.read(DATA / "berka")).to_numpy(np.float64)
    return _computed(
        "Berka, random", berka.features(), applications, portfolio, bad,
        splits=folds(bad, np.arange(len(bad)), repeats), by_hand=by_hand,
    )  # fmt: skip


def sba_in_time(repeats: int) -> Contest:
    """Approvals to 1999, judged on those of 2000 to 2003; see `examples/sba.py`."""
    tables = sba.to_tables(pd.read_parquet(DATA / "sba" / "loans.parquet"))
    applications = cs.Applications(tables.applications, timezone=sba.TIMEZONE)
    portfolio = cs.Portfolio(loans=tables.loans, timezone=sba.TIMEZONE)
    outcome = sba.RULE.label(applications, portfolio, sba.EXTRACTED).labels
    known = np.flatnonzero(~np.isnan(outcome))
    applications, bad = applications.take(known), outcome[known].astype(np.int64)
    year = pd.to_datetime(tables.applications["as_of"]).dt.year.to_numpy()[known]
    pair = np.flatnonzero(year < 2000), np.flatnonzero(year >= 2000)
    return _computed(
        "SBA, 2000 to 2003 by 1990 to 1999", sba.features(), applications, portfolio, bad,
        time=applications.as_of, splits=((pair,),) * repeats, embargo=1095 * 86_400_000_000,
    )  # fmt: skip


def _flat(
    title: str, frame: pd.DataFrame, bad: Rows, who: NDArray[Any], *, time: Rows | None = None, splits: Any
) -> Contest:
    """Take the columns of one table as they are: numbers, and labels as the positions of their texts."""
    numeric = [pd.api.types.is_numeric_dtype(frame[name]) for name in frame.columns]
    columns = [
        frame[name].astype(float) if number else frame[name].astype("category").cat.codes.replace(-1, np.nan)
        for name, number in zip(frame.columns, numeric, strict=True)
    ]
    X = np.column_stack([column.to_numpy(np.float64) for column in columns])
    labels = tuple(i for i, number in enumerate(numeric) if not number)
    return Contest(title, X, bad, (0,) * X.shape[1], labels, who, time, splits)


def lending_club(repeats: int) -> Contest:
    """60,000 finished loans, without the payments that came later."""
    raw = pd.read_parquet(DATA / "lending_club" / "loans_2007_2014_clean.parquet")
    bad = raw["loan_status"].to_numpy().astype(np.int64)  # 1: charged off
    frame = raw.drop(columns=["loan_status", "total_pymnt"])
    parts = draws(len(bad), repeats)
    return _flat("Lending Club, 8,000 at random", frame, bad, np.arange(len(bad)), splits=parts)


def _prosper() -> tuple[pd.DataFrame, Rows, NDArray[Any], Rows]:
    raw = pd.read_parquet(DATA / "prosper_sample" / "loans_81cols.parquet")
    status = raw["LoanStatus"].astype(str)
    raw = raw[status.isin(["Completed", "Chargedoff", "Defaulted"])].reset_index(drop=True)
    bad = (raw["LoanStatus"].astype(str) != "Completed").to_numpy(np.int64)
    time = raw["ListingCreationDate"].to_numpy("datetime64[us]").astype(np.int64)
    left_out = [name for name in raw.columns if name in PROSPER_LEFT_OUT or name.startswith("LP_")]
    return raw.drop(columns=left_out), bad, raw["MemberKey"].astype(str).to_numpy(), time


def prosper(repeats: int) -> Contest:
    """1,281 finished loans between people, in random parts."""
    frame, bad, who, _ = _prosper()
    return _flat("Prosper, random", frame, bad, who, splits=folds(bad, who, repeats))


def prosper_in_time(repeats: int) -> Contest:
    """The newest 30 % of listings by those before."""
    frame, bad, who, time = _prosper()
    return _flat("Prosper, newest 30 %", frame, bad, who, time=time, splits=newest(time, 0.3, repeats))


def sba_sharp(repeats: int) -> Contest:
    """200,000 loans with the columns that were filled later: little noise, and no forecast."""
    raw = pd.read_parquet(DATA / "sba" / "loans.parquet")
    raw = raw[raw["MIS_Status"].notna()].reset_index(drop=True)
    bad = (raw["MIS_Status"].astype(str) == "CHGOFF").to_numpy(np.int64)
    frame = raw[["GrAppv", "SBA_Appv", "NoEmp", "NewExist", "State", "LowDoc", "RevLineCr", *SBA_LATE]]
    frame = frame.assign(sector=(raw["NAICS"] // 10_000).astype(str))
    parts = draws(len(bad), repeats)
    title = "SBA with late columns, 8,000 at random"
    return _flat(title, frame, bad, np.arange(len(bad)), splits=parts)


MAKERS: dict[str, tuple[Callable[[int], Contest], str, int]] = {
    "german": (german, "", 10),
    "berka": (berka_random, "berka", 10),
    "superlender": (superlender_random, "superlender", 10),
    "superlender_in_time": (superlender_in_time, "superlender", 3),
    "prosper": (prosper, "prosper_sample", 10),
    "prosper_in_time": (prosper_in_time, "prosper_sample", 3),
    "sba_in_time": (sba_in_time, "sba", 2),
    "sba_sharp": (sba_sharp, "sba", 2),
    "lending_club": (lending_club, "lending_club", 2),
    "taiwan": (taiwan, "", 2),
    "taiwan_whole": (taiwan_whole, "", 1),
}


def contest(name: str, repeats: int | None) -> Contest | None:
    """Make one set, or None where its data are not beside the project."""
    maker, folder, usual = MAKERS[name]
    if folder and not (DATA / folder).is_dir():
        return None
    return maker(usual if repeats is None else repeats)


def names_of(given: Sequence[str]) -> tuple[str, ...]:
    """The sets that were asked for, by default all, the cheap ones first."""
    return tuple(given) or tuple(MAKERS)
