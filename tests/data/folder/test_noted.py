"""What feeds need of a portfolio on disk: notes in the same step as rows, repeated rows, whose rows came."""

from __future__ import annotations

import pytest

import creditscore as cs
from creditscore.errors import ContractError, ParameterError, PortfolioError
from tests.data.folder.splitting import assert_same
from tests.features.worlds import PRIVACY
from tests.people import here
from tests.streaming.messages import batch_of, keyed

PAID = {"applicant_id": "a", "event_id": "1", "event_time": "2024-05-31T12:00:00+00:00", "amount": -12.5}
LATER = {"known_time": "2024-07-01T00:00:00+00:00"}


def folder_of(path, **tables) -> cs.PortfolioFolder:
    cs.Portfolio(**tables).write(path)
    return cs.PortfolioFolder(path)


def noting(rows, **notes):
    """What a feed does: it judges rows, and leaves notes."""

    def work(before, screen):
        screened = screen([("payments", row) for row in rows])
        work.outcomes = [verdict.outcome for verdict in screened.verdicts]
        return screened.drafts, {**before, **notes}

    return work


def test_notes_stay_with_the_rows(tmp_path):
    folder = folder_of(tmp_path / "p")
    assert dict(folder.notes()) == {}
    folder.append_noted(noting([PAID], at=1))
    folder.append({"payments": [PAID | {"event_id": "2"}]})
    assert dict(cs.PortfolioFolder(tmp_path / "p").notes()) == {"at": 1}
    assert folder.compact()
    assert dict(folder.notes()) == {"at": 1}
    folder.append_noted(noting([], at=2, more=[1.5, None]))
    assert dict(cs.PortfolioFolder(tmp_path / "p").notes()) == {"at": 2, "more": [1.5, None]}
    assert folder.check().ok
    folder.erase(here("a"))
    assert dict(folder.notes()) == {"at": 2, "more": [1.5, None]}
    assert folder.portfolio().n_applicants == 0
    cs.Portfolio().write(tmp_path / "p", overwrite=True)
    assert dict(folder.notes()) == {}


def test_notes_that_do_not_fit_leave_nothing_behind(tmp_path):
    folder = folder_of(tmp_path / "p")
    with pytest.raises(PortfolioError, match="notes .* bytes; at most 16,777,216 fit"):
        folder.append_noted(noting([PAID], at="x" * (1 << 24)))
    with pytest.raises(cs.errors.ArtefactError):
        folder.append_noted(noting([PAID], at=float("nan")))
    assert (folder.log_size(), dict(folder.notes())) == ((0, 0, 0), {})
    folder = cs.PortfolioFolder(tmp_path / "p", pseudonyms=cs.Pseudonyms(secret=bytes(range(32))))
    with pytest.raises(ParameterError, match="would show ids as they came"):
        folder.append_noted(noting([PAID]))


def test_rows_that_stand_there_already_are_left_out_on_request(tmp_path):
    folder = folder_of(tmp_path / "p", payments=[PAID])
    more, other = PAID | {"event_id": "2"}, PAID | LATER | {"amount": -20.0}
    rows = {"payments": [PAID, more, more, other]}
    with pytest.raises(ContractError, match="must not repeat"):
        folder.append(rows)
    done = folder.append(rows, repeated="skip")
    assert (done.repeated, dict(done.rows)) == (2, {"payments": 2})
    assert repr(done) == "Appended(entry 1: 2 payments, 2 were there)"
    again = folder.append(rows, repeated="skip")
    assert (again.number, again.repeated) == (0, 4)
    assert_same(cs.Portfolio(payments=[PAID, more, other]), folder.portfolio())
    with pytest.raises(ContractError, match="must not repeat"):
        folder.append({"payments": [PAID | {"amount": 1.0}]}, repeated="skip")
    with pytest.raises(ParameterError, match="'refuse' or 'skip'"):
        folder.append(rows, repeated="keep")
    plain = {"applicant_id": "a", "event_time": PAID["event_time"]}
    assert folder.append({"inquiries": [plain, plain]}, repeated="skip").repeated == 0


