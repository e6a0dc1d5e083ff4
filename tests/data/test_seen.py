"""What others see of standings: against plain Python, and the bounds that it keeps."""

from __future__ import annotations

import copy
import math
import pickle
import random
import stat
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.network.privacy import PUBLIC
from creditscore.errors import ParameterError
from tests.data import seen_oracle

SECRET = bytes(range(32))
START = datetime(2019, 3, 7, 11, tzinfo=UTC)
DAY = timedelta(days=1)


def micro(moment: datetime) -> int:
    return (moment - seen_oracle.EPOCH) // timedelta(microseconds=1)


def made_rows(rng: random.Random, people: list[str | int], n: int) -> list[dict[str, object]]:
    rows = []
    for number in range(n):
        when = START + rng.randint(0, 1500) * DAY
        known = when + (rng.randint(0, 200) * DAY if rng.random() < 0.3 else 0 * DAY)
        row = {
            "event_id": f"e{number}", "person_id": rng.choice(people),
            "event_time": when, "known_time": known, "standing": rng.choice(["defaulted", "good", "good"]),
        }  # fmt: skip
        rows.append(row)
        while rng.random() < 0.4:
            later = {
                "standing": rng.choice(["defaulted", "good"]),
                "known_time": row["known_time"] + 45 * DAY,
            }
            row = row | later | ({"event_time": when + 900 * DAY} if rng.random() < 0.3 else {})
            rows.append(row)
    return rows


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("epsilon", [0.5, 2.0, None])
def test_bits_are_those_of_plain_python(seed, epsilon):
    rng = random.Random(seed)
    people = [f"p{i}" for i in range(9)] if seed % 2 else list(range(-4, 5))
    rows = made_rows(rng, people, 30)
    how = {"secret": SECRET, "secret_name": "trial"}
    privacy = (
        cs.StandingPrivacy.unprotected(**how)
        if epsilon is None
        else cs.StandingPrivacy(**how, epsilon=epsilon)
    )
    portfolio = cs.Portfolio.from_records({"standings": rows}, privacy=privacy)
    moments = [START + rng.randint(-100, 2600) * DAY for _ in range(12)]
    moments += [
        datetime(2021, 5, 1, tzinfo=UTC),
        datetime(2021, 5, 1, tzinfo=UTC) - timedelta(microseconds=1),
    ]
    rng.shuffle(moments)
    for moment in moments:
        found = portfolio.network.seen.at(micro(moment))
        for person in people:
            code = portfolio.code(person)
            if code < 0:
                continue
            bit, begun = seen_oracle.seen(SECRET, epsilon, rows, person, moment)
            assert bool(found.known[code]) == (bit is not None)
            assert bool(found.marked[code]) == (bit == 1)
            assert found.begun[code] == (0 if begun is None else micro(begun))


def test_folds_are_those_of_plain_python():
    rows = made_rows(random.Random(1), ["a", "b", "c"], 9)
    privacy = cs.StandingPrivacy(secret=SECRET, secret_name="trial")
    seen = cs.Portfolio.from_records({"standings": rows}, privacy=privacy).network.seen
    expected = [seen_oracle.fold(SECRET, person) for person in ("c", "a")]
    assert seen.folds(np.array([2, 0])).tolist() == expected


@pytest.mark.parametrize("n", [3, 5_000])
def test_bits_do_not_depend_on_what_was_asked_before(n):
    rows = made_rows(random.Random(n), list(range(n)), n)
    privacy = cs.StandingPrivacy(secret=SECRET, secret_name="trial")
    moments = [micro(START + days * DAY) for days in (2000, 100, 3000, 700, 1400)]
    one = cs.Portfolio.from_records({"standings": rows}, privacy=privacy).network.seen
    for moment in moments:
        alone = cs.Portfolio.from_records({"standings": rows}, privacy=privacy).network.seen.at(moment)
        for first, other in zip(one.at(moment), alone, strict=True):
            np.testing.assert_array_equal(first, other)


@pytest.mark.parametrize("epsilon", [1.0, 2.0, 3.0])
def test_the_odds_about_one_person_move_by_no_more_than_the_bound(epsilon):
    privacy = cs.StandingPrivacy(secret=SECRET, secret_name="trial", epsilon=epsilon)
    n = 40_000
    marked = {}
    for standing in ("good", "defaulted"):
        rows = [{"person_id": i, "event_time": START, "standing": standing} for i in range(n)]
        found = cs.Portfolio.from_records({"standings": rows}, privacy=privacy).network.seen.at(
            micro(START + 400 * DAY)
        )
        assert found.known.all()
        marked[standing] = found.marked.mean()
    bound = math.exp(epsilon)
    spread = 4 * math.sqrt(bound / n)  # four standard errors of either ratio, roughly
    assert marked["defaulted"] / marked["good"] == pytest.approx(bound, rel=spread)
    assert (1 - marked["good"]) / (1 - marked["defaulted"]) == pytest.approx(bound, rel=spread)


def test_a_fresh_coin_is_tossed_on_every_own_date():
    rows = [{"person_id": i, "event_time": START, "standing": "good"} for i in range(20_000)]
    privacy = cs.StandingPrivacy(secret=SECRET, secret_name="trial", epsilon=1.0)
    seen = cs.Portfolio.from_records({"standings": rows}, privacy=privacy).network.seen
    first, second = (seen.at(micro(START + days * DAY)).marked for days in (400, 600))
    both = (first & second).mean()
    assert both == pytest.approx(first.mean() * second.mean(), abs=0.008)


