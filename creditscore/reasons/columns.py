"""The columns of a matrix as reasons see them: families, sources, signs, and what may never be named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from creditscore.data.sources import Supplier, supplier_of
from creditscore.features.declaration import Declaration
from creditscore.reasons.guards import forbidden_because
from creditscore.words.families import family_of
from creditscore.words.labels import AnyLabel
from creditscore.words.languages import texts_in
from creditscore.words.old_labels import modern
from creditscore.words.speech import undivided

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
    by_family : bool
        Whether groups of one family are one candidate for a reason.
    families, groups, sources : tuple of str
        The distinct families, reason groups and sources, sorted; each group is a family where it is a
        candidate by itself.
    keys : tuple of str, n_families + n_sources + n_groups
        Name of each candidate for a reason: a family; a source that told nothing; of a group, what may
        never be named.
    group_codes, source_codes : tuple of str
        Code of each group and source.
    groups_in : tuple of tuple of int
        Numbers of the groups of each family.
    suppliers : tuple of str
        Who supplies each source: ``own``, ``third_party`` or ``bureau``.
    family_of, group_of, source_of : ndarray of int64, shape (n_features,)
        Number of each feature's family, group and source, from 0.
    signs : ndarray of float64, shape (n_features,)
        Declared direction of risk: -1, 0 or 1.
    nameable, forbidden : ndarray of bool, shape (n_features,)
        Whether the group of a feature can be a reason; whether the feature may never be named.
    forbidden_because : tuple of str
        Why; empty where it may.
    """

    features: tuple[Declaration, ...]
    labels: tuple[AnyLabel, ...]
    by_family: bool
    families: tuple[str, ...]
    groups: tuple[str, ...]
    sources: tuple[str, ...]
    keys: tuple[str, ...]
    group_codes: tuple[str, ...]
    source_codes: tuple[str, ...]
    groups_in: tuple[tuple[int, ...], ...]
    suppliers: tuple[Supplier, ...]
    family_of: NDArray[np.int64]
    group_of: NDArray[np.int64]
    source_of: NDArray[np.int64]
    signs: NDArray[np.float64]
    nameable: NDArray[np.bool_]
    forbidden: NDArray[np.bool_]
    forbidden_because: tuple[str, ...]

    @classmethod
    def of(cls, features: Iterable[Declaration], *, by_family: bool = True) -> Self:
        """Prepare the columns of declarations, given in column order."""
        declared = tuple(features)
        names = [feature.reason_group for feature in declared]
        groups, group_of = _numbered(names)
        families, numbers = _numbered([family_of(name) for name in names] if by_family else names)
        sources, source_of = _numbered([feature.source for feature in declared])
        forbidden = tuple(why_forbidden(feature) for feature in declared)
        texts = texts_in("en")
        return cls(
            features=declared,
            labels=tuple(modern(feature.label, feature.reason_group) for feature in declared),
            by_family=by_family,
            families=families,
            groups=groups,
            sources=sources,
            keys=(*families, *(f"insufficient_{source}" for source in sources), *groups),
            group_codes=tuple(texts.groups.get(undivided(group), texts.generic).code for group in groups),
            source_codes=tuple(texts.insufficient.get(one, texts.unknown_source)[0] for one in sources),
            groups_in=tuple(
                tuple(np.unique(group_of[numbers == number]).tolist()) for number in range(len(families))
            ),
            suppliers=tuple(supplier_of(source) for source in sources),
            family_of=numbers,
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
