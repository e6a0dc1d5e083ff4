"""Threads that share a ledger: they append together, and none waits for ever."""

from __future__ import annotations

import pytest

import creditscore as cs
from creditscore.errors import LedgerError
from tests.deciding.ledger.filled import KEY
from tests.deciding.records import record


def test_two_threads_append_at_once(ledger):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda k: ledger.append_many([record(2 * k), record(2 * k + 1)]), range(20)))
    assert ledger.verify().decisions == 40


def test_threads_that_append_at_once_share_transactions_and_no_mistakes(ledger):
    from concurrent.futures import ThreadPoolExecutor

    ledger.append(record(7))
    sizes, whole = [], ledger._append_all

    def counted(records):
        sizes.append(len(records))
        return whole(records)

    def append(k):
        try:
            return str(ledger.append(record(k)))
        except LedgerError as error:
            return str(error)

    ledger._group._commit = counted
    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(append, [*range(40), 3]))
    twice = [k for k, text in zip([*range(40), 3], said, strict=True) if "already in the ledger" in text]
    assert sorted(twice) == [3, 7]
    heads = sorted(int(text.partition(":")[0]) for text in said if ":" in text[:6])
    assert heads == list(range(2, 41))
    assert len(ledger) == 40
    assert max(sizes) > 1
    assert ledger.verify().decisions == 40


def test_an_interrupted_append_leaves_nobody_waiting(ledger):
    def interrupted(records):
        raise KeyboardInterrupt

    ledger._group._commit = interrupted
    with pytest.raises(KeyboardInterrupt):
        ledger.append(record(1))
    ledger._group._commit = ledger._append_all
    assert str(ledger.append(record(1))).startswith("1:")


def test_whoever_is_taken_along_into_an_interruption_is_told_and_nobody_hangs(path):
    """A batch fails, its decisions are written one by one, and the first of these is interrupted."""
    import threading
    from concurrent.futures import ThreadPoolExecutor

    with cs.Ledger.open(path, key=KEY) as ledger:
        whole, begun, queued = ledger._append_all, threading.Event(), threading.Event()

        def failing(records):
            if not begun.is_set():
                begun.set()
                assert queued.wait(30)
                return whole(records)
            if len(records) > 1:
                raise LedgerError("not together")
            raise KeyboardInterrupt

        ledger._group._commit = failing
        with ThreadPoolExecutor(4) as pool:
            first = pool.submit(ledger.append, record(0))
            assert begun.wait(30)
            others = [pool.submit(ledger.append, record(k)) for k in (1, 2, 3)]
            while len(ledger._group._waiting) < 3:
                threading.Event().wait(0.01)
            queued.set()
            said = [type(one.exception(timeout=30)) for one in (first, *others)]
        assert sorted(kind.__name__ for kind in said) == [
            "KeyboardInterrupt", "LedgerError", "LedgerError", "NoneType"
        ]  # fmt: skip
        ledger._group._commit = whole
        assert str(ledger.append(record(1))).startswith("2:")
