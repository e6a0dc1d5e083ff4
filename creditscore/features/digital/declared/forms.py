"""How applications are filled in: time, changes, and forms that were given up."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Bounds, Feature, Risk
from creditscore.features.digital.declared.terms import (
    BERG,
    Sign,
    filled_in,
    share_of,
)
from creditscore.features.formula import AtLeast, Condition, Covered, Difference, Formula, Term
from creditscore.words.labels import Label, within

_CLOCK: Final = ("digital_footprint", "biometric", "location_time")
# So fast nobody reads the form.
_RUSHED: Final = Condition("fill_seconds", "lt", 60.0)
_HANDED_IN: Final = Condition("submitted", "eq", 1.0)
_NEWEST: Final = "of the newest form"

_COUNTS: Final[tuple[tuple[str, str, Sign], ...]] = (
    ("edits", "changes of what a field holds", 1),
    ("income_edits", "changes of the income", 1),
    ("amount_edits", "changes of the amount", 0),
    ("pastes", "fields that were pasted into", 0),
    ("backtracks", "returns to a page before", 0),
    ("slider_moves", "moves of a slider", 0),
    ("errors", "entries that the form refused", 0),
)


def form_features() -> tuple[Feature, ...]:
    """Return features of the forms that were known, the newest first of all."""
    return (
        filled_in(
            name="form_covered",
            formula=Covered("form_events"),
            label=Label("form_covered"),
            definition="1 if forms were there at the moment, else 0",
            unit="0/1",
            reason_group="coverage",
        ),
        *(_counted(*row) for row in _COUNTS),
        *_times(),
        *_shares(),
        *_hours(),
        *_attempts(),
    )


def _counted(column: str, words: str, sign: Sign) -> Feature:
    return _form(column, Term("forms", "newest", column=column), f"{words} {_NEWEST}", "count", sign)


def _times() -> tuple[Feature, ...]:
    fast = AtLeast(
        Term("forms", "count", where=(_RUSHED, _HANDED_IN), window="90d"),
        Term("forms", "count", where=(_HANDED_IN,), window="90d"),
        1.0,
    )
    return (
        _form(
            "fill_seconds",
            Term("forms", "newest", column="fill_seconds"),
            "seconds from the first to the last step of the newest form that was handed in",
            "seconds",
        ),
        _form(
            "rushed_count_90d", fast, "forms handed in within 60 seconds of the first step, 90d", "count", 1
        ),
        _form(
            "terms_seconds", Term("forms", "newest", column="terms_seconds"),
            f"seconds on the terms {_NEWEST}, at most 600", "seconds", bounds=(0.0, 600.0),
        ),
    )  # fmt: skip


def _shares() -> tuple[Feature, ...]:
    return (
        _form(
            "paste_share",
            Term("forms", "newest", column="paste_share"),
            "pastes over pastes and changes of the newest form with either",
            "share",
        ),
        _form(
            "amount_change", Term("forms", "newest", column="amount_change"),
            f"the last amount over the first {_NEWEST} that shows one", "ratio", bounds=(0.0, None),
            risk="low",
        ),
    )  # fmt: skip


def _hours() -> tuple[Feature, ...]:
    rows: tuple[tuple[str, str, Sign], ...] = (
        ("is_night", "00:00 to 04:59", 1),
        ("is_morning", "05:00 to 11:59", 0),
        ("is_evening", "18:00 to 23:59", 0),
    )
    return tuple(
        _form(
            column, Term("forms", "newest", column=column),
            f"1 if the last step of the newest form of a known hour was from {words}, local time, else 0",
            "0/1", sign, tags=_CLOCK, risk="low", reference=BERG,
        )
        for column, words, sign in rows
    )  # fmt: skip


def _attempts() -> tuple[Feature, ...]:
    ever = Term("forms", "count")
    again = Difference(
        Term("forms", "sum", column="starts", window="30d"),
        Term("forms", "count", where=(Condition("starts", "gt", 0.0),), window="30d"),
    )
    begun = Term("forms", "count", window="365d")
    given_up = Term("forms", "sum", column="abandoned", window="90d")
    return (
        _form(
            "restarts_30d", AtLeast(again, ever, 1.0), "starts of forms beyond the first of each, 30d",
            "count", 1, risk="low",
        ),
        _form(
            "abandoned_90d", given_up, "forms that were given up and not handed in, 90d", "count", 1,
            risk="low",
        ),
        _form(
            "forms_count_90d", Term("forms", "count", window="90d"), "forms that were begun, 90d", "count", 0,
            risk="low",
        ),
        _form(
            "submitted_share_365d",
            share_of(Term("forms", "sum", column="submitted", window="365d"), begun, 0.7, 1.0),
            "(k + 5 * 0.7) / (n + 5): k of the n forms that were begun were handed in; at least 1, 365d",
            "share", 0, risk="low",
        ),
    )  # fmt: skip


def _form(
    name: str,
    formula: Formula,
    words: str,
    unit: str,
    sign: Sign = 0,
    *,
    tags: tuple[str, ...] = ("digital_footprint", "biometric"),
    risk: Risk = "medium",
    reference: str = "practice of digital lenders",
    bounds: Bounds | None = None,
) -> Feature:
    quantity, _, window = name.rpartition("_")
    windowed = window.removesuffix("d").isdigit()
    label = Label(f"form_{quantity}", span=within(window)) if windowed else Label(f"form_{name}")
    return filled_in(
        name=f"form_{name}",
        formula=formula,
        label=label,
        definition=words,
        unit=unit,
        sign=sign,
        legal_tags=tags,
        proxy_risk=risk,
        reference=reference,
        bounds=bounds,
    )
