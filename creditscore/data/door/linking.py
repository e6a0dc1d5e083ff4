"""The checks that need several tables: one numbering of persons and loans, and rows that fit each other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from creditscore._ground.arrays import Int32, Int64
from creditscore._ground.instants import NEVER
from creditscore._ground.zones import Calendar
from creditscore.data.door.draft import Coded, Draft
from creditscore.data.door.plausible import before_the_day
from creditscore.data.door.raw import Labels
from creditscore.data.door.together import check_one_first
from creditscore.data.network.identities import MOST_IDS, first_of_joined
from creditscore.data.pseudonyms import count_pseudonyms
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.data.tables.ids import positions, same_labels, union
from creditscore.data.tables.parties import PARTIES
from creditscore.data.tables.versions import link_versions, void_rows
from creditscore.errors import shown

_OF_LOANS = tuple(name for name, contract in CONTRACTS.items() if contract.loan_column is not None)
OTHER_END = "other_id"
OF_TWO = ("ties", "persons")
_BLANK_END = re.compile(r"\n[^\S\n]|[^\S\n]\n")
_HAPPENS_TO_LOANS = (
    ("instalments", "paid_time"),
    ("repayments", "event_time"),
    ("statements", "event_time"),
)
NEED_LOANS = tuple(name for name, contract in CONTRACTS.items() if contract.grouped_by_loan)
# The rule that a row breaks whose loan no table knows.
OF_A_LOAN = "must be a loan of the loans table"
ONE_NAMING = (
    "Read all tables with the key of the pseudonyms (pseudonyms=..., --pseudonyms-key), or leave out those "
    "under pseudonyms."
)


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """What links the tables: ids of persons and loans in rising order, and the owner of each loan."""

    people: Labels
    loans: Labels
    loan_owner: Int32


def link_tables(
    drafts: Mapping[str, Draft], calendar: Calendar, *, set_aside: bool, stored: bool = False
) -> Links:
    """Number persons and loans across tables, and note rows that contradict another table.

    Parameters
    ----------
    drafts : mapping of str to Draft
    calendar : Calendar
        Zone of the local days on which loans were opened.
    set_aside : bool
        Whether rows at fault will be set aside, so that rows that rest on them are at fault too.
    stored : bool
        Whether the rows were stored with a decision, and are taken as they stand.

    Returns
    -------
    Links
    """
    whole = {name: draft for name, draft in drafts.items() if _is_whole(draft)}
    _check_one_currency(whole)
    of_loans = {name: whole[name] for name in _OF_LOANS if name in whole}
    same_people = _check_one_type([(draft, column) for draft in whole.values() for column in _people(draft)])
    same_loans = _check_one_type([(draft, "loan_id") for draft in of_loans.values()])
    if not (same_people and same_loans):
        return Links((), (), np.empty(0, dtype=np.int32))
    people = _link_people(whole)
    if not stored:
        _check_one_naming(whole, people)
    for draft in whole.values():
        draft.known = _known_times(draft)
        void_rows(draft)
    loans, loan_owner = _link_loans(whole, drafts, set_aside=set_aside)
    if not stored:
        check_spelling(whole, "applicant_id", people)
        check_spelling(of_loans, "loan_id", loans)
        _check_opened_first(of_loans, len(loans), calendar)
    for name, draft in whole.items():
        if name != "loans":
            link_versions(draft)
    _check_paid_once(whole)
    if PARTIES in whole:
        check_one_first(whole[PARTIES])
    if "persons" in whole:
        _check_few_ids(whole["persons"], people)
    return Links(people, loans, loan_owner)


def _is_whole(draft: Draft) -> bool:
    """Whether all required columns came through, so that rows can be looked at across tables."""
    typed = draft.coded.keys() | draft.times.keys() | draft.numbers.keys()
    return all(c.name in typed for c in draft.contract.columns if c.required)


def _check_one_currency(drafts: Mapping[str, Draft]) -> None:
    seen: dict[str, str] = {}
    for name, draft in drafts.items():
        for label in draft.coded["currency"].labels if "currency" in draft.coded else ():
            seen.setdefault(str(label), name)
    if len(seen) > 1 and len(set(seen.values())) > 1:
        (first, table), (other, second) = list(seen.items())[:2]
        rule = f"must be the one currency of the portfolio; {table} is in {first}, {second} in {other}"
        drafts[second].problem("currency", rule, "Convert all money to one currency before it comes in.")


def _people(draft: Draft) -> tuple[str, ...]:
    """Columns of a table that name persons: the owner of the row, and the other end of a tie."""
    owner = draft.contract.owner
    return (owner, OTHER_END) if draft.name in OF_TWO else (owner,)


def _check_one_type(columns: Sequence[tuple[Draft, str]]) -> bool:
    """Note columns whose ids are text where those of the first are whole numbers, or the reverse."""
    first: tuple[str, bool] | None = None
    fits = True
    for draft, column in columns:
        labels = draft.coded[column].labels
        if not len(labels):
            continue
        as_text = isinstance(labels, tuple)
        first = first or (draft.name, as_text)
        if as_text != first[1]:
            here, there = ("text", "whole numbers") if as_text else ("whole numbers", "text")
            rule = f"ids are {here} here but {there} in {first[0]}"
            draft.problem(column, rule, "Bring the ids of all tables to one type.")
            fits = False
    return fits


def _link_people(drafts: Mapping[str, Draft]) -> Labels:
    people = union(draft.coded[column].labels for draft in drafts.values() for column in _people(draft))
    for draft in drafts.values():
        draft.owner = _renumber(draft, draft.contract.owner, people)
        if draft.name in OF_TWO:
            draft.coded[OTHER_END] = Coded(_renumber(draft, OTHER_END, people), people)
    return people


def _check_one_naming(drafts: Mapping[str, Draft], people: Labels) -> None:
    """Note where some people go under pseudonyms and others under ids as given: they would not meet."""
    hidden = count_pseudonyms(people)
    if not 0 < hidden < len(people):
        return
    for draft in drafts.values():
        for column in _people(draft):
            some = count_pseudonyms(draft.coded[column].labels)
            if some:
                rule = f"{some:,} people go under pseudonyms here, and others under the ids that were given"
                draft.problem(column, rule, ONE_NAMING)
                return


def check_spelling(drafts: Mapping[str, Draft], what: str, labels: Labels) -> None:
    """Note ids that differ by blanks at their ends, or by how a letter is stored, and by nothing else."""
    if not isinstance(labels, tuple) or not drafts:
        return
    text = "\n".join(("", *labels, ""))
    if text.isascii() and _BLANK_END.search(text) is None:
        return
    spelt: dict[str, str] = {}
    for label in labels:
        plain = unicodedata.normalize("NFC", label.strip())
        other = spelt.setdefault(plain, label)
        if other != label:
            draft = next(iter(drafts.values()))
            rule = f"two ids look alike and are not the same: {shown(other)} and {shown(label)}"
            draft.problem(what, rule, "Write each id in one way in all tables, without blanks at its ends.")
            return


def _check_opened_first(drafts: Mapping[str, Draft], n_loans: int, calendar: Calendar) -> None:
    """Note what happened to a loan on a day before it was opened."""
    if "loans" not in drafts:
        return
    source = drafts["loans"]
    opened = np.full(n_loans + 1, NEVER, dtype=np.int64)
    there = source.loan >= 0
    np.minimum.at(opened, source.loan[there], source.times[source.contract.row_time].at[there])
    for name, column in _HAPPENS_TO_LOANS:
        draft = drafts.get(name)
        if draft is not None and column in draft.times:
            early = before_the_day(draft.times[column].at, opened[draft.loan], calendar)
            remedy = "Correct one of the two dates, or leave the row out."
            draft.fault(column, "must not be before its loan was opened", early, remedy)


def _check_few_ids(persons: Draft, people: Labels) -> None:
    """Refuse links that make one person of very many ids: that is a mistake in one of them, or a filler."""
    first = first_of_joined(len(people), persons.owner, persons.coded[OTHER_END].codes)
    sizes = np.bincount(first, minlength=len(people))
    most = int(sizes.argmax()) if sizes.size else 0
    if sizes.size and sizes[most] > MOST_IDS:
        named = f"{sizes[most]:,} ids, {shown(people[most])} among them"
        remedy = "Leave out the links that are no finding, such as those of a filler id."
        persons.problem(OTHER_END, f"makes one person of {named}; {MOST_IDS} are the most", remedy)


def _renumber(draft: Draft, column: str, known: Labels) -> Int32:
    coded = draft.coded[column]
    if same_labels(coded.labels, known):
        return coded.codes
    position = np.append(positions(coded.labels, known), np.int32(-1))
    return np.asarray(position[coded.codes], dtype=np.int32)


def _known_times(draft: Draft) -> Int64:
    row_time = draft.times[draft.contract.row_time]
    default = row_time.at if draft.contract.date_known_at_start else row_time.known
    return _or_default(draft, default)


def _or_default(draft: Draft, default: Int64) -> Int64:
    if "known_time" not in draft.times:
        return default
    given = draft.times["known_time"].known
    return np.where(given == NEVER, default, given) if (given == NEVER).any() else given


def _link_loans(
    whole: Mapping[str, Draft], drafts: Mapping[str, Draft], *, set_aside: bool
) -> tuple[Labels, Int32]:
    source = whole.get("loans") or (None if "loans" in drafts else whole.get("statements"))
    for name in _OF_LOANS:
        if name in whole:
            whole[name].loan = np.full(whole[name].n_rows, -1, dtype=np.int32)
    if "loans" not in drafts:
        for name in NEED_LOANS:
            if name in drafts and drafts[name].n_rows and "loan_id" in drafts[name].coded:
                remedy = "Give the loans table too; a schedule is known from its loan's known_time."
                drafts[name].problem("loan_id", f"{OF_A_LOAN}, which is not there", remedy)
    if source is None:
        return (), np.empty(0, dtype=np.int32)
    loans = source.coded["loan_id"].labels
    source.loan = source.coded["loan_id"].codes
    owner_of = _owners_of_loans(source, len(loans))
    if source.name == "loans":
        link_versions(source)
    if set_aside and source.faults:
        loans, owner_of = _only_sound(source, loans, owner_of)
    for name in _OF_LOANS[1:]:
        if name in whole and whole[name] is not source:
            _link_to_loans(whole[name], loans, owner_of)
    if "instalments" in whole:
        _schedule_known_with_loan(whole["instalments"], source, len(loans))
    return loans, owner_of


def _only_sound(draft: Draft, loans: Labels, owner_of: Int32) -> tuple[Labels, Int32]:
    """Loans that keep a row once rows at fault are set aside, and their owners; renumbers `draft.loan`."""
    sound = ~draft.bad_rows()
    kept = np.flatnonzero(np.bincount(draft.loan[sound & (draft.loan >= 0)], minlength=len(loans)))
    position = np.full(len(loans) + 1, -1, dtype=np.int32)
    position[kept] = np.arange(len(kept), dtype=np.int32)
    draft.loan = np.where(sound, position[draft.loan], np.int32(-1))
    labels = tuple(loans[loan] for loan in kept.tolist()) if isinstance(loans, tuple) else loans[kept]
    return labels, owner_of[kept]


def _owners_of_loans(draft: Draft, n_loans: int) -> Int32:
    """Owner of each loan, shape (n_loans,); a loan that two persons own is at fault in all its rows."""
    valid = (draft.loan >= 0) & (draft.owner >= 0)
    loan, owner = draft.loan[valid], draft.owner[valid]
    owner_of = np.full(n_loans, -1, dtype=np.int32)
    owner_of[loan] = owner
    torn = loan[owner_of[loan] != owner]
    if torn.size:
        rule = f"a loan must belong to one {draft.contract.owner}"
        draft.fault("loan_id", rule, np.isin(draft.loan, torn), "Give each loan an id of its own.")
    return owner_of


def _link_to_loans(draft: Draft, loans: Labels, owner_of: Int32) -> None:
    draft.loan = _renumber(draft, "loan_id", loans)
    unknown = (draft.loan < 0) & (draft.coded["loan_id"].codes >= 0)
    draft.fault(
        "loan_id", OF_A_LOAN, unknown, "Add the loan, or leave the rows out."
    )
    owner = np.append(owner_of, np.int32(-1))[draft.loan]
    other = (owner >= 0) & (draft.owner >= 0) & (owner != draft.owner)
    draft.fault(
        "loan_id", "the loan must belong to the same applicant_id as in loans", other, "Correct one of them."
    )


def _schedule_known_with_loan(draft: Draft, loans: Draft, n_loans: int) -> None:
    known_of = np.full(n_loans + 1, NEVER, dtype=np.int64)
    there = loans.loan >= 0
    np.minimum.at(known_of, loans.loan[there], loans.known[there])
    draft.known = _or_default(draft, known_of[draft.loan])


def _check_paid_once(drafts: Mapping[str, Draft]) -> None:
    if "instalments" not in drafts or "repayments" not in drafts:
        return
    instalments, repayments = drafts["instalments"], drafts["repayments"]
    paid = np.zeros(instalments.n_rows, dtype=np.bool_)
    if "paid_time" in instalments.times:
        paid |= instalments.times["paid_time"].at != NEVER
    if "paid_amount" in instalments.numbers:
        paid |= ~np.isnan(instalments.numbers["paid_amount"])
    twice = np.isin(repayments.loan, instalments.loan[paid & (instalments.loan >= 0)])
    rule = "the payments of a loan must stand in repayments or in instalments.paid_*, not in both"
    repayments.fault("loan_id", rule, twice, "Leave one of the two out.")
