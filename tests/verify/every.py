"""Change every leaf of records of four sets, one at a time, and count by what each change is found.

``python -m tests.verify.every`` prints the first table of docs/verification.md; it takes an hour or two.
``python -m tests.verify.every signed`` prints the second, of a trust file and a head; it takes minutes.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import creditscore as cs
from creditscore.signing.keys import SigningKey
from creditscore.signing.signatures import signed_document
from creditscore.signing.trust import Trust
from creditscore.verify import decision, outsider
from creditscore.verify.decision import verify_record
from creditscore.verify.findings import Findings
from creditscore.verify.leaves import kind_of
from creditscore.verify.receipts import Kept, note_receipt
from creditscore.verify.signatures import note_document
from tests.verify import sets
from tests.verify.changing import Path as Steps
from tests.verify.changing import at, changes, leaves, put, sealed

LENDER = SigningKey.new("lender.example")
KEYS = json.loads(Trust.of(LENDER).to_json())["keys"]
# Of the features of a set every so many are kept, so that all leaves of its records can be tried.
EVERY = {"german": 1, "taiwan": 12, "simulated": 21, "superlender": 12}
COUNT = 15
BEFORE = "the record by itself, and the model that it names"
AGAIN = "the path of its own"
LIBRARY = "kernels and replay"


class _FaultError(Exception):
    """A check failed."""


class _First(Findings):
    """Findings that end with the first fault: a verification that has one does not pass."""

    def note(self, name: str, fault: str = "") -> None:
        if fault:
            raise _FaultError(name)


class Tally(NamedTuple):
    """What came of the changes of one set.

    Attributes
    ----------
    records, leaves, changes : int
    by : Counter
        Changes by what found them.
    unseen : list of str
        Those that nothing found.
    """

    records: int
    leaves: int
    changes: int
    by: Counter[str]
    unseen: list[str]


def found_by(data: sets.Decided, record: dict[str, Any], steps: Steps) -> str | None:
    """By what a change of a record is found; None where it passes.

    The library, which takes longest, is asked only for what nothing else finds.
    """
    leaf = kind_of(tuple(step if isinstance(step, int) else str(step) for step in steps))
    alone = leaf is None or "again" in leaf.paths or len(leaf.paths) == 1
    for replay in (None, data.replay) if alone else (data.replay,):
        try:
            with patch.object(decision, "Findings", _First):
                verify_record(record, data.parts, replay=replay)
        except _FaultError as fault:
            if "worked out again" in str(fault) or "by the twin" in str(fault):
                return AGAIN
            return LIBRARY if "kernels" in str(fault) or "taken again" in str(fault) else BEFORE
    return None


def is_derived(steps: Steps) -> bool:
    leaf = kind_of(tuple(step if isinstance(step, int) else str(step) for step in steps))
    return leaf is None or leaf.kind == "derived"


def tally(data: sets.Decided, said: Callable[[str], object] = lambda line: None) -> Tally:
    """Change every derived leaf of all records of a set."""
    by, unseen, n_leaves = Counter[str](), list[str](), 0
    for number, record in enumerate(data.records):
        rng = random.Random(number)
        assert verify_record(record, data.parts, replay=data.replay).passed
        for steps in filter(is_derived, leaves(record)):
            if steps == ("sha256",):
                continue
            n_leaves += 1
            for how, value in changes(at(record, steps), rng):
                by_what = found_by(data, sealed(put(record, steps, value)), steps)
                if by_what is None:
                    unseen.append(f"{number}: {steps} ({how})")
                else:
                    by[by_what] += 1
        said(f"record {number}: {n_leaves} leaves, {by}, unseen {unseen}")
    return Tally(len(data.records), n_leaves, sum(by.values()) + len(unseen), by, unseen)


class Vouched(NamedTuple):
    """What came of changes of any leaf of signed records that are in a ledger.

    Attributes
    ----------
    records, changes : int
    by_clerk : list of str
        Changes under a signature as it was, or a changed one, that the trust file did not find.
    by_lender : list of str
        Changes that the lender signed anew, so that its key vouches for them, which the head did not find.
    """

    records: int
    changes: int
    by_clerk: list[str]
    by_lender: list[str]

    def added(self, number: int, other: Vouched) -> Vouched:
        """Both together; of the other one its number is said."""
        clerk, lender = ([f"{number}: {one}" for one in each] for each in other[2:])
        records, changes = self.records + other.records, self.changes + other.changes
        return Vouched(records, changes, self.by_clerk + clerk, self.by_lender + lender)


def vouched_tally(data: sets.Decided, folder: Path, *, share: float = 1.0) -> Vouched:
    """Change any leaf of records that were signed and entered, as a clerk could, and as the lender itself.

    What is changed is sealed anew. The clerk leaves the signature, or changes it; the lender signs once more
    with its own key. The head was kept from when the last record had been entered.
    """
    records = [cs.DecisionRecord.from_dict(one).signed(LENDER) for one in data.records]
    with cs.Ledger.open(folder / "every.db", key=cs.Ledger.new_key()) as ledger:
        for one in records:
            ledger.append(one)
        (folder / "kept.head").write_text(ledger.tree.sign(LENDER).text, encoding="utf-8")
        receipts = [ledger.tree.receipt(one.decision_id, LENDER).to_json() for one in records]
    found = Vouched(0, 0, [], [])
    for number, (record, text) in enumerate(zip(records, receipts, strict=True)):
        (folder / "receipt.json").write_text(text, encoding="utf-8")
        kept, whole = Kept(folder / "receipt.json", [folder / "kept.head"]), record.to_dict()
        assert _is_vouched_for(whole), number
        assert _is_entered(whole, kept), number
        with patch.object(outsider, "is_signed", lru_cache(outsider.is_signed)):
            found = found.added(number, _vouched(whole, kept, random.Random(number), share))
    return found


def _vouched(whole: dict[str, Any], kept: Kept, rng: random.Random, share: float) -> Vouched:
    """Change any leaf of one record."""
    changed, by_clerk, by_lender = 0, list[str](), list[str]()
    for steps, other in _one_each(whole, rng, share):
        changed, one = changed + 1, sealed(other)
        if _is_vouched_for(one):
            by_clerk.append(str(steps))
        anew = signed_document("record", one, LENDER)
        if steps[0] != "signature" and _is_entered(anew, kept):
            by_lender.append(str(steps))
        assert changed > 1 or _is_vouched_for(anew)
    return Vouched(1, changed, by_clerk, by_lender)


def _is_vouched_for(record: dict[str, Any]) -> bool:
    """Whether whom one trusts signed it, as it is."""
    findings = Findings("record")
    note_document(findings, "record", record, KEYS)
    return findings.passed


def _is_entered(record: dict[str, Any], kept: Kept) -> bool:
    """Whether its receipt leads from it to the head that was kept."""
    findings = Findings("record")
    note_receipt(findings, record, kept, KEYS)
    return findings.passed


def _one_each(
    record: dict[str, Any], rng: random.Random, share: float = 1.0
) -> Iterator[tuple[Steps, dict[str, Any]]]:
    for steps in leaves(record):
        if steps != ("sha256",) and (share == 1.0 or rng.random() < share):
            _, value = rng.choice(list(changes(at(record, steps), rng)))
            yield steps, put(record, steps, value)


def made(name: str, folder: Path, find: Callable[[str], Path]) -> sets.Decided:
    """Decide on people of a set, with a model of few features."""
    given: dict[str, Any] = {} if name == "german" else {"every": EVERY[name]}
    given |= {"short": True} if name == "simulated" else {}
    more = (find,) if name == "superlender" else ()
    return getattr(sets, name)(folder, COUNT, *more, **given)


def main(names: list[str]) -> None:
    shared = Path(__file__).resolve().parents[3] / "shared" / "data"
    only_signed, names = names[:1] == ["signed"], [name for name in names if name != "signed"]
    for name in names or list(EVERY):
        with tempfile.TemporaryDirectory() as folder:
            data = made(name, Path(folder) / "model", lambda part: shared / part)
            line, missed = _line_of_vouched(data, Path(folder)) if only_signed else _line_of(data)
            sys.stdout.write(f"| {name} | {line} |\n")
            sys.stdout.flush()
            assert not missed, missed[:20]


def _line_of(data: sets.Decided) -> tuple[str, list[str]]:
    found = tally(data, lambda line: sys.stderr.write(f"{line}\n"))
    by = " | ".join(f"{found.by[one]:,}" for one in (BEFORE, AGAIN, LIBRARY))
    line = f"{found.records} | {found.leaves:,} | {found.changes:,} | {by} | {len(found.unseen)}"
    return line, found.unseen


def _line_of_vouched(data: sets.Decided, folder: Path) -> tuple[str, list[str]]:
    found = vouched_tally(data, folder)
    line = f"{found.records} | {found.changes:,} | {len(found.by_clerk)} | {len(found.by_lender)}"
    return line, [*found.by_clerk, *found.by_lender]


if __name__ == "__main__":
    main(sys.argv[1:])
