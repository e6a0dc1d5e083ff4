"""Which features an applicant can do something about: one rule, read from the declaration alone."""

from __future__ import annotations

import re
from typing import Final

from creditscore.data.protected import protected_by
from creditscore.data.sources import FIXED_TAGS, SOURCES
from creditscore.features.definition import Feature
from creditscore.features.formula import AtLeast, Attribute, Formula, Term, operands
from creditscore.words.audit import NONE, NOT_ACTIONABLE

# Conduct that can be otherwise from today on.
CONDUCT: Final = frozenset(
    {
        "payment_timeliness", "past_arrears", "late_trend", "part_payments", "card_repayment", "prepayment",
        "overdraft", "returned_payments", "balance_buffer", "income_stability", "income_level", "cash_flow",
        "spending_pattern", "high_cost_credit",
    }
)  # fmt: skip

# What is so at the moment: it can fall as well as rise, even where it is counted over all time.
STATE: Final = frozenset(
    {
        "current_arrears", "indebtedness", "card_utilisation", "cash_advances", "fixed_commitments", "bills",
        "inquiries", "amount_requested", "term_requested",
    }
)  # fmt: skip

# What a column of the form may be named after, whatever its declaration says, and nobody is asked to change.
NEVER_ASKED: Final = frozenset(
    {
        "friend", "referee", "reference", "contact", "neighbour", "neighbor", "phone", "telephone", "mobile",
        "email", "mail", "browser", "device", "address", "home", "house", "housing", "district", "region",
    }
)  # fmt: skip

# Over all time these never fall.
_ONLY_GROW: Final = frozenset({"max", "sum", "count", "exists", "longest_run", "distinct_keys"})


def actionable(feature: Feature) -> bool:
    """Tell whether an applicant can move a feature towards lower risk.

    Examples
    --------
    >>> from creditscore.features.formula import Term
    >>> late = Feature("repayment_late_6m", Term("loan_states", "mean", "late", window="6m"), "late", "late",
    ...                "share", +1, "payment_timeliness", source="loans")
    >>> actionable(late)
    True
    """
    return not why_not_actionable(feature)


def why_not_actionable(feature: Feature) -> str:
    """Say why a feature is never proposed for a change; empty if it may be.

    Parameters
    ----------
    feature : Feature
        Its source, legal tags, proxy risk, sign, unit, column of the application, reason group and formula
        are read, in this order.
    """
    never = sorted(FIXED_TAGS & set(feature.legal_tags))
    if never:
        return NOT_ACTIONABLE["tag"].format(tag=never[0])
    source = SOURCES.get(feature.source)
    if source is None or not source.own_conduct:
        return NOT_ACTIONABLE["source"].format(source=feature.source or NONE)
    if feature.proxy_risk == "high":
        return NOT_ACTIONABLE["proxy"]
    if feature.sign == 0 or feature.unit == "category":
        return NOT_ACTIONABLE["direction"]
    if isinstance(feature.formula, Attribute) and _is_never_asked(feature.formula.column):
        return NOT_ACTIONABLE["named"].format(column=feature.formula.column)
    if feature.reason_group not in CONDUCT | STATE:
        return NOT_ACTIONABLE["group"].format(group=feature.reason_group or NONE)
    if _is_settled(feature.formula, feature.sign, of_state=feature.reason_group in STATE):
        return NOT_ACTIONABLE["settled"]
    return ""


def _is_never_asked(column: str) -> bool:
    words = set(re.findall("[a-z]+", column.lower()))
    words |= {word.removesuffix("s") for word in words}
    return protected_by(column) is not None or bool(NEVER_ASKED & words)


def _is_settled(formula: Formula, sign: int, *, of_state: bool) -> bool:
    """Tell whether no conduct from now on can move a formula towards lower risk."""
    while isinstance(formula, AtLeast):
        formula = formula.value
    if isinstance(formula, Attribute):
        return False
    if not isinstance(formula, Term):
        return any(isinstance(part, Term) and part.first is not None for part in operands(formula))
    if formula.first is not None or (formula.statistic == "oldest" and formula.last != 1):
        return True
    over_all_time = formula.window is None and formula.last is None
    stuck = formula.statistic in _ONLY_GROW if sign > 0 else formula.statistic == "min"
    return over_all_time and stuck and not of_state
