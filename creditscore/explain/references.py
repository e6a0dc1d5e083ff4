"""Populations against which reasons are stated: their mean contributions and their usual feature values.

Where the cut-off lies far from the mean applicant, "worse than the mean" names the wrong reasons: it compares
those who are declined with people who are declined too. "Worse than those who were approved" does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.canonical import canonical_v1, sha256
from creditscore.errors import ArtefactError, ParameterError
from creditscore.features.stable import stable_code

ReferenceName: TypeAlias = Literal["training_mean", "approved", "near_cutoff"]
NAMES: Final = ("training_mean", "approved", "near_cutoff")
BAND: Final = 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """One population, frozen.

    Attributes
    ----------
    name : {"training_mean", "approved", "near_cutoff"}
        All training rows; those of a population at or above the cut-off; those within `band` points of it.
    cutoff, band : float or None
        In score points.
    rows : int
        Applicants of the population.
    feature_names : tuple of str
    means : ndarray of float64, shape (n_features,)
        Mean contribution of each feature to the calibrated log-odds of bad, against the training mean.
    typical : ndarray of float64, shape (n_features,)
        The lower median of the known values of each feature, and of a category its commonest; NaN if the
        population knows none.
    labels : mapping of str to str
        By feature, the words of the commonest label of a category that is a text.
    scarce : frozenset of str
        Features that are known of less than half of the population: what is usual is so among those.
    sha256 : str
        Of all that, in the canonical form of the decision records that name it.
    """

    name: ReferenceName
    cutoff: float | None
    band: float | None
    rows: int
    feature_names: tuple[str, ...]
    means: NDArray[np.float64]
    typical: NDArray[np.float64]
    labels: Mapping[str, str] = field(default_factory=dict)
    scarce: frozenset[str] = frozenset()
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            raise ParameterError.must_be("reference", f"one of {', '.join(NAMES)}", self.name)
        if not self.means.shape == self.typical.shape == (len(self.feature_names),):
            raise ArtefactError("A reference needs one mean and one typical value for each feature.")
        self.means.flags.writeable = self.typical.flags.writeable = False
        object.__setattr__(self, "sha256", sha256(canonical_v1(self.to_dict(), ascii_only=True)))

    @classmethod
    def of_training(
        cls,
        values: NDArray[np.float64],
        names: Sequence[str],
        categories: Sequence[int],
        labels: Mapping[str, Iterable[str | None]] = MappingProxyType({}),
    ) -> Self:
        """State reasons against the mean of the training rows, which contributions already are.

        Parameters
        ----------
        values : ndarray of float64, shape (n_rows, n_features)
            Features of the training rows; NaN is missing.
        names : sequence of str, length n_features
        categories : sequence of int
            Columns that hold labels.
        labels : mapping of str to iterable of str
            By feature, the texts that its labels stand for.
        """
        usual = typical_values(values, categories) + 0.0  # -0.0 has no canonical form
        said = labels_of(names, usual, labels)
        zero = np.zeros(len(names))
        rare = scarce_of(names, values)
        return cls("training_mean", None, None, len(values), tuple(names), zero, usual, said, rare)

    @property
    def is_empty(self) -> bool:
        """Whether nobody is in it, so that nothing can be compared with it."""
        return not self.rows

    def group_means(self, groups: Sequence[str]) -> dict[str, float]:
        """Sum the mean contributions by reason group; `groups` has one name for each feature."""
        summed = dict.fromkeys(sorted(set(groups)), 0.0)
        for group, mean in zip(groups, self.means.tolist(), strict=True):
            summed[group] += mean
        return summed

    def to_dict(self) -> dict[str, Any]:
        """Write the reference as plain data, exact in JSON; an unknown value as null."""
        labels = {"labels": dict(sorted(self.labels.items()))} if self.labels else {}
        scarce = {"scarce": sorted(self.scarce)} if self.scarce else {}
        return (
            labels
            | scarce
            | {
                "name": self.name,
                "cutoff": self.cutoff,
                "band": self.band,
                "rows": self.rows,
                "feature_names": list(self.feature_names),
                "means": self.means.tolist(),
                "typical": [None if value != value else value for value in self.typical.tolist()],
            }
        )

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        typical = [np.nan if value is None else float(value) for value in stored["typical"]]
        return cls(
            name=stored["name"],
            cutoff=None if stored["cutoff"] is None else float(stored["cutoff"]),
            band=None if stored["band"] is None else float(stored["band"]),
            rows=int(stored["rows"]),
            feature_names=tuple(map(str, stored["feature_names"])),
            means=np.array(stored["means"], dtype=np.float64),
            typical=np.array(typical, dtype=np.float64),
            labels={str(name): str(text) for name, text in stored.get("labels", {}).items()},
            scarce=frozenset(map(str, stored.get("scarce", ()))),
        )

    def __repr__(self) -> str:
        where = "" if self.cutoff is None else f", cut-off {self.cutoff:g}"
        return f"Reference({self.name}, {self.rows} rows{where}, {self.sha256[:12]})"


def needed_cutoff(name: str, cutoff: float | None) -> float:
    """Return the cut-off that a reference other than the training mean cannot do without.

    Raises
    ------
    ParameterError
        If the name is unknown or the cut-off is missing.

    Examples
    --------
    >>> needed_cutoff("approved", 580)
    580.0
    """
    if name not in NAMES[1:]:
        raise ParameterError.must_be("reference", f"one of {', '.join(NAMES)}", name)
    if cutoff is None:
        raise ParameterError(
            f"The reference {name!r} needs a cut-off: give cutoff=, in score points. Without one, who counts "
            "as approved or near is not defined."
        )
    if not np.isfinite(cutoff):
        raise ParameterError.must_be("cutoff", "a finite number of points", cutoff)
    return float(cutoff)


def scarce_of(names: Sequence[str], values: NDArray[np.float64]) -> frozenset[str]:
    """Return the features that are known of less than half of some rows, shape (n_rows, n_features).

    Examples
    --------
    >>> scarce_of(("a", "b"), np.array([[1.0, np.nan], [2.0, np.nan], [np.nan, 3.0]]))
    frozenset({'b'})
    """
    known = (~np.isnan(values)).sum(axis=0)
    return frozenset(
        name for name, count in zip(names, known.tolist(), strict=True) if 2 * count < len(values)
    )


def labels_of(
    names: Sequence[str], typical: NDArray[np.float64], labels: Mapping[str, Iterable[str | None]]
) -> dict[str, str]:
    """Return the words of usual labels, by feature.

    Parameters
    ----------
    names : sequence of str, length n_features
    typical : ndarray of float64, shape (n_features,)
    labels : mapping of str to iterable of str
        By feature, the texts that its labels stand for.

    Examples
    --------
    >>> labels_of(("purpose",), np.array([stable_code("car")]), {"purpose": ("house", "car")})
    {'purpose': 'car'}
    """
    usual = dict(zip(names, typical.tolist(), strict=True))
    return {
        name: text
        for name, texts in labels.items()
        for text in sorted({one for one in texts if one is not None})
        if stable_code(text) == usual[name]
    }


def typical_values(values: NDArray[np.float64], categories: Sequence[int] = ()) -> NDArray[np.float64]:
    """Return the lower median of the known values of each column; of a category the commonest label.

    Both are values that somebody has.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows, n_features)
        NaN is missing.
    categories : sequence of int
        Columns that hold labels.

    Returns
    -------
    ndarray of float64, shape (n_features,)
        NaN where no value is known.

    Examples
    --------
    >>> typical_values(np.array([[1.0, 7.0], [3.0, 7.0], [2.0, 8.0], [np.nan, 8.0]]), [1])
    array([2., 7.])
    """
    usual = np.full(values.shape[1], np.nan)
    labels = set(categories)
    for column, cells in enumerate(values.T):
        known = cells[~np.isnan(cells)]
        if not known.size:
            continue
        if column in labels:
            distinct, counts = np.unique(known, return_counts=True)
            usual[column] = distinct[int(counts.argmax())]
        else:
            middle = (known.size - 1) // 2
            usual[column] = np.partition(known, middle)[middle]
    return usual


def kept_reference(
    kept: tuple[Reference, ...], name: ReferenceName, cutoff: float | None = None
) -> Reference:
    """Return one of the populations that are kept with a model, of which the training mean is the first.

    Raises
    ------
    ParameterError
        If the name is unknown, or none was set at this cut-off.
    """
    if name == "training_mean":
        return kept[0]
    limit = needed_cutoff(name, cutoff)
    for one in kept:
        if (one.name, one.cutoff) == (name, limit):
            return one
    raise ParameterError(
        f"The model keeps no reference {name!r} at a cut-off of {limit:g}. Set it once with "
        f"pipeline.set_reference({name!r}, applications, portfolio, cutoff={limit:g})."
    )
