"""The shape of a text table: what every language must say about every reason group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class GroupText:
    """What is said about one reason group.

    Attributes
    ----------
    code : str
        Numbered once and for all; a number is never given to another group, also not after its group is gone.
    title : str
        Short name of the group, for tables and charts. It claims no direction.
    """

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Script:
    """How a language writes numbers and dates.

    Attributes
    ----------
    language : str
        Its ISO 639-1 code.
    direction : {"ltr", "rtl"}
        Which way it runs.
    digits : str
        The ten digits, zero first.
    decimal, thousands, minus : str
        The marks inside a number, and what stands before a negative one.
    ordinals : mapping of str to str
        How a rank is written; the key ``""`` serves every rank that has no entry, with ``{number}``.
    gregorian_months, jalali_months : tuple of str
        Twelve names each.
    gregorian_date, jalali_date : str
        With the fields ``{day}``, ``{month}`` and ``{year}``.
    """

    language: str
    direction: Literal["ltr", "rtl"]
    digits: str
    decimal: str
    thousands: str
    minus: str
    ordinals: Mapping[str, str]
    gregorian_months: tuple[str, ...]
    jalali_months: tuple[str, ...]
    gregorian_date: str
    jalali_date: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """What the measures of features are called when an applicant is told about them.

    Attributes
    ----------
    labels : mapping of str to str
        By quantity (see `creditscore.words.labels`); the fields ``{0}``, ``{1}``, ... are the parameters of a
        label, in order.
    spans : mapping of str to str
        By kind of span: over which time, or which of the loans; with the field ``{0}`` if it has a number.
    spanned : str
        A label with its span, with the fields ``{label}`` and ``{span}``.
    counted : mapping of str to str
        For a share of countable things, by ``"<quantity>/<kind of span>"``, a clause with ``{part}`` of
        ``{of}`` (``{rest}`` is what is left).
    below : mapping of str to str
        By quantity that may lie below zero: how that is said, with ``{value}``, which is above zero.
    above : mapping of str to str
        By quantity that rises and falls: how it is said that it rises, with ``{value}``.
    level : str
        Said of such a quantity that does neither.
    own_column, own_measure : str
        What a column of the application, or any other measure, without words in this language is called, with
        ``{name}``: as the lender's own name for it.
    """

    labels: Mapping[str, str]
    spans: Mapping[str, str]
    spanned: str
    counted: Mapping[str, str]
    below: Mapping[str, str]
    above: Mapping[str, str]
    level: str
    own_column: str
    own_measure: str


@dataclass(frozen=True, slots=True)
class Page:
    """The few words around the reasons of one result.

    Attributes
    ----------
    scored, unscorable : str
        The line above, both with ``{application}`` and ``{date}``; the first with ``{score}``, ``{grade}``
        and ``{probability}``.
    points, reason : str
        Heads of the columns.
    interval : str
        What a score leaves open, with ``{low}``, ``{high}``, ``{level}``, ``{score_low}`` and
        ``{score_high}``.
    """

    scored: str
    unscorable: str
    points: str
    reason: str
    interval: str


@dataclass(frozen=True, slots=True)
class Texts:
    """All words that reasons are made of, in one language.

    Templates are filled with named fields only; no text is ever evaluated.

    Attributes
    ----------
    groups : mapping of str to GroupText
        By reason group.
    families : mapping of str to str
        Titles of families of reason groups; they claim no direction.
    insufficient : mapping of str to (code, text)
        By source that was absent altogether.
    units : mapping of str to (singular, plural)
        How a number of a unit is written, with the field ``{value}``.
    windows : mapping of str to (singular, plural)
        How a window of days, months or years is written, with the field ``{number}``.
    durations : mapping of str to (singular, plural)
        How a mere length of time is written, with the field ``{number}``.
    fact : str
        A fact beside nothing, with ``{label}`` and ``{value}``.
    compared : mapping of str to str
        A fact beside what is usual, by direction (``higher``, ``lower``, of days that count from a day
        ``later`` and ``earlier``, ``other``, ``absent``; ``flag`` for a yes or no), with ``{label}``,
        ``{value}``, ``{population}`` and ``{reference}``.
    silent : mapping of str to str
        The same without the two values.
    populations : mapping of str to str
        By name of a reference: among whom something is usual; with ``_known`` at its end, among those of
        whom it is known.
    absent : mapping of str to str
        Why something is not known, by kind (empty where that was not looked into): ``nothing`` is stored,
        too ``short`` a record, too ``few`` known (``few_counted`` with ``{have}`` and ``{need}``), use
        ``refused``, ``barred`` by an outage or a law, ``unconfirmed`` by the other side, ``unstated`` in the
        application, all of it ``earlier``, or ``silent`` on it (``silent_source``: a whole source is).
    sources : mapping of str to str
        Names of sources.
    money : str
        An amount in a currency, with ``{value}`` and ``{currency}``.
    currencies : mapping of str to str
        Names of currencies by their code (ISO 4217); any other is said by its code.
    detail : str
        A value with a clause that says it once more, in counts, with ``{value}`` and ``{clause}``.
    opened : str
        A sentence with what a declaration says first, with ``{opening}`` and ``{sentence}``.
    weighed : str
        Name of a share that is drawn towards a fixed value while few are known: ``{label}``, and with
        ``{own}`` what it is before that.
    unknown_fact : str
        What is said when the leading feature could not be computed, with ``{label}`` and ``{absence}``.
    unknown_group : str
        What is said when nothing of a source was known, with ``{title}`` and ``{absence}``.
    unknown_source : tuple of (code, text)
        For a source without a text of its own, with ``{source}`` where its name can be said.
    generic : GroupText
        For a reason group without a text of its own.
    rule : str
        For a policy rule without a text in this language, with ``{code}``.
    as_of : str
        A sentence with its date, with ``{sentence}`` and ``{date}``.
    yes, no : str
        Values of a 0/1 feature.
    script : Script
        Digits, dates and direction.
    phrases : Phrases
        What features are called.
    page : Page
        The words around.
    """

    groups: Mapping[str, GroupText]
    families: Mapping[str, str]
    insufficient: Mapping[str, tuple[str, str]]
    units: Mapping[str, tuple[str, str]]
    windows: Mapping[str, tuple[str, str]]
    durations: Mapping[str, tuple[str, str]]
    fact: str
    compared: Mapping[str, str]
    silent: Mapping[str, str]
    populations: Mapping[str, str]
    absent: Mapping[str, str]
    sources: Mapping[str, str]
    money: str
    currencies: Mapping[str, str]
    detail: str
    opened: str
    weighed: str
    unknown_fact: str
    unknown_group: str
    unknown_source: tuple[str, str]
    generic: GroupText
    rule: str
    as_of: str
    yes: str
    no: str
    script: Script
    phrases: Phrases
    page: Page
