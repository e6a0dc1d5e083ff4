"""The rows of people who apply together, as if they were one person's: each loan and each payment once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from creditscore._ground.arrays import Flags
from creditscore._ground.instants import NEVER
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import SOURCES
from creditscore.data.stored.persons import representatives
from creditscore.data.stored.rows import (
    RowNumbers,
    calendar_of_rows,
    columns_of,
    iso,
    known_rows,
    stored_tables,
)
from creditscore.data.stored.sealing import seal
from creditscore.data.stored.table import Labelled, StoredTable
from creditscore.data.stored.unknown_loans import loans_not_yet_known
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.data.terms import NO_TERMS
from creditscore.deciding.allowed import allowed_rows
from creditscore.deciding.evidence import Collected, Evidence, built
from creditscore.deciding.means import means_computer

TABLES_OF_MEANS: Final = ("payments", "bills", *SOURCES["loans"].tables)
_NOTHING_MORE: Final[frozenset[str]] = frozenset()
_ACCOUNT, _BALANCE, _SHARED = "account_id", "balance", "shared_id"
# What a row of an account does not say by itself: whose it is, and as which row it is stored.
_NOT_OF_THE_ROW: Final = frozenset({"applicant_id", "known_time"})


def joint_evidence(portfolio: Portfolio, people: Sequence[Applications]) -> Evidence:
    """Put together what was known of the money of several people, as rows of one.

    A loan that several hold counts once where its rows carry the same ``shared_id``; a payment once where two
    of them report the same row of the same account with the same balance. Accounts of the same name are else
    two accounts, so that money from one to the other is a transfer between own accounts and no income. Where
    a consent is lacking, or a source is disconnected, the rows of that person are left out.

    Parameters
    ----------
    portfolio : Portfolio
    people : sequence of Applications
        An application of each, the first applicant's first.
    """
    as_of = int(people[0].as_of[0])
    chosen = [name for name in TABLES_OF_MEANS if name in portfolio.tables]
    rows = [_rows(portfolio, one, chosen) for one in people]
    parts: dict[str, list[StoredTable]] = {name: [] for name in chosen}
    first = 1
    for one, own in zip(people, rows, strict=True):
        stands = representatives(portfolio, portfolio.code(one.applicant_ids[0]), as_of)
        stored = stored_tables(portfolio, own, as_of, first_id=first, extras=_NOTHING_MORE, first=stands)
        first += max((len(numbers) for numbers in own.values()), default=0)
        for name, table in stored.items():
            parts[name].append(_of_one(table, people[0].applicant_ids[0]))
    parts = _each_loan_once(_each_payment_once(parts))
    there = {name: [one for one in some if one.n_rows] for name, some in parts.items()}
    whole = {name: _concatenated(some) for name, some in there.items() if some}
    sealed = seal(whole, {}, people[0].applicant_ids[0])
    plain = _plain(portfolio, people[0], rows, chosen) | {
        "loans_not_yet_known": _unknown(portfolio, rows, whole)
    }
    plain["application"]["applicant_id"] = sealed.applicant_id
    return built(means_computer(), Collected(plain, sealed.own, {}))


def _rows(portfolio: Portfolio, one: Applications, chosen: Sequence[str]) -> RowNumbers:
    person = portfolio.code(one.applicant_ids[0]) if portfolio.n_applicants else -1
    own = allowed_rows(portfolio, one, known_rows(portfolio, [person], int(one.as_of[0]), chosen))
    covered = means_computer().compute(one, portfolio, threads=1).covered
    shut = [name for name, flags in covered.items() if name in SOURCES and not flags[0]]
    gone = {table for name in shut for table in SOURCES[name].tables}
    return {name: numbers[:0] if name in gone else numbers for name, numbers in own.items()}


def _plain(
    portfolio: Portfolio, one: Applications, rows: Sequence[RowNumbers], chosen: Sequence[str]
) -> dict[str, Any]:
    as_of = int(one.as_of[0])
    shown = columns_of(portfolio, chosen, extras=_NOTHING_MORE)
    if "payments" in shown and _ACCOUNT not in shown["payments"]["labels"]:
        shown["payments"]["labels"].append(_ACCOUNT)
    made: dict[str, Any] = {
        "application": {"application_id": one.application_ids[0], "as_of": iso(as_of)}, "columns": shown
    }  # fmt: skip
    if not portfolio.calendar.is_usual:
        made["calendar"] = calendar_of_rows(portfolio, rows, as_of).to_dict()
    if portfolio.currency:
        made["currency"] = portfolio.currency
    terms = replace(portfolio.terms, consent_needed=())
    return made if terms == NO_TERMS else made | {"terms": terms.to_dict()}


def _unknown(portfolio: Portfolio, rows: Sequence[RowNumbers], whole: Mapping[str, StoredTable]) -> list[Any]:
    """Loans that rows name and that were not yet known, but for those that were left out."""
    found = {loan for own in rows for loan in loans_not_yet_known(portfolio, own)}
    named = {
        label
        for table in whole.values()
        if "loan_id" in table.labels
        for label in table.labels["loan_id"].labels
    }
    return sorted(found & named)


def _of_one(table: StoredTable, who: Any) -> StoredTable:
    owner = CONTRACTS[table.name].owner
    return replace(table, labels={**table.labels, owner: Labelled(np.zeros(table.n_rows, np.int32), (who,))})


def _each_loan_once(parts: dict[str, list[StoredTable]]) -> dict[str, list[StoredTable]]:
    """Leave out the rows of a loan that somebody before holds too."""
    seen: set[Any] = set()
    gone: set[Any] = set()
    for table in parts.get("loans", ()):
        shared = _texts(table, _SHARED)
        gone |= {loan for loan, one in zip(_texts(table, "loan_id"), shared, strict=True) if one in seen}
        seen |= {one for one in shared if one is not None}
    if not gone:
        return parts
    return {
        name: [_only(table, [loan not in gone for loan in _texts(table, "loan_id")]) for table in some]
        if "loan_id" in CONTRACTS[name].declared
        else some
        for name, some in parts.items()
    }


def _each_payment_once(parts: dict[str, list[StoredTable]]) -> dict[str, list[StoredTable]]:
    """Leave out rows of an account that somebody before reports too, and tell all other accounts apart."""
    seen: dict[Any, int] = {}
    shared: set[Any] = set()
    kept: list[StoredTable] = []
    for table in parts.get("payments", ()):
        keys = [*_keys_of(table)]
        left, flags = dict(seen), []
        for key in keys:
            flags.append(key is None or left.get(key, 0) == 0)
            if key is not None and not flags[-1]:
                left[key] -= 1
                shared.add(key[0])
        for key in keys:
            if key is not None:
                seen[key] = seen.get(key, 0) + 1
        kept.append(_only(table, flags))
    known = sorted({str(one) for table in kept for one in _texts(table, _ACCOUNT) if one is not None})
    ranks = {one: f"{rank:0{len(str(len(known)))}d}" for rank, one in enumerate(known)}
    accounts = [_named_apart(table, number, shared, ranks) for number, table in enumerate(kept)]
    return {**parts, "payments": accounts} if "payments" in parts else parts


def _keys_of(table: StoredTable) -> Iterator[tuple[Any, ...] | None]:
    """What each row says, its account first; None where account or balance are not known."""
    balance = table.numbers.get(_BALANCE, np.full(table.n_rows, np.nan))
    columns: list[Sequence[Any]] = [_texts(table, _ACCOUNT)]
    names = sorted({*table.labels} - {_ACCOUNT, *_NOT_OF_THE_ROW})
    columns += [_texts(table, name) for name in names]
    columns += [table.times[name].tolist() for name in sorted({*table.times} - _NOT_OF_THE_ROW)]
    columns += [[repr(one) for one in table.numbers[name].tolist()] for name in sorted(table.numbers)]
    for row, key in enumerate(zip(*columns, strict=True)):
        yield None if key[0] is None or balance[row] != balance[row] else key


def _named_apart(
    table: StoredTable, number: int, shared: set[Any], ranks: Mapping[str, str]
) -> StoredTable:
    """Call accounts by whose they are, but for shared ones; payments on no account stand on one of theirs.

    What they are called outside is nobody else's business: ranks in the order of the names stand for them.
    """
    mine = f"account {number}"
    names = [
        mine if one is None else f"{'shared' if one in shared else mine} {ranks[str(one)]}"
        for one in _texts(table, _ACCOUNT)
    ]
    labels = tuple(sorted(set(names)))
    position = {label: code for code, label in enumerate(labels)}
    codes = np.array([position[name] for name in names], np.int32)
    return replace(table, labels={**table.labels, _ACCOUNT: Labelled(codes, labels)})


def _texts(table: StoredTable, column: str) -> list[Any]:
    part = table.labels.get(column)
    if part is None:
        return [None] * table.n_rows
    return [None if code < 0 else part.labels[code] for code in part.codes.tolist()]


def _only(table: StoredTable, flags: Sequence[bool]) -> StoredTable:
    kept: Flags = np.array(flags, np.bool_)
    if kept.all():
        return table
    return replace(
        table,
        n_rows=int(kept.sum()),
        times={name: cells[kept] for name, cells in table.times.items()},
        numbers={name: cells[kept] for name, cells in table.numbers.items()},
        labels={name: Labelled(part.codes[kept], part.labels) for name, part in table.labels.items()},
    )


def _concatenated(some: Sequence[StoredTable]) -> StoredTable:
    """Put tables of the same name one after the other; what one of them lacks is missing there."""
    times = {name for one in some for name in one.times}
    numbers = {name for one in some for name in one.numbers}
    labels = {name for one in some for name in one.labels}
    return StoredTable(
        name=some[0].name,
        n_rows=sum(one.n_rows for one in some),
        first_id=1,
        times={
            name: np.concatenate([one.times.get(name, np.full(one.n_rows, NEVER)) for one in some])
            for name in sorted(times)
        },
        numbers={
            name: np.concatenate([one.numbers.get(name, np.full(one.n_rows, np.nan)) for one in some])
            for name in sorted(numbers)
        },
        labels={name: _joined([one.labels.get(name) for one in some], some) for name in sorted(labels)},
    )


def _joined(parts: Sequence[Labelled | None], some: Sequence[StoredTable]) -> Labelled:
    every = {part.labels for part in parts if part is not None}
    labels = every.pop() if len(every) == 1 else tuple(sorted({one for part in every for one in part}))
    position = {label: code for code, label in enumerate(labels)}
    codes = []
    for part, table in zip(parts, some, strict=True):
        if part is None:
            codes.append(np.full(table.n_rows, -1, np.int32))
        else:
            moved = np.array([*(position[label] for label in part.labels), -1], np.int32)
            codes.append(moved[part.codes])
    return Labelled(np.concatenate(codes), labels)
