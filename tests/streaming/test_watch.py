"""Scores that are watched: whoever moved is told of once, and nobody else."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest

import creditscore as cs
from creditscore.errors import ParameterError, StreamError
from creditscore.streaming import watching
from tests.features.worlds import AS_OF, World
from tests.people import called
from tests.streaming.messages import message

SOME = [called(k) for k in range(0, 40, 2)]
POINTS = 5


def scores(model: cs.CreditPipeline, portfolio: cs.Portfolio, at: object) -> dict[str, int | None]:
    """Everybody's score, each asked for alone."""
    asked = ({"application_id": 1, "applicant_id": one, "as_of": at} for one in SOME)
    return {one["applicant_id"]: model.score(one, portfolio).score for one in asked}


def far(one: int | None, other: int | None) -> bool:
    return (one is None) != (other is None) or (one is not None and abs(one - other) > POINTS)


@pytest.fixture
def begun(tmp_path, world: World):
    """A portfolio of what was known by a day, and messages of what became known later, in that order."""
    start = AS_OF - timedelta(days=200)
    early = {name: [row for row in rows if known(row) < start] for name, rows in world.items()}
    cs.Portfolio.from_records(early, midnight="instant").write(tmp_path / "p")
    late = [(name, row) for name, rows in world.items() for row in rows if known(row) >= start]
    return tmp_path, start, sorted(late, key=lambda one: (known(one[1]), one[0] != "loans"))


def known(row: dict) -> object:
    """When a row became known, an instalment with its first day."""
    return row.get("known_time") or row.get("event_time") or row["due_time"] - timedelta(days=365)


def opened(home, model=None) -> cs.Stream:
    return cs.Stream(home / "p", home / "s", model=model)


@pytest.fixture
def asked(monkeypatch) -> list[int]:
    """How many were scored at once, each time that some were."""
    counts: list[int] = []
    real = watching._one_part
    monkeypatch.setattr(
        watching, "_one_part", lambda *given: (counts.append(len(given[2])), real(*given))[1]
    )
    return counts


def look(stream: cs.Stream, at: object, **more: object) -> tuple[cs.ScoreMoved, ...]:
    return stream.watch(SOME, POINTS, as_of=at, **more)


