"""What a feature measures, as data: a quantity, its parameters, and over what it was taken.

The words of a quantity stand in the tables of `creditscore.words.reasons`, one phrase a language; nothing
ever reads a label back from a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Self, TypeAlias

from creditscore._ground.instants import parse_window
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.words.languages import LANGUAGES, texts_in

Parameter: TypeAlias = int | str
Words: TypeAlias = Mapping[str, str] | tuple[tuple[str, str], ...]

# What a span may be counted in, and its words for one.
_COUNTED: Final = ("newest_loans", "oldest_loans", "newest_instalments", "oldest_instalments")
_FIXED: Final = (
    "ever", "newest_loan", "oldest_loan", "newest_instalment", "oldest_instalment", "newest_statement",
)  # fmt: skip


# Ratios that people read as percentages, and those of which only more and less means something; all others
# are so many times.
PERCENTAGES: Final = frozenset(
    {
        "payments_accounts_seen_share", "payments_balance_to_income", "payments_card_debt_to_income",
        "payments_commitments_to_income", "payments_debt_service_to_income",
        "payments_debts_collected_to_income", "payments_declined_to_spending", "payments_fees_to_income",
        "payments_loan_payments_to_income",
        "payments_pay_later_to_income", "payments_wage_advances_to_income",
        "payments_loans_taken_to_income", "payments_net_to_inflow", "payments_overdraft_depth_to_income",
        "payments_recurring_income_share", "payments_recurring_loans_to_income",
        "payments_recurring_rent_to_income", "payments_refund_share",
        "payments_requested_amount_to_income", "payments_requested_instalment_to_income",
        "payments_saved_to_income", "payments_savings_share",
        "repayment_annual_rate", "repayment_annual_rate_max", "repayment_held_share_of_term",
        "repayment_held_share_of_term_mean", "repayment_instalments_to_income",
        "statements_payment_to_limit", "statements_payment_to_limit_mean", "statements_utilisation",
        "statements_utilisation_max", "statements_utilisation_mean", "statements_utilisation_now",
    }
)  # fmt: skip
BARE_NUMBERS: Final = frozenset(
    {
        "activities_gap_cv", "digital_login_gap_cv", "digital_uses_volatility",
        "payments_balance_variation", "payments_income_volatility",
        "payments_interest_received_cv", "payments_outflow_volatility", "payments_purchase_gap_variation",
        "repayment_days_late_volatility", "repayment_opening_gap_cv", "statements_utilisation_std",
    }
)  # fmt: skip
# Days after a day, or before it: what is more is said to be later.
DAYS_AFTER: Final = frozenset(
    {
        "repayment_days_between_loans_mean", "repayment_days_late", "repayment_days_late_at_close",
        "repayment_days_late_at_close_max", "repayment_first_days_late", "repayment_loan_days_late",
    }
)  # fmt: skip
# What rises and falls, and in which unit people say by how much. A share that changes does so by points.
TRENDS: Final = MappingProxyType(
    {
        "activities_trend": "share", "digital_logins_trend": "share", "digital_uses_trend": "share",
        "payments_income_trend": "share", "payments_outflow_trend": "share",
        "payments_lowest_balance_trend": "share", "repayment_amount_slope": "share",
        "statements_balance_trend": "share", "statements_payment_trend": "share",
        "digital_online_share_slope": "percentage points", "digital_online_shift": "percentage points",
        "payments_gambling_share_rise": "percentage points",
        "statements_utilisation_slope": "percentage points",
        "bills_days_late_slope": "days", "repayment_days_late_at_close_slope": "days",
        "repayment_days_late_change": "days", "repayment_days_late_slope": "days",
        "statements_dpd_slope": "days",
    }
)  # fmt: skip
# Units that are written times a hundred.
HUNDREDTHS: Final = ("share", "percentage points")


@dataclass(frozen=True, slots=True)
class Span:
    """Over which time, or which of the loans, a quantity was taken.

    Parameters
    ----------
    kind : str
        ``window`` with a duration; ``newest_loans``, ``oldest_loans``, ``newest_instalments`` or
        ``oldest_instalments`` with a count above 1; ``ranked_statement`` with a rank above 1, counted from
        the newest; or without a length ``ever``, ``newest_loan``, ``oldest_loan``, ``newest_instalment``,
        ``oldest_instalment``, ``newest_statement``.
    length : str or int, optional
        A duration such as ``"12m"``, a count or a rank.

    Raises
    ------
    ParameterError
        If the kind is unknown or the length does not fit it.
    """

    kind: str
    length: Parameter | None = None

    def __post_init__(self) -> None:
        if self.kind == "window":
            parse_window(str(self.length), parameter="length")
        elif self.kind in (*_COUNTED, "ranked_statement"):
            if not isinstance(self.length, int) or self.length < 2:
                raise ParameterError.must_be("length", "a whole number above 1", self.length)
        elif self.kind not in _FIXED:
            raise NameUnknownError.among(
                "span", self.kind, ("window", *_COUNTED, "ranked_statement", *_FIXED)
            )
        elif self.length is not None:
            raise ParameterError.must_be("length", f"left out for {self.kind!r}", self.length)

    def __str__(self) -> str:
        if self.kind == "window":
            return str(self.length)
        if self.kind == "ranked_statement":
            return f"{self.kind} {self.length}th"
        return self.kind if self.length is None else f"{self.kind} {self.length}"


EVER: Final = Span("ever")


def within(window: str | None) -> Span:
    """Say that a quantity was taken over a window before the moment; over all time without one.

    Examples
    --------
    >>> within("12m"), within(None)
    (Span(kind='window', length='12m'), Span(kind='ever', length=None))
    """
    return EVER if window is None else Span("window", window)


def among(end: str, count: int, noun: str) -> Span:
    """Say that a quantity was taken of the newest or oldest few loans or instalments.

    Parameters
    ----------
    end : {"newest", "oldest"}
    count : int
        How many, at least 1.
    noun : {"loan", "instalment"}

    Examples
    --------
    >>> among("newest", 3, "loan"), among("oldest", 1, "loan")
    (Span(kind='newest_loans', length=3), Span(kind='oldest_loan', length=None))
    """
    return Span(f"{end}_{noun}") if count == 1 else Span(f"{end}_{noun}s", count)


def statement(rank: int) -> Span:
    """Say that a quantity was read from one statement, counted from the newest, which is number 1."""
    return Span("newest_statement") if rank == 1 else Span("ranked_statement", rank)


@dataclass(frozen=True, slots=True)
class Label:
    """What a feature measures: a quantity that has words in every language.

    Parameters
    ----------
    quantity : str
        Key of the tables of words.
    parameters : tuple of int or str, default ()
        What the quantity's phrase has fields for, in order: counts, and durations such as ``"30d"``.
    span : Span, optional
        Over which time, or which of the loans; None where the quantity says all.

    Raises
    ------
    NameUnknownError
        If no quantity of that name has words; the closest known one is named.
    ParameterError
        If the parameters do not fill the phrase of the quantity.

    Examples
    --------
    >>> label = Label("repayment_months_past_due", (30,), within("12m"))
    >>> Label.from_plain(label.to_plain()) == label
    True
    >>> Label("repayment_months_past_dew")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    creditscore.errors.NameUnknownError: There is no quantity 'repayment_months_past_dew'. Did you mean \
