"""Change every leaf of records of four sets, one at a time, and count by what each change is found.

``python -m tests.verify.every`` prints the table of docs/verification.md; it takes an hour or two.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import creditscore as cs
from creditscore.signing.keys import SigningKey
from creditscore.signing.trust import Trust
from creditscore.verify import decision
from creditscore.verify.decision import verify_record
from creditscore.verify.findings import Findings
from creditscore.verify.leaves import kind_of
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


def signed_tally(data: sets.Decided) -> tuple[int, list[str]]:
    """Change any leaf of all records of a set, once signed; return how many, and what trust did not find."""
    tried, unseen = 0, []
    for number, record in enumerate(data.records):
        rng, signed = random.Random(number), cs.DecisionRecord.from_dict(record).signed(LENDER).to_dict()
        for steps, other in _one_each(signed, rng):
            tried += 1
            findings = Findings("record")
            note_document(findings, "record", sealed(other), KEYS)
            if findings.passed:
                unseen.append(f"{number}: {steps}")
    return tried, unseen


def _one_each(record: dict[str, Any], rng: random.Random) -> Iterator[tuple[Steps, dict[str, Any]]]:
    for steps in leaves(record):
        if steps != ("sha256",):
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
    for name in names or list(EVERY):
        with tempfile.TemporaryDirectory() as folder:
            data = made(name, Path(folder) / "model", lambda part: shared / part)
            found = tally(data, lambda line: sys.stderr.write(f"{line}\n"))
            signed, missed = signed_tally(data)
            by = " | ".join(f"{found.by[one]:,}" for one in (BEFORE, AGAIN, LIBRARY))
            unseen = len(found.unseen)
            sys.stdout.write(
                f"| {name} | {found.records} | {found.leaves:,} | {found.changes:,} | {by} | {unseen} "
                f"| {signed:,} | {len(missed)} |\n"
            )
            sys.stdout.flush()
            assert not [*found.unseen, *missed], [*found.unseen[:20], *missed[:20]]


if __name__ == "__main__":
    main(sys.argv[1:])