def test_many_corrections_cost_in_proportion():
    from creditscore.data.network.standing_events import make_steps

    def seconds(n: int) -> float:
        from time import thread_time

        moments = np.arange(n, dtype=np.int64) * 1_000_000
        never = np.full(n, np.iinfo(np.int64).max)
        times = np.array([moments // 7, moments, np.append(moments[1:], never[:1])])
        standing = (np.arange(n) % 3 > 0).astype(np.int32)
        begun = thread_time()
        make_steps(np.array([0, n]), times, standing)
        return thread_time() - begun

    seconds(10)
    few, many = (min(seconds(n) for _ in range(5)) for n in (2_000, 32_000))
    assert many < 16 * 6 * max(few, 1e-4)


def test_the_secret_is_in_nothing_that_leaves_the_process():
    privacy = cs.StandingPrivacy(secret=b"seventeen letters", secret_name="trial")
    portfolio = cs.Portfolio.from_records(
        {"standings": [{"person_id": 1, "event_time": START, "standing": "good"}]}, privacy=privacy
    )
    portfolio.network.seen.at(micro(START + 900 * DAY))
    for content in (
        pickle.dumps(privacy), repr(privacy).encode(), repr(portfolio).encode(),
        str(privacy.to_dict()).encode(), pickle.dumps(portfolio.network.seen),
    ):  # fmt: skip
        assert b"seventeen" not in content
        assert b"seventeen letters".hex().encode() not in content
    assert copy.deepcopy(privacy).draws(1).tolist() == privacy.draws(1).tolist()
    moved = pickle.loads(pickle.dumps(privacy))
    assert moved == privacy
    with pytest.raises(ParameterError, match=r"does not travel.*from_file"):
        moved.draws(1)


def test_a_key_file_is_its_owners_alone(tmp_path):
    path = tmp_path / "standings-2026.key"
    privacy = cs.StandingPrivacy.generate(path)
    assert privacy.secret_name == "standings-2026"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert cs.StandingPrivacy.from_file(path) == privacy
    assert cs.StandingPrivacy.from_file(path, epsilon=1.0) != privacy
    path_of_bytes = tmp_path / "raw"
    path_of_bytes.write_bytes(bytes.fromhex(path.read_text().strip()))
    assert cs.StandingPrivacy.from_file(path_of_bytes).key_check == privacy.key_check
    with pytest.raises(ValueError, match="not there yet"):
        cs.StandingPrivacy.generate(path)


@pytest.mark.parametrize("content", [b"", b"zz" * 32, b"00" * 31, bytes(31)])
def test_a_file_that_is_no_key_is_refused_without_showing_it(tmp_path, content):
    path = tmp_path / "key"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"must hold 32 bytes, or 64 hexadecimal digits\.$"):
        cs.StandingPrivacy.from_file(path)
    with pytest.raises(ValueError, match="cannot be read"):
        cs.StandingPrivacy.from_file(tmp_path / "none")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"secret": b"short"}, "16 or more bytes"),
        ({"secret": "text of thirty-two letters......"}, "16 or more bytes"),
        ({"secret_name": " "}, "'secret_name'"),
        ({"epsilon": 3.01}, r"above 0 and at most 3.*unprotected"),
        ({"epsilon": 0}, "above 0"),
        ({"epsilon": math.nan}, "above 0"),
        ({"epsilon": None}, "unprotected"),
        ({"epsilon": True}, "above 0"),
    ],
)
def test_what_protects_nothing_is_refused(wrong, message):
    given = {"secret": SECRET, "secret_name": "trial"} | wrong
    with pytest.raises(ValueError, match=message) as caught:
        cs.StandingPrivacy(**given)
    assert "short" not in str(caught.value)


def test_what_a_portfolio_takes_for_privacy_is_one():
    with pytest.raises(ValueError, match="'privacy'.*StandingPrivacy"):
        cs.Portfolio.from_records({}, privacy=b"0123456789abcdef")
    privacy = cs.StandingPrivacy(secret=SECRET, secret_name="trial")
    assert cs.Portfolio(privacy=privacy).privacy is privacy


def test_no_noise_says_so():
    privacy = cs.StandingPrivacy.unprotected(secret=SECRET, secret_name="trial")
    assert "UNPROTECTED" in repr(privacy)
    assert not privacy.is_protected
    assert privacy.to_dict()["epsilon"] is None
    assert privacy.flip == 0.0


def test_a_key_that_everyone_knows_is_warned_of():
    rows = [{"person_id": 1, "event_time": START, "standing": "good"}]
    seen = cs.Portfolio.from_records({"standings": rows}).network.seen
    with pytest.warns(cs.StandingsUnprotectedWarning, match=r"privacy=StandingPrivacy\.generate"):
        seen.at(micro(START))
    seen.at(micro(START))  # once
    assert PUBLIC.is_public
    assert not PUBLIC.is_protected
    assert cs.StandingPrivacy(secret=bytes(32), secret_name="mine").is_public


def test_another_secret_and_other_noise_are_told_apart():
    privacy = cs.StandingPrivacy(secret=SECRET, secret_name="trial")
    assert privacy.matches(privacy.to_dict())
    assert privacy.matches(privacy.to_dict() | {"secret_name": "renamed"})
    for other in ({"secret": bytes(31) + b"1"}, {"epsilon": 1.0}):
        given = {"secret": SECRET, "secret_name": "trial"} | other
        assert not privacy.matches(cs.StandingPrivacy(**given).to_dict())
