"""The dials of the generator: each with its unit, range and default."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Final

from creditscore._ground.canonical import canonical, sha256
from creditscore._ground.instants import DAY
from creditscore._ground.zones import USUAL_WEEKEND, calendar_of
from creditscore.data.door.clock import parse_iso
from creditscore.errors import ParameterError

MONTH: Final = 30 * DAY
OUTCOME_MONTHS: Final = 12
_LONGEST_WEEKEND: Final = 3
CALENDARS: Final = ("gregorian", "solar_hijri", "islamic", "chinese")

# Smallest and largest value of every number.
_RANGES: Final = {
    "people": (50, 5_000_000),
    "history_months": (6, 60),
    "application_months": (1, 60),
    "payment_months": (1, 36),
    "returning": (0.0, 3.0),
    "bad_rate": (0.005, 0.3),
    "thin_file": (0.0, 1.0),
    "new_to_bank": (0.0, 1.0),
    "community_size": (10, 100_000),
    "homophily": (0.0, 1.0),
    "influence": (0.0, 20.0),
    "frailty": (0.0, 3.0),
    "ties": (0.0, 100.0),
    "ties_within": (0.0, 1.0),
    "closure": (0.0, 1.0),
    "activity_spread": (0.0, 2.0),
    "reciprocity": (0.0, 1.0),
    "one_sided": (0.0, 1.0),
    "reported": (0.0, 1.0),
    "tie_behaviour": (0.0, 1.0),
    "payments_signal": (0.0, 1.0),
    "repayment_signal": (0.0, 1.0),
    "macro_volatility": (0.0, 2.0),
    "shock_month": (0, 120),
    "shock_size": (-5.0, 5.0),
    "concept_drift": (0.0, 1.0),
    "purchases": (0.0, 100.0),
    "weekly_pay": (0.0, 1.0),
    "pensions": (0.0, 1.0),
    "savings_accounts": (0.0, 1.0),
    "pay_later": (0.0, 1.0),
    "sessions": (0.0, 100.0),
    "activities": (0.0, 100.0),
    "missing_completely_at_random": (0.0, 1.0),
    "missing_at_random": (0.0, 1.0),
    "missing_not_at_random": (0.0, 1.0),
    "reporting_lag": (0.0, 365.0),
    "late_arrivals": (0.0, 0.5),
    "reversals": (0.0, 0.5),
    "duplicates": (0.0, 0.5),
    "inflation": (0.0, 0.2),
    "taxonomy_month": (0, 120),
    "rejected": (0.0, 0.9),
    "random_accepts": (0.0, 1.0),
    "gaming": (0.0, 1.0),
    "gaming_ties": (0, 100),
    "rings": (0, 1_000),
    "ring_size": (3, 50),
    "households": (0.0, 1.0),
    "second_ids": (0.0, 1.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SimulationConfig:
    """What to simulate. A share or probability is within 0 and 1.

    Dials that count months count 30 days each; people are paid and pay by the months of the calendar.

    Parameters
    ----------
    people : int
        Number of people, 50 or more; each applies once, existing customers more often.
    start : str
        First day, such as ``"2021-01-01"``, UTC.
    calendar : {"gregorian", "solar_hijri", "islamic", "chinese"}
        Holidays, and the feast before which people spend: Christmas, Nowruz, the end of Ramadan, the Spring
        Festival. With ``"solar_hijri"`` months are those of that calendar, else Gregorian.
    timezone : str
        Zone of all local days and hours; the portfolio carries it.
    weekend : sequence of str
        Days without pay and bank business: ``mon`` to ``sun``; the portfolio carries them.
    currency : str or None
        Currency of all money, such as ``"EUR"``, as a column of every table with money; None: no column.
    history_months : int
        Months before the first application in which ties, defaults and earlier loans come about; 6 to 60.
    application_months : int
        Months over which applications are spread; 1 to 60. Twelve months of outcomes follow.
    payment_months : int
        Months of payments before the first application of each person; 1 to 36.
    returning : float
        0 to 3: mean number of times that an existing customer has applied before, within the months of
        applications; 3 at most, 90 days or more apart.
    bad_rate : float
        Share of applications that turn out bad within 12 months, counting the rejected too; 0.005 to 0.3.
    thin_file, new_to_bank : float
        Share of people without earlier loans and with 3 to 6 months of payments; share without earlier loans
        at this lender and unknown to its social graph. The rest are existing customers.
    community_size : int
        People in a community; 10 or more.
    homophily : float
        0 to 1: correlation of a person's reliability with what sorts people into communities.
    influence : float
        0 to 20: log-odds of monthly default for a share of 1 of neighbours that defaulted in 6 months.
    frailty : float
        0 to 3: standard deviation of a shock to the log-odds that a whole community shares.
    ties : float
        Mean number of ties that a person starts; 0 to 100. A tie touches both ends.
    ties_within : float
        Share of ties inside the community.
    closure : float
        Ties that close a triangle, for each other tie; 0 to 1.
    activity_spread : float
        0 to 2: log standard deviation of how active people are in making ties (heavy-tailed).
    reciprocity : float
        Probability that an interaction is returned.
    one_sided : float
        Share of declared ties to which only one side agreed. The others stand as one undirected row, or as
        two directed ones of which the later is the consent.
    reported : float
        Share of people whose standing ever becomes known.
    tie_behaviour : float
        0 to 1: how far reciprocity, age, end and number of ties follow reliability, and money between
        people follows capacity. 0 makes the shape of the network tell nothing about a person.
    payments_signal, repayment_signal : float
        0 to 1: correlation of reliability with what payments, and with what repayments, show.
    macro_volatility : float
        Standard deviation of the economy, which follows an AR(1) of 0.9 a month; 0 to 2.
    shock_month, shock_size : int or None, float
        Month from the start in which the economy jumps, and by how much; None: never.
    concept_drift : float
        0 to 1: share of the weight of capacity that changes sign at the shock.
    purchases, sessions, activities : float
        Mean number a month and person.
    weekly_pay, pensions : float
        Share of earners who are paid by the week or fortnight; share of people who live on a pension.
    savings_accounts : float
        Share of people with a savings account that is seen beside the current account.
    pay_later : float
        Share of people who pay some online purchases in four parts.
    missing_completely_at_random : float
        Probability that a source (payments, bills, inquiries, sessions, activities) is not connected.
    missing_at_random : float
        Further probability for people with a thin file that bills are not connected.
    missing_not_at_random : float
        Probability that a person who gambles does it on an account that is hidden.
    reporting_lag : float
        Mean days, Poisson, until a default or a matured loan becomes known; 0 to 365.
    late_arrivals, reversals, duplicates : float
        Share of payments known days late; of payments that a later version returns; of activities that
        arrive twice.
    inflation : float
        Rise of all prices, wages and loan amounts in 30 days; 0 to 0.2.
    taxonomy_month : int or None
        Month from the start before which leisure was labelled "other"; None: never.
    rejected : float
        Share of applications that the legacy policy would reject by its score; 0 to 0.9. Defaults in the
        6 months before bring some more.
    random_accepts : float
        Share of the rejected that are accepted at random.
    gaming, gaming_ties : float, int
        Share of people who tie themselves to reliable people in the month before they apply; how many ties.
    rings, ring_size : int
        Number of fraud rings and their members (3 to 50): made-up people with three orderly months, mostly
        one device and address, payments among all of them and ties to nobody else, applications within 7
        days, no instalment ever paid. Rings take at most a tenth of the people.
    households : float
        Share of people who live in households of 2 to 5 with one address, some of them with one device.
    second_ids : float
        Share of people whom others know by two ids, which is found some day between start and end.

    Raises
    ------
    ParameterError
        If a value is out of its range.

    Examples
    --------
    >>> SimulationConfig(people=1_000, homophily=0.8).homophily
    0.8
    """

    people: int = 20_000
    start: str = "2021-01-01"
    calendar: str = "gregorian"
    timezone: str = "UTC"
    weekend: tuple[str, ...] = USUAL_WEEKEND
    currency: str | None = None
    history_months: int = 18
    application_months: int = 24
    payment_months: int = 12
    returning: float = 0.6
    bad_rate: float = 0.08
    thin_file: float = 0.25
    new_to_bank: float = 0.20
    community_size: int = 100
    homophily: float = 0.6
    influence: float = 4.0
    frailty: float = 0.2
    ties: float = 9.0
    ties_within: float = 0.7
    closure: float = 0.3
    activity_spread: float = 0.7
    reciprocity: float = 0.8
    one_sided: float = 0.1
    reported: float = 0.9
    tie_behaviour: float = 1.0
    payments_signal: float = 0.45
    repayment_signal: float = 0.6
    macro_volatility: float = 0.3
    shock_month: int | None = None
    shock_size: float = -1.0
    concept_drift: float = 0.0
    purchases: float = 6.0
    weekly_pay: float = 0.12
    pensions: float = 0.08
    savings_accounts: float = 0.4
    pay_later: float = 0.15
    sessions: float = 1.5
    activities: float = 1.0
    missing_completely_at_random: float = 0.05
    missing_at_random: float = 0.2
    missing_not_at_random: float = 0.3
    reporting_lag: float = 45.0
    late_arrivals: float = 0.01
    reversals: float = 0.003
    duplicates: float = 0.002
    inflation: float = 0.0
    taxonomy_month: int | None = None
    rejected: float = 0.15
    random_accepts: float = 0.03
    gaming: float = 0.02
    gaming_ties: int = 10
    rings: int = 5
    ring_size: int = 12
    households: float = 0.2
    second_ids: float = 0.0

    def __post_init__(self) -> None:
        for name, (least, most) in _RANGES.items():
            _check(name, getattr(self, name), least, most)
        _check_words(self)
        read = parse_iso(self.start) if isinstance(self.start, str) else None
        if read is None or read[0] % DAY:
            raise ParameterError.must_be("start", "a date such as '2021-01-01'", self.start)
        if self.thin_file + self.new_to_bank > 1.0:
            raise ParameterError.must_be(
                "new_to_bank", "at most 1 - thin_file, so that shares add up to 1", self.new_to_bank
            )

    @property
    def start_time(self) -> int:
        """First instant, microseconds since 1970-01-01 UTC."""
        read = parse_iso(self.start)
        return 0 if read is None else read[0]

    @property
    def months(self) -> int:
        """Months from the start to the end of the last outcome window."""
        return self.history_months + self.application_months + OUTCOME_MONTHS

    @property
    def end_time(self) -> int:
        """Last instant, microseconds since 1970-01-01 UTC: when the data are extracted."""
        return self.start_time + (self.months + 1) * MONTH

    @property
    def sha256(self) -> str:
        """Digest of all dials."""
        return sha256(canonical(asdict(self)))


def _check_words(config: SimulationConfig) -> None:
    if config.calendar not in CALENDARS:
        raise ParameterError.must_be("calendar", f"one of {', '.join(CALENDARS)}", config.calendar)
    if config.currency is not None and not (isinstance(config.currency, str) and config.currency.strip()):
        raise ParameterError.must_be("currency", "a name such as 'EUR', or None", config.currency)
    week = config.weekend if isinstance(config.weekend, tuple) else tuple(config.weekend)
    zone = calendar_of(config.timezone, week)
    if len(zone.weekend) > _LONGEST_WEEKEND:
        raise ParameterError.must_be("weekend", "at most three days, so that people work", config.weekend)
    object.__setattr__(config, "weekend", zone.weekend)


def _check(name: str, value: object, least: float, most: float) -> None:
    kind = next(field.type for field in fields(SimulationConfig) if field.name == name)
    if value is None and kind == "int | None":
        return
    whole = str(kind).startswith("int")
    number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    if not number or not math.isfinite(float(str(value))) or not least <= float(str(value)) <= most:
        word = "a whole number" if whole else "a number"
        raise ParameterError.must_be(name, f"{word} within {least:g} and {most:g}", value)
