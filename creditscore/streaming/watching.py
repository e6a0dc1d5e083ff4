"""Look at a watch list: whose score may have moved, by how much it did, and who is told of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np

from creditscore._ground.instants import parse_duration
from creditscore._ground.numbers import is_finite_number
from creditscore.data.applications import Applications
from creditscore.data.door.clock import instant, moment
from creditscore.data.folder.folder import PortfolioFolder
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError
from creditscore.scoring.mismatch import refuse
from creditscore.scoring.model import Scoring
from creditscore.streaming.due import due, shape_of
from creditscore.streaming.moved import ScoreMoved, Shown, WatchFiles, WatchState, moved_between
from creditscore.words.plain import PLAIN

Watchlist = Iterable[int | str] | Mapping[int | str, Mapping[str, Any]]
Asked = Mapping[int | str, Mapping[str, Any]]
_OF_MANY: Final = frozenset({"feature_vanished", "applicants_unknown"})
# As many people are explained in one go.
_PART: Final = 20_000


def look(
    files: WatchFiles,
    folder: PortfolioFolder,
    model: Scoring,
    ids: Watchlist,
    points: float,
    as_of: datetime | str | None,
    *,
    everybody: bool | str = False,
) -> tuple[ScoreMoved, ...]:
    """Look at a watch list once; parameters and errors are those of `Stream.watch`."""
    if not is_finite_number(points) or points <= 0:
        raise ParameterError.must_be("points", "a number above 0", points)
    asked = _attributes(ids)
    at = instant(datetime.now(UTC) if as_of is None else as_of, "as_of")
    before = files.read()
    if before is not None:
        _check(before, model, at, files.name)
    whole = _whole(everybody, before, at)
    entry, added = folder.changed_since(-1 if before is None or whole else before.entry)
    portfolio = folder.portfolio()
    shape = shape_of(portfolio)
    if before is not None and before.shape != shape:
        added = None
    whom = _due(portfolio, model, before, list(asked), added, at)
    fresh = _scored(model, portfolio, {one: asked[one] for one in whom}, at)
    shown: dict[int | str, Shown] = {}
    found = []
    for one in asked:
        was = None if before is None else before.shown.get(one)
        now = fresh.get(one)
        if was is None or now is None:
            shown[one] = was or fresh[one]
        elif _far(was, now, points):
            shown[one] = now
            found.append(moved_between(one, was, now))
        else:
            shown[one] = was
    looks = 1 if before is None else before.looks + 1
    lines = tuple(move.to_dict() | {"look": looks, "watch": files.name} for move in found)
    last = at if before is None or len(fresh) == len(asked) else before.whole
    files.write(WatchState(model.model.model_id, at, entry, shape, looks, shown, lines, files.size(), last))
    return tuple(found)


def _whole(everybody: bool | str, before: WatchState | None, at: int) -> bool:
    """Whether everybody is scored, as was asked, or as the last time lies too far back."""
    if isinstance(everybody, bool):
        return everybody
    length = parse_duration(everybody, parameter="everybody")
    return before is not None and at - before.whole >= length


def _attributes(ids: Watchlist) -> Asked:
    """Whom to watch, in rising order, and what an application of theirs says."""
    if isinstance(ids, str):
        raise ParameterError.must_be("ids", "several ids, or attributes by id", ids)
    given: Asked = ids if isinstance(ids, Mapping) else {one: {} for one in ids}
    if len({isinstance(one, str) for one in given}) > 1:
        raise ParameterError.must_be("ids", "all texts, or all whole numbers", "both")
    return {one: given[one] for one in sorted(given)}


def _check(before: WatchState, model: Scoring, at: int, name: str) -> None:
    if before.model_id != model.model.model_id:
        raise ParameterError(
            f"The watch list {name!r} was begun with the model {before.model_id[:12]}. Begin one under "
            "another name for another model."
        )
    if at < before.as_of:
        raise ParameterError.must_be("as_of", f"not before the last look, {moment(before.as_of)}", moment(at))


def _due(
    portfolio: Portfolio,
    model: Scoring,
    before: WatchState | None,
    ids: list[int | str],
    added: Mapping[str, frozenset[int | str]] | None,
    at: int,
) -> list[int | str]:
    """Whom to score again: those who are new on the list, and those for whom something may have changed."""
    if before is None:
        return ids
    new = np.array([one not in before.shown for one in ids], np.bool_)
    moved = due(portfolio, model.model.computer.features, ids, added, (before.as_of, at))
    return [one for one, some in zip(ids, (new | moved).tolist(), strict=True) if some]


def _far(was: Shown, now: Shown, points: float) -> bool:
    if was.score is None or now.score is None:
        return was.score is not now.score
    return abs(now.score - was.score) > points


def _scored(model: Scoring, portfolio: Portfolio, asked: Asked, at: int) -> dict[int | str, Shown]:
    """Score people as of a moment, with what each reason group adds."""
    found: dict[int | str, Shown] = {}
    ids = list(asked)
    for start in range(0, len(ids), _PART):
        part = ids[start : start + _PART]
        found |= _one_part(model, portfolio, {one: asked[one] for one in part}, at)
    return found


def _one_part(model: Scoring, portfolio: Portfolio, asked: Asked, at: int) -> dict[int | str, Shown]:
    rows = [
        {**said, "application_id": number, "applicant_id": one, "as_of": moment(at)}
        for number, (one, said) in enumerate(asked.items())
    ]
    applications = Applications.from_records(rows, midnight="instant")
    scores = model.score_many(applications, portfolio, on_mismatch="count")
    # of a few people no feature vanishes, as it may of all who apply
    refuse([one for one in scores.mismatches if one.code not in _OF_MANY], "refuse")
    groups = model.explain(applications, portfolio, on_mismatch="count").by_group()
    gained = groups.points(model.model.scale)
    return {
        one: Shown(int(score), at, _by_group(groups.feature_names, gained[number]))
        if is_scored
        else Shown(None, at, {})
        for number, (one, score, is_scored) in enumerate(
            zip(asked, scores.score.tolist(), scores.scored.tolist(), strict=True)
        )
    }


def _by_group(names: Sequence[str], points: Any) -> dict[str, float]:
    """Points of reason groups; whatever belongs to none cannot be named."""
    plain = zip(names, points.tolist(), strict=True)
    return {name: value for name, value in plain if name != PLAIN["no_group"] and value}
