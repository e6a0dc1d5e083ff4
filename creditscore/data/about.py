"""What a portfolio holds of one person, and the same portfolio without them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from creditscore._ground.instants import NEVER
from creditscore._ground.zones import iso_utc
from creditscore.data.door.build import Parts
from creditscore.data.given import check_given
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.column import Column
from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS, TableContract
from creditscore.data.tables.events import EventTable
from creditscore.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

    from creditscore.data.applications import Applications

    Mask = pd.Series[bool]

_OTHER_SIDE: Final = "counterparty_id"
_SORT_OF_SIDE: Final = "counterparty_kind"


@dataclass(frozen=True, slots=True)
class TableAbout:
    """What one table holds of a person.

    Attributes
    ----------
    rows : tuple of mapping
        Their own rows, and those of others that lead to them (ties, second ids), in stored order; what is
        missing is left out, times are ISO texts in UTC. Other people are ``{"person": 1}``,
        ``{"person": 2}`` and so on, the same in all tables.
    mentions : int
        Rows of other people beside these in which the person is named, as the other side of a payment or of
        an act.
    """

    rows: tuple[Mapping[str, Any], ...]
    mentions: int


def ids_of(portfolio: Portfolio, applicant_id: int | str) -> tuple[int | str, ...]:
    """Return every id that was ever found to be the same person's, this one first.

    Parameters
    ----------
    portfolio : Portfolio
    applicant_id : int or str
        One of them; it need not be known.
    """
    check_given(portfolio=portfolio)
    if isinstance(applicant_id, str) and any("\ud800" <= one <= "\udfff" for one in applicant_id):
        raise ParameterError.must_be("applicant_id", "a text of whole characters", applicant_id)
    code = portfolio.code(applicant_id)
    found = [applicant_id]
    if portfolio.network is not None and code >= 0:
        who = portfolio.network.identities
        labels = portfolio.applicant_ids
        found += [_plain(labels[int(one)]) for one in who.ids_of(who.node(code, NEVER))]
    return tuple(dict.fromkeys(found))


def about(portfolio: Portfolio, ids: Sequence[int | str]) -> Mapping[str, TableAbout]:
    """Collect everything that tables hold of one person.

    Parameters
    ----------
    portfolio : Portfolio
    ids : sequence of int or str
        All of theirs, from `ids_of`.

    Returns
    -------
    mapping of str to TableAbout
        By table; those that hold nothing are left out.
    """
    numbers: dict[Any, int] = {}
    found = {}
    for name in portfolio.tables:
        frame = portfolio.to_frame(name)
        mine = owned(frame, name, ids) | led_to(frame, name, ids)
        mentions = int((named(frame, name, ids) & ~mine).sum())
        rows = _hidden(frame[mine], name, ids, numbers)
        if rows or mentions:
            found[name] = TableAbout(tuple(MappingProxyType(row) for row in rows), mentions)
    return MappingProxyType(found)


def asked_by(applications: Applications, ids: Sequence[int | str]) -> TableAbout | None:
    """Collect what applications hold of one person, attributes of the lender's own among them.

    Parameters
    ----------
    applications : Applications
    ids : sequence of int or str
        All of theirs, from `ids_of`.

    Returns
    -------
    TableAbout or None
        None where they never applied.
    """
    mine = [row for row, one in enumerate(applications.applicant_ids) if one in ids]
    if not mine:
        return None
    return TableAbout(tuple(MappingProxyType(_asked(applications, row)) for row in mine), 0)


def without(portfolio: Portfolio, ids: Sequence[int | str]) -> tuple[Portfolio, Mapping[str, int]]:
    """Make the portfolio without a person, and count what went by table.

    Their own rows go, ties and second ids that lead to them too; where they are the other side of somebody
    else's payment or act, the row stays and does not say who that was. Rows that were set aside are not taken
    along. Values of `measures` about others stay as they were: make them anew.

    Parameters
    ----------
    portfolio : Portfolio
    ids : sequence of int or str
        All of theirs, from `ids_of`.

    Returns
    -------
    portfolio : Portfolio
    rows : mapping of str to int
        Rows that went, or no longer name the person.
    """
    tables: dict[str, Any] = {}
    counts = {}
    for name in portfolio.tables:
        frame = _with_events(portfolio.to_frame(name), portfolio.tables[name])
        gone = owned(frame, name, ids) | led_to(frame, name, ids)
        kept = unnamed(frame[~gone], name, ids)
        counts[name] = int(gone.sum()) + int((named(frame, name, ids) & ~gone).sum())
        tables[name] = _in_order(kept, name)
    left = Portfolio(
        **tables, timezone=portfolio.timezone, weekend=portfolio.weekend, privacy=portfolio.privacy,
        midnight="instant",
    )  # fmt: skip
    parts = Parts.of(left)
    parts = parts._replace(
        terms=portfolio.terms, tables=_without_numbers(parts.tables, portfolio.tables),
        pseudonyms_check=portfolio.pseudonyms_check,
    )  # fmt: skip
    return Portfolio.of_parts(parts), MappingProxyType(
        {name: count for name, count in counts.items() if count}
    )


def _asked(applications: Applications, row: int) -> dict[str, Any]:
    """Write one application as plain data; what is missing is left out."""
    numbers = {name: float(values[row]) for name, values in applications.numeric.items()}
    times = {name: int(at[row]) for name, at in applications.moments.items()}
    loans = applications.loan_ids
    return {
        "application_id": applications.application_ids[row],
        "applicant_id": applications.applicant_ids[row],
        "as_of": iso_utc(int(applications.as_of[row])),
        **({} if loans is None or loans[row] is None else {"loan_id": loans[row]}),
        **{name: value for name, value in numbers.items() if not math.isnan(value)},
        **{name: said[row] for name, said in applications.text.items() if said[row] is not None},
        **{name: iso_utc(at) for name, at in times.items() if at != NEVER},
    }


def _plain(label: Any) -> int | str:
    return label if isinstance(label, str) else int(label)


def _with_events(frame: pd.DataFrame, table: EventTable) -> pd.DataFrame:
    """Give a frame the ids of its events, by which later corrections find them."""
    if table.event_ids is None:
        return frame
    codes, labels = table.event_ids.of(np.arange(table.n_rows))
    known = [*(labels if isinstance(labels, tuple) else labels.tolist()), None]
    return frame.assign(event_id=np.array([known[code] for code in codes.tolist()], object))


def _in_order(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Number rows of events without ids: those of one moment stand in an order that frames do not show."""
    frame = frame.reset_index(drop=True)
    unnumbered = CONTRACTS[name].key == (("event_id",),) and "event_id" not in frame
    return frame.assign(event_id=frame.index) if unnumbered else frame


