"""What a message may be, where feeds are left, and what becomes of messages that cannot be taken."""

from __future__ import annotations

import json
import os
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import ParameterError, StreamError
from creditscore.streaming.messages import MOST_BYTES, Message, record_of
from tests.data.folder.splitting import assert_same
from tests.streaming.messages import NEW_LINE, message

PAID = {"applicant_id": "a", "event_id": "1", "event_time": "2024-05-31T12:00:00+00:00", "amount": -12.5}
LENT = {"applicant_id": "a", "loan_id": "l", "event_time": "2024-01-01T00:00:00+00:00"}
BACK = {
    "applicant_id": "a", "loan_id": "l", "event_id": "r", "event_time": "2024-02-01T00:00:00+00:00",
    "amount": 10.0,
}  # fmt: skip
MANY = json.dumps({str(k): 1 for k in range(300)}).encode()


def opened(home, *feeds, **more) -> cs.Stream:
    if not (home / "p").exists():
        cs.Portfolio().write(home / "p")
    return cs.Stream(home / "p", home / "s", feeds, **more)


def letters(home) -> list[dict]:
    path = home / "s" / "dead_letters.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", "no JSON"),
        (b"\xff", "no JSON in UTF-8"),
        (b"[" * 10_000, "nested too deeply|no JSON"),
        (b'{"table": "payments"}', 'must be an object with a "table"'),
        (b'{"table": "payments", "row": [], "more": 1}', 'must be an object with a "table"'),
        (b'{"table": "payment", "row": {}}', "no table 'payment'. Did you mean 'payments'"),
        (b'{"table": ["payments"], "row": {}}', "There is no table"),
        (b'{"table": "payments", "row": {"amount": NaN}}', "holds NaN"),
        (b'{"table": "payments", "row": {"amount": 1e999}}', "too large"),
        (b'{"table": "payments", "row": {"amount": {"a": 1}}}', "'amount' must hold a text, a number"),
        (b'{"table": "payments", "row": {"amount": 1, "amount": 2}}', "names one thing twice"),
        (b'{"table": "payments", "row": {"shop": "\\ud800"}}', "no JSON in UTF-8"),
        (b'{"table": "payments", "row": ' + MANY + b"}", "300"),
        (b" " * (MOST_BYTES + 1), "65,537 bytes; at most 65,536"),
    ],
    ids=range(14),
)
def test_what_is_no_message_is_told(content, wrong):
    with pytest.raises(StreamError, match=wrong):
        record_of(Message.of("0", content))


@pytest.mark.as_given
def test_what_cannot_be_taken_is_kept_with_its_reason(tmp_path):
    with opened(tmp_path) as stream:
        stream.push([message("payments", PAID), message("loans", LENT)])
        bad = [
            message("payments", {**PAID, "amount": 7.0}),
            message("payments", {**PAID, "event_id": None}),
            message("payments", {**PAID, "event_id": 2}),
            message("payments", {**PAID, "event_id": "2", "amount": "much"}),
            message("payments", {**PAID, "event_id": "2", "event_time": "2024-05-31"}),
            message("payments", {**PAID, "event_id": "2", "applicant_id": 7}),
            message("payments", {**PAID, "event_id": "2", "kind": "gift"}),
            message("repayments", {**BACK, "event_time": "2023-01-01T00:00:00+00:00"}),
            message("repayments", {**BACK, "applicant_id": "b", "event_id": "q"}),
            message("connections", {**PAID, "connected_time": PAID["event_time"], "source": "x"}),
            b"\xff",
        ]
        good = [message("payments", {**PAID, "event_id": "3"}), message("repayments", BACK)]
        done = stream.push([one for pair in zip(bad, good * 6, strict=False) for one in pair])
    assert (done.read, done.taken, done.repeated, done.refused) == (22, 2, 9, 11)
    found = letters(tmp_path)
    wanted = (
        "another row has this key and known_time", "event_id: nobody could tell it from a copy",
        "event_id: is text",
        "payments.amount", "event_time", "applicant_id: is text", "kind", "before its loan was opened",
        "the same applicant_id", "must be a declared source", "UTF-8",
    )  # fmt: skip
    by_message = {one.get("message", "").encode() or b"\xff": one["reason"] for one in found}
    assert len(by_message) == len(bad)
    for content, reason in zip(bad, wanted, strict=True):
        assert reason in by_message[content], by_message[content]
    assert found[-1]["feed"] == "pushed"


