"""What is left of the income: cash flow, commitments, and the requested instalment against both."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import UNBOUNDED, Feature
from creditscore.features.formula import Attribute, Difference, Formula, Ratio, Share, Term
from creditscore.features.payments.declared.commitments import COMMITTED, DAILY_COMMITTED
from creditscore.features.payments.declared.terms import (
    DAILY_INCOME,
    EBA,
    FINREGLAB,
    INCOME,
    INSTALMENT,
    NO_PUBLIC_DATA,
    SHORT,
    STAGED,
    UNSTAGED,
    WINDOWS,
    Sign,
    among,
    cash_flow,
    covering,
    month,
    total,
)
from creditscore.words.labels import EVER, Label, within

_FEW: Final = "fewer than 2 whole calendar months, or fewer than 92 days of payments were seen"
_REQUEST: Final = ("payment_data", "cash_flow", "application_data")


def budget_features() -> tuple[Feature, ...]:
    """Return net flow and affordability."""
    return (*_net(), *_affordability(), *_buffers())


def _net() -> list[Feature]:
    ratios = [
        cash_flow(
            name=f"payments_net_to_inflow_{window}",
            formula=covering(window, Ratio(total("net", window), total("inflow", window))),
            label=Label("payments_net_to_inflow", span=within(window)),
            definition=f"(income - spending) / income in {window}",
            unit="ratio",
            sign=-1,
            reason_group="cash_flow",
            missing=f"no income in {window}, or {SHORT}",
            version=2,
            reference="cash-flow scores in practice",
            in_model=False,
            note=STAGED,
        )
        for window in WINDOWS
    ]
    negative = [
        cash_flow(
            name=f"payments_net_negative_share_{window}",
            formula=Share(
                month("sum", "net_negative", window), month("count", "net_negative", window), 0.4, minimum=3
            ),
            label=Label("payments_net_negative_share", span=within(window)),
            definition=(
                f"(k + 5 * 0.4) / (n + 5): in k of the n among the newest {window.removesuffix('m')} whole "
                "calendar months spending is above income; at least 3 months"
            ),
            unit="share",
            sign=1,
            reason_group="cash_flow",
            missing="fewer than 3 whole calendar months",
            version=2,
            reference=FINREGLAB,
        )
        for window in ("6m", "12m")
    ]
    return [*ratios, *negative]


def _affordability() -> tuple[Feature, ...]:
    left = Difference(INCOME, COMMITTED)
    net = Difference(month("mean", "daily_income", "6m", 2), month("mean", "daily_outflow", "6m", 2))
    return (
        _afford(
            "disposable_income_6m", left, "median monthly income less recurring debits", "money",
            label=Label("payments_disposable_income"),
        ),
        _afford(
            "disposable_after_basics_6m", Difference(left, month("mean", "basics", "6m", 2)),
            "median monthly income less recurring debits and mean monthly purchases of groceries, transport "
            "and health, which are no recurring debits",
            "money", label=Label("payments_disposable_after_basics"),
            tags=("payment_data", "cash_flow", "special_category_risk"),
        ),
        _afford(
            "requested_instalment_to_income", Ratio(INSTALMENT, DAILY_INCOME),
            "requested amount over term in days, over median daily income", sign=1,
        ),
        _afford(
            "requested_amount_to_year_income",
            Ratio(Attribute("amount"), month("mean", "yearly_income", "12m", 2)),
            "requested amount over 12 times the mean monthly income of 12m", sign=1,
            label=Label("payments_requested_amount_to_income", ("12m",)),
        ),
        _afford(
            "disposable_to_requested_instalment",
            Ratio(Difference(DAILY_INCOME, DAILY_COMMITTED), INSTALMENT),
            "median daily income less recurring debits, over requested amount a day of the term",
        ),
        _afford(
            "net_to_requested_instalment", Ratio(net, INSTALMENT),
            "mean daily income less mean daily spending of 6m, over requested amount a day of the term",
            label=Label("payments_net_to_requested_instalment", ("6m",)),
        ),
    )  # fmt: skip


def _afford(
    name: str, formula: Formula, words: str, unit: str = "ratio", sign: Sign = -1, *,
    label: Label | None = None, tags: tuple[str, ...] = (),
) -> Feature:  # fmt: skip
    return cash_flow(
        name=f"payments_{name}",
        formula=formula,
        label=label or Label(f"payments_{name}"),
        definition=f"{words}; income over the newest 6 whole calendar months, at least 2, unless 12m is said",
        unit=unit,
        sign=sign,
        reason_group="amount_requested" if "requested" in name else "fixed_commitments",
        missing=f"{_FEW}, no income, or the application lacks amount or term",
        legal_tags=tags or (_REQUEST if "requested" in name else ("payment_data", "cash_flow")),
        reference=EBA,
        note="A floor for a household of a size is the lender's policy." if "disposable" in name else "",
        version=2,
    )


def _buffers() -> tuple[Feature, ...]:
    def balance(statistic: str, window: str, column: str = "balance") -> Term:
        return Term("balance_days", statistic, column=column, window=window, minimum_rows=1)

    lowest = balance("min", "180d", "mean_30d")
    rows: tuple[tuple[str, str, Term, str, tuple[str, ...]], ...] = (
        ("mean_balance", "_90d", balance("mean", "90d"), "mean balance of 90d", ("90d",)),
        ("lowest_balance", "_180d", balance("min", "180d"), "lowest day-end balance of 180d", ("180d",)),
        ("lowest_monthly_balance", "_180d", lowest, "lowest mean of 30 day ends of 180d", ("30d", "180d")),
        ("balance_month_ago", "", balance("newest", "180d"), "balance 31 days before the moment", ()),
    )
    return tuple(
        cash_flow(
            name=f"payments_{name}_to_requested_instalment{window}",
            formula=Ratio(term, INSTALMENT),
            label=Label(f"payments_{name}_to_requested_instalment", windows),
            definition=f"{words} over (requested amount / term in days); a negative balance gives a "
            f"negative number; {UNSTAGED}",
            unit="days",
            sign=-1,
            reason_group="balance_buffer",
            missing="no balance was known, or the application lacks amount or term",
            version=2,
            legal_tags=_REQUEST,
            bounds=UNBOUNDED,
        )
        for name, window, term, words, windows in rows
    )


def pressure_features() -> tuple[Feature, ...]:
    """Return returned, declined and penalised payments."""
    penalties = tuple(_bad_marks("penalty", "class", window) for window in ("90d", "180d", "365d"))
    returned = tuple(_bad_marks("returned", "status", window) for window in ("90d", "180d", "365d"))
    declined = among("status", "declined")
    tried = Term("flows", "count", by="status", window="180d")
    share = cash_flow(
        name="payments_declined_share_180d",
        formula=Share(
            Term("flows", "count", where=(declined,), window="180d"), tried, prior=0.02, minimum=1.0
        ),
        label=Label("payments_declined_share", span=within("180d")),
        definition="(k + 5 * 0.02) / (n + 5): k of the n payments with a known status in 180d were declined",
        unit="share",
        sign=1,
        reason_group="refunds_declines",
        missing="payments have no status",
        note="Small payments hide what was declined: to be shown, and no model is given it.",
        in_model=False,
    )
    refused = Term("flows", "sum", column="unpaid", window="180d", where=(declined,))
    money = cash_flow(
        name="payments_declined_to_spending_180d",
        formula=Ratio(refused, total("outflow", "180d")),
        label=Label("payments_declined_to_spending", span=within("180d")),
        definition="money of the debits that were declined in 180d over spending in 180d",
        unit="ratio",
        sign=1,
        reason_group="refunds_declines",
        missing="no spending, or payments have no status",
        note=NO_PUBLIC_DATA,
    )
    return (*penalties, _ever_penalised(), *returned, share, money)


def _ever_penalised() -> Feature:
    return cash_flow(
        name="payments_penalty_count_ever",
        formula=Term("flows", "count", where=(among("class", "penalty"),)),
        label=Label("payments_penalty_count", span=EVER),
        definition="number of payments of class penalty known before the moment; not those booked back",
        unit="count",
        sign=1,
        reason_group="overdraft",
        missing="no payments were known, or they have no kind",
        reference="CFPB (2023), overdraft and non-sufficient-funds fees",
        version=2,
    )


def _bad_marks(mark: str, column: str, window: str) -> Feature:
    return cash_flow(
        name=f"payments_{mark}_count_{window}",
        formula=Term("flows", "count", where=(among(column, mark),), window=window),
        label=Label(f"payments_{mark}_count", span=within(window)),
        definition=f"number of payments of {column} {mark} in {window}",
        unit="count",
        sign=1,
        reason_group="returned_payments" if column == "status" else "overdraft",
        missing=f"no payments were known, or they have no {column}",
        reference="CFPB (2023), overdraft and non-sufficient-funds fees",
        version=1 if column == "status" else 2,
    )
