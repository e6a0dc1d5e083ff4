"""What a feature set asks for, laid out once: distinct terms by view, then operations in order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import (
    AtLeast,
    Attribute,
    Covered,
    Difference,
    Formula,
    Ratio,
    Share,
    Term,
    operands,
)
from creditscore.features.kernels.layout import AT_LEAST, DIFFERENCE, RATIO, SHARE

_OPERATIONS: Final = {Ratio: RATIO, Share: SHARE, Difference: DIFFERENCE, AtLeast: AT_LEAST}


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Slots of intermediate values, who fills them, and which slot each feature reads.

    Attributes
    ----------
    terms : dict of str to list of (Term, int)
        By view, the distinct terms and their slots.
    attributes, coverages : tuple
        Application attributes and source coverages with their slots.
    operations : ndarray of int64, shape (n_operations, 4)
        Operation, left slot, right slot, slot written; operands come first.
    constants : ndarray of float64, shape (n_operations, 3)
        Prior, weight and minimum of a shrunk share; otherwise, 0 and minimum of a value kept back.
    feature_slots : ndarray of int64, shape (n_features,)
    counted : dict of str to (int, int)
        By feature that is a share: the slots of its part, -1 where it is the mean of rows, and of its whole.
    n_slots : int
    """

    terms: dict[str, list[tuple[Term, int]]]
    attributes: tuple[tuple[Attribute, int], ...]
    coverages: tuple[tuple[Covered, int], ...]
    operations: NDArray[np.int64]
    constants: NDArray[np.float64]
    feature_slots: NDArray[np.int64]
    counted: dict[str, tuple[int, int]]
    n_slots: int


def build_plan(features: FeatureSet) -> Plan:
    """Give every distinct formula of the set a slot, operands before what uses them."""
    slots: dict[Formula, int] = {}
    feature_slots = [_assign(feature.formula, slots) for feature in features]
    counted = {feature.name: found for feature in features if (found := _counted(feature, slots))}
    terms: dict[str, list[tuple[Term, int]]] = {}
    operations: list[list[int]] = []
    constants: list[list[float]] = []
    for formula, slot in slots.items():
        if isinstance(formula, Term):
            terms.setdefault(formula.view, []).append((formula, slot))
        elif operands(formula):
            left, right = (slots[part] for part in operands(formula))
            operations.append([_OPERATIONS[type(formula)], left, right, slot])
            constants.append(_constants(formula))
    return Plan(
        terms=terms,
        attributes=tuple((f, slot) for f, slot in slots.items() if isinstance(f, Attribute)),
        coverages=tuple((f, slot) for f, slot in slots.items() if isinstance(f, Covered)),
        operations=np.array(operations, np.int64).reshape(-1, 4),
        constants=np.array(constants, np.float64).reshape(-1, 3),
        feature_slots=np.array(feature_slots, np.int64),
        counted=counted,
        n_slots=len(slots),
    )


def _counted(feature: Feature, slots: dict[Formula, int]) -> tuple[int, int] | None:
    """The slots of part and whole of a share; counting the rows of a mean is one more term."""
    formula = feature.formula
    while isinstance(formula, AtLeast):
        formula = formula.value
    match formula:
        case Share(part, whole):
            return slots[part], slots[whole]
        case Term(statistic="mean") as mean if feature.unit == "share":
            return -1, _assign(replace(mean, statistic="count", minimum_rows=0), slots)
        case _:
            return None


def _constants(formula: Formula) -> list[float]:
    match formula:
        case Share():
            return [formula.prior, formula.weight, formula.minimum]
        case AtLeast():
            return [formula.otherwise, 0.0, formula.minimum]
        case _:
            return [0.0, 0.0, 0.0]


def _assign(formula: Formula, slots: dict[Formula, int]) -> int:
    for part in operands(formula):
        _assign(part, slots)
    return slots.setdefault(formula, len(slots))
