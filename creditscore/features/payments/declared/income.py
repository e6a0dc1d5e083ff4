"""How high, how steady and from how many sources the income is."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import Difference, Ratio, Share, Term
from creditscore.features.payments.declared.terms import EBA, FINREGLAB, Sign, among, cash_flow, month, total
from creditscore.words.labels import Label, within

_FEW: Final = "no payments were known, or too few whole months of 30 days"
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
_OF_STREAM: Final[tuple[tuple[str, str, str, str, Sign, str], ...]] = (
    ("monthly_amount", "monthly_amount", "recurring income a month", "money", -1, "income_level"),
    (
        "regularity",
        "regularity",
        "1 minus MAD of the gaps over their median",
        "share",
        -1,
        "income_stability",
    ),
    (
        "gaps_since",
        "gaps_since",
        "time since the last hit over the median gap",
        "ratio",
        1,
        "income_stability",
    ),
    (
        "half_spent_days",
        "half_spent",
        "median days until half of a pay was spent",
        "days",
        -1,
        "spending_pattern",
    ),
)


def income_features() -> tuple[Feature, ...]:
    """Return level, steadiness, trend and sources of income."""
    return (
        *_levels(),
        *_steadiness(),
        *_presence(),
        *_kinds(),
        *(_payers(*row) for row in _PAYERS),
        *_stream(),
    )


def _levels() -> list[Feature]:
    levels = [
        cash_flow(
            name=f"payments_income_median_{window}",
            formula=month("median", "income", window, 2),
            label=Label("payments_income_median", span=within(window)),
            definition=f"median of the income of the whole 30-day months in {window}; at least 2",
            unit="money",
            sign=-1,
            reason_group="income_level",
            missing=_FEW,
            reference=f"{FINREGLAB}; {EBA}",
        )
        for window in ("3m", "6m", "12m")
    ]
    wages = cash_flow(
        name="payments_wages_median_6m",
        formula=month("median", "wages", "6m", 2),
        label=Label("payments_wages_median", span=within("6m")),
        definition="median over the whole 30-day months in 6m of credits of kind salary or category "
        "pension or benefits",
        unit="money",
        sign=-1,
        reason_group="income_level",
        missing=f"{_FEW}, or payments have no kind",
        reference=EBA,
    )
    return [*levels, wages]


def _steadiness() -> list[Feature]:
    words: tuple[tuple[tuple[str, str, str, str], Sign], ...] = ((_SPREAD, 1), (_TREND, -1))
    return [
        cash_flow(
            name=f"payments_income_{what}_{window}",
            formula=month(statistic, "income", window, 4),
            label=Label(f"payments_income_{what}", span=within(window)),
            definition=f"{definition} of the income of the whole 30-day months in {window}; at least 4",
            unit=unit,
            sign=sign,
            reason_group="income_stability",
            missing=f"{_FEW}, or their median income is 0",
            reference=FINREGLAB,
        )
        for (what, statistic, definition, unit), sign in words
        for window in ("6m", "12m")
    ]


def _presence() -> tuple[Feature, ...]:
    return (
        cash_flow(
            name="payments_income_recent_to_earlier_12m",
            formula=_recent_to_earlier(),
            label=Label("payments_income_recent_to_earlier", ("3m",)),
            definition="mean monthly income of months 1 to 3 over that of months 4 to 12; at least 6 months",
            unit="ratio",
            sign=-1,
            reason_group="income_stability",
            missing=f"{_FEW}, or no income in months 4 to 12",
            reference="early-warning practice",
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
                "(k + 5 * 0.9) / (n + 5): k of the n whole 30-day months in 12m have at least 25 % of "
                "their median income; at least 3 months"
            ),
            unit="share",
            sign=-1,
            reason_group="income_stability",
            missing=_FEW,
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
            formula=Term("flows", "gap_max", column="inflow", window="180d"),
            label=Label("payments_income_gap_max", span=within("180d")),
            definition="largest number of days between neighbouring credits that count as income in 180d",
            unit="days",
            sign=1,
            reason_group="income_stability",
            missing="fewer than 2 credits",
        ),
        cash_flow(
            name="payments_income_recency",
            formula=Term("flows", "recency", column="inflow"),
            label=Label("payments_income_recency"),
            definition="days from the newest credit that counts as income to the moment",
            unit="days",
            reason_group="income_stability",
            missing="no credits",
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


def _stream() -> tuple[Feature, ...]:
    found = cash_flow(
        name="payments_salary_found",
        formula=Term("income_stream", "exists"),
        label=Label("payments_salary_found"),
        definition=(
            "1 if there are credits of one payer, or of one kind, with 3 hits in 365d, a median gap of 6 "
            "to 8, 13 to 16 or 26 to 35 days, MAD of the gaps at most 15 % of it, 1.4826 MAD of the "
            "amounts at most 35 % of their median, and the last hit at most 1.5 gaps ago; else 0"
        ),
        unit="0/1",
        sign=-1,
        reason_group="income_stability",
    )
    return (found, *(_of_stream(*row) for row in _OF_STREAM))


def _of_stream(name: str, column: str, words: str, unit: str, sign: Sign, group: str) -> Feature:
    return cash_flow(
        name=f"payments_salary_{name}",
        formula=Term("income_stream", "newest", column=column),
        label=Label(f"payments_salary_{name}"),
        definition=f"{words}, of the recurring credits that bring most a month",
        unit=unit,
        sign=sign,
        reason_group=group,
        missing="no recurring income was found",
    )