'repayment_months_past_due'? Known: ...
    """

    quantity: str
    parameters: tuple[Parameter, ...] = ()
    span: Span | None = None

    def __post_init__(self) -> None:
        phrases = texts_in("en").phrases.labels
        if self.quantity not in phrases:
            raise NameUnknownError.among("quantity", self.quantity, sorted(phrases))
        for parameter in self.parameters:
            if isinstance(parameter, str):
                parse_window(parameter, parameter="parameters")
        wanted = phrases[self.quantity].count("{")
        if wanted != len(self.parameters):
            what = f"{wanted} values for the quantity {self.quantity!r}"
            raise ParameterError.must_be("parameters", what, self.parameters)

    @property
    def key(self) -> str:
        """Quantity and kind of span, as the tables of whole clauses know them."""
        return f"{self.quantity}/{self.span.kind if self.span else ''}"

    def to_plain(self) -> dict[str, Any]:
        """Write the label as plain data."""
        span = None if self.span is None else {"kind": self.span.kind, "length": self.span.length}
        return {"quantity": self.quantity, "parameters": list(self.parameters), "span": span}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Read what `to_plain` wrote."""
        span = plain["span"]
        return cls(
            quantity=plain["quantity"],
            parameters=tuple(plain["parameters"]),
            span=None if span is None else Span(span["kind"], span["length"]),
        )


