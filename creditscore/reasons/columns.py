"""The columns of a matrix as reasons see them: groups, sources, signs, and what may never be named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from creditscore.data.sources import Supplier, supplier_of
from creditscore.features.declaration import Declaration
from creditscore.reasons.guards import forbidden_because
from creditscore.words.labels import AnyLabel
from creditscore.words.languages import texts_in
from creditscore.words.old_labels import modern
from creditscore.words.speech import family_of

NEVER_REASONS: Final = frozenset({"", "coverage"})


@dataclass(frozen=True, slots=True, eq=False)
class ReasonColumns:
    """Prepared once for a feature set; arrays are read-only by agreement, so threads may share them.

    Attributes
    ----------
    features : tuple of Declaration
        In column order.
    labels : tuple of Label or str
        What each feature measures.
    groups, sources : tuple of str
        The distinct reason groups and sources, sorted.
    keys, codes : tuple of str, 2 n_groups + n_sources
        Name and code of each candidate for a reason: a group; a source that told nothing; of a group, what
        may never be named.
    suppliers : tuple of str
        Who supplies each source: ``own``, ``third_party`` or ``bureau``.
    group_of, source_of : ndarray of int64, shape (n_features,)
        Number of each feature's group and source, from 0.
    signs : ndarray of float64, shape (n_features,)
        Declared direction of risk: -1, 0 or 1.
    nameable, forbidden : ndarray of bool, shape (n_features,)
        Whether the group of a feature can be a reason; whether the feature may never be named.
    forbidden_because : tuple of str
        Why; empty where it may.
    """

    features: tuple[Declaration, ...]
    labels: tuple[AnyLabel, ...]
    groups: tuple[str, ...]
    sources: tuple[str, ...]
    keys: tuple[str, ...]
    codes: tuple[str, ...]
    suppliers: tuple[Supplier, ...]
    group_of: NDArray[np.int64]
    source_of: NDArray[np.int64]
    signs: NDArray[np.float64]
    nameable: NDArray[np.bool_]
    forbidden: NDArray[np.bool_]
    forbidden_because: tuple[str, ...]

    @classmethod
    def of(cls, features: Iterable[Declaration]) -> Self:
        """Prepare the columns of declarations, given in column order."""
        declared = tuple(features)
        groups, group_of = _numbered([feature.reason_group for feature in declared])
        sources, source_of = _numbered([feature.source for feature in declared])
        forbidden = tuple(why_forbidden(feature) for feature in declared)
        texts = texts_in("en")
        of_groups = [texts.groups.get(family_of(group), texts.generic).code for group in groups]
        of_sources = [texts.insufficient.get(source, texts.unknown_source)[0] for source in sources]
        return cls(
            features=declared,
            labels=tuple(modern(feature.label, feature.reason_group) for feature in declared),
            groups=groups,
            sources=sources,
            keys=(*groups, *(f"insufficient_{source}" for source in sources), *groups),
            codes=(*of_groups, *of_sources, *of_groups),
            suppliers=tuple(supplier_of(source) for source in sources),
            group_of=group_of,
            source_of=source_of,
            signs=np.array([feature.sign for feature in declared], dtype=np.float64),
            nameable=np.array([feature.reason_group not in NEVER_REASONS for feature in declared], bool),
            forbidden=np.array([bool(why) for why in forbidden], dtype=bool),
            forbidden_because=forbidden,
        )


def why_forbidden(feature: Declaration) -> str:
    """Say why a feature may never be named as a reason; empty if it may."""
    return forbidden_because(
        feature.name,
        feature.source,
        feature.reason_group,
        getattr(feature, "legal_tags", ()),
        getattr(feature, "formula", None),
    )


def _numbered(names: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the distinct names, sorted, and the number of each name in that list, shape (n_names,)."""
    distinct = tuple(sorted(set(names)))
    numbers = {name: number for number, name in enumerate(distinct)}
    return distinct, np.array([numbers[name] for name in names], dtype=np.int64)
