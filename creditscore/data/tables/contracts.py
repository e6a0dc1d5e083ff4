"""The declared tables: what a column is called, what it holds, in which unit, and which rules it keeps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Literal

from creditscore.data.tables import digital, parties
from creditscore.data.tables import vocabularies as words
from creditscore.data.tables.column import Column, StandsFor

KnownDefault = Literal["itself", "loan"]
MONEY = "currency units"
# From which likeness on the name of a column may be meant for another.
LIKENESS = 0.8


@dataclass(frozen=True, slots=True)
class TableContract:
    """One declared table.

    Attributes
    ----------
    name, meaning : str
    columns : tuple of Column
        In the order in which ties between rows are broken. The first time column is the time of the row;
        every later one is a fact of its own, with a known time of its own.
    owner : str
        The column that says whose rows they are.
    key : tuple of tuple of str
        What identifies an event across its versions: the first of these sets of columns that is there.
    grouped_by_loan : bool
        Whether rows are stored by loan and not by applicant.
    known_default : str
        What `known_time` is where it is not given: ``"itself"`` (the time of the row) or ``"loan"`` (when
        the loan itself was known: its schedule came with it).
    date_known_at_start : bool
        Whether a row time that is only a date is known at the start of that day (a due date, agreed long
        before) and not at its end.
    row_time : str
        The column that rows are ordered by and windows are cut on: the first time column.
    loan_column : str or None
        The column that holds the loan a row belongs to.
    facts : tuple of str
        The other time columns, each a fact of its own.
    declared : mapping of str to Column
        Every column that a user may give, with known times and the columns that all tables share.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    owner: str = "applicant_id"
    key: tuple[tuple[str, ...], ...] = (("event_id",),)
    grouped_by_loan: bool = False
    known_default: KnownDefault = "itself"
    date_known_at_start: bool = False

    row_time: str = field(init=False, repr=False)
    loan_column: str | None = field(init=False, repr=False)
    facts: tuple[str, ...] = field(init=False, repr=False)
    declared: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        times = tuple(column.name for column in self.columns if column.kind == "time")
        known = (
            _time(known_name(fact), f"When {fact} became known; by itself, at {fact}.") for fact in times[1:]
        )
        shared = SHARED if self.name in (*LASTING, "applications") else (*SHARED, *VOIDING)
        declared = {column.name: column for column in (*self.columns, *known, *shared)}
        object.__setattr__(self, "row_time", times[0])
        object.__setattr__(self, "facts", times[1:])
        loans = (column.name for column in self.columns if column.kind == "loan")
        object.__setattr__(self, "loan_column", next(loans, None))
        object.__setattr__(self, "declared", MappingProxyType(declared))

    def near_misses(self, given: Collection[str]) -> list[tuple[str, str]]:
        """Return columns of no contract that are almost one which is not there, each with that one."""
        absent = [name for name in self.declared if name not in given]
        further = [name for name in given if name not in self.declared]
        return [
            (name, near) for name in further for near in get_close_matches(name, absent, n=1, cutoff=LIKENESS)
        ]


def known_name(fact: str) -> str:
    """Name of the column that says when a fact became known: ``paid_time`` gives ``paid_known_time``."""
    return fact.removesuffix("_time") + "_known_time"


def _time(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, "time", meaning, required=required)


def _text(
    name: str, meaning: str, *, among: tuple[str, ...] | None = None, required: bool = False,
    known_with: str = "",
) -> Column:  # fmt: skip
    return Column(name, "text", meaning, required=required, vocabulary=among, known_with=known_with)


def _id(name: str, meaning: str, *, required: bool = False, stands_for: StandsFor = "") -> Column:
    return Column(name, "id", meaning, required=required, stands_for=stands_for)


def _number(
    name: str,
    meaning: str,
    unit: str,
    *,
    required: bool = False,
    at_least: float | None = None,
    known_with: str = "",
) -> Column:
    return Column(name, "number", meaning, unit, required=required, at_least=at_least, known_with=known_with)


def _person(name: str, meaning: str = "Whose row it is.") -> Column:
    return Column(name, "applicant", meaning, required=True)


_LOAN = Column("loan_id", "loan", "The loan; an id belongs to one applicant.", required=True)
_EVENT_TIME = _time("event_time", "When it happened.", required=True)

SHARED = (
    _id("event_id", "Identifies the event across its versions; rows without one are events of their own."),
    _time("known_time", "When the row became known; a later version of an event has a later one."),
    _text("currency", "Currency of all money; one value for the whole portfolio."),
)
VOIDING = (
    _time("voided_time", "From when on no new score may read the row: credit repair, a court's order."),
    _time("voided_known_time", "When voided_time became known; by itself, at voided_time."),
)
# Tables of which a row that was replaced still says from when on something lasted.
LASTING = frozenset({"ties", "memberships"})

