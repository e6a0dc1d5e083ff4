"""Which functions of the lender's channels are used."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.digital.declared.terms import spread, using
from creditscore.features.formula import AtLeast, Formula, Term

_HALF: Final = "180d"


def function_features() -> tuple[Feature, ...]:
    """Return how many functions are used, how evenly, and how many are new."""

    def distinct(window: str) -> Formula:
        found, ever = (Term("uses", "distinct_keys", by="function", window=w) for w in (window, None))
        return AtLeast(found, ever, 1.0)

    note = "The catalogue of functions is the lender's own: compare numbers of one lender alone."
    return (
        *(
            using(
                "functions_count", distinct(w), "different screens or functions that were used", "count", -1,
                w, risk="medium", group="channel_depth", note=note,
            )
            for w in ("90d", "365d")
        ),
        using(
            "function_entropy", spread("key_entropy", "function", _HALF, least=10),
            "entropy of the functions of uses over the logarithm of how many are seen; 0 with one; at least "
            "10 of a known function", "share", 0, _HALF, risk="medium", group="channel_depth",
        ),
        using(
            "function_top_share", spread("top_share", "function", _HALF, least=10),
            "share of the function that is used most; at least 10 uses of a known function", "share", 0,
            _HALF, risk="medium", group="channel_depth",
        ),
        using(
            "function_new_share", spread("new_key_share", "function", "90d"),
            "share of the functions used in 90d that were never used before", "share", 0, "90d",
            risk="medium", group="channel_depth",
        ),
        using(
            "actions_count", spread("distinct_keys", "action", _HALF, least=0), "different actions", "count",
            0, _HALF, group="channel_depth",
        ),
    )  # fmt: skip
