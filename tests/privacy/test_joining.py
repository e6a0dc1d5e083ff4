"""Two parties that find whom both know: against plain sets, and against messages that are none."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore.errors import ParameterError, PrivacyError

ids = st.lists(st.text("abجم客😀12@.", min_size=1, max_size=6), min_size=1, max_size=12)


@given(ids, ids, st.booleans())
@settings(max_examples=60)
def test_what_is_shared_is_the_intersection(mine: list[str], theirs: list[str], size_only: bool) -> None:
    both = set(mine) & set(theirs)
    asker = cs.JoinAsker(mine, size_only=size_only)
    reply = cs.JoinAnswerer(theirs, size_only=size_only).reply(asker.request())
    assert asker.count(reply) == len(both)
    if size_only:
        with pytest.raises(PrivacyError, match="count"):
            asker.shared(reply)
    else:
        assert asker.shared(reply) == tuple(sorted(both))


def test_letters_in_two_forms_and_blanks_around_are_one_id() -> None:
    asker = cs.JoinAsker(["cafe\u0301", " x "])
    assert asker.shared(cs.JoinAnswerer(["caf\u00e9", "x"]).reply(asker.request())) == ("caf\u00e9", "x")


def test_no_id_and_no_key_of_either_stands_in_a_message() -> None:
    mine = [f"person-{number}@example.org" for number in range(50)]
    asker, answerer = cs.JoinAsker(mine), cs.JoinAnswerer(mine[:10])
    request = asker.request()
    reply = answerer.reply(request)
    assert b"person" not in request + reply
    assert b"example" not in request + reply
    assert cs.JoinAsker(mine).request() != request
    assert "person" not in repr(asker) + repr(answerer)


def test_a_party_that_asks_for_more_than_was_agreed_is_not_answered() -> None:
    asker = cs.JoinAsker([str(number) for number in range(11)])
    with pytest.raises(PrivacyError, match="11 ids; 1 to 10"):
        cs.JoinAnswerer(["1"], most_asked=10).reply(asker.request())


def test_who_asks_for_ids_of_a_party_that_tells_numbers_alone_is_refused() -> None:
    with pytest.raises(PrivacyError, match="another kind of answer"):
        cs.JoinAnswerer(["a"], size_only=True).reply(cs.JoinAsker(["a"]).request())


def test_a_message_that_is_cut_off_changed_or_none_is_refused() -> None:
    asker, answerer = cs.JoinAsker(["a", "b", "c"]), cs.JoinAnswerer(["b", "d"])
    request = asker.request()
    reply = answerer.reply(request)
    draw = random.Random(3)
    for message, take in ((request, answerer.reply), (reply, asker.shared)):
        for wrong in (b"", b"x", message[:30], message[:-1], None, "text"):
            with pytest.raises(PrivacyError):
                take(wrong)  # type: ignore[arg-type]
        for _ in range(300):
            changed = bytearray(message)
            changed[draw.randrange(len(message))] ^= 1 << draw.randrange(8)
            try:
                found = take(bytes(changed))
            except PrivacyError:
                continue
            # A change that the curve does not notice makes an id unknown; it never makes one known.
            assert isinstance(found, bytes) or set(found) <= {"a", "b", "c"}


@pytest.mark.parametrize("wrong", [[], "anna", ["a", ""], ["a", " "], [1], [None]])
def test_ids_that_are_none_are_refused(wrong: list[str]) -> None:
    for party in (cs.JoinAsker, cs.JoinAnswerer):
        with pytest.raises(ParameterError, match="ids"):
            party(wrong)


@pytest.mark.long
def test_a_hundred_thousand_ids_a_side() -> None:
    mine = [f"id-{number}" for number in range(100_000)]
    theirs = [f"id-{number}" for number in range(70_000, 170_000)]
    asker = cs.JoinAsker(mine)
    assert len(asker.shared(cs.JoinAnswerer(theirs).reply(asker.request()))) == 30_000