@pytest.mark.parametrize("seed", [11, 12])
def test_every_row_of_every_table_is_known_again(tmp_path, seed):
    """Given again in any form that says the same: from files, from the log, and within one call."""
    world = keyed(seed, 5)
    first = {name: rows[: len(rows) // 2] for name, rows in world.items() if name != "loans"}
    cs.Portfolio.from_records({"loans": world["loans"]} | first, privacy=PRIVACY, midnight="instant").write(
        tmp_path / "p"
    )
    folder = cs.PortfolioFolder(tmp_path / "p", privacy=PRIVACY)
    count = sum(map(len, world.values()))
    taken = count - len(world["loans"]) - sum(map(len, first.values()))
    done = folder.append(world, midnight="instant", repeated="skip")
    assert (sum(done.rows.values()), done.repeated) == (taken, count - taken)
    assert folder.append(world, midnight="instant", repeated="skip").repeated == count
    folder.compact()
    assert folder.append(world, midnight="instant", repeated="skip").repeated == count
    assert_same(batch_of(world), folder.portfolio())


@pytest.mark.as_given
def test_it_can_be_told_whose_rows_came(tmp_path):
    folder = folder_of(tmp_path / "p", payments=[PAID])
    assert folder.changed_since(0) == (0, {})
    folder.append({"payments": [PAID | {"event_id": "2", "applicant_id": "b"}]})
    folder.append({"inquiries": [{"applicant_id": "c", "event_time": PAID["event_time"]}]})
    found = {"payments": frozenset({"b"}), "inquiries": frozenset({"c"})}
    assert folder.changed_since(0) == (2, found)
    assert folder.changed_since(1) == (2, {"inquiries": frozenset({"c"})})
    assert folder.changed_since(3) == folder.changed_since(-1) == (2, None)
    folder.compact()
    assert (folder.changed_since(1), folder.changed_since(2)) == ((2, None), (2, {}))
    assert folder.portfolio().n_applicants == 3


def test_rows_that_wait_in_the_log_decide_what_columns_hold(tmp_path):
    folder = folder_of(tmp_path / "p")
    folder.append({"payments": [PAID | {"branch": "north"}]})
    for more, wrong in (
        ({"event_id": 2}, "event_id: is text in one and whole numbers"),
        ({"event_id": "2", "branch": 4.5}, "branch: holds another sort of value"),
    ):
        with pytest.raises(ContractError, match=wrong):
            folder.append({"payments": [PAID | more]})
    assert folder.portfolio().tables["payments"].n_rows == 1


@pytest.mark.as_given
def test_judging_does_not_depend_on_what_comes_along(tmp_path):
    """Rows that cannot be told apart by what is wrong are judged in halves, each as if it came alone."""
    bad = [{"amount": "x"}, {"event_id": 3}, {"applicant_id": 4}, {"kind": "gift"}, {"currency": "USD"}, {}]
    good = [PAID | {"event_id": str(k), "currency": "EUR"} for k in range(40)]
    rows = [row | (bad[k] if k < len(bad) else {}) for k, row in enumerate(good)]
    folder = folder_of(tmp_path / "p", payments=[PAID | {"event_id": "x", "currency": "EUR"}])
    work = noting(rows)
    folder.append_noted(work)
    assert work.outcomes == ["refused"] * 5 + ["taken"] * 35
    assert folder.portfolio().tables["payments"].n_rows == 36


@pytest.mark.as_given
def test_a_feed_does_not_bring_plain_ids_among_pseudonyms(tmp_path):
    names = cs.Pseudonyms(secret=bytes(range(32)))
    folder = folder_of(tmp_path / "p", payments=[PAID], pseudonyms=names)
    plain, hidden = PAID | {"event_id": "2"}, PAID | {"event_id": "3", "applicant_id": names.of("a")}
    work = noting([plain, hidden])
    folder.append_noted(work)
    assert work.outcomes == ["refused", "taken"]
    assert folder.portfolio().applicant_ids == (names.of("a"),)


@pytest.mark.as_given
def test_ids_of_tables_that_come_together_are_of_one_type(tmp_path):
    folder = folder_of(tmp_path / "p")
    lent = {"applicant_id": 7, "loan_id": "l", "event_time": PAID["event_time"]}
    with pytest.raises(ContractError, match="loans.applicant_id: ids are text in one and whole numbers"):
        folder.append({"payments": [PAID], "loans": [lent]})
    back = lent | {"loan_id": 3, "applicant_id": "a", "event_id": "r", "amount": 1.0}
    with pytest.raises(ContractError, match="repayments.loan_id: ids are text in one and whole numbers"):
        folder.append({"loans": [lent | {"applicant_id": "a"}], "repayments": [back]})
    assert folder.log_size()[0] == 0
