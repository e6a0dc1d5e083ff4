"""How high, how steady and from how many sources the income is."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import Difference, Ratio, Share, Term
from creditscore.features.payments.declared.terms import (
    EBA,
    FINREGLAB,
    STAGED,
    Sign,
    among,
    cash_flow,
    month,
    total,
)
from creditscore.words.labels import Label, within

_FEW: Final = "payments were not seen in the newest 92 days, or too few whole calendar months"
_SPREAD: Final = ("volatility", "rmad", "1.4826 MAD over median", "ratio")
_TREND: Final = (
    "trend",
    "trend",
    "Theil-Sen slope over absolute median",
    "per month",
)
_PAYERS: Final[tuple[tuple[str, str, str, str, Sign], ...]] = (
    ("sources", "distinct_keys", "number of distinct payers", "count", -1),
    ("concentration", "hhi", "sum of the squared shares of payers (Herfindahl)", "share", 1),
)
# fewer whole months say nothing about so long a time
_LEAST: Final = {"3m": 2, "6m": 2, "12m": 6}


def income_features() -> tuple[Feature, ...]:
    """Return level, steadiness, trend and sources of income."""
    return (
        *_levels(),
        *_steadiness(),
        *_presence(),
        *_kinds(),
        *(_payers(*row) for row in _PAYERS),
    )


def _newest(window: str) -> str:
    return f"the newest {window.removesuffix('m')} whole calendar months"


def _levels() -> list[Feature]:
    levels = [
        cash_flow(
            name=f"payments_income_median_{window}",
            formula=month("median", "income", window, least),
            label=Label("payments_income_median", span=within(window)),
            definition=f"median of the income of {_newest(window)}; at least {least}",
            unit="money",
            sign=-1,
            reason_group="income_level",
            missing=_FEW,
            reference=f"{FINREGLAB}; {EBA}",
            version=2,
        )
        for window, least in _LEAST.items()
    ]
    wages = cash_flow(
        name="payments_wages_median_6m",
        formula=month("median", "wages", "6m", 2),
        label=Label("payments_wages_median", span=within("6m")),
        definition=f"median over {_newest('6m')} of wages, pensions and benefits; at least 2",
        unit="money",
        sign=-1,
        reason_group="income_level",
        missing=f"{_FEW}, or payments have no kind",
        reference=EBA,
        version=2,
    )
    return [*levels, wages]


def _steadiness() -> list[Feature]:
    words: tuple[tuple[tuple[str, str, str, str], Sign], ...] = ((_SPREAD, 1), (_TREND, -1))
    return [
        cash_flow(
            name=f"payments_income_{what}_{window}",
            formula=month(statistic, "income", window, least),
            label=Label(f"payments_income_{what}", span=within(window)),
            definition=f"{definition} of the income of {_newest(window)}; at least {least}",
            unit=unit,
            sign=sign,
            reason_group="income_stability",
            missing=f"{_FEW}, or their median income is 0",
            reference=FINREGLAB,
            version=2,
        )
        for (what, statistic, definition, unit), sign in words
        for window, least in (("6m", 4), ("12m", 6))
    ]


def _presence() -> tuple[Feature, ...]:
    return (
        cash_flow(
            name="payments_income_recent_to_earlier_12m",
            formula=_recent_to_earlier(),
            label=Label("payments_income_recent_to_earlier", ("3m",)),
            definition=(
                "mean income of the newest 3 whole calendar months over that of the 3 to 9 before them"
            ),
            unit="ratio",
            sign=-1,
            reason_group="income_stability",
            missing=f"{_FEW}, or no income before the newest 3",
            reference="early-warning practice",
            version=2,
        ),
        cash_flow(
            name="payments_income_months_share_12m",
            formula=Share(
                month("sum", "income_present", "12m"),
                month("count", "income_present", "12m"),
                0.9,
                minimum=3.0,
            ),
            label=Label("payments_income_months_share", span=within("12m")),
            definition=(
                f"(k + 5 * 0.9) / (n + 5): k of the n among {_newest('12m')} have at least 25 % of "
                "their median income; at least 3 months"
            ),
            unit="share",
            sign=-1,
            reason_group="income_stability",
            missing=_FEW,
            version=2,
        ),
        *_pauses(),
    )


def _recent_to_earlier() -> Ratio:
    recent, year = (month("sum", "income", window, least) for window, least in (("3m", 3), ("12m", 6)))
    of_recent, of_year = (month("count", "income", window) for window in ("3m", "12m"))
    earlier = Ratio(Difference(year, recent), Difference(of_year, of_recent))
    return Ratio(Ratio(recent, of_recent), earlier)


def _pauses() -> tuple[Feature, ...]:
    return (
        cash_flow(
            name="payments_income_gap_max_180d",
            formula=Term("income_stream", "newest", column="longest_gap"),
            label=Label("payments_income_gap_max", span=within("180d")),
            definition=(
                "most days in a row without a credit that counts as income in the newest 180 days that were "
                "seen, from their beginning (or the first known payment) and up to their end"
            ),
            unit="days",
            sign=1,
            reason_group="income_stability",
            missing="fewer than 92 days of payments were seen, or none of the newest 92",
            version=2,
        ),
        cash_flow(
            name="payments_income_recency",
            formula=Term("income_stream", "newest", column="since_credit"),
            label=Label("payments_income_recency"),
            definition=(
                "days from the newest credit that counts as income to the moment, or to the end of the feed"
            ),
            unit="days",
            reason_group="income_stability",
            missing="no credits",
            version=2,
            in_model=False,
            note=STAGED,
        ),
    )


def _kinds() -> tuple[Feature, ...]:
    salary = "Says how a person works."
    public = "Stands close to age, disability and receipt of public assistance, which credit law protects."
    return (
        _kind_share("salary", "kind", ("salary",), salary),
        _kind_share("pension_benefit", "category", ("pension", "benefits"), public),
    )


def _kind_share(name: str, column: str, labels: tuple[str, ...], note: str) -> Feature:
    protected = name == "pension_benefit"
    tags = ("payment_data", "cash_flow", *(("special_category_risk",) if protected else ()))
    return cash_flow(
        name=f"payments_{name}_share_180d",
        formula=Ratio(total("inflow", "180d", among(column, *labels)), total("inflow", "180d")),
        label=Label(f"payments_{name}_share", span=within("180d")),
        definition=f"credits of {column} {' or '.join(labels)} over all credits that count as income, "
        "in 180d",
        unit="share",
        reason_group="income_stability",
        missing=f"no income, or payments have no {column}",
        legal_tags=tags,
        proxy_risk="high" if protected else "medium",
        note=note,
    )


def _payers(name: str, statistic: str, words: str, unit: str, sign: Sign) -> Feature:
    return cash_flow(
        name=f"payments_income_{name}_180d",
        formula=Term("flows", statistic, column="inflow", by="counterparty", window="180d", minimum_rows=1),
        label=Label(f"payments_income_{name}", span=within("180d")),
        definition=f"{words} of the credits that count as income and name a counterparty, in 180d",
        unit=unit,
        sign=sign,
        reason_group="counterparties",
        missing="no income from a named counterparty",
        legal_tags=("payment_data", "cash_flow", "counterparty"),
    )