@dataclass(frozen=True, slots=True)
class OwnLabel:
    """What a feature of one's own measures, in one's own words in every language.

    Parameters
    ----------
    words : mapping of language to text
        What it is called, in English, Persian and Chinese.
    higher, lower : mapping of language to text, optional
        What is said first where the value is above, or below, what is usual.
    unit : mapping of language to text, optional
        How a value in a unit of one's own is written, such as ``"{value} kWh"``.
    group : mapping of language to text, optional
        What a reason group of one's own is called.

    Raises
    ------
    ParameterError
        If a language is missing or unknown, a text is empty, or that of a unit says no value.

    Examples
    --------
    >>> own = OwnLabel({"en": "top-ups a month", "fa": "شارژ در ماه", "zh": "每月充值次数"})
    >>> own.said("zh"), OwnLabel.from_plain(own.to_plain()) == own
    ('每月充值次数', True)
    """

    words: Words
    higher: Words = ()
    lower: Words = ()
    unit: Words = ()
    group: Words = ()

    def __post_init__(self) -> None:
        for name in ("words", "higher", "lower", "unit", "group"):
            given = getattr(self, name)
            texts = dict(given.items() if isinstance(given, Mapping) else given)
            whole = set(texts) == set(LANGUAGES) and all(str(text).strip() for text in texts.values())
            if not whole and (texts or name == "words"):
                raise ParameterError.must_be(name, f"a text in each of {', '.join(LANGUAGES)}", given)
            object.__setattr__(
                self, name, tuple(sorted((str(key), str(text)) for key, text in texts.items()))
            )

        for text in dict(self.unit).values():
            if text.count("{value}") != 1 or "{" in text.replace("{value}", ""):
                raise ParameterError.must_be("unit", "texts with one {value} each, '{value} kWh'", text)

    def said(self, language: str) -> str:
        """Say what the measure is called."""
        return dict(self.words)[language]

    def opening(self, direction: str | None, language: str) -> str:
        """Say what comes first for a direction; empty where nothing was declared."""
        texts = {"higher": self.higher, "lower": self.lower}.get(direction or "", ())
        return dict(texts).get(language, "")

    def to_plain(self) -> dict[str, Any]:
        """Write the label as plain data; units and groups of one's own only where there are some."""
        plain = {"words": dict(self.words), "higher": dict(self.higher), "lower": dict(self.lower)}
        more = {"unit": dict(self.unit), "group": dict(self.group)}
        return plain | {name: texts for name, texts in more.items() if texts}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Read what `to_plain` wrote."""
        more = {name: plain[name] for name in ("unit", "group") if name in plain}
        return cls(plain["words"], plain["higher"], plain["lower"], **more)


AnyLabel: TypeAlias = Label | OwnLabel | str


def to_plain(label: AnyLabel) -> dict[str, Any] | str:
    """Write a label, or a user's own words, as plain data."""
    return label if isinstance(label, str) else label.to_plain()


def from_plain(plain: Mapping[str, Any] | str) -> AnyLabel:
    """Read what `to_plain` wrote."""
    if isinstance(plain, str):
        return plain
    return OwnLabel.from_plain(plain) if "words" in plain else Label.from_plain(plain)
