"""What a fitted model said of rows that it had not seen, kept so that it can be judged later."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.canonical import canonical, sha256
from creditscore.data.applications import Applications
from creditscore.errors import ArtefactError, NameUnknownError, ParameterError

# A column with more distinct texts tells people apart rather than segments.
MOST_SEGMENTS: Final = 200
_BITS: Final = 8
# So many standard errors above chance are no chance.
_ERRORS: Final = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Calibrated predictions for rows on which neither the trees nor the calibration were fitted.

    No feature and no id is among them.

    Attributes
    ----------
    index : ndarray of int64, shape (n_held_out,)
        The place of each row among the applications that were fitted, rising.
    log_odds : ndarray of float64, shape (n_held_out,)
        Calibrated log-odds of bad; NaN where a fold could give none.
    bad : ndarray of float64, shape (n_held_out,)
        1 for bad, 0 for good.
    weight : ndarray of float64, shape (n_held_out,)
        Sample weights, 0 or more.
    as_of : ndarray of int64, shape (n_held_out,)
        Moments of the applications, in microseconds since 1970-01-01 UTC.
    segments : mapping of str to tuple of (str or None)
        For each column that the pipeline was told to keep, its label in each row.
    ranks : ndarray of int64, shape (n_held_out,)
        The position of each row among the fitted applications in the order of their ids; empty where it was
        saved before this was kept.
    applications_sha256 : str
        Hash of the ids and moments of the fitted applications, by which they are known again in any order;
        empty where it was saved before this was kept.
    baseline : ndarray of float64, shape (n_held_out,)
        Log-odds of bad of the logistic baseline, fitted without them too; NaN where it was not. Empty where
        it was saved before this was kept.
    fitted : str
        One bit for each application that was fitted, set among eight times as many by the hash of its id and
        moment, in hexadecimal digits: enough to tell that many applications were fitted, and too little to
        tell that one was. Empty where it was saved before this was kept.
    """

    index: NDArray[np.int64]
    log_odds: NDArray[np.float64]
    bad: NDArray[np.float64]
    weight: NDArray[np.float64]
    as_of: NDArray[np.int64]
    segments: Mapping[str, tuple[str | None, ...]]
    ranks: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    applications_sha256: str = ""
    fitted: str = ""
    baseline: NDArray[np.float64] = field(default_factory=lambda: np.empty(0, np.float64))

    def __post_init__(self) -> None:
        rows = len(self.index)
        arrays = (self.index, self.log_odds, self.bad, self.weight, self.as_of)
        if any(array.shape != (rows,) for array in arrays) or any(
            len(labels) != rows for labels in self.segments.values()
        ):
            raise ArtefactError("The held-out rows need one value of everything for each row.")
        if not (np.diff(self.index, prepend=-1) > 0).all():
            raise ArtefactError("The held-out rows must be numbered from 0 up, each once.")
        if (
            not np.isin(self.bad, (0.0, 1.0)).all()
            or not (np.isfinite(self.weight) & (self.weight >= 0)).all()
        ):
            raise ArtefactError("A held-out row needs an outcome of 0 or 1, and a weight of 0 or more.")
        if self.applications_sha256 and self.ranks.shape != (rows,):
            raise ArtefactError("The held-out rows need one rank for each row.")
        if self.baseline.size and self.baseline.shape != (rows,):
            raise ArtefactError("The held-out rows need what the baseline says of each row.")
        for array in (*arrays, self.ranks, self.baseline):
            array.setflags(write=False)
        object.__setattr__(self, "segments", MappingProxyType(dict(self.segments)))

    def __len__(self) -> int:
        return len(self.index)

    def rows_in(self, applications: Applications) -> NDArray[np.int64] | None:
        """Find the held-out rows among applications.

        Returns
        -------
        ndarray of int64, shape (n_held_out,), or None
            Their positions, whatever the order of the applications; None if these are not the ones that were
            fitted.
        """
        if not self.applications_sha256:
            return None
        order = order_of(applications)
        return order[self.ranks] if identity_of(applications, order) == self.applications_sha256 else None

    def share_fitted(self, applications: Applications) -> float | None:
        """Estimate which share of some applications was fitted, within 0 and 1.

        One application in nine looks as if it had been fitted and was not; what such chance explains counts
        as none.

        Returns
        -------
        float or None
            None where this was saved without what it takes to tell, or there are no applications.
        """
        if not self.fitted or not len(applications):
            return None
        bits = np.unpackbits(np.frombuffer(bytes.fromhex(self.fitted), np.uint8))
        seen = float(bits[_marks(applications, bits.size)].mean())
        chance = float(bits.mean())
        if chance == 1.0:
            return None
        error = math.sqrt(chance * (1.0 - chance) / len(applications))
        return 0.0 if seen - chance <= _ERRORS * error else min((seen - chance) / (1.0 - chance), 1.0)

    def to_dict(self) -> dict[str, Any]:
        """Write the rows as plain data, exact in JSON; an unknown value as null."""
        who = {"ranks": self.ranks.tolist(), "applications_sha256": self.applications_sha256}
        fitted = {"fitted": self.fitted} if self.fitted else {}
        beside = {"baseline": _or_nothing(self.baseline)} if self.baseline.size else {}
        return (
            (who if self.applications_sha256 else {})
            | fitted
            | beside
            | {
                "index": self.index.tolist(),
                "log_odds": _or_nothing(self.log_odds),
                "bad": self.bad.tolist(),
                "weight": self.weight.tolist(),
                "as_of": self.as_of.tolist(),
                "segments": {name: list(labels) for name, labels in self.segments.items()},
            }
        )

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        return cls(
            index=np.array(stored["index"], np.int64),
            log_odds=_numbers(stored["log_odds"]),
            bad=np.array(stored["bad"], np.float64),
            weight=np.array(stored["weight"], np.float64),
            as_of=np.array(stored["as_of"], np.int64),
            segments={str(name): tuple(labels) for name, labels in stored["segments"].items()},
            ranks=np.array(stored.get("ranks", ()), np.int64),
            applications_sha256=str(stored.get("applications_sha256", "")),
            fitted=str(stored.get("fitted", "")),
            baseline=_numbers(stored.get("baseline", ())),
        )


