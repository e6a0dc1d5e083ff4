"""Rows that are appended make the portfolio that all rows together would have made."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore._ground.locking import locked
from creditscore.data.about import without
from creditscore.data.folder.manifest import LOCK
from creditscore.errors import ContractError, NameUnknownError, ParameterError
from tests.data.folder.splitting import assert_same, cut
from tests.features.worlds import PRIVACY, filled, random_world
from tests.people import here

PAID = {"applicant_id": "a", "event_time": "2024-05-31T12:00:00+00:00", "amount": -12.5, "event_id": "1"}
LENT = {"applicant_id": "a", "event_time": "2024-01-01T00:00:00+00:00", "loan_id": "l1"}
DAY = "2024-02-01T00:00:00+00:00"
DUE = {"applicant_id": "a", "loan_id": "l1", "due_time": "2024-03-01T00:00:00+00:00", "due_amount": 10.0}


def written(path, **tables):
    cs.Portfolio(**tables).write(path)
    return cs.PortfolioFolder(path)


def added_up(seed: int, path) -> None:
    world = filled(random_world(seed, 8))
    first, *later = cut(world, seed, 4)
    cs.Portfolio.from_records(first, privacy=PRIVACY).write(path)
    folder = cs.PortfolioFolder(path, privacy=PRIVACY)
    for number, part in enumerate(later):
        folder.append(part)
        if (seed + number) % 3 == 0:
            folder.compact()
    whole = cs.Portfolio.from_records(world, privacy=PRIVACY)
    assert_same(whole, folder.portfolio())
    assert_same(whole, cs.Portfolio.open(path, privacy=PRIVACY))
    folder.compact()
    assert_same(whole, cs.Portfolio.open(path, privacy=PRIVACY, verify=True))
    assert folder.check().ok


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_every_world_adds_up(tmp_path_factory, seed):
    added_up(seed, tmp_path_factory.mktemp("added") / "p")


@pytest.mark.long
def test_many_worlds_add_up(tmp_path):
    for seed in range(20_000, 20_030):
        added_up(seed, tmp_path / str(seed))


def test_a_late_correction_keeps_both_clocks(tmp_path):
    folder = written(tmp_path / "p", payments=[PAID])
    corrected = PAID | {"amount": -20.0, "known_time": "2024-06-15T00:00:00+00:00"}
    before = folder.portfolio()
    folder.append({"payments": [corrected]})
    found = folder.portfolio()
    assert_same(cs.Portfolio(payments=[PAID, corrected]), found)
    moments = "2024-06-10T00:00Z", "2024-06-20T00:00Z"
    assert [found.classified("a", at).amounts.tolist() for at in moments] == [[-12.5], [-20.0]]
    assert before.tables["payments"].n_rows == 1


def test_a_loan_that_was_known_earlier_than_thought_takes_its_schedule_along(tmp_path):
    folder = written(tmp_path / "p", loans=[LENT], instalments=[DUE])
    earlier = LENT | {"known_time": "2023-12-01T00:00:00+00:00"}
    folder.append({"loans": [earlier]})
    assert_same(cs.Portfolio(loans=[LENT, earlier], instalments=[DUE]), folder.portfolio())


@pytest.mark.as_given
def test_nothing_is_appended_that_breaks_a_contract_with_what_is_there(tmp_path):
    folder = written(tmp_path / "p", payments=[PAID | {"currency": "EUR"}], loans=[LENT], instalments=[DUE])
    after = {"known_time": "2024-07-01T00:00:00+00:00"}
    asked = {"connected_time": "2024-01-01T00:00Z", "source": "x", "applicant_id": "a"}
    new, early = PAID | {"event_id": "2"}, LENT | {"amount": 1.0, "event_time": "2023-01-01T00:00Z"}
    other = DUE | {"applicant_id": "b", "due_time": "2024-04-01T00:00Z"}
    for rows, wrong in (
        ({"payments": [PAID]}, r"must not repeat; 2 row\(s\)"),
        ({"payments": [PAID | after | {"applicant_id": "b"}]}, "must belong to one applicant_id"),
        ({"payments": [new | {"applicant_id": 7}]}, "ids are text in one and whole numbers"),
        ({"payments": [PAID | {"event_id": 2}]}, "event_id: is text in one"),
        ({"payments": [new | {"currency": "USD"}]}, "the one currency of the portfolio, EUR"),
        ({"payments": [new | {"amount": "x"}]}, "payments.amount"),
        ({"payments": [new | {"applicant_id": "a "}]}, "two ids look alike"),
        ({"instalments": [DUE | {"loan_id": "l2"}]}, "must be a loan of the loans table"),
        ({"instalments": [other]}, "the same applicant_id"),
        ({"loans": [LENT | after | {"applicant_id": "b"}]}, "a loan must belong to one applicant_id"),
        ({"repayments": [early]}, "before its loan was opened"),
        ({"payments": [new | {"balance": "2024-01-01"}]}, "balance"),
        ({"connections": [asked]}, "source"),
    ):
        with pytest.raises(ContractError, match=wrong):
            folder.append(rows)
    with pytest.raises(NameUnknownError, match="payment"):
        folder.append({"payment": []})
    assert folder.portfolio().tables["payments"].n_rows == 1
    assert list((tmp_path / "p" / "log").iterdir()) == []


def test_columns_that_hold_another_sort_of_value_are_refused(tmp_path):
    folder = written(tmp_path / "p", payments=[PAID | {"branch": "north"}])
    with pytest.raises(ContractError, match="branch: holds numbers; in the portfolio it holds labels"):
        folder.append({"payments": [PAID | {"event_id": "2", "branch": 4.5}]})
    folder.append({"payments": [PAID | {"event_id": "2", "shop": 4.5}]})
    rows = [PAID | {"branch": "north"}, PAID | {"event_id": "2", "shop": 4.5}]
    assert_same(cs.Portfolio(payments=rows), folder.portfolio())


def test_a_table_of_loans_does_not_come_after_their_statements(tmp_path):
    statement = {"applicant_id": "a", "loan_id": "l1", "event_time": "2024-02-01T00:00Z", "balance": 5.0}
    folder = written(tmp_path / "p", statements=[statement])
    with pytest.raises(ContractError, match="knows its loans from statements alone"):
        folder.append({"loans": [LENT]})


def test_two_first_applicants_of_one_application_are_refused(tmp_path):
    party = {"application_id": "1", "applicant_id": "a", "role": "applicant"}
    folder = written(tmp_path / "p", parties=[party])
    with pytest.raises(ContractError, match="must have one applicant"):
        folder.append({"parties": [party | {"applicant_id": "b"}]})


def test_links_of_persons_are_looked_at_as_a_whole(tmp_path):
    day = "2024-01-01T00:00:00+00:00"
    ties = [{"person_id": "a", "event_time": day, "other_id": "b"}]
    linked = [{"person_id": f"x{k:03d}", "event_time": day, "other_id": f"x{k + 1:03d}"} for k in range(150)]
    cs.Portfolio(ties=ties, persons=linked[:60]).write(tmp_path / "p")
    folder = cs.PortfolioFolder(tmp_path / "p")
    folder.append({"persons": [*linked[70:100], linked[65] | {"other_id": "b"}]})
    whole = cs.Portfolio(ties=ties, persons=[*linked[:60], *linked[70:100], linked[65] | {"other_id": "b"}])
    found = folder.portfolio()
    assert_same(whole, found)
    assert found.joined().equals(whole.joined())
    with pytest.raises(ContractError, match="makes one person of"):
        folder.append({"persons": linked[60:70]})


def test_what_is_left_after_an_erasure_can_still_be_corrected(tmp_path):
    others = [PAID | {"applicant_id": "b", "event_id": "0"}, PAID | {"applicant_id": "b", "event_id": "7"}]
    inquiries = [{"applicant_id": "b", "event_time": DAY}] * 2
    portfolio = cs.Portfolio(payments=[PAID, *others], inquiries=inquiries)
    left = cs.erase_subject(portfolio, here("a")).portfolio
    assert_same(cs.Portfolio(payments=others, inquiries=inquiries), left)
    left.write(tmp_path / "p")
    folder = cs.PortfolioFolder(tmp_path / "p")
    corrected = others[1] | {"amount": -1.0, "known_time": "2024-07-01T00:00:00+00:00"}
    asked = {"applicant_id": "b", "event_id": 0, "event_time": DAY}
    folder.append({"payments": [corrected], "inquiries": [asked]})
    assert folder.portfolio().classified("b", "2024-08-01T00:00Z").amounts.tolist() == [-12.5, -1.0]
    assert folder.portfolio().tables["inquiries"].n_rows == 3


@pytest.mark.as_given
def test_plain_ids_do_not_come_among_pseudonyms(tmp_path):
    names = cs.Pseudonyms(secret=bytes(range(32)))
    cs.Portfolio(payments=[PAID], pseudonyms=names).write(tmp_path / "p")
    with pytest.raises(ParameterError, match="go under pseudonyms"):
        cs.PortfolioFolder(tmp_path / "p").append({"payments": [PAID | {"event_id": "2"}]})
    folder = cs.PortfolioFolder(tmp_path / "p", pseudonyms=names)
    folder.append({"payments": [PAID | {"event_id": "2"}]})
    assert_same(cs.Portfolio(payments=[PAID, PAID | {"event_id": "2"}], pseudonyms=names), folder.portfolio())


@pytest.mark.as_given
@pytest.mark.parametrize("who", ["a", 7])
def test_pseudonyms_do_not_come_among_plain_ids(tmp_path, who):
    paid = PAID | {"applicant_id": who}
    cs.Portfolio(payments=[paid]).write(tmp_path / "p")
    with pytest.raises(ParameterError, match="go under the ids that were given"):
        cs.PortfolioFolder(tmp_path / "p", pseudonyms=cs.Pseudonyms(secret=bytes(range(32))))
    if who == "a":
        hidden = PAID | {"event_id": "2", "applicant_id": cs.Pseudonyms(secret=bytes(range(32))).of("a")}
        with pytest.raises(ContractError, match="ids are pseudonyms in one and none in the other"):
            cs.PortfolioFolder(tmp_path / "p").append({"payments": [hidden]})


def test_times_are_read_in_the_zone_of_the_portfolio(tmp_path):
    row = PAID | {"event_time": "2024-05-31T12:00:00"}
    cs.Portfolio(payments=[row], timezone="Africa/Lagos").write(tmp_path / "p")
    folder = cs.PortfolioFolder(tmp_path / "p")
    folder.append({"payments": [row | {"event_id": "2"}]})
    whole = cs.Portfolio(payments=[row, row | {"event_id": "2"}], timezone="Africa/Lagos")
    assert_same(whole, folder.portfolio())


def test_the_same_portfolio_is_given_as_long_as_nothing_was_written(tmp_path):
    folder = written(tmp_path / "p", payments=[PAID])
    assert folder.portfolio() is folder.portfolio()
    assert not folder.compact()
    assert folder.append({}).number == folder.append({"payments": []}).number == 0
    before = folder.portfolio()
    cs.PortfolioFolder(tmp_path / "p").append({"payments": [PAID | {"event_id": "2"}]})
    assert folder.portfolio() is not before
    assert folder.portfolio().tables["payments"].n_rows == 2
    assert repr(folder) == "PortfolioFolder(generation 1, 1 entries in the log)"


@pytest.mark.as_given
def test_what_does_not_change_is_not_copied(tmp_path):
    asked = {"applicant_id": "b", "event_time": "2024-05-31T12:00:00+00:00"}
    paid = [PAID, PAID | {"applicant_id": "b", "event_id": "2"}]
    folder = written(tmp_path / "p", payments=paid, inquiries=[asked])
    before = folder.portfolio().tables["payments"]
    folder.append({"inquiries": [asked | {"applicant_id": "a"}]})
    assert folder.portfolio().tables["payments"] is before
    folder.append({"inquiries": [asked | {"applicant_id": "aa"}]})
    assert folder.portfolio().tables["payments"].times is before.times
    assert folder.portfolio().tables["payments"].offsets.tolist() == [0, 1, 1, 2]


@pytest.mark.as_given
def test_whoever_appends_while_somebody_is_erased_waits_and_is_kept(tmp_path, monkeypatch):
    folder, other = written(tmp_path / "p", payments=[PAID]), cs.PortfolioFolder(tmp_path / "p")
    folder.append({"payments": [PAID | {"applicant_id": "b", "event_id": "2"}]})
    more = {"payments": [PAID | {"applicant_id": "c", "event_id": "3"}]}
    adding = threading.Thread(target=other.append, args=(more,))

    def meanwhile(portfolio, ids):
        adding.start()
        adding.join(0.3)
        assert adding.is_alive()
        return without(portfolio, ids)

    monkeypatch.setattr("creditscore.data.folder.folder.without", meanwhile)
    assert dict(folder.erase("a")) == {"payments": 1}
    adding.join()
    assert folder.portfolio().applicant_ids == ("b", "c")
    assert all(b'"a"' not in path.read_bytes() for path in (tmp_path / "p").rglob("*.*"))
    assert folder.check().ok


def test_who_reads_does_not_wait_for_an_append_that_waits_for_another_process(tmp_path, monkeypatch):
    folder = written(tmp_path / "p", payments=[PAID])
    waiting = threading.Event()

    @contextmanager
    def waited_for(*given, **more):
        waiting.set()
        with locked(*given, **more):
            yield

    monkeypatch.setattr("creditscore.data.folder.folder.locked", waited_for)
    added = threading.Thread(target=folder.append, args=({"payments": [PAID | {"event_id": "2"}]},))
    read = threading.Thread(target=folder.portfolio, daemon=True)
    with locked(tmp_path / "p" / LOCK, create=True):  # as another process holds it that folds the log
        added.start()
        assert waiting.wait(60)
        read.start()
        read.join(60)
        assert not read.is_alive()
    added.join(60)
    assert folder.portfolio().tables["payments"].n_rows == 2