def test_a_row_waits_for_its_loan_also_while_nobody_reads(tmp_path):
    due = {"applicant_id": "a", "loan_id": "l", "due_time": "2024-03-01T00:00:00+00:00", "due_amount": 5.0}
    state = {"applicant_id": "a", "loan_id": "l", "event_time": "2024-02-01T00:00:00+00:00", "balance": 5.0}
    with opened(tmp_path) as stream:
        late = [message("repayments", BACK), message("instalments", due), message("statements", state)]
        assert stream.push([*late, late[0]]).waiting == 4
        assert stream.state().taken == 0
    cs.PortfolioFolder(tmp_path / "p").compact()
    with opened(tmp_path) as stream:
        assert stream.state().waiting == 4
        done = stream.push([message("payments", PAID), message("loans", LENT)])
        assert (done.read, done.taken, done.repeated, done.waiting) == (2, 5, 1, 0)
        whole = cs.Portfolio(
            payments=[PAID], loans=[LENT], repayments=[BACK], instalments=[due], statements=[state]
        )
        assert_same(whole, stream.portfolio())


def test_who_waits_too_long_among_too_many_is_a_dead_letter(tmp_path):
    rows = [{**BACK, "event_id": str(k)} for k in range(5)]
    with opened(tmp_path, most_waiting=3) as stream:
        assert stream.push([message("repayments", row) for row in rows]).waiting == 3
        assert [json.loads(one["message"])["row"]["event_id"] for one in letters(tmp_path)] == ["0", "1"]
        assert "must be a loan of the loans table" in letters(tmp_path)[0]["reason"]
        assert stream.push([message("loans", LENT)]).taken == 4
        assert stream.state().to_dict() == {
            "read": 6, "taken": 4, "repeated": 0, "refused": 2, "waiting": 0, "entries": 3, "lag": {},
            "watermark": "2024-02-01T00:00:00+00:00",
        }  # fmt: skip


def test_a_correction_that_comes_before_what_it_corrects_keeps_both_clocks(tmp_path):
    corrected = {**PAID, "amount": -20.0, "known_time": "2024-06-15T00:00:00+00:00"}
    with opened(tmp_path) as stream:
        stream.push([message("payments", corrected)])
        stream.push([message("payments", PAID)])
        assert_same(cs.Portfolio(payments=[PAID, corrected]), stream.portfolio())


def test_files_are_read_from_where_they_were_left(tmp_path):
    (tmp_path / "feed").mkdir()
    feed = cs.FileFeed(tmp_path / "feed")
    (tmp_path / "feed" / "b.jsonl").write_bytes(b"1\n\n2\n3")
    (tmp_path / "feed" / "a.jsonl").write_bytes(b"0\r\n" + b"x" * (3 << 20) + b"\n")
    (tmp_path / "feed" / "other.txt").write_bytes(b"no\n")
    first = feed.read({}, 2)
    assert [one.content[:3] for one in first.messages] == [b"0\r", b"xxx"]
    assert (first.messages[1].size, len(first.messages[1].content)) == (3 << 20, MOST_BYTES)
    second = feed.read(first.position, 10)
    assert [(one.at, one.content) for one in second.messages] == [("b.jsonl:0", b"1"), ("b.jsonl:3", b"2")]
    assert feed.lag(second.position) == 1
    with (tmp_path / "feed" / "b.jsonl").open("ab") as file:
        file.write(b"4\n")
    assert [one.content for one in feed.read(second.position, 10).messages] == [b"34"]
    (tmp_path / "feed" / "a.jsonl").write_bytes(b"0\n")
    with pytest.raises(StreamError, match="a.jsonl has 2 bytes, and 3,145,732 of it were read"):
        feed.read(second.position, 10)
    (tmp_path / "feed" / "a.jsonl").unlink()
    assert dict(feed.read(second.position, 0).position) == {"b.jsonl": 5}
    with pytest.raises(StreamError, match="position that was kept of b.jsonl is none"):
        feed.read({"b.jsonl": -1}, 1)
    with pytest.raises(ParameterError, match="a file, or a folder"):
        cs.FileFeed(tmp_path / "none")


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes and links")
def test_only_regular_files_are_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(StreamError, match="no regular file"):
        cs.FileFeed(tmp_path / "pipe.jsonl").read({}, 1)
    (tmp_path / "feed").mkdir()
    (tmp_path / "secret").write_text("x\n")
    (tmp_path / "feed" / "a.jsonl").symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match="a.jsonl"):
        cs.FileFeed(tmp_path / "feed").read({}, 1)


