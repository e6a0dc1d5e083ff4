"""Features of more of an account than many people show, which are shown and which no model is given."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from creditscore.features.definition import Feature

# Levels, spreads, trends and fees of more than 180 days. They are missing, or see too few fees, wherever an
# account is younger, and there a model reads a value that is missing as the risk of those who are new. So who
# leaves an account with more than that to hide was taken for one of them. Single events of a year that an
# underwriter asks about (loans taken, debts collected, bills of cards, what was returned) stay.
OF_A_LONG_RECORD: Final = frozenset(
    {
        "payments_inflow_count_365d",
        "payments_inflow_sum_365d",
        "payments_inflow_mean_365d",
        "payments_inflow_std_365d",
        "payments_inflow_min_365d",
        "payments_inflow_max_365d",
        "payments_inflow_median_365d",
        "payments_inflow_distinct_365d",
        "payments_inflow_gap_std_365d",
        "payments_outflow_sum_365d",
        "payments_outflow_max_365d",
        "payments_income_median_12m",
        "payments_income_volatility_12m",
        "payments_income_trend_12m",
        "payments_income_recent_to_earlier_12m",
        "payments_income_months_share_12m",
        "payments_net_negative_share_12m",
        "payments_unpaid_amount_365d",
        "payments_lowest_balance_24m",
        "payments_lowest_balance_trend_12m",
        "payments_penalty_count_365d",
        "payments_penalty_count_ever",
        "payments_outflow_trend_12m",
        "payments_outflow_volatility_12m",
        "payments_spending_spike_26w",
        "payments_spending_break_26w",
        "payments_spending_season_36m",
    }
)
_NOTE: Final = "Reads more of an account than many show: to be shown, and no model is given it."


def given_to_models(feature: Feature) -> Feature:
    """Keep a feature from models if it is one of a long record.

    Parameters
    ----------
    feature : Feature

    Returns
    -------
    Feature
        The same in all that it computes.

    Examples
    --------
    >>> from creditscore.features.payments.declared.catalogue import payment_features
    >>> payment_features()["payments_penalty_count_ever"].in_model
    False
    """
    if feature.name not in OF_A_LONG_RECORD:
        return feature
    note = f"{feature.note} {_NOTE}" if feature.note else _NOTE
    return replace(feature, in_model=False, note=note)
