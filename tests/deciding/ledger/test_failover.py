"""A server that dies for good, and the standby that takes over: nothing is lost or doubled, or it is said."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import creditscore as cs
from creditscore.errors import LedgerError
from tests.deciding.records import record
from tests.postgres import Server, started, until, why_not

KEY = bytes(range(32))

pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(why_not()), reason=f"{why_not()}")]


def address_of(one: Server, other: Server) -> str:
    hosts = f"host={one.folder},{other.folder}"
    return f"postgresql://owner@/postgres?{hosts}&target_session_attrs=read-write&schema=decisions"


def test_a_standby_that_kept_up_takes_over_in_the_middle():
    """Six threads append; the server is killed among them, and its synchronous standby is promoted."""
    first = started()
    second = first.standby()
    try:
        with first.connect() as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
        until(lambda: first.answer("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"))
        with cs.Ledger.open(address_of(first, second), key=KEY) as ledger:
            ledger.append(record("first"))

            begun = threading.Event()

            def fail() -> None:
                begun.wait()
                first.stop("immediate")
                second.control("promote")

            def append(k: int) -> int:
                if k == 30:
                    begun.set()
                return ledger.append(record(k, f"s-{k % 5}")).sequence

            failing = threading.Thread(target=fail)
            failing.start()
            with ThreadPoolExecutor(6) as pool:
                heads = list(pool.map(append, range(600)))
            failing.join()
            more = ledger.append(record("last")).sequence
            assert sorted(heads) == list(range(2, 602))
            assert more == 602
            assert ledger.verify().decisions == 602
            assert all(ledger.read(f"d-{k}") == record(k, f"s-{k % 5}") for k in range(0, 600, 7))
        assert second.answer("SELECT count(*) FROM decisions.chain") == 602
    finally:
        second.remove()
        first.remove()


def test_a_standby_that_was_behind_gets_nothing_more():
    """Without a synchronous standby what was confirmed may be lost: the running service refuses to go on."""
    first = started()
    second = first.standby()
    try:
        with cs.Ledger.open(address_of(first, second), key=KEY) as ledger:
            ledger.append(record(1))
            until(lambda: second.answer("SELECT to_regclass('decisions.chain') IS NOT NULL"))
            until(lambda: second.answer("SELECT count(*) FROM decisions.chain") == 1)
            second.stop()
            anchor = ledger.append(record(2))
            first.stop("immediate")
            second.start()
            second.control("promote")
            with pytest.raises(LedgerError, match="lacks entry 2, which was confirmed"):
                ledger.append(record(3))
        with cs.Ledger.open(address_of(first, second), key=KEY) as ledger:
            assert len(ledger) == 1
            with pytest.raises(LedgerError, match="before its anchor at entry 2"):
                ledger.verify(anchor=anchor)
    finally:
        second.remove()
        first.remove()
