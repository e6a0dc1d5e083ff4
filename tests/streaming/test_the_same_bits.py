"""Whatever happens to messages on their way, the portfolio and its scores are those of one batch."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore.data.folder import opening
from creditscore.features.compute import FeatureComputer
from creditscore.streaming import stream as streaming
from tests.data.folder.splitting import assert_same
from tests.features.worlds import AS_OF, PRIVACY, applications
from tests.streaming.messages import NEW_LINE, batch_of, empty, keyed, messages, on_the_way

PEOPLE = 5


class KilledError(BaseException):
    """Stands for a signal that kills: nothing catches it on purpose."""


def opened(home: Path, batch: int) -> cs.Stream:
    feeds = [cs.FileFeed(home / name, name=name) for name in ("one", "two")]
    return cs.Stream(home / "portfolio", home / "stream", feeds, privacy=PRIVACY, batch=batch)


def written(home: Path, sent: list[bytes], rng: random.Random) -> None:
    """Put messages into the files of two feeds, in stretches of any length."""
    for name in ("one", "two"):
        (home / name).mkdir(exist_ok=True)
    while sent:
        length = rng.randint(1, 400)
        part, sent = sent[:length], sent[length:]
        file = home / rng.choice(["one", "two"]) / f"{rng.randrange(4)}.jsonl"
        with file.open("ab") as lines:
            lines.write(b"".join(one + NEW_LINE for one in part))


def fed(home: Path, sent: list[bytes], seed: int, monkeypatch: pytest.MonkeyPatch) -> cs.StreamState:
    """Let streams take messages while they come, each for a while, many cut off at a random step."""
    rng = random.Random(seed)
    empty(home / "portfolio")
    while sent:
        length = rng.randint(1, 1 + len(sent))
        written(home, sent[:length], rng)
        sent = sent[length:]
        with monkeypatch.context() as patch:
            cut_off(patch, rng)
            try:
                with opened(home, rng.choice([7, 100, 1_000])) as stream:
                    stream.take(rng.choice([None, 50, 500]))
            except KilledError:
                pass
    with opened(home, 700) as stream:
        stream.take()
        return stream.state()


def cut_off(patch: pytest.MonkeyPatch, rng: random.Random) -> None:
    """Let the process die before or after one of the next writes: of letters, rows or files."""
    name, owner = rng.choice(
        [
            ("append_entry", "creditscore.data.folder.folder"),
            ("next_generation", "creditscore.data.folder.folder"),
            ("add", streaming.DeadLetters),
        ]
    )
    left, after = rng.randint(0, 6), rng.random() < 0.5
    place = owner if isinstance(owner, type) else __import__(owner, fromlist=[name])
    real = getattr(place, name)

    def dying(*args, **kwargs):
        nonlocal left
        left -= 1
        if left < 0 and not after:
            raise KilledError
        found = real(*args, **kwargs)
        if left < 0:
            raise KilledError
        return found

    patch.setattr(place, name, dying)
    patch.setattr(opening, "_MOST_ROWS", rng.choice([60, 100_000]))


def the_same(seed: int, home: Path, monkeypatch: pytest.MonkeyPatch, within: int | None) -> None:
    world = keyed(seed, PEOPLE)
    sent = on_the_way(messages(world), seed, within=within)
    state = fed(home, sent, seed, monkeypatch)
    rows = sum(map(len, world.values()))
    assert (state.read, state.taken, state.repeated) == (len(sent), rows, len(sent) - rows)
    assert (state.refused, state.waiting, dict(state.lag)) == (0, 0, {"one": 0, "two": 0})
    assert not (home / "stream" / "dead_letters.jsonl").exists()
    whole = batch_of(world)
    found = cs.Portfolio.open(home / "portfolio", privacy=PRIVACY, verify=True)
    assert_same(whole, found)
    asked = cs.Applications.from_records(applications(PEOPLE, AS_OF))
    features = [*cs.payment_features(), *cs.repayment_features(), *cs.social_features()]
    computer = FeatureComputer(cs.FeatureSet(tuple(features)))
    one, other = (computer.compute(asked, portfolio) for portfolio in (whole, found))
    assert one.values.tobytes() == other.values.tobytes()


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 10_000), within=st.sampled_from([None, 5, 300]))
def test_feeds_that_double_delay_and_are_cut_off_give_the_bits_of_a_batch(tmp_path_factory, seed, within):
    with pytest.MonkeyPatch.context() as patch:
        the_same(seed, tmp_path_factory.mktemp("fed"), patch, within)


@pytest.mark.long
def test_many_feeds_give_the_bits_of_a_batch(tmp_path, monkeypatch):
    for seed in range(30_000, 30_004):
        (tmp_path / str(seed)).mkdir()
        the_same(seed, tmp_path / str(seed), monkeypatch, [None, 5, 300][seed % 3])