def _without_numbers(
    tables: Mapping[str, EventTable], before: Mapping[str, EventTable]
) -> Mapping[str, EventTable]:
    """Take off numbers that were no ids of events, lest a later correction is taken for one of them."""
    return MappingProxyType(
        {
            name: table if before[name].event_ids is not None else replace(table, event_ids=None)
            for name, table in tables.items()
        }
    )


def contract_of(name: str) -> TableContract:
    """Return the contract of a table, applications among them."""
    return APPLICATIONS if name == APPLICATIONS.name else CONTRACTS[name]


def _of_others(name: str) -> tuple[Column, ...]:
    """Columns that may name another person than the owner: a group is none."""
    columns = contract_of(name).declared.values()
    return tuple(one for one in columns if one.stands_for == "person" or one.name == _OTHER_SIDE)


def owned(frame: pd.DataFrame, name: str, ids: Sequence[int | str]) -> Mask:
    """Mark the rows of a table that are the person's own."""
    return _among(frame[contract_of(name).owner], ids)


def led_to(frame: pd.DataFrame, name: str, ids: Sequence[int | str]) -> Mask:
    """Mark the rows of a table that say nothing any more without the person."""
    found = frame[contract_of(name).owner].isin([])
    for column in _of_others(name):
        if column.stands_for == "person" and column.required and column.name in frame:
            found |= _among(frame[column.name], ids)
    return found


def named(frame: pd.DataFrame, name: str, ids: Sequence[int | str]) -> Mask:
    """Mark the rows of a table that name the person as somebody else than the owner."""
    found = frame[contract_of(name).owner].isin([])
    for column in _of_others(name):
        if column.name in frame:
            found |= _is_one_of(frame, column.name, ids)
    return found


def _is_one_of(frame: pd.DataFrame, column: str, ids: Sequence[int | str]) -> Mask:
    """Whether a column names the person: the other side of a payment, where it is said to be a person.

    Where that is not said, a text that is an id of the person is taken for them; a number may be a shop's.
    """
    found = _among(frame[column], ids)
    if column != _OTHER_SIDE:
        return found
    text = _among(frame[column], [one for one in ids if isinstance(one, str)])
    if _SORT_OF_SIDE not in frame:
        return text
    sort = frame[_SORT_OF_SIDE]
    return found & (sort == "person").fillna(False).astype(bool) | text & sort.isna()


def _among(values: pd.Series[Any], ids: Sequence[int | str]) -> Mask:
    """Mark the values that are one of some ids; columns of Arrow refuse to be asked for another type."""
    kind = values.dtype.kind
    if kind in "iufU":
        return values.isin([one for one in ids if isinstance(one, str) == (kind == "U")])
    return (values.astype(object) if hasattr(values.dtype, "pyarrow_dtype") else values).isin(ids)


def unnamed(frame: pd.DataFrame, name: str, ids: Sequence[int | str]) -> pd.DataFrame:
    """Leave the person's name out of rows of others."""
    for column in _of_others(name):
        if column.name in frame:
            named = _is_one_of(frame, column.name, ids)
            frame = frame.assign(**{column.name: frame[column.name].where(~named, None)})
    return frame


def _hidden(
    frame: pd.DataFrame, name: str, ids: Sequence[int | str], numbers: dict[Any, int]
) -> list[dict[str, Any]]:
    """Write rows as plain data, other people by number."""
    hiding = {CONTRACTS[name].owner, *(column.name for column in _of_others(name))}
    rows = []
    for record in frame.to_dict("records"):
        sort = record.get(_SORT_OF_SIDE)
        shown = isinstance(sort, str) and sort != "person"
        row: dict[str, Any] = {}
        for column, value in record.items():
            if value is None or value != value:
                continue
            if column in hiding and value not in ids and not (shown and column == _OTHER_SIDE):
                row[str(column)] = {"person": numbers.setdefault(value, len(numbers) + 1)}
            else:
                row[str(column)] = value.isoformat() if hasattr(value, "isoformat") else _simple(value)
        rows.append(row)
    return rows


def _simple(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