@pytest.mark.as_given
def test_whoever_moved_is_told_of_and_nobody_else(begun, model, asked):
    """On each day, and after facts within a day: the same as scoring everybody, each alone."""
    home, start, late = begun
    rng, found, spared = random.Random(5), 0, 0
    with opened(home, model) as stream:
        assert look(stream, start) == ()
        told = scores(model, stream.portfolio(), start)
        at = start
        for step in range(14):
            at += timedelta(days=8) if step % 2 else timedelta()
            count = rng.randint(0, 2 * len(late) // (14 - step))
            part, late = late[:count], late[count:]
            rng.shuffle(part)
            done = stream.push([message(*one) for one in part])
            assert (done.refused, done.taken + done.waiting >= len(part)) == (0, True)
            asked.clear()
            moved = look(stream, at)
            now = scores(model, stream.portfolio(), at)
            assert [one.applicant_id for one in moved] == [one for one in SOME if far(told[one], now[one])]
            for one in moved:
                assert (one.score_from, one.score_to) == (told[one.applicant_id], now[one.applicant_id])
                assert one.as_of == at
                told[one.applicant_id] = now[one.applicant_id]
            found, spared = found + len(moved), spared + (sum(asked) < len(SOME))
    assert found > 5
    assert spared > 3
    lines = (home / "s" / "watches" / "watch.jsonl").read_text().splitlines()
    assert len(lines) == found


def test_the_reason_is_the_group_that_moved_most_the_way_of_the_score(begun, model):
    home, start, late = begun
    with opened(home, model) as stream:
        look(stream, start)
        then = stream.portfolio()
        stream.push([message(*one) for one in late])
        moved = look(stream, AS_OF)
        both = [one for one in moved if None not in (one.score_from, one.score_to)]
        assert len(both) > 2
        for one in both:
            asked = {"application_id": 1, "applicant_id": one.applicant_id}
            groups = [
                dict(zip(found.feature_names, found.points(model.scale)[0].tolist(), strict=True))
                for portfolio, at in ((then, start), (stream.portfolio(), AS_OF))
                for found in [
                    model.explain(cs.Applications.from_records([asked | {"as_of": at}]), portfolio).by_group()
                ]
            ]
            changes = {name: groups[1][name] - groups[0][name] for name in groups[0]}
            way = 1 if one.score_to > one.score_from else -1
            assert sum(changes.values()) == pytest.approx(one.score_to - one.score_from, abs=1.01)
            best = max(way * change for name, change in changes.items() if name != "(no group)")
            assert way * one.reason_points == pytest.approx(best, abs=1e-9)
            assert changes[one.reason] == pytest.approx(one.reason_points, abs=1e-9)


@pytest.mark.parametrize("step", [pytest.param("before", marks=pytest.mark.long), "within", "after"])
def test_a_look_that_is_cut_off_tells_each_move_once(begun, model, monkeypatch, step):
    home, start, late = begun
    with opened(home, model) as stream:
        look(stream, start)
        stream.push([message(*one) for one in late])

    def dying(files, state):
        if not state.moved:
            return
        if step == "within":
            files.moves.write_bytes(watching_lines(state)[:40])
        raise KeyboardInterrupt

    with opened(home, model) as stream, monkeypatch.context() as patch:
        place = "creditscore.streaming.moved.WatchFiles." + ("write" if step == "before" else "_tell")
        if step != "after":
            patch.setattr(place, dying)
            with pytest.raises(KeyboardInterrupt):
                look(stream, AS_OF)
        else:
            assert look(stream, AS_OF)
    with opened(home, model) as stream:
        again = look(stream, AS_OF)
        assert bool(again) == (step == "before")
        assert look(stream, AS_OF) == ()
    lines = [json.loads(one) for one in (home / "s/watches/watch.jsonl").read_text().splitlines()]
    assert len({one["applicant_id"] for one in lines}) == len(lines) > 2
    assert {one["watch"] for one in lines} == {"watch"}


def watching_lines(state) -> bytes:
    return b"".join(json.dumps(one, sort_keys=True).encode() + b"\n" for one in state.moved)


def test_who_comes_and_goes(begun, model):
    home, start, late = begun
    with opened(home, model) as stream:
        assert stream.watch(["nobody", SOME[0]], POINTS, as_of=start) == ()
        before = scores(model, stream.portfolio(), start)[SOME[0]]
        row = {"event_time": start.isoformat(), "amount": 5.0, "event_id": "new"}
        stream.push([message("payments", row | {"applicant_id": "nobody"})])
        at = start + timedelta(hours=1)
        (moved,) = stream.watch(["nobody", SOME[0]], 500, as_of=at)
        assert (moved.applicant_id, moved.score_from, moved.reason) == ("nobody", None, "")
        assert isinstance(moved.score_to, int)
        assert stream.watch({SOME[2]: {"amount": 10.0}}, 500, as_of=at) == ()
        # many of whom nothing is known are no other world than that of the model
        assert stream.watch([f"n{k}" for k in range(60)], as_of=at, name="new") == ()
        # whoever was left out begins anew
        stream.push([message(*one) for one in late])
        assert stream.watch([SOME[0]], 1, as_of=AS_OF) == ()
        assert before != scores(model, stream.portfolio(), AS_OF)[SOME[0]]


@pytest.mark.long
def test_what_the_clock_alone_moves_within_a_day_is_found_on_request(begun, model):
    home, _, late = begun
    with opened(home, model) as stream:
        stream.push([message(*one) for one in late])
        at = AS_OF.replace(hour=1)
        look(stream, at)
        told = scores(model, stream.portfolio(), at)
        moved = look(stream, at + timedelta(hours=20), everybody=True)
        now = scores(model, stream.portfolio(), at + timedelta(hours=20))
        assert [one.applicant_id for one in moved] == [one for one in SOME if far(told[one], now[one])]


def test_everybody_is_scored_again_once_the_last_time_lies_so_far_back(begun, model, asked):
    """Looks every two hours, everybody after five: at 0, 6, 12 and 18 o'clock, and on the new day."""
    home, start, _ = begun
    day, found = start.replace(hour=0, minute=0), []
    with opened(home, model) as stream:
        for hour in range(0, 26, 2):
            asked.clear()
            look(stream, day + timedelta(days=1, hours=hour), everybody="5h")
            if sum(asked) == len(SOME):
                found.append(hour)
        assert found == [0, 6, 12, 18, 24]
    # A list that was kept before nobody noted it begins with everybody.
    file = home / "s/watches/watch.json"
    kept = json.loads(file.read_text())
    del kept["whole"]
    file.write_text(json.dumps(kept))
    with opened(home, model) as stream:
        asked.clear()
        look(stream, day + timedelta(days=2, hours=1), everybody="5h")
        assert sum(asked) == len(SOME)


def test_what_cannot_be_watched_is_refused(begun, model, world):
    home, start, _ = begun
    with opened(home) as stream, pytest.raises(ParameterError, match="'model'"):
        look(stream, start)
    with opened(home, model) as stream:
        look(stream, start)
        for more, wrong in (
            ({"points": 0}, "'points' parameter must be a number above 0"),
            ({"name": "../x"}, "letters, digits"),
            ({"as_of": start - timedelta(days=1)}, "not before the last look"),
            ({"as_of": "2024-01-01T00:00"}, "as_of"),
            ({"ids": "ab"}, "several ids"),
            ({"ids": ["a", 1]}, "all texts, or all whole numbers"),
            ({"everybody": 1}, "everybody"),
            ({"everybody": "often"}, "everybody"),
            ({"everybody": "1m"}, "everybody"),
        ):
            with pytest.raises(ParameterError, match=wrong):
                stream.watch(**{"ids": SOME, "as_of": start} | more)
    (home / "s/watches/watch.json").write_text("{}")
    with opened(home, model) as stream, pytest.raises(StreamError, match="watch.json is no watch list"):
        look(stream, start)
