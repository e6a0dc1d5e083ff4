"""What a feature set asks for, laid out once: distinct terms by view, then operations in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore.features.definition import FeatureSet
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

RATIO, SHARE, DIFFERENCE, AT_LEAST = range(4)
# columns of Plan.operations and of Plan.constants
OPERATION, LEFT, RIGHT, RESULT = range(4)
PRIOR, WEIGHT, MINIMUM = range(3)
OTHERWISE = PRIOR
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
    n_slots : int
    """

    terms: dict[str, list[tuple[Term, int]]]
    attributes: tuple[tuple[Attribute, int], ...]
    coverages: tuple[tuple[Covered, int], ...]
    operations: NDArray[np.int64]
    constants: NDArray[np.float64]
    feature_slots: NDArray[np.int64]
    n_slots: int


def build_plan(features: FeatureSet) -> Plan:
    """Give every distinct formula of the set a slot, operands before what uses them."""
    slots: dict[Formula, int] = {}
    feature_slots = [_assign(feature.formula, slots) for feature in features]
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
        n_slots=len(slots),
    )


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


@compiled
def operate(
    slots: NDArray[np.float64],
    operations: NDArray[np.int64],
    constants: NDArray[np.float64],
    feature_slots: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """Run the operations on every row of slots, then copy the feature slots out.

    Arrays: ``slots`` shape (n_applications, n_slots); ``operations`` shape (n_operations, 4); ``constants``
    shape (n_operations, 3); ``feature_slots`` shape (n_features,); ``out`` shape (n_applications,
    n_features).
    """
    for r in range(slots.shape[0]):
        for o in range(operations.shape[0]):
            left = slots[r, operations[o, LEFT]]
            right = slots[r, operations[o, RIGHT]]
            kind = operations[o, OPERATION]
            value = np.nan
            if kind == RATIO:
                if right != 0.0:
                    value = left / right
            elif kind == SHARE:
                if right >= constants[o, MINIMUM]:
                    value = (left + constants[o, WEIGHT] * constants[o, PRIOR]) / (
                        right + constants[o, WEIGHT]
                    )
            elif kind == DIFFERENCE:
                value = left - right
            elif right >= constants[o, MINIMUM]:
                value = left
            elif right < constants[o, MINIMUM]:
                value = constants[o, OTHERWISE]
            slots[r, operations[o, RESULT]] = value
        for f in range(feature_slots.size):
            out[r, f] = slots[r, feature_slots[f]]
