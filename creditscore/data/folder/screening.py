"""Records of a feed, one by one: which are taken, which are there already, which wait, which are refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

import numpy as np

from creditscore.data.door.build import Parts
from creditscore.data.door.draft import Draft
from creditscore.data.door.linking import NEED_LOANS, OF_A_LOAN, link_tables
from creditscore.data.door.reading import Reading
from creditscore.data.door.records import read_records
from creditscore.data.door.validate import check_sources, check_table
from creditscore.data.folder.adding import Rows, gathered
from creditscore.data.folder.copies import copies_of
from creditscore.data.folder.redrafting import chosen_rows, one_after_another
from creditscore.data.sources import CONNECTIONS, CONSENTS
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.data.tables.parties import PARTIES
from creditscore.data.tables.versions import NOT_TWICE, key_codes, key_names
from creditscore.errors import CreditScoreError

Record = tuple[str, Mapping[str, Any]]
Outcome = Literal["taken", "repeated", "waiting", "refused"]
_LOANS: Final = "loans"
_STATEMENTS: Final = "statements"


class Verdict(NamedTuple):
    """What becomes of one record.

    Attributes
    ----------
    outcome : {"taken", "repeated", "waiting", "refused"}
        ``"repeated"`` stands there already; ``"waiting"`` belongs to a loan that is not there yet.
    reason : str
        Which rule it breaks; empty where it breaks none.
    """

    outcome: Outcome
    reason: str = ""


TAKEN: Final = Verdict("taken")
REPEATED: Final = Verdict("repeated")
WAITING: Final = Verdict("waiting", f"loan_id: {OF_A_LOAN}")


class Screened(NamedTuple):
    """What records of a feed come to.

    Attributes
    ----------
    drafts : dict of str to Draft
        Rows that are taken, by name of the table.
    verdicts : list of Verdict
        One for each record, in their order.
    """

    drafts: dict[str, Draft]
    verdicts: list[Verdict]


class _TornError(Exception):
    """Records cannot be told apart by what is wrong with them; `args` holds the rule."""


def screen(base: Parts, logged: Sequence[Rows], records: Sequence[Record], reading: Reading) -> Screened:
    """Judge records one by one, as if each came alone, in their order.

    Every record needs the key of its table (an event_id, mostly): without one nobody can tell whether it was
    there before. Two that share a key and a known time must say the same; the first counts.

    Parameters
    ----------
    base : Parts
    logged : sequence of mapping of str to Draft
        What was added to it; oldest first.
    records : sequence of (str, mapping)
        Name of a declared table, and a row of it.
    reading : Reading
        In which zone times are read.
    """
    found = _Screening(base, list(logged), records, reading)
    found.settle(list(range(len(records))))
    waiting = found.waiting()
    while waiting and _LOANS in found.taken():
        found.settle(waiting)
        still = found.waiting()
        if len(still) == len(waiting):
            break
        waiting = still
    return Screened(found.taken(), [found.verdicts[k] for k in range(len(records))])


def without_copies(base: Parts, logged: Sequence[Rows], drafts: Rows) -> tuple[dict[str, Draft], int]:
    """Leave out the rows that stand there already, and count them.

    Parameters
    ----------
    base : Parts
    logged : sequence of mapping of str to Draft
        What was added to it; oldest first.
    drafts : mapping of str to Draft
        New rows, which passed the door.

    Raises
    ------
    ContractError
        If they do not agree with what is there; rules that rows break are looked at later.
    """
    whole = gathered(base, [*logged, drafts], to_judge=True).drafts
    link_tables(whole, base.calendar, set_aside=False)
    kept, there = {}, 0
    for name, draft in drafts.items():
        alike = copies_of(whole[name], draft.n_rows).alike if draft.n_rows else np.empty(0, np.int64)
        there += alike.size
        rows = np.setdiff1d(np.arange(draft.n_rows), alike)
        kept[name] = chosen_rows(draft, rows) if alike.size else draft
    return kept, there


class _Screening:
    def __init__(
        self, base: Parts, logged: list[Rows], records: Sequence[Record], reading: Reading
    ) -> None:
        self.base, self.logged, self.records, self.reading = base, logged, records, reading
        self.verdicts: dict[int, Verdict] = {}
        self._pieces: list[dict[str, Draft]] = []
        self._batch: list[int] = []

    def waiting(self) -> list[int]:
        """Records that wait, in their order."""
        return sorted(k for k, one in self.verdicts.items() if one.outcome == "waiting")

    def taken(self) -> dict[str, Draft]:
        """All rows that were taken, by name of the table."""
        return {
            name: one_after_another([piece[name] for piece in self._pieces if name in piece])
            for name in CONTRACTS
            if any(name in piece for piece in self._pieces)
        }

    def settle(self, batch: list[int]) -> None:
        """Judge records on top of what was taken: all at once, or in halves where that tells nothing."""
        while batch:
            try:
                drafts, judged = self._attempt(batch)
            except _TornError as error:
                if len(batch) == 1:
                    self.verdicts[batch[0]] = Verdict("refused", str(error))
                    return
                middle = len(batch) // 2
                self.settle(batch[:middle])
                batch = batch[middle:]
                continue
            if not judged:
                self._pieces.append(drafts)
                self.verdicts |= dict.fromkeys(batch, TAKEN)
                return
            self.verdicts |= judged
            batch = [k for k in batch if k not in judged]
            if self._only_copies(judged):
                self._pieces.append(self._kept(drafts, judged))
                self.verdicts |= dict.fromkeys(batch, TAKEN)
                return

    def _only_copies(self, judged: Mapping[int, Verdict]) -> bool:
        """Whether the others fit as they are: nothing but copies is left out, and no rule looks past them."""
        return all(one == REPEATED and self.records[k][0] != PARTIES for k, one in judged.items())

    def _kept(self, drafts: Mapping[str, Draft], judged: Mapping[int, Verdict]) -> dict[str, Draft]:
        """The rows that were not judged; tables without any are left out."""
        kept = {}
        for name, draft in drafts.items():
            numbers = [k for k in self._batch if self.records[k][0] == name]
            rows = np.flatnonzero([k not in judged for k in numbers]).astype(np.int64)
            if rows.size:
                kept[name] = chosen_rows(draft, rows)
        return kept

    def _attempt(self, batch: list[int]) -> tuple[dict[str, Draft], dict[int, Verdict]]:
        """Read records as one; return their rows, and a verdict on each that cannot stand as it is."""
        numbers: dict[str, list[int]] = {}
        self._batch = batch
        for k in batch:
            numbers.setdefault(self.records[k][0], []).append(k)
        early = self._before_any_loan(numbers)
        if early:
            return {}, dict.fromkeys(early, WAITING)
        drafts = self._through_the_door(numbers)
        judged = _faults(drafts, numbers, {})
        return (drafts, judged) if judged else (drafts, self._against_what_is_there(drafts, numbers))

    def _before_any_loan(self, numbers: Mapping[str, list[int]]) -> list[int]:
        """Records of loans while none is known, and nobody said that statements are to tell of them."""
        there = {*self.base.tables, *(name for rows in (*self.logged, *self._pieces) for name in rows)}
        if _LOANS in there or _LOANS in numbers:
            return []
        tables = NEED_LOANS if _STATEMENTS in there else (*NEED_LOANS, _STATEMENTS)
        return [k for name in tables for k in numbers.get(name, ())]

    def _through_the_door(self, numbers: Mapping[str, list[int]]) -> dict[str, Draft]:
        drafts = {}
        try:
            for name in CONTRACTS:
                if name in numbers:
                    rows = [self.records[k][1] for k in numbers[name]]
                    drafts[name] = check_table(CONTRACTS[name], read_records(name, rows), self.reading)
        except CreditScoreError as error:
            raise _TornError(str(error)) from error
        for name in (CONNECTIONS, CONSENTS):
            if name in drafts:
                check_sources(drafts[name])
        _refuse_problems(drafts)
        return drafts

    def _against_what_is_there(
        self, drafts: dict[str, Draft], numbers: Mapping[str, list[int]]
    ) -> dict[int, Verdict]:
        try:
            whole = gathered(self.base, [*self.logged, *self._pieces, drafts], to_judge=True).drafts
            link_tables(whole, self.base.calendar, set_aside=False)
        except CreditScoreError as error:
            raise _TornError("; ".join(map(str, getattr(error, "problems", (error,))))) from error
        _refuse_problems(whole)
        judged: dict[int, Verdict] = {}
        for name, of_table in numbers.items():
            judged |= self._by_key(whole[name], of_table)
        judged = _faults(whole, numbers, judged)
        if not judged:
            torn = next((fault for draft in whole.values() for fault in draft.faults), None)
            if torn is not None:
                raise _TornError(f"{torn.column}: {torn.rule}. {torn.remedy}")
        return judged

    def _by_key(self, draft: Draft, numbers: list[int]) -> dict[int, Verdict]:
        """Verdicts on records without a key, and on those whose key and known time are there."""
        names, codes = key_names(draft), key_codes(draft)
        if len(draft.contract.key) > 1 and (codes[len(numbers) :] < 0).any():
            raise _TornError(f"The rows that are there are known by other columns than {', '.join(names)}.")
        wanted = ", ".join(names or draft.contract.key[0])
        without = Verdict("refused", f"{wanted}: nobody could tell it from a copy of it. Give it one.")
        judged = dict.fromkeys((numbers[row] for row in np.flatnonzero(codes[: len(numbers)] < 0)), without)
        found = copies_of(draft, len(numbers))
        other = Verdict("refused", f"{wanted}: another row has this key and known_time, and says otherwise.")
        judged |= dict.fromkeys((numbers[row] for row in found.other), other)
        return judged | dict.fromkeys((numbers[row] for row in found.alike), REPEATED)


def _refuse_problems(drafts: Mapping[str, Draft]) -> None:
    """Raise where a table is wrong as a whole: no row of it says why."""
    problems = [problem for draft in drafts.values() for problem in draft.problems]
    if problems:
        raise _TornError("; ".join(map(str, problems)))


def _faults(
    drafts: Mapping[str, Draft], numbers: Mapping[str, list[int]], judged: dict[int, Verdict]
) -> dict[int, Verdict]:
    """Add a verdict on each new record that breaks a rule; what was said of one before stands."""
    found = dict(judged)
    for name, of_table in numbers.items():
        for fault in drafts[name].faults:
            if fault.rule.endswith(NOT_TWICE):
                continue
            late = Verdict("refused", f"{name}.{fault.column}: {fault.rule}. {fault.remedy}")
            verdict = WAITING if fault.rule == OF_A_LOAN else late
            for row in fault.rows.tolist():
                if row < len(of_table):
                    found.setdefault(of_table[row], verdict)
    return found
