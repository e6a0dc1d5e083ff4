"""Records of one application are in a ledger all or none; one request is decided once whoever asks again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

import creditscore as cs
from creditscore.deciding.ledger.entering import Batch
from creditscore.errors import LedgerError
from tests.parties.world import named, policy


@pytest.fixture
def request_of(town):
    people = named("A0", ("p000", "applicant"), ("p001", "co_applicant"), ("p002", "co_applicant"))
    portfolio = town.portfolio(parties=people)
    plan = policy(town)

    def asked(ledger, **more):
        return town.pipeline.decide_together(town.asked[0], portfolio, policy=plan, ledger=ledger, **more)

    return asked


def test_six_who_ask_at_once_get_the_same_three_records(request_of, tmp_path):
    with cs.Ledger.open(tmp_path / "ledger.db", key=cs.Ledger.new_key()) as ledger:
        with ThreadPoolExecutor(6) as pool:
            found = [*pool.map(lambda _: request_of(ledger, idempotency_key="k"), range(6))]
        assert len(ledger) == 3
        assert len({tuple(one.text for one in records) for records in found}) == 1
        ledger.verify()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_fails_at_one_record_leaves_none(request_of, tmp_path, monkeypatch, place):
    with cs.Ledger.open(tmp_path / "ledger.db", key=cs.Ledger.new_key()) as ledger:
        enter = Batch.enter

        def failing(self, writer, keys, records):
            def broken():
                for number, record in enumerate(records):
                    if number == place:
                        raise LedgerError("the disk is full")
                    yield record

            return enter(self, writer, keys, broken())

        with monkeypatch.context() as patched:
            patched.setattr(Batch, "enter", failing)
            with pytest.raises(LedgerError, match="disk is full"):
                request_of(ledger, idempotency_key="k")
        assert len(ledger) == 0
        ledger.verify()
        assert len(request_of(ledger, idempotency_key="k")) == 3
        assert len(ledger) == 3
