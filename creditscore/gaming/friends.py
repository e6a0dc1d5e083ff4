"""How people choose, buy and make up the friends they are seen with, and what strangers can do to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore.data.tables.vocabularies import LOOKALIKE_LAYER, SHARED_KINDS, SHARED_LAYER
from creditscore.gaming.sample import Bent, GamingSample, fresh_ids, pd_index

if TYPE_CHECKING:
    import pandas as pd

    from creditscore._ground.arrays import Flags

FRIENDS: Final = 10
NEW_DAYS: Final = 20
AGED_DAYS: Final = 200
LONG_AGO_DAYS: Final = 1_000
_NO_FRIENDS: Final = (SHARED_LAYER, *SHARED_KINDS, LOOKALIKE_LAYER)
_STRONG: Final = 0.9


def friends_new(sample: GamingSample) -> Bent:
    """Ten persons who stand well accept twenty days before."""
    return _tied(sample, _chosen(sample, "good"), NEW_DAYS)


def friends_backdated(sample: GamingSample) -> Bent:
    """Ten persons who stand well accept twenty days before, and all say that it began years ago."""
    return _tied(sample, _chosen(sample, "good"), LONG_AGO_DAYS, known=NEW_DAYS)


def friends_aged(sample: GamingSample) -> Bent:
    """Ten persons who stand well accepted two hundred days before, for this end."""
    return _tied(sample, _chosen(sample, "good"), AGED_DAYS)


def friends_bought(sample: GamingSample) -> Bent:
    """The ten persons with most ties of those who stand well accepted two hundred days before, for money."""
    return _tied(sample, _chosen(sample, "good", central=True), AGED_DAYS)


def friends_made(sample: GamingSample) -> Bent:
    """Ten persons made up two hundred days before, each with a loan repaid by then, accept."""
    import pandas as pd

    people = np.arange(len(sample))
    standings = sample.tables["standings"]
    made = fresh_ids(standings["person_id"], FRIENDS * people.size, "person").reshape(-1, FRIENDS)
    owner = np.repeat(people, FRIENDS)
    began = sample.ago(owner, AGED_DAYS)
    known = sample.rows("standings", owner, person_id=made.ravel(), event_time=began, known_time=began,
                        standing="good")  # fmt: skip
    first, second = np.triu_indices(FRIENDS, 1)
    among = _ties(
        sample, np.repeat(people, first.size), made[:, first].ravel(), made[:, second].ravel(), AGED_DAYS
    )
    bent = _tied(sample, list(made), AGED_DAYS)
    ties = pd.concat([bent.tables["ties"], among], ignore_index=True)
    standings = pd.concat([standings, known], ignore_index=True)
    return Bent({"ties": ties, "standings": standings}, bent.tried)


def strangers_named(sample: GamingSample) -> Bent:
    """The person named ten who stand well two hundred days before; none of them accepts."""
    return _tied(sample, _chosen(sample, "good"), AGED_DAYS, accepted=False)


def strangers_defaulted(sample: GamingSample) -> Bent:
    """Ten persons in default named the person two hundred days before, who does not accept."""
    return _tied(sample, _chosen(sample, "defaulted"), AGED_DAYS, accepted=False, inward=True)


def friends_defaulted(sample: GamingSample) -> Bent:
    """Ten persons in default were accepted two hundred days before."""
    return _tied(sample, _chosen(sample, "defaulted"), AGED_DAYS)


def _chosen(sample: GamingSample, standing: str, *, central: bool = False) -> list[NDArray[Any]]:
    """Ids of ten others of each person who were known to stand so for long, and are no neighbours yet.

    Drawn among others than the people of the sample, where there are enough: those name and are named too.
    """
    standings, ties = sample.tables["standings"], sample.tables["ties"]
    ids, codes = np.unique(standings["person_id"].to_numpy(), return_inverse=True)
    known = pd_index(standings["known_time"]).as_unit("us").asi8
    is_so = (standings["standing"] == standing).to_numpy(np.bool_)
    degree = pd_index(ids).get_indexer(
        pd_index(np.concatenate([ties["person_id"], ties["other_id"].dropna()]))
    )
    many = np.bincount(degree[degree >= 0], minlength=ids.size)
    near, bending = _neighbours(ties), np.isin(ids, sample.ids)
    random, found = sample.random(20), []
    for person, own in enumerate(sample.ids.tolist()):
        moment = int(sample.applications.as_of[person])
        before, early = known < moment, known < moment - AGED_DAYS * DAY
        fits = np.bincount(codes[early & is_so], minlength=ids.size) > 0
        fits = fits & (np.bincount(codes[before & ~is_so], minlength=ids.size) == 0)
        taken = near.get(own, set()) | {own}
        open_to = np.array([k for k in np.flatnonzero(fits).tolist() if ids[k] not in taken], np.int64)
        elsewhere = open_to[~bending[open_to]]
        if central:
            picked = open_to[np.argsort(-many[open_to], kind="stable")[:FRIENDS]]
        else:
            others = elsewhere if elsewhere.size >= FRIENDS else open_to
            picked = random.choice(others, min(FRIENDS, others.size), replace=False)
        found.append(ids[picked])
    return found


def _neighbours(ties: pd.DataFrame) -> dict[Any, set[Any]]:
    near: dict[Any, set[Any]] = {}
    for one, other in zip(ties["person_id"].tolist(), ties["other_id"].tolist(), strict=True):
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    return near


def _tied(
    sample: GamingSample,
    others: list[NDArray[Any]],
    days: int,
    *,
    known: int | None = None,
    accepted: bool = True,
    inward: bool = False,
) -> Bent:
    """Tie each person to ten others; whoever finds fewer does not try."""
    import pandas as pd

    tried: Flags = np.array([len(each) == FRIENDS for each in others], np.bool_)
    people = np.flatnonzero(tried)
    if not people.size:
        return Bent({}, tried)
    owner = np.repeat(people, FRIENDS)
    theirs = np.concatenate([others[person] for person in people.tolist()])
    ends = (theirs, sample.ids[owner]) if inward else (sample.ids[owner], theirs)
    new = _ties(sample, owner, *ends, days, known=known, directed=not accepted)
    old = sample.tables["ties"]
    if "directed" not in old and not accepted:
        old, new = old.assign(directed=0.0), new.assign(directed=1.0)
    return Bent({"ties": pd.concat([old, new], ignore_index=True)}, tried)


def _ties(
    sample: GamingSample,
    owner: NDArray[np.int64],
    one: NDArray[Any],
    other: NDArray[Any],
    days: int,
    *,
    known: int | None = None,
    directed: bool = False,
) -> pd.DataFrame:
    """Ties of the usual layer, as strong as the strongest tenth."""
    ties = sample.tables["ties"]
    layer, weight = None, 1.0
    alike = np.ones(len(ties), np.bool_)
    if "layer" in ties:
        alike = ~ties["layer"].isin(_NO_FRIENDS).to_numpy(np.bool_)
        counts = ties.loc[alike, "layer"].value_counts()
        layer = counts.index[0] if len(counts) else None
        alike = alike & (ties["layer"] == layer).to_numpy(np.bool_)
    if "weight" in ties and alike.any():
        weight = float(ties.loc[alike, "weight"].quantile(_STRONG))
    return sample.rows(
        "ties", owner, person_id=one, other_id=other, event_time=sample.ago(owner, days),
        known_time=sample.ago(owner, days if known is None else known), layer=layer, weight=weight,
        directed=float(directed),
    )  # fmt: skip
