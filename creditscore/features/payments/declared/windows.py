"""Plain statistics of income, spending and their difference in four windows, and how the windows compare."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import Ratio, Term
from creditscore.features.payments.declared.terms import SHORT, STAGED, WINDOWS, cash_flow, covering, total
from creditscore.words.labels import Label, within

_WORDS: Final = {
    "count": ("number", "count"),
    "sum": ("sum", "money"),
    "mean": ("mean", "money"),
    "std": ("standard deviation", "money"),
    "min": ("smallest", "money"),
    "max": ("largest", "money"),
    "median": ("median", "money"),
    "distinct": ("number of distinct amounts", "count"),
    "gap_std": ("standard deviation of the days between", "days"),
}
_MONEY: Final = ("sum", "mean", "std", "min", "max", "median")
_FLOWS: Final = {
    "inflow": (
        "credits of the classes that count as income, without those more than half of which is unproven",
        tuple(_WORDS),
        "income_level",
    ),
    "outflow": (
        "debits of the classes that count as spending, less refunds",
        tuple(_WORDS),
        "spending_level",
    ),
    "net": ("the same credits as positive and debits as negative amounts", _MONEY, "cash_flow"),
}
# what grows with the window, and so says less where the history is shorter
_GROW: Final = ("count", "sum", "distinct")
# of income, what nothing older bears out could be borrowed for the moment
_COLUMNS: Final = {"inflow": "usual"}
_COMPARED: Final = {"inflow": "credits", "outflow": "debits"}
# what is in the usual catalogue: the others have no direction, and were missed on no set
_USUAL: Final = ("count", "sum")
# of debits, what purchases of next to nothing turn at will
_TURNED: Final = ("count", "mean", "min", "median", "std", "distinct", "gap_std")
_STEPS: Final = (("30d", "90d"), ("90d", "365d"))


def window_features(*, every: bool = False) -> tuple[Feature, ...]:
    """Return numbers and sums of payments in 30, 90, 180 and 365 days; or all 96 statistics of them."""
    return tuple(
        _statistic(flow, statistic, window)
        for flow, (_, statistics, _) in _FLOWS.items()
        for statistic in statistics
        for window in WINDOWS
        if every or statistic in _USUAL
    )


def change_features() -> tuple[Feature, ...]:
    """Return the sums of a short window over those of a long one."""
    return tuple(_change(flow, short, long) for flow in _COMPARED for short, long in _STEPS)


def _statistic(flow: str, statistic: str, window: str) -> Feature:
    words, _, group = _FLOWS[flow]
    what, unit = _WORDS[statistic]
    value = Term("flows", statistic, column=_COLUMNS.get(flow, flow), window=window)
    staged = flow == "net" or (flow == "outflow" and statistic in _TURNED)
    return cash_flow(
        name=f"payments_{flow}_{statistic}_{window}",
        formula=covering(window, value) if statistic in _GROW else value,
        label=Label(f"payments_{flow}_{statistic}", span=within(window)),
        definition=f"{what} of the settled {words} in the {window} before the moment",
        unit=unit,
        reason_group=group,
        missing=f"no payments were known, or too few of these for the statistic"
        f"{f'; {SHORT}' if statistic in _GROW else ''}",
        note="Sum, count and number of distinct amounts are 0 where there is none."
        f"{f' {STAGED}' if staged else ''}",
        version=3 if flow in _COLUMNS else 2,
        in_model=not staged,
    )


def _change(flow: str, short: str, long: str) -> Feature:
    return cash_flow(
        name=f"payments_{flow}_{short}_to_{long}",
        formula=covering(long, Ratio(total(flow, short), total(flow, long))),
        label=Label(f"payments_{flow}_change", (short, long)),
        definition=f"sum of {flow} in {short} over sum of {flow} in {long}",
        unit="ratio",
        reason_group=_FLOWS[flow][-1],
        missing=f"no {_COMPARED[flow]} in {long}, or {SHORT}",
        version=2,
        note=f"An even flow gives the ratio of the lengths of the windows; more means a rise. {STAGED}",
        in_model=False,
    )
