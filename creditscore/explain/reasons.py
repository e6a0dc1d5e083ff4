"""The few reasons that cost an applicant most points, each a specific fact.

Contributions are summed by reason group, because groups are steadier than single features; the leading
feature of a group supplies the fact. What was not there is never told as behaviour.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ParameterError
from creditscore.explain.texts._entries import GroupText, Texts
from creditscore.explain.texts.en import TEXTS
from creditscore.explain.wording import Declaration, known_fact, spoken_label
from creditscore.model.scale import ScoreScale

MOST_REASONS = 4
SMALLEST_SHARE = 0.02
NEVER_REASONS = frozenset({"", "coverage"})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an applicant lost points.

    Attributes
    ----------
    code : str
        Number of the reason; never reused for another.
    group : str
        Reason group, or ``insufficient_<source>`` when a source was not there at all.
    text : str
        One sentence for the applicant.
    points_lost : float
        Score points that the group cost, above 0.
    share : float
        The group's part of all points lost, within 0 and 1.
    features : tuple of str
        The features that cost points, most harmful first.
    """

    code: str
    group: str
    text: str
    points_lost: float
    share: float
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ReasonBook:
    """What is needed to name reasons quickly, prepared once for a feature set.

    Build it with :meth:`of`. Its arrays are read-only, so threads may share it.
    """

    features: tuple[Declaration, ...]
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    sources: tuple[str, ...]
    group_of: NDArray[np.int64]
    source_of: NDArray[np.int64]
    nameable: NDArray[np.bool_]
    points_for_log_odds: float
    limit: int
    minimum_share: float
    texts: Texts

    @classmethod
    def of(
        cls,
        features: Iterable[Declaration],
        scale: ScoreScale,
        *,
        limit: int = MOST_REASONS,
        minimum_share: float = SMALLEST_SHARE,
        texts: Texts = TEXTS,
    ) -> ReasonBook:
        """Prepare reasons.

        Parameters
        ----------
        features : iterable of Feature
            Declarations in column order.
        scale : ScoreScale
            Turns log-odds into points.
        limit : int, default 4
            Reasons at most.
        minimum_share : float, default 0.02
            A reason with less than this part of all points lost is left out, within 0 and 1.
        texts : Texts
            The words; English by default.
        """
        if limit < 0:
            raise ParameterError.must_be("limit", "an integer of at least 0", limit)
        if not 0 <= minimum_share <= 1:
            raise ParameterError.must_be("minimum_share", "a number within 0 and 1", minimum_share)
        declared = tuple(features)
        groups, group_of = _numbered([feature.reason_group for feature in declared])
        sources, source_of = _numbered([feature.source for feature in declared])
        return cls(
            features=declared,
            labels=tuple(spoken_label(feature.label, texts) for feature in declared),
            groups=groups,
            sources=sources,
            group_of=group_of,
            source_of=source_of,
            nameable=np.array(
                [feature.reason_group not in NEVER_REASONS for feature in declared], dtype=bool
            ),
            points_for_log_odds=float(scale.factor),
            limit=limit,
            minimum_share=minimum_share,
            texts=texts,
        )

    def of_one(self, contributions: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[Reason, ...]:
        """Name the reasons of one applicant.

        Parameters
        ----------
        contributions : ndarray of float64, shape (n_features,)
            What each feature adds to the calibrated log-odds of bad; above 0 is harmful.
        values : ndarray of float64, shape (n_features,)
            The feature values; NaN is missing.

        Returns
        -------
        tuple of Reason
            Most harmful first, ties by group; none if nothing cost points.
        """
        known = ~np.isnan(values)
        bucket_of = self._buckets(known)
        summed = np.bincount(bucket_of, contributions, len(self.groups) + len(self.sources))
        lost = self.points_for_log_odds * summed
        harmful = [bucket for bucket in np.flatnonzero(lost > 0.0).tolist() if self._may_be_named(bucket)]
        total = float(sum(lost[bucket] for bucket in harmful))
        harmful.sort(key=lambda bucket: (-lost[bucket], self._key(bucket)))
        return tuple(
            self._reason(bucket, float(lost[bucket]), total, bucket_of, contributions, values)
            for bucket in harmful[: self.limit]
            if lost[bucket] >= self.minimum_share * total
        )

    def _buckets(self, known: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Give each feature its reason group, or its source where that source told nothing at all."""
        absent = np.bincount(self.source_of, known & self.nameable, len(self.sources)) == 0.0
        if not absent.any():
            return self.group_of
        return np.where(
            absent[self.source_of] & self.nameable, len(self.groups) + self.source_of, self.group_of
        )

    def _may_be_named(self, bucket: int) -> bool:
        return bucket >= len(self.groups) or self.groups[bucket] not in NEVER_REASONS

    def _key(self, bucket: int) -> str:
        n_groups = len(self.groups)
        return self.groups[bucket] if bucket < n_groups else f"insufficient_{self.sources[bucket - n_groups]}"

    def _reason(
        self,
        bucket: int,
        lost: float,
        total: float,
        bucket_of: NDArray[np.int64],
        contributions: NDArray[np.float64],
        values: NDArray[np.float64],
    ) -> Reason:
        members = np.flatnonzero(bucket_of == bucket)
        parts = zip(contributions[members].tolist(), members.tolist(), values[members].tolist(), strict=True)
        harmful = sorted((-harm, column, value) for harm, column, value in parts if harm > 0.0)
        names = tuple(self.features[column].name for _, column, _ in harmful)
        if bucket >= len(self.groups):
            source = self.sources[bucket - len(self.groups)]
            code, template = self.texts.insufficient.get(source, self.texts.unknown_source)
            text = template.format(source=source)
        else:
            words = self.texts.groups.get(self.groups[bucket], self.texts.generic)
            nothing_known = bool(np.isnan(values[members]).all())
            code, text = words.code, self._sentence(words, harmful, nothing_known=nothing_known)
        return Reason(code, self._key(bucket), text, lost, lost / total, names)

    def _sentence(
        self, words: GroupText, harmful: list[tuple[float, int, float]], *, nothing_known: bool
    ) -> str:
        """State the most harmful known fact, unless what is missing costs more than all that is known."""
        if nothing_known:
            return self.texts.unknown_group.format(title=words.title)
        known = [fact for fact in harmful if not math.isnan(fact[2])]
        missing = [fact for fact in harmful if math.isnan(fact[2])]
        if not known or sum(fact[0] for fact in missing) < sum(fact[0] for fact in known):
            return self.texts.unknown_fact.format(title=words.title, label=self.labels[missing[0][1]])
        _, lead, value = known[0]
        return known_fact(self.features[lead], self.labels[lead], value, words, self.texts)


def reasons_for(
    contributions: NDArray[np.float64],
    values: NDArray[np.float64],
    features: Iterable[Declaration],
    scale: ScoreScale,
    *,
    limit: int = MOST_REASONS,
    minimum_share: float = SMALLEST_SHARE,
) -> tuple[Reason, ...]:
    """Name the reasons of one applicant; for many, keep a :class:`ReasonBook`.

    Parameters and result are those of :meth:`ReasonBook.of` and :meth:`ReasonBook.of_one`.

    Examples
    --------
    >>> from creditscore.features.definition import Feature
    >>> from creditscore.features.formula import Term
    >>> late = Feature(
    ...     "loans_worst_dpd_12m", Term("loan_states", "count"), "worst days past due, 12m",
    ...     "largest days past due of any loan in 12m", "days", 1, "past_arrears", source="loans",
    ... )
    >>> (reason,) = reasons_for(np.array([0.4]), np.array([34.0]), [late], ScoreScale())
    >>> reason.text
    'Payments were overdue in the past (worst days past due in the last 12 months: 34 days)'
    >>> round(reason.points_lost, 2), reason.share
    (11.54, 1.0)
    """
    book = ReasonBook.of(features, scale, limit=limit, minimum_share=minimum_share)
    return book.of_one(contributions, values)


def _numbered(names: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the distinct names, sorted, and the number of each name in that list."""
    distinct = tuple(sorted(set(names)))
    numbers = {name: number for number, name in enumerate(distinct)}
    return distinct, np.array([numbers[name] for name in names], dtype=np.int64)
