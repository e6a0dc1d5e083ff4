"""The sources of data: each is declared here once, and every list of sources, tables or tags follows from it.

A source is what a person connects and consents to, what its coverage is asked of, and what a jurisdiction
can take out. Its name is also the key of its texts in `creditscore.words.reasons`; its columns, their times
and from when on each is known stand in the contracts of its tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from creditscore.data.tables.contracts import CONTRACTS, TableContract
from creditscore.data.tables.parties import PARTIES
from creditscore.errors import NameUnknownError

Supplier: TypeAlias = Literal["own", "third_party", "bureau"]
Subjects: TypeAlias = Literal["applicant", "applicant_and_others", "others"]
Coverage: TypeAlias = Literal["always", "all_if_any", "own_rows"]

# Tables that say of a source from when to when it was there, or allowed. They are no source themselves, so no
# feature counts their rows.
CONNECTIONS: Final = "connections"
CONSENTS: Final = "consents"
# Tables of no source: those two, and who applies together.
NO_SOURCES: Final = frozenset({CONNECTIONS, CONSENTS, PARTIES})
# Which ids are one person. It comes with the ties of these ids; yet consents are honoured by it too, so that
# it is no row of a kind that a law forbids: features that read ties through it carry the tags themselves.
PERSONS: Final = "persons"
# Tables in which every id of one person reads as one.
OF_PERSONS: Final = frozenset({"ties", "memberships", "activities"})
# Any of these tables makes a network of persons.
OF_NETWORKS: Final = frozenset({"ties", "memberships", "standings"})


@dataclass(frozen=True, slots=True)
class LegalTag:
    """A kind of data that a law may treat in its own way.

    Attributes
    ----------
    name, meaning : str
    protected : bool
        Whether a law protects what it measures, so that it may never be named as a reason.
    fixed : bool
        Whether nobody is to be told to change it: who somebody knows or pays, what they use, where and when,
        and what stands for a protected attribute.
    formerly : tuple of str
        What saved declarations may call it; new ones may not.
    """

    name: str
    meaning: str
    protected: bool = False
    fixed: bool = False
    formerly: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One source of data.

    Attributes
    ----------
    name : str
        Unique; also the key of its texts.
    tables : tuple of str
        Tables that come with it; a table belongs to one source.
    supplier : {"own", "third_party", "bureau"}
        Who supplies it where the lender does not say otherwise.
    legal_tags : tuple of str
        Tags that every feature of it carries; a feature may carry more of them.
    shown_by : tuple of str
        Those of its tables of which a row shows that the source was there.
    coverage : {"always", "all_if_any", "own_rows"}
        Whom it covers where `connections` is not given: everyone; everyone as soon as one of the tables is
        there (the lender's own books); or those of whom a row was known.
    subjects : {"applicant", "applicant_and_others", "others"}
        Whom its rows tell of: the applicant alone, the applicant together with others, or others around the
        applicant.
    own_conduct : bool
        Whether it tells of the applicant's own conduct in matters of money. Of no other source is a change
        ever proposed.
    minimum_data : bool
        Whether a row of it is enough to give a score.
    """

    name: str
    tables: tuple[str, ...]
    supplier: Supplier
    legal_tags: tuple[str, ...]
    shown_by: tuple[str, ...]
    coverage: Coverage = "own_rows"
    subjects: Subjects = "applicant"
    own_conduct: bool = False
    minimum_data: bool = True

    @property
    def contracts(self) -> tuple[TableContract, ...]:
        """What its tables hold: columns, times, and from when on each is known."""
        return tuple(CONTRACTS[name] for name in self.tables)


_TAGS: Final = (
    LegalTag("application_data", "what the applicant stated in the application"),
    LegalTag("payment_data", "movements on accounts"),
    LegalTag("bill_data", "bills, and when they were paid"),
    LegalTag("cash_flow", "income, spending and balances"),
    LegalTag("repayment_history", "how loans and cards were repaid"),
    LegalTag("bureau", "what a credit bureau reports"),
    LegalTag("gambling", "payments for gambling"),
    LegalTag("counterparty", "whom somebody pays or is paid by", fixed=True),
    LegalTag("social_network", "whom somebody knows, and groups", fixed=True),
    LegalTag("social_media", "what somebody does in social media", fixed=True),
    LegalTag("third_party_data", "what is known of other people", fixed=True),
    LegalTag("cohort_default_rate", "how often people like or near somebody did not pay", fixed=True),
    LegalTag("contacts", "address books", fixed=True),
    LegalTag("device", "which device is used", fixed=True),
    LegalTag("email", "which e-mail address is used", fixed=True, formerly=("e_mail",)),
    LegalTag("phone", "which telephone number is used", fixed=True),
    LegalTag("telecom_metadata", "who calls whom, when and for how long", fixed=True),
    LegalTag("digital_footprint", "how digital channels are used", fixed=True),
    LegalTag("location", "where somebody is", fixed=True),
    LegalTag("location_time", "where or at what hours somebody pays", fixed=True),
    LegalTag("biometric", "features of the body, and how somebody types or moves", fixed=True),
    LegalTag(
        "protected",
        "what stands for a protected attribute",
        protected=True,
        fixed=True,
        formerly=("protected_attribute",),
    ),
    LegalTag("special_category", "health, belief and the like", protected=True, fixed=True),
    LegalTag(
        "special_category_risk", "what may reveal health, belief and the like", protected=True, fixed=True
    ),
    LegalTag("exercise_of_right", "that somebody used a right", protected=True),
    LegalTag("identity", "who somebody is", protected=True),
    LegalTag("age", "how old somebody is", protected=True, fixed=True),
    LegalTag("sex", "whether somebody is a man or a woman", protected=True, fixed=True),
    LegalTag("home_address", "where somebody lives", fixed=True),
)
LEGAL_TAGS: Final[Mapping[str, LegalTag]] = MappingProxyType({tag.name: tag for tag in _TAGS})

