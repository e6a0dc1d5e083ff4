"""Whether new rows fit a portfolio as a whole: types of ids and columns, one currency, one spelling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from creditscore.data.door.build import Parts, currency_of
from creditscore.data.door.draft import Draft
from creditscore.data.door.linking import ONE_NAMING, check_spelling
from creditscore.data.door.raw import Labels
from creditscore.data.pseudonyms import are_pseudonyms, count_pseudonyms
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.ids import Ids, union
from creditscore.errors import ContractError, Problem

_ONE_TYPE = "Bring the ids of all tables to one type."
_EVENT_ID = "event_id"


def check_agreement(base: Parts, drafts: Mapping[str, Draft]) -> None:
    """Refuse new rows that cannot stand in one portfolio with those that are there.

    Parameters
    ----------
    base : Parts
    drafts : mapping of str to Draft
        The new rows by name of the table.

    Raises
    ------
    ContractError
        If they do not agree; the message lists every problem.
    """
    problems = [*_of_ids(base, drafts), *_of_currency(base, drafts), *_of_loans(base, drafts)]
    for name, draft in drafts.items():
        if name in base.tables:
            problems += _of_columns(base.tables[name], draft)
    if not problems:
        _check_spelling(base, drafts)
        problems = [problem for draft in drafts.values() for problem in draft.problems]
    if problems:
        raise ContractError(problems)


def check_among(drafts: Sequence[Mapping[str, Draft]]) -> None:
    """Refuse new rows whose columns hold another sort of value than those that came before them.

    Parameters
    ----------
    drafts : sequence of mapping of str to Draft
        Rows by name of the table, oldest first; the newest are looked at.

    Raises
    ------
    ContractError
        If they do not agree; the message lists every problem.
    """
    *before, newest = drafts
    problems = [
        problem
        for name, draft in newest.items()
        for problem in _of_kinds(draft, [rows[name] for rows in before if name in rows])
    ]
    if problems:
        raise ContractError(problems)


def _of_kinds(draft: Draft, before: Sequence[Draft]) -> Iterator[Problem]:
    kinds = ("numbers", "coded", "times")
    for kind in kinds:
        given: Mapping[str, Any] = getattr(draft, kind)
        for name, column in given.items():
            others = [other for other in kinds if other != kind]
            if any(name in getattr(one, other) for one in before for other in others):
                rule = "holds another sort of value than in the portfolio"
                yield Problem(draft.name, name, rule, draft.n_rows, (), "Convert it, or leave it out.")
            elif kind == "coded" and any(
                _differ(column.labels, one.coded[name].labels) for one in before if name in one.coded
            ):
                yield _type_problem(draft.name, name, draft)


def people_named(draft: Draft) -> Iterator[str]:
    """Yield the columns of a table that name people of the portfolio."""
    yield draft.contract.owner
    if draft.name in {"ties", "persons"}:
        yield "other_id"


def _differ(one: Labels, other: Labels) -> bool:
    return bool(len(one) and len(other)) and isinstance(one, tuple) != isinstance(other, tuple)


def _of_ids(base: Parts, drafts: Mapping[str, Draft]) -> Iterator[Problem]:
    known: dict[str, Labels] = {"applicant_id": base.people.labels, "loan_id": base.loan_ids}
    for name, draft in drafts.items():
        columns = [(column, "applicant_id") for column in people_named(draft)]
        columns += [("loan_id", "loan_id")] if draft.contract.loan_column else []
        for column, what in columns:
            labels: Labels = draft.coded[column].labels if column in draft.coded else ()
            if _differ(labels, known[what]):
                rule = "ids are text in one and whole numbers in the other of the portfolio and what is added"
                yield Problem(name, column, rule, draft.n_rows, (), _ONE_TYPE)
            elif what == "applicant_id" and len(known[what]) and _named_otherwise(labels, known[what]):
                rule = "ids are pseudonyms in one and none in the other of the portfolio and what is added"
                yield Problem(name, column, rule, draft.n_rows, (), ONE_NAMING)
            elif not len(known[what]):
                known[what] = labels


def _named_otherwise(labels: Labels, known: Labels) -> bool:
    return count_pseudonyms(labels) != (len(labels) if are_pseudonyms(known) else 0)


def _of_currency(base: Parts, drafts: Mapping[str, Draft]) -> Iterator[Problem]:
    named = currency_of(drafts)
    if named and base.currency and named != base.currency:
        table = next(name for name, draft in drafts.items() if "currency" in draft.coded)
        rule = f"must be the one currency of the portfolio, {base.currency}"
        remedy = "Convert all money before it comes in."
        yield Problem(table, "currency", rule, drafts[table].n_rows, (), remedy)


def _of_loans(base: Parts, drafts: Mapping[str, Draft]) -> Iterator[Problem]:
    if "loans" in drafts and "loans" not in base.tables and "statements" in base.tables:
        rule = "the portfolio knows its loans from statements alone, so that a table of loans cannot be added"
        remedy = "Write the portfolio anew, with all of its loans."
        yield Problem("loans", "", rule, drafts["loans"].n_rows, (), remedy)


def _of_columns(table: EventTable, draft: Draft) -> Iterator[Problem]:
    kinds = (
        ("numbers", table.value_columns, draft.numbers),
        ("labels", table.code_columns, draft.coded),
        ("times", table.time_columns, draft.times),
    )
    for kind, there, _ in kinds:
        for other, _, given in kinds:
            for name in there if kind != other else ():
                if name in given:
                    rule = f"holds {other}; in the portfolio it holds {kind}"
                    yield Problem(table.name, name, rule, draft.n_rows, (), "Convert it, or leave it out.")
    for name, labels in table.vocabularies.items():
        text = bool(labels) and isinstance(labels[0], str)
        given_labels = draft.coded[name].labels if name in draft.coded else ()
        if labels and len(given_labels) and isinstance(given_labels, tuple) != text:
            yield _type_problem(table.name, name, draft)
    ids = table.event_ids
    given_ids = draft.coded[_EVENT_ID].labels if _EVENT_ID in draft.coded else ()
    if ids is not None and len(given_ids) and isinstance(given_ids, tuple) != ids.as_text:
        yield _type_problem(table.name, _EVENT_ID, draft)


def _type_problem(table: str, column: str, draft: Draft) -> Problem:
    rule = "is text in one and whole numbers in the other of the portfolio and what is added"
    return Problem(table, column, rule, draft.n_rows, (), "Bring it to one type.")


def _named(draft: Draft, what: str) -> tuple[str, ...]:
    if what == "loan_id":
        return () if draft.contract.loan_column is None else (draft.contract.loan_column,)
    return tuple(people_named(draft))


def _check_spelling(base: Parts, drafts: Mapping[str, Draft]) -> None:
    """Note new ids that look like one that is there, and are not."""
    for ids in (base.people, Ids(base.loan_ids, "loan_id")):
        what = ids.what
        named = {
            name: [draft.coded[one].labels for one in _named(draft, what) if one in draft.coded]
            for name, draft in drafts.items()
        }
        labels = union(part for parts in named.values() for part in parts)
        if isinstance(labels, tuple) and labels and (ids.codes(labels) < 0).any():
            some = {name: draft for name, draft in drafts.items() if named[name]}
            check_spelling(some, what, union([ids.labels, labels]))
