"""When and how payments are made."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import Share, Term
from creditscore.features.payments.declared.terms import NO_PUBLIC_DATA, STAGED, cash_flow
from creditscore.words.labels import Label, within

_HALF: Final = "180d"
_BERG: Final = (
    "Berg, Burg, Gombovic and Puri (2020), On the rise of fintechs: credit scoring using digital footprints"
)
_CLOCK: Final = ("payment_data", "location_time")
_NOTES: Final = MappingProxyType(
    {
        "night": "Payments without an hour take no part. Local time is that of the portfolio's zone.",
        "weekend": "The portfolio's zone decides the day, and its weekend which days count.",
        "online": NO_PUBLIC_DATA,
    }
)
_KNOWN: Final = MappingProxyType(
    {"night": " of a known hour", "weekend": "", "online": " with a known channel"}
)
_SHARES: Final = (
    ("night", "is_night", "debits from 00:00 to 04:59, local time", 0.05, 20, _CLOCK),
    ("weekend", "is_weekend", "debits on days of the weekend, local time", 0.25, 20, _CLOCK),
    ("online", "is_online", "debits made online, of those with a known channel", 0.3, 10, ("payment_data",)),
)


def clock_features() -> tuple[Feature, ...]:
    """Return shares by the clock and by channel, and how mixed hours and instruments are."""
    return (
        *(_share(*row) for row in _SHARES),
        cash_flow(
            name="payments_hour_entropy_180d",
            formula=Term(
                "spending", "key_entropy", by="hour_of_week", window=_HALF, argument=168.0, minimum_rows=50
            ),
            label=Label("payments_hour_entropy", span=within(_HALF)),
            definition="entropy of the 168 hours of the week (local time) of debits in 180d over ln 168; "
            "at least 50 debits",
            unit="share",
            reason_group="spending_pattern",
            missing="fewer than 50 debits of a known hour",
            legal_tags=_CLOCK,
            proxy_risk="medium",
            note=f"Payments of which only the day is known take no part. {STAGED}",
            in_model=False,
        ),
        cash_flow(
            name="payments_method_entropy_180d",
            formula=Term("spending", "key_entropy", by="method", window=_HALF, minimum_rows=10),
            label=Label("payments_method_entropy", span=within(_HALF)),
            definition=(
                "entropy of the methods of debits in 180d over the logarithm of how many are seen; 0 with "
                "one; at least 10 debits with a known method"
            ),
            unit="share",
            reason_group="spending_pattern",
            missing="fewer than 10 debits with a known method",
            legal_tags=("payment_data",),
            note=f"{NO_PUBLIC_DATA} {STAGED}",
            in_model=False,
        ),
    )


def _share(name: str, column: str, words: str, prior: float, least: int, tags: tuple[str, ...]) -> Feature:
    part = Term("spending", "sum", column=column, window=_HALF)
    whole = Term("spending", "count", column=column, window=_HALF)
    return cash_flow(
        name=f"payments_{name}_share_180d",
        formula=Share(part, whole, prior=prior, minimum=least),
        label=Label(f"payments_{name}_share", span=within(_HALF)),
        definition=f"(k + 5 * {prior}) / (n + 5): k of the n debits in 180d are {words}; at least {least}",
        unit="share",
        reason_group="spending_pattern",
        missing=f"fewer than {least} debits" + _KNOWN[name],
        legal_tags=tags,
        proxy_risk="medium",
        reference=_BERG,
        note=f"{_NOTES[name]} {STAGED}",
        in_model=False,
    )