def _numbers(values: Sequence[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else float(value) for value in values], np.float64)


def _or_nothing(values: NDArray[np.float64]) -> list[float | None]:
    """Write numbers that may be unknown; -0.0 has no canonical form."""
    return [None if value != value else value + 0.0 for value in values.tolist()]


def order_of(applications: Applications) -> NDArray[np.int64]:
    """Return the positions of applications in the order of their ids, shape (n_applications,)."""
    ids = applications.application_ids
    return np.array(sorted(range(len(ids)), key=lambda row: (isinstance(ids[row], str), ids[row])), np.int64)


def identity_of(applications: Applications, order: NDArray[np.int64]) -> str:
    """Hash ids and moments of applications, whatever order they came in.

    Parameters
    ----------
    applications : Applications
    order : ndarray of int64, shape (n_applications,)
        Their positions in the order of their ids.
    """
    rows = order.tolist()
    moments = applications.as_of.tolist()
    return sha256(canonical([[str(applications.application_ids[row]), str(moments[row])] for row in rows]))


def marks_of(applications: Applications) -> str:
    """Set one bit for each application among eight times as many: see `HeldOut.fitted`."""
    bits = np.zeros(_BITS * len(applications), np.uint8)
    bits[_marks(applications, bits.size)] = 1
    return np.packbits(bits).tobytes().hex()


def _marks(applications: Applications, bits: int) -> NDArray[np.int64]:
    """Which bit stands for each application, shape (n_applications,)."""
    pairs = zip(applications.application_ids, applications.as_of.tolist(), strict=True)
    return np.array(
        [int(sha256(canonical([str(one), str(at)]))[:15], 16) % bits for one, at in pairs], np.int64
    )


def segments_of(
    applications: Applications, columns: Sequence[str], rows: NDArray[np.int64]
) -> dict[str, tuple[str | None, ...]]:
    """Take the labels of some columns of the applications.

    Parameters
    ----------
    applications : Applications
    columns : sequence of str
        Columns of texts.
    rows : ndarray of int64, shape (n_rows,)
        Which applications.

    Raises
    ------
    NameUnknownError
        If the applications have no such column of texts.
    ParameterError
        If a column has more than 200 distinct texts.
    """
    kept: dict[str, tuple[str | None, ...]] = {}
    for name in columns:
        if name not in applications.text:
            raise NameUnknownError.among("column of texts", name, sorted(applications.text))
        labels = applications.text[name]
        kept[name] = tuple(labels[row] for row in rows.tolist())
        distinct = len(set(kept[name]))
        if distinct > MOST_SEGMENTS:
            raise ParameterError.must_be(
                "segments", f"columns of at most {MOST_SEGMENTS} labels", f"{name!r} with {distinct}"
            )
    return kept
