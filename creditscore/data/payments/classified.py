"""What each payment of one person is, as a value to look at."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from creditscore._ground.arrays import Float64, Int64, read_only
from creditscore.data.payments.classify import classify_payments
from creditscore.data.payments.marks import IN, OUT, UNSEEN
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.vocabularies import PAYMENT_CLASSES, PAYMENT_EVIDENCE

if TYPE_CHECKING:
    import pandas as pd

COUNTS_AS: Final = {IN: "income", OUT: "spending"}
_COLUMNS: Final = ("event_time", "amount", "class", "evidence", "paired_with", "undone", "counts_as")
_MOST_SHOWN: Final = 12


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ClassifiedPayments:
    """The payments of one person that were known at a moment, oldest first, and what each is.

    Attributes
    ----------
    rows : ndarray of int64, shape (n_payments,)
        Their rows in the table of payments.
    times : ndarray of int64, shape (n_payments,)
        When they happened, in microseconds since 1970-01-01 UTC.
    amounts : ndarray of float64, shape (n_payments,)
        Money moved; credits positive, debits negative.
    classes : tuple of str
        One of ``PAYMENT_CLASSES`` for each.
    evidence : tuple of str
        What each class was read from, one of ``PAYMENT_EVIDENCE``.
    paired_with : ndarray of int64, shape (n_payments,)
        Position of the payment that it belongs to: the other half of a transfer, what it takes back, the
        debit that a refund undoes; -1 for none.
    undone : ndarray of float64, shape (n_payments,)
        How much of a debit later refunds took back, in money; 0 for none.
    counts_as : tuple of str
        ``"income"``, ``"spending"`` or ``""`` for each.
    """

    rows: Int64
    times: Int64
    amounts: Float64
    classes: tuple[str, ...]
    evidence: tuple[str, ...]
    paired_with: Int64
    undone: Float64
    counts_as: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.classes)

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas frame, a row for each payment; times in UTC, ``<NA>`` where nothing pairs."""
        import pandas as pd

        columns = [pd.DatetimeIndex(self.times.view("M8[us]"), tz="UTC"), *self._columns()[1:]]
        frame = pd.DataFrame(dict(zip(_COLUMNS, columns, strict=True)))
        frame["paired_with"] = frame["paired_with"].astype("Int64").mask(frame["paired_with"] < 0)
        return frame

    def __repr__(self) -> str:
        lines = ["  ".join(_cells(row)).rstrip() for row in self._shown()]
        return "\n".join([f"ClassifiedPayments({len(self)} payments)", *(f"  {line}" for line in lines)])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in ("", *_COLUMNS))
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in self._shown()
        )
        return f"<table dir='auto'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _columns(self) -> tuple[Any, ...]:
        return (
            self.times, self.amounts, self.classes, self.evidence, self.paired_with, self.undone,
            self.counts_as,
        )  # fmt: skip

    def _shown(self) -> list[tuple[str, ...]]:
        """Return the cells of the first and last payments, as text."""
        positions = list(range(len(self)))
        if len(self) > _MOST_SHOWN:
            positions = positions[: _MOST_SHOWN // 2] + positions[-_MOST_SHOWN // 2 :]
        return [
            (
                str(k),
                str(np.datetime64(int(self.times[k]), "us").astype("M8[m]")),
                f"{self.amounts[k]:,.2f}",
                self.classes[k],
                self.evidence[k],
                "" if self.paired_with[k] < 0 else str(self.paired_with[k]),
                f"{self.undone[k]:,.2f}" if self.undone[k] else "",
                self.counts_as[k],
            )
            for k in positions
        ]


def _cells(row: tuple[str, ...]) -> list[str]:
    widths = (4, 16, 12, 14, 12, 4, 10, 8)
    right = (0, 2, 5, 6)
    return [
        cell.rjust(width) if number in right else cell.ljust(width)
        for number, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def classify_person(table: EventTable, person: int, as_of: int) -> ClassifiedPayments:
    """Say what each payment of one person is.

    Parameters
    ----------
    table : EventTable
        Payments.
    person : int
        Code of the person; one without payments has none.
    as_of : int
        The moment, in microseconds; exclusive.
    """
    owner = person if person + 1 < len(table.offsets) else -1
    firsts, begins, _, marks = classify_payments(
        table, np.array([owner], np.int64), np.array([as_of], np.int64)
    )
    seen = np.flatnonzero(marks.classes[: begins[1]] != UNSEEN)
    position = np.full(int(begins[1]) + 1, -1, np.int64)
    position[seen] = np.arange(seen.size)
    rows = seen + firsts[0]
    roles = marks.roles[seen].tolist()
    return ClassifiedPayments(
        rows=read_only(rows),
        times=read_only(table.times[0][rows]),
        amounts=read_only(table.column("amount")[rows]),
        classes=tuple(map(PAYMENT_CLASSES.__getitem__, marks.classes[seen].tolist())),
        evidence=tuple(map(PAYMENT_EVIDENCE.__getitem__, marks.evidence[seen].tolist())),
        paired_with=read_only(position[marks.partners[seen]]),
        undone=read_only(marks.undone[seen]),
        counts_as=tuple([COUNTS_AS.get(role, "") for role in roles]),
    )


def no_payments() -> ClassifiedPayments:
    """Return the value of a person of whom no payment is known."""
    none = read_only(np.empty(0, np.int64))
    money = read_only(np.empty(0))
    return ClassifiedPayments(none, none, money, (), (), none, money, ())
