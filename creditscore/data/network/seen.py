"""What others see of standings, made once for a stretch of months and kept."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any, Final, NamedTuple, Self

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int8, Int64, read_only
from creditscore._ground.instants import DAY, NEVER
from creditscore.data.door.raw import Labels
from creditscore.data.network.privacy import DATE_STEP, DRAWS, LAG, StandingPrivacy, numbers_of
from creditscore.data.network.seen_steps import (
    CLEAR,
    MARKED,
    UNSEEN,
    Seen,
    list_blocks,
    make_seen,
    plan_dates,
    seen_by,
)
from creditscore.data.network.standing_events import DEFAULTED, Steps
from creditscore.data.network.withheld import Withheld, cut_seen
from creditscore.data.secret import part
from creditscore.errors import StandingsUnprotectedWarning

# With so few steps the months that nobody asks for are left out: a single applicant needs one.
_FEW: Final = 4_096
_AHEAD: Final = 182 * DAY
_PHASE, _FOLD = range(2)
_FIRST: Final = -NEVER
_UNPROTECTED: Final = (
    "Standings of people are read under a key that everyone knows, so that their noise can be taken off "
    "again. Give the portfolio a secret: Portfolio(..., privacy=StandingPrivacy.generate('standings.key')), "
    "and after that StandingPrivacy.from_file('standings.key')."
)


class SeenAt(NamedTuple):
    """What others see of everyone at a moment, all of shape (n_people,).

    Attributes
    ----------
    known : bool array
        Whether a standing is seen at all.
    marked : bool array
        The bit: whether it is seen as a default; with a known chance it says the opposite of the truth.
    begun : int64 array
        First month of those in which it was seen without a break, in microseconds; 0 where nothing is.
    """

    known: Flags
    marked: Flags
    begun: Int64


@dataclass(slots=True, eq=False)
class SeenStandings:
    """The bits of everyone, made for the months that were asked for; nothing else tells others of standings.

    Parameters
    ----------
    raw : Steps
        What the lender knows.
    labels : int64 array of shape (n_people,) or tuple of str
        Ids of the persons: they and the secret decide dates, coins and folds.
    privacy : StandingPrivacy
    withheld : Withheld
        When persons had withdrawn their consent to their standings or loans.

    Examples
    --------
    >>> import creditscore as cs
    >>> rows = [{"person_id": "a", "event_time": "2024-01-05T00:00Z", "standing": "defaulted"}]
    >>> privacy = cs.StandingPrivacy(secret=bytes(range(32)), secret_name="2026")
    >>> portfolio = cs.Portfolio.from_records({"standings": rows}, privacy=privacy)
    >>> at = np.datetime64("2025-01-01", "us").astype(int)
    >>> portfolio.network.seen.at(int(at)).known
    array([ True])
    """

    raw: Steps
    labels: Labels
    privacy: StandingPrivacy
    withheld: Withheld
    _bare: Seen | None = None
    _made: Seen | None = None
    _first: int = 0
    _last: int = 0
    _words: Float64 | None = None
    _lock: Any = field(default_factory=Lock, repr=False)

    @property
    def n_people(self) -> int:
        """Number of persons."""
        return len(self.raw.offsets) - 1

    @classmethod
    def stored(
        cls, bits: Steps, labels: Labels, privacy: StandingPrivacy, withheld: Withheld, folds: Float64
    ) -> Self:
        """Take bits that were written down for one month: nothing is drawn.

        Parameters
        ----------
        bits : Steps
            One step for each person of whom something is seen; what stands there is the bit.
        labels, privacy, withheld
            As for `SeenStandings`.
        folds : ndarray of float64, shape (n_people,)
            Where everyone stands among keyed folds.
        """
        words = np.zeros((len(folds), DRAWS))
        words[:, _FOLD] = folds
        states = np.where(bits.states == DEFAULTED, MARKED, CLEAR).astype(np.int8)
        made = Seen(bits.offsets, bits.since, read_only(states), bits.since)
        return cls(bits, labels, privacy, withheld, made, _cut(made, withheld), _FIRST, NEVER - 1, words)

    def between(self, first: int, last: int) -> Seen:
        """Return the steps that hold from a first moment up to a last one, both included, in microseconds."""
        with self._lock:
            if self._made is None or first < self._first or last > self._last:
                self._extend(first, last)
            made: Seen = self._made  # type: ignore[assignment]
            return made

    def bare(self, month: int) -> tuple[Int8, Int64]:
        """Return what is seen of everyone in a month, shape (n_people,), and since when, withdrawn or not."""
        with self._lock:
            if self._bare is None or month < self._first or month > self._last:
                self._extend(month, month)
            bare: Seen = self._bare  # type: ignore[assignment]
        return seen_by(bare, month)

    def at(self, moment: int) -> SeenAt:
        """Return what is seen of everyone at a moment, in microseconds.

        A moment within a month sees what its first instant saw.
        """
        states, begun = seen_by(self.between(moment, moment), moment)
        return SeenAt(states != UNSEEN, states == MARKED, begun)

    def folds(self, people: Int64) -> Float64:
        """Return where persons stand among keyed folds: of F folds, one is in number ``floor(F * value)``.

        Parameters
        ----------
        people : ndarray of int64, shape (n,)
            Their codes.

        Returns
        -------
        ndarray of float64, shape (n,)
            From 0 up to 1.
        """
        with self._lock:
            return self._of_people(people)[:, _FOLD]

    def folds_of_known(self) -> Float64:
        """Return where everyone of whom something is known stands among keyed folds, NaN for all others.

        Returns shape (n_people,).
        """
        known = np.flatnonzero(np.diff(self.raw.offsets))
        found = np.full(self.n_people, np.nan)
        found[known] = self.folds(known)
        return found

    def _of_people(self, people: Int64) -> Float64:
        """Draw what belongs to persons for ever, once.

        Arrays: ``people`` shape (n,). Returns shape (n, 4).
        """
        if self._words is None:
            self._words = np.full((self.n_people, DRAWS), np.nan)
        words: Float64 = self._words[people]
        unknown = np.isnan(words[:, 0])
        if not unknown.any():
            return words
        new = np.unique(people[unknown])
        self._words[new] = numbers_of(self.privacy.digests(part("person"), self._parts(new)))
        return self._words[people]

    def _parts(self, people: Int64) -> list[bytes]:
        if isinstance(self.labels, tuple):
            return [part(self.labels[code]) for code in people.tolist()]
        return [part(label) for label in np.asarray(self.labels)[people].tolist()]

    def _extend(self, first: int, last: int) -> None:
        """Make the steps of a stretch at least twice as long as before, so that many asks make few."""
        if self.privacy.is_public and self.raw.since.size:
            warnings.warn(_UNPROTECTED, StandingsUnprotectedWarning, stacklevel=2)
        if self._made is not None:
            length = self._last - self._first
            first = min(first, self._first - length) if first < self._first else self._first
            last = max(last, self._last + length) if last > self._last else self._last
        if self.raw.since.size > _FEW:
            first, last = min(first, int(self.raw.since.min())), last + _AHEAD
        self._bare = self._seen(month_of(first), month_of(last))
        self._made = _cut(self._bare, self.withheld)
        self._first, self._last = first, last

    def _seen(self, first_month: int, last_month: int) -> Seen:
        raw, people = self.raw, np.flatnonzero(np.diff(self.raw.offsets))
        phases = np.floor(self._of_people(people)[:, _PHASE] * DATE_STEP).astype(np.int64)
        begins, firsts, stops = plan_dates(raw, people, phases, first_month, last_month)
        starts, owners, blocks = list_blocks(firsts, stops)
        coins = np.empty((0, DRAWS)) if not owners.size else self._coins(people, owners, blocks)
        earliest = int(raw.since.min()) if raw.since.size else last_month
        dates = (people, phases, begins, firsts, stops, starts)
        months = months_between(min(earliest, last_month), last_month + 2 * (DATE_STEP + LAG))
        return _frozen(Seen(*make_seen(raw, *dates, coins, months, self.privacy.flip)))

    def _coins(self, people: Int64, owners: Any, blocks: Int64) -> Float64:
        ids = self._parts(people)
        tails = {block: part(block) for block in np.unique(blocks).tolist()}
        ids_of = [ids[k] + tails[block] for k, block in zip(owners.tolist(), blocks.tolist(), strict=True)]
        return numbers_of(self.privacy.digests(part("coin"), ids_of))

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave the secret, and everything that it decided, behind."""
        return type(self), (self.raw, self.labels, self.privacy, self.withheld)


def _cut(seen: Seen, withheld: Withheld) -> Seen:
    return _frozen(Seen(*cut_seen(seen, withheld))) if withheld.begins.size else seen


def _frozen(seen: Seen) -> Seen:
    for array in seen:
        read_only(array)
    return seen


@lru_cache(maxsize=4_096)
def month_of(moment: int) -> int:
    """Return the first instant of the month of a moment, in microseconds of UTC.

    Examples
    --------
    >>> month_of(40 * DAY) // DAY
    31
    """
    return int(np.datetime64(moment, "us").astype("M8[M]").astype("M8[us]").astype(np.int64))


def months_between(first: int, last: int) -> Int64:
    """Return the first instants of all months from that of a first moment to the one after a last.

    Returns shape (n_months,).
    """
    ends = np.array([first, last]).astype("M8[us]").astype("M8[M]")
    months = np.arange(ends[0], ends[1] + np.timedelta64(2, "M"))
    return read_only(months.astype("M8[us]").astype(np.int64))
