"""What the money is spent on, and where."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from creditscore.data.tables.vocabularies import PAYMENT_CATEGORIES
from creditscore.features.definition import POSITIVE, Feature
from creditscore.features.formula import AtLeast, Attribute, Difference, Formula, Ratio, Term
from creditscore.features.payments.declared.terms import (
    ESSENTIAL,
    NO_PUBLIC_DATA,
    PRACTICE,
    STAGED,
    Sign,
    among,
    cash_flow,
    month,
    total,
)
from creditscore.words.labels import Label, within

_HALF: Final = "180d"
_SPENT: Final = total("outflow", _HALF)
_RISKY: Final = ("gambling", "high_cost_credit")
_GOH: Final = "Goh and Barabasi (2008), Burstiness and memory in complex systems; Kim and Jo (2016)"
_SINGH: Final = "Singh, Bozkaya and Pentland (2015), Money walks"
_RFM: Final = "recency, frequency, monetary value; Van Vlasselaer et al. (2015), APATE"
_DECLARED: Final = Attribute("accounts_declared")
_PURCHASE: Final = partial(Term, "spending", column="purchase")
# what a few purchases of next to nothing, money from a friend, or a bill put off turn at will
_TURNED: Final = (
    *(f"{category}_share" for category in PAYMENT_CATEGORIES if category not in _RISKY),
    "essential_share", "category_entropy",
    "persons_out_to_in", "purchase_recency", "purchase_count", "purchase_median",
    "purchase_active_days_share", "merchant_new_share", "merchant_concentration",
)  # fmt: skip


def spending_features() -> tuple[Feature, ...]:
    """Return spending by month, by category and by merchant."""
    return (
        *_monthly(),
        *_weekly(),
        _season(),
        *_categories(),
        *_gambling(),
        *_mix(),
        *_purchases(),
        *_merchants(),
    )


def _monthly() -> list[Feature]:
    rows: tuple[tuple[str, str, str, str, Sign], ...] = (
        ("trend", "trend", "Theil-Sen slope over absolute median", "per month", 0),
        ("volatility", "rmad", "1.4826 MAD over median", "ratio", 1),
    )
    return [
        cash_flow(
            name=f"payments_outflow_{name}_{window}",
            formula=month(statistic, "outflow", window, 4),
            label=Label(f"payments_outflow_{name}", span=within(window)),
            definition=f"{words} of spending of {window.removesuffix('m')} whole calendar months; at least 4",
            unit=unit,
            sign=sign,
            reason_group="spending_pattern",
            missing="fewer than 4 whole calendar months",
            version=2,
        )
        for name, statistic, words, unit, sign in rows
        for window in ("6m", "12m")
    ]


def _weekly() -> tuple[Feature, ...]:
    def week(statistic: str, column: str, minimum: int) -> Term:
        return Term("payment_weeks", statistic, column=column, window="182d", minimum_rows=minimum)

    return (
        cash_flow(
            name="payments_spending_spike_26w",
            formula=Ratio(week("max", "outflow", 8), week("median", "outflow", 8)),
            label=Label("payments_spending_spike", span=within("26w")),
            definition="largest over median spending of the whole 7-day weeks in 26 weeks; at least 8",
            unit="ratio",
            sign=1,
            reason_group="spending_pattern",
            missing="fewer than 8 whole weeks, or the median week has no spending",
        ),
        cash_flow(
            name="payments_spending_break_26w",
            formula=week("max", "spending_cusum", 26),
            label=Label("payments_spending_break", span=within("26w")),
            definition=(
                "largest absolute cumulative sum of the deviations of weekly spending from its mean over "
                "26 whole weeks, over its standard deviation times the root of 26; 0 if every week is the "
                "same"
            ),
            unit="z",
            sign=1,
            reason_group="spending_pattern",
            missing="fewer than 26 whole weeks",
            reference="Brown, Durbin and Evans (1975), cumulative sum test",
        ),
    )


def _season() -> Feature:
    return cash_flow(
        name="payments_spending_season_36m",
        formula=Term("spending_season", "newest", column="strength"),
        label=Label("payments_spending_season"),
        definition=(
            "spending of the newest 24 to 36 whole months of the local calendar, its least-squares line "
            "taken out: max(0, 1 - variance around the means by month of the year / variance)"
        ),
        unit="share",
        reason_group="spending_pattern",
        missing="fewer than 24 whole calendar months, or no variance",
        reference="Hyndman and Athanasopoulos, Forecasting: principles and practice, strength of seasonality",
        note="With two years alone, chance gives about one half.",
    )


def _categories() -> list[Feature]:
    return [
        cash_flow(
            name=f"payments_{category}_share_180d",
            formula=Ratio(total("outflow", _HALF, among("category", category)), _SPENT),
            label=Label(f"payments_{category}_share", span=within(_HALF)),
            definition=f"spending of category {category} over all spending in 180d",
            unit="share",
            sign=1 if category in _RISKY else 0,
            reason_group=_category_group(category),
            missing="no spending, or payments have no category",
            legal_tags=_category_tags(category),
            proxy_risk="high" if category in ("gambling", "health", "pension", "benefits") else "medium",
            **_given(f"{category}_share", _category_note(category)),
        )
        for category in PAYMENT_CATEGORIES
        if category not in ("pension", "benefits", "savings")
    ]


def _category_group(category: str) -> str:
    return category if category in ("gambling", "high_cost_credit") else "spending_pattern"


def _category_tags(category: str) -> tuple[str, ...]:
    tags = ("payment_data", "cash_flow")
    if category == "gambling":
        return (*tags, "gambling", "special_category_risk")
    return (*tags, "special_category_risk") if category in ("health", "education") else tags


def _category_note(category: str) -> str:
    if category == "gambling":
        return "A sign of vulnerability: fit for a human review, not for an automatic refusal."
    if category == "health":
        return "Says something about health, which most laws protect."
    return ""


def _gambling() -> tuple[Feature, ...]:
    gambling = among("category", "gambling")

    def share(window: str) -> Ratio:
        return Ratio(total("outflow", window, gambling), total("outflow", window))

    declare = partial(
        cash_flow,
        sign=1,
        reason_group="gambling",
        missing="no spending, or payments have no category",
        legal_tags=("payment_data", "cash_flow", "gambling", "special_category_risk"),
        proxy_risk="high",
        reference="UK Financial Conduct Authority, vulnerable customers; lenders' practice",
        note="A sign of vulnerability: fit for a human review, not for an automatic refusal. "
        f"{NO_PUBLIC_DATA}",
    )
    return (
        declare(
            name="payments_gambling_found_365d",
            formula=Term("flows", "exists", column="outflow", where=(gambling,), window="365d"),
            label=Label("payments_gambling_found", span=within("365d")),
            definition="1 if there is spending of category gambling in 365d, else 0",
            unit="0/1",
        ),
        declare(
            name="payments_gambling_share_rise",
            formula=Difference(share("90d"), share("365d")),
            label=Label("payments_gambling_share_rise"),
            definition="share of gambling in spending of 90d less that of 365d",
            unit="share",
            bounds=(-1.0, 1.0),
        ),
    )


def _mix() -> tuple[Feature, ...]:
    essential = total("outflow", _HALF, among("category", *ESSENTIAL))
    entropy = Term(
        "flows", "key_entropy", column="outflow", by="category", window=_HALF, argument=20.0, minimum_rows=20
    )
    return (
        _of_mix(
            "essential_share", Ratio(essential, _SPENT),
            "share of essential spending, 180d: the categories groceries to tax over all spending",
        ),
        _of_mix(
            "category_entropy", entropy,
            "spread of spending, 180d: entropy of the shares of categories over ln 20; at least 20 debits",
            reference=_SINGH,
        ),
        _of_mix(
            "cash_share", Ratio(total("outflow", _HALF, among("class", "cash_out")), _SPENT),
            "share of cash, 180d: cash withdrawn over all spending", group="cash_use",
        ),
        _of_mix(
            "penalty_share", Ratio(total("outflow", _HALF, among("class", "penalty")), _SPENT),
            "share of penalties, 180d: penalties and penalty interest over all spending", sign=1,
            group="overdraft",
        ),
        *_counterparties(),
    )  # fmt: skip


def _counterparties() -> tuple[Feature, ...]:
    people = among("counterparty_kind", "person")
    lenders = among("category", "high_cost_credit")
    paid = partial(Term, "flows", "distinct_keys", column="outflow", by="counterparty")
    return (
        _of_mix(
            "high_cost_lenders", paid(window="365d", where=(lenders,)),
            "high-cost lenders, 365d: distinct counterparties paid in the category high_cost_credit "
            "(payday, pay-later)",
            window="365d", unit="count", sign=1, group="high_cost_credit", note=NO_PUBLIC_DATA,
        ),
        _of_mix(
            "persons_paid", paid(window=_HALF, where=(people,)),
            "persons paid, 180d: distinct counterparties of kind person that were paid",
            unit="count", group="counterparties", note=NO_PUBLIC_DATA,
        ),
        _of_mix(
            "persons_out_to_in", Ratio(total("debit", _HALF, people), total("credit", _HALF, people)),
            "paid to over received from persons, 180d: sums over settled payments to and from counterparties "
            "of kind person, what was booked back left out",
            unit="ratio", group="counterparties", note=NO_PUBLIC_DATA,
        ),
    )  # fmt: skip


def _of_mix(
    name: str, formula: Formula, words: str, *, window: str = _HALF, unit: str = "share", sign: Sign = 0,
    group: str = "spending_pattern", reference: str = PRACTICE, note: str = "",
) -> Feature:  # fmt: skip
    return cash_flow(
        name=f"payments_{name}_{window}",
        formula=formula,
        label=Label(f"payments_{name}", span=within(window)),
        definition=words,
        unit=unit,
        sign=sign,
        reason_group=group,
        missing="no such payments, or payments lack the column",
        legal_tags=("payment_data", "cash_flow", *(("counterparty",) if "person" in name else ())),
        proxy_risk="medium",
        reference=reference,
        version=2,
        **_given(name, note),
    )


def _given(name: str, note: str) -> dict[str, Any]:
    """Return the note of a feature, and whether models are given it."""
    staged = name in _TURNED
    return {"note": " ".join((*(note,) * bool(note), *(STAGED,) * staged)), "in_model": not staged}


def _purchases() -> tuple[Feature, ...]:
    days = Ratio(month("sum", "purchase_days", "3m", 3), month("sum", "days", "3m", 3))
    recent = partial(_PURCHASE, window="90d")
    gaps = partial(_PURCHASE, window=_HALF, minimum_rows=10)
    return (
        _of_purchases("purchase_recency", _PURCHASE("recency"), "days since the last purchase", "days", 1),
        _of_purchases("purchase_count", recent("count"), "number of purchases, 90d", "count", window="90d"),
        _of_purchases("purchase_median", recent("median"), "median purchase, 90d", "money", window="90d"),
        _of_purchases(
            "purchase_active_days_share", days,
            "share of days with a purchase, 3m: local days over those of the newest 3 whole calendar months",
            "share", window="3m", reference="Babaev et al. (2019), E.T.-RNN",
        ),
        _of_purchases(
            "purchase_gap_variation", gaps("gap_cv"),
            "unevenness of purchases in time, 180d: standard deviation over mean of the days between; at "
            "least 10",
            "ratio", 1, window=_HALF, reference=_GOH,
        ),
        _of_purchases(
            "purchase_burstiness", gaps("burstiness"),
            "burstiness of purchases in time, 180d: from -1 regular to 1 bursty, corrected for few "
            "events; at least 10",
            "index", 1, window=_HALF, reference=_GOH,
        ),
        *_reversals(),
    )  # fmt: skip


def _reversals() -> tuple[Feature, ...]:
    refunds = total("credit", _HALF, among("class", "refund", "chargeback"))
    spent = total("debit", _HALF, among("class", "purchase"))
    bought = Term("flows", "count", where=(among("class", "purchase"),), window=_HALF)
    bounced = (among("kind", "purchase"), among("status", "returned"))
    disputed = Term("flows", "count", where=(among("class", "chargeback"),), window="365d")
    shop = partial(
        _of_purchases, group="refunds_declines", reference="e-commerce practice", note=NO_PUBLIC_DATA
    )
    return (
        shop(
            "refund_share",
            AtLeast(Ratio(refunds, spent), bought, 10.0),
            "refunds and chargebacks over purchases, 180d: money that came back over money that purchases "
            "took and that did not; above 1 where more came back than stayed; at least 10 purchases",
            "ratio",
            window=_HALF,
        ),
        shop(
            "returned_purchases",
            Term("flows", "count", where=bounced, window="365d"),
            "purchases that were returned, 365d",
            "count",
            1,
            window="365d",
        ),
        shop("chargebacks", disputed, "purchases charged back, 365d", "count", 1, window="365d"),
    )


def _of_purchases(
    name: str, formula: Formula, words: str, unit: str, sign: Sign = 0, *, window: str = "",
    group: str = "purchase_activity", reference: str = _RFM, note: str = "",
) -> Feature:  # fmt: skip
    return cash_flow(
        name=f"payments_{name}_{window}" if window else f"payments_{name}",
        formula=formula,
        label=Label(f"payments_{name}", span=within(window) if window else None),
        definition=words,
        unit=unit,
        sign=sign,
        reason_group=group,
        missing="no or too few purchases, or payments have no kind or status",
        reference=reference,
        version=2,
        **_given(name, note),
    )


def _merchants() -> tuple[Feature, ...]:
    return (
        _merchant(
            "concentration", "hhi", "sum of the squared shares of merchants in purchases of 90d; at least 20"
        ),
        _merchant(
            "new_share", "new_key_share", "share of merchants of 90d never seen before; at least 20 purchases"
        ),
        cash_flow(
            name="payments_accounts_seen_share_180d",
            formula=Ratio(Term("flows", "distinct_keys", by="account", window=_HALF), _DECLARED),
            label=Label("payments_accounts_seen_share"),
            definition="distinct accounts with a payment in 180d over accounts_declared of the application; "
            "above 1 where more were seen than declared",
            unit="ratio",
            bounds=POSITIVE,
            reason_group="",
            missing="payments have no account, or the application does not say accounts_declared",
            legal_tags=("payment_data", "application_data"),
            note=NO_PUBLIC_DATA,
        ),
    )


def _merchant(name: str, statistic: str, words: str) -> Feature:
    return cash_flow(
        name=f"payments_merchant_{name}_90d",
        formula=_PURCHASE(statistic, window="90d", by="counterparty", minimum_rows=20),
        label=Label(f"payments_merchant_{name}", ("90d",)),
        definition=words,
        unit="share",
        reason_group="counterparties",
        missing="fewer than 20 purchases from named merchants",
        legal_tags=("payment_data", "counterparty"),
        proxy_risk="medium",
        reference="Lu (2023), on merchants as proxies",
        **_given(f"merchant_{name}", NO_PUBLIC_DATA),
    )