_TABLES = (
    TableContract(
        "payments",
        "Movements of money on a person's accounts.",
        (
            _person("applicant_id"),
            _EVENT_TIME,
            _number("amount", "Money moved.", f"{MONEY}; credits positive, debits negative", required=True),
            _id("account_id", "The account it stands on."),
            _number("balance", "Balance of the account after it.", MONEY),
            _text("kind", "What sort of movement it is.", among=words.PAYMENT_KINDS),
            _text("category", "What it was for.", among=words.PAYMENT_CATEGORIES),
            _text("channel", "Where it was made (app, branch, web ...)."),
            _text("method", "How it was made (card, cash, wallet ...)."),
            _id("counterparty_id", "The other side.", stands_for="party"),
            _text("counterparty_kind", "What the other side is.", among=words.COUNTERPARTY_KINDS),
            _id("order_id", "The order that it pays, so that a refund finds its purchase."),
            _text("status", "What became of it.", among=words.PAYMENT_STATUSES),
            _text("account_kind", "What sort of account it stands on.", among=words.ACCOUNT_KINDS),
            Column("date_only", "flag", "Whether only the day of event_time is known, and no hour."),
        ),
    ),
    TableContract(
        "bills",
        "Bills to be paid: rent, utilities, telephone, subscriptions.",
        (
            _person("applicant_id"),
            _time(
                "due_time",
                "When it is due; where known_time is left out, it counts as known then.",
                required=True,
            ),
            _id("bill_id", "Identifies the bill across its versions.", required=True),
            _number("due_amount", "What is due.", f"{MONEY}, 0 or more", required=True, at_least=0.0),
            _text("kind", "What sort of bill it is."),
            _time("paid_time", "When it was paid."),
            _number("paid_amount", "What was paid then.", MONEY, at_least=0.0, known_with="paid_time"),
        ),
        key=(("bill_id",),),
        date_known_at_start=True,
    ),
    TableContract(
        "loans",
        "Loans and credit lines, of the lender itself or reported by others.",
        (
            _person("applicant_id"),
            _time("event_time", "When it was opened.", required=True),
            _LOAN,
            _number("amount", "Amount lent.", f"{MONEY}, 0 or more", at_least=0.0),
            _number("term_days", "Agreed length.", "days", at_least=0.0),
            _text("kind", "Repaid by schedule, or a line that revolves.", among=words.LOAN_KINDS),
            _text("role", "What the applicant is in it.", among=words.LOAN_ROLES),
            _id("shared_id", "Of a loan that several took, one id: their rows with it are one loan."),
            _number("limit", "Credit limit.", f"{MONEY}, 0 or more", at_least=0.0),
            _text("lender", "Who lent."),
            _time("closed_time", "When it was closed: repaid or settled."),
            _time("sold_time", "When it was sold: nothing is known of it afterwards, and nothing falls due."),
            _time("restructured_time", "When its terms were eased."),
            _time("written_off_time", "When it was written off."),
            _time("reported_time", "Up to when its payments were reported; else it follows from their lag."),
        ),
        key=(("loan_id",),),
    ),
    TableContract(
        "instalments",
        "The schedule of a loan. A loan has its payments here (paid_*) or in repayments, never in both.",
        (
            _person("applicant_id"),
            _time("due_time", "When it is due; known from the loan's known_time.", required=True),
            _LOAN,
            _number("due_amount", "What is due.", f"{MONEY}, 0 or more", required=True, at_least=0.0),
            _number("instalment_no", "Number within the loan.", "count from 1"),
            _time("paid_time", "When it was paid."),
            _number("paid_amount", "What was paid then.", MONEY, at_least=0.0, known_with="paid_time"),
            _text(
                "paid_by", "Who paid it; left out: the borrower.", among=words.PAYERS, known_with="paid_time"
            ),
        ),
        key=(("loan_id", "instalment_no"), ("loan_id", "due_time")),
        grouped_by_loan=True,
        known_default="loan",
        date_known_at_start=True,
    ),
    TableContract(
        "repayments",
        "Payments on a loan as they came in.",
        (
            _person("applicant_id"),
            _EVENT_TIME,
            _LOAN,
            _number("amount", "Money received.", f"{MONEY}; a reversal is negative", required=True),
            _number("instalment_no", "The instalment it was meant for.", "count from 1"),
            _text("paid_by", "Who paid; left out: the borrower.", among=words.PAYERS),
        ),
        grouped_by_loan=True,
    ),
    TableContract(
        "statements",
        "The state of an account as reported, monthly as a rule.",
        (
            _person("applicant_id"),
            _EVENT_TIME,
            _LOAN,
            _number("balance", "Balance owed.", MONEY),
            _number("limit", "Credit limit.", f"{MONEY}, 0 or more", at_least=0.0),
            _number("minimum_due", "Smallest payment asked for.", f"{MONEY}, 0 or more", at_least=0.0),
            _number("payment", "Paid since the statement before.", MONEY),
            _number("cash_advances", "Cash drawn since the statement before.", MONEY),
            _number("days_past_due", "Days past due as reported.", "days", at_least=0.0),
        ),
        key=(("loan_id", "event_time"),),
    ),
    TableContract(
        "inquiries",
        "Requests for credit reports.",
        (_person("applicant_id"), _EVENT_TIME, _text("lender", "Who asked.")),
    ),
    TableContract(
        "ties",
        "Links between persons.",
        (
            _person("person_id", "One end of the tie."),
            _time("event_time", "When it began.", required=True),
            _id("other_id", "The other end.", required=True, stands_for="person"),
            _time("end_time", "When it ended."),
            _text("layer", "What sort of tie it is."),
            _number("weight", "Strength of the tie.", "any, higher is stronger"),
            Column("directed", "flag", "Whether it points from person_id to other_id only."),
        ),
        owner="person_id",
    ),
    TableContract(
        "memberships",
        "Who belongs to which group.",
        (
            _person("person_id"),
            _time("event_time", "When it began.", required=True),
            _id("group_id", "The group.", required=True, stands_for="party"),
            _time("end_time", "When it ended."),
            _text("role", "Role in the group."),
        ),
        owner="person_id",
    ),
    TableContract(
        "activities",
        "What was done in a social medium, without content.",
        (
            _person("person_id"),
            _EVENT_TIME,
            _text("kind", "What was done (post, comment, reaction, call ...).", required=True),
            _id("other_id", "Towards whom.", stands_for="person"),
            _id("group_id", "In which group.", stands_for="party"),
        ),
        owner="person_id",
    ),
    TableContract(
        "standings",
        "Known repayment standing of persons around an applicant.",
        (
            _person("person_id"),
            _EVENT_TIME,
            _text("standing", "How the person stands.", among=words.STANDINGS, required=True),
            Column("loan_id", "id", "The loan it comes from."),
        ),
        owner="person_id",
    ),
    TableContract(
        "persons",
        "Which ids are one person: in ties, groups, activities and standings they read as one, once known.",
        (
            _person("person_id", "One id."),
            _time("event_time", "When it was found.", required=True),
            _id("other_id", "Another id of the same person.", required=True, stands_for="person"),
        ),
        owner="person_id",
    ),
    TableContract(
        "measures",
        "Values of the whole population on a calendar grid, read as of the moment like a bureau score.",
        (
            _person("subject_id", "Whom the value is about."),
            _time("event_time", "The moment of the grid.", required=True),
            _text("measure", "Name of the value.", required=True),
            _number(
                "value", "The value; missing: the measure is no longer defined.", "as the measure defines it"
            ),
        ),
        owner="subject_id",
    ),
    TableContract("sessions", "Uses of a channel, and reminders that were sent.", digital.SESSIONS),
    TableContract("form_events", "Steps in filling in an application, without content.", digital.FORM_EVENTS),
    TableContract(
        "registrations",
        "What was left at a registration or a checkout, as marks alone.",
        digital.REGISTRATIONS,
    ),
    TableContract("settings", "What a person turned on or off.", digital.SETTINGS),
    TableContract("complaints", "Rights that a person used; no score is raised by one.", digital.COMPLAINTS),
    TableContract(
        parties.PARTIES,
        "Who applies together, and who stands surety: joint applicants are judged together.",
        parties.COLUMNS,
        key=(("application_id", "applicant_id"),),
    ),
    TableContract(
        "connections",
        "From when to when a source was connected.",
        (
            _person("applicant_id"),
            _time("connected_time", "When it was connected.", required=True),
            _text("source", "Which source.", required=True),
            _time("disconnected_time", "When it was disconnected."),
        ),
    ),
    TableContract(
        "consents",
        "From when to when a person consented to the use of a source.",
        (
            _person("applicant_id"),
            _time("granted_time", "When consent was given.", required=True),
            _text("source", "Which source.", required=True),
            _time("withdrawn_time", "When it was withdrawn."),
            _text("purpose", "What it is for; every purpose where it is missing.", among=words.PURPOSES),
            _text("lawful_basis", "The ground that the use rests on.", among=words.LAWFUL_BASES),
        ),
    ),
)

CONTRACTS: Mapping[str, TableContract] = MappingProxyType({table.name: table for table in _TABLES})

APPLICATIONS = TableContract(
    "applications",
    "Applications for credit, each with the moment as of which it is judged.",
    (
        _person("applicant_id", "Who asked."),
        _time("as_of", "The moment; only what was known before it counts.", required=True),
        _id("application_id", "Identifies the application.", required=True),
        _number("amount", "Amount asked for.", f"{MONEY}, 0 or more", at_least=0.0),
        _number("term_days", "Length asked for.", "days", at_least=0.0),
        _text("product", "Which product."),
        _text("purpose", "What for."),
        _id("loan_id", "The loan it became; read for outcomes, never for features."),
    ),
    key=(("application_id",),),
    date_known_at_start=True,
)