def test_one_stream_at_a_time_and_of_one_feed(tmp_path):
    (tmp_path / "feed.jsonl").write_bytes(message("payments", PAID) + NEW_LINE)
    feed = cs.FileFeed(tmp_path / "feed.jsonl")
    with opened(tmp_path, feed) as stream:
        with pytest.raises(StreamError, match="Another stream works in"):
            opened(tmp_path)
        with cs.Stream(tmp_path / "p", tmp_path / "t", [feed]) as other:
            real = feed.read

            def late(position, most):
                feed.read = real
                other.take()
                return real(position, most)

            feed.read = late
            with pytest.raises(StreamError, match="Another stream moved the feed 'files' on"):
                stream.take()
        assert stream.take().read == 0
        assert stream.state().taken == 1
    with pytest.raises(ParameterError, match="feeds of different names"):
        opened(tmp_path, feed, feed)
    with pytest.raises(ParameterError, match="'batch'"):
        opened(tmp_path, batch=0)
    cs.PortfolioFolder(tmp_path / "p").append_noted(lambda notes, screen: ({}, {"schema": "other"}))
    with pytest.raises(StreamError, match="kept current by something else: 'other'"):
        opened(tmp_path)


@pytest.mark.as_given
def test_a_person_is_taken_out_of_everything(tmp_path):
    other = {**PAID, "applicant_id": "b", "event_id": "2"}
    with opened(tmp_path) as stream:
        stream.push([message("payments", PAID), message("payments", other), message("repayments", BACK)])
        wrong = [{**PAID, "amount": "x"}, {**other, "kind": "?"}]
        stream.push([message("payments", row) for row in wrong])
        assert stream.erase("a") == {"payments": 1, "dead_letters": 1, "watches": 0}
        assert (stream.portfolio().applicant_ids, stream.state().waiting) == (("b",), 0)
    assert [json.loads(one["message"])["row"]["applicant_id"] for one in letters(tmp_path)] == ["b"]
    kept = [path for path in (tmp_path / "p").rglob("*") if path.is_file() and b'"a"' in path.read_bytes()]
    assert kept == []


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["a", "l", "1", "EUR", "2024-05-31T12:00Z", "2024-05-31", "purchase"]),
)  # fmt: skip


@st.composite
def any_rows(draw):
    """Rows of declared tables, sound ones with cells put in the place of theirs or added to them."""
    tables = ["payments", "loans", "repayments", "ties", "consents", "parties", "measures"]
    name = draw(st.sampled_from(tables))
    sound = {"payments": PAID, "loans": LENT, "repayments": BACK}.get(name, {})
    columns = sorted(CONTRACTS[name].declared)
    return name, sound | draw(st.dictionaries(st.sampled_from([*columns, "own"]), CELLS, max_size=5))


@settings(max_examples=12, deadline=None)
@given(rows=st.lists(any_rows(), min_size=1, max_size=8))
def test_whatever_comes_is_counted_and_breaks_nothing(tmp_path_factory, rows):
    home = tmp_path_factory.mktemp("any")
    sent = [json.dumps({"table": name, "row": row}).encode() for name, row in rows]
    with opened(home) as stream:
        done = stream.push(sent)
        assert done.read == len(sent) == done.taken + done.repeated + done.refused + done.waiting
        assert len(letters(home)) == done.refused
        again = stream.push(sent)
        assert again.taken == 0
        state = stream.state()
        assert state.read == state.taken + state.repeated + state.refused + state.waiting
        assert stream._folder.check().ok
        rows_there = sum(table.n_rows for table in stream.portfolio().tables.values())
        assert rows_there == state.taken == done.taken


def test_letters_of_a_portfolio_that_was_written_anew_stay(tmp_path):
    with opened(tmp_path) as stream:
        stream.push([b"no"])
    cs.Portfolio().write(tmp_path / "p", overwrite=True)
    with opened(tmp_path) as stream:
        assert stream.state().refused == 0
        stream.push([b"nor this"])
    with opened(tmp_path):
        assert [one["message"] for one in letters(tmp_path)] == ["no", "nor this"]