PROTECTED_TAGS: Final = frozenset(tag.name for tag in _TAGS if tag.protected)
FIXED_TAGS: Final = frozenset(name for tag in _TAGS if tag.fixed for name in (tag.name, *tag.formerly))

_SOURCES: Final = (
    Source(
        "application", (), "own", ("application_data",), (), "always", own_conduct=True, minimum_data=False
    ),
    Source("payments", ("payments",), "third_party", ("payment_data",), ("payments",), own_conduct=True),
    Source("bills", ("bills",), "third_party", ("bill_data",), ("bills",), own_conduct=True),
    Source(
        "loans",
        ("loans", "instalments", "repayments", "statements"),
        "own",
        ("repayment_history",),
        ("loans", "statements"),
        "all_if_any",
        own_conduct=True,
    ),
    Source("inquiries", ("inquiries",), "bureau", ("bureau",), ("inquiries",), own_conduct=True),
    Source(
        "ties",
        ("ties", "persons"),
        "third_party",
        ("social_network", "third_party_data"),
        ("ties",),
        subjects="applicant_and_others",
    ),
    Source(
        "memberships",
        ("memberships",),
        "third_party",
        ("social_network", "third_party_data"),
        ("memberships",),
        subjects="applicant_and_others",
    ),
    Source("activities", ("activities",), "third_party", ("social_network",), ("activities",)),
    Source(
        "measures",
        ("measures",),
        "third_party",
        ("social_network", "third_party_data"),
        ("measures",),
        subjects="applicant_and_others",
    ),
    Source(
        "standings",
        ("standings",),
        "third_party",
        ("social_network", "third_party_data"),
        ("standings",),
        subjects="others",
        minimum_data=False,
    ),
    Source("sessions", ("sessions",), "third_party", ("digital_footprint",), ("sessions",)),
    Source(
        "form_events",
        ("form_events",),
        "own",
        ("digital_footprint", "biometric"),
        ("form_events",),
        minimum_data=False,
    ),
    Source(
        "registrations",
        ("registrations", "settings"),
        "own",
        ("digital_footprint",),
        ("registrations", "settings"),
    ),
    Source(
        "complaints",
        ("complaints",),
        "own",
        ("exercise_of_right",),
        ("complaints",),
        minimum_data=False,
    ),
)
SOURCES: Final[Mapping[str, Source]] = MappingProxyType({source.name: source for source in _SOURCES})

# Sources that come and go together. What the application says, and complaints, are never taken away.
SOURCE_GROUPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "payments": ("payments", "bills"),
        "repayments": ("loans", "inquiries"),
        "social": ("ties", "memberships", "activities", "measures", "standings"),
        "digital": ("sessions", "form_events", "registrations"),
    }
)

GROUP_OF: Final = {source: group for group, sources in SOURCE_GROUPS.items() for source in sources}

_OF_TABLE: Final = {table: source for source in _SOURCES for table in source.tables}
SOURCE_TABLES: Final = frozenset(_OF_TABLE)
MINIMUM_TABLES: Final = tuple(table for s in _SOURCES if s.minimum_data for table in s.shown_by)
# Tables of which rows of other people are read, because nothing in them is of the applicant.
TABLES_OF_OTHERS: Final = frozenset(t for s in _SOURCES if s.subjects == "others" for t in s.tables)


def find_source(name: str) -> Source:
    """Return the source of that name.

    Raises
    ------
    NameUnknownError
        If there is none; it names the closest one.

    Examples
    --------
    >>> find_source("loans").tables
    ('loans', 'instalments', 'repayments', 'statements')
    >>> find_source("loan")
    Traceback (most recent call last):
        ...
    creditscore.errors.NameUnknownError: There is no source 'loan'. Did you mean 'loans'? Known: ...
    """
    source = SOURCES.get(name)
    if source is None:
        raise NameUnknownError.among("source", name, tuple(SOURCES))
    return source


def source_of(table: str) -> Source:
    """Return the source that a table belongs to.

    Raises
    ------
    NameUnknownError
        If there is no such table, or if it is no source: one that says of others when they were there.

    Examples
    --------
    >>> source_of("statements").name
    'loans'
    """
    source = _OF_TABLE.get(table)
    if source is None:
        raise NameUnknownError.among("table of a source", table, tuple(_OF_TABLE))
    return source


def tables_showing(sources: Iterable[str]) -> frozenset[str]:
    """Return the tables of which a row shows that one of some sources was there.

    Examples
    --------
    >>> sorted(tables_showing(["loans", "inquiries"]))
    ['inquiries', 'loans', 'statements']
    """
    return frozenset(table for name in sources for table in find_source(name).shown_by)


def supplier_of(name: str) -> Supplier:
    """Return who supplies a source; of one that is not declared, somebody else than lender and bureau.

    Examples
    --------
    >>> supplier_of("inquiries"), supplier_of("friends")
    ('bureau', 'third_party')
    """
    source = SOURCES.get(name)
    return "third_party" if source is None else source.supplier


def tells_of_others(name: str) -> bool:
    """Tell whether other people stand in a source or a table; in one that is not declared may stand anybody.

    Examples
    --------
    >>> tells_of_others("ties"), tells_of_others("payments"), tells_of_others("friends")
    (True, False, True)
    """
    if name in NO_SOURCES:
        return False
    source = SOURCES.get(name) or _OF_TABLE.get(name)
    return source is None or source.subjects != "applicant"
