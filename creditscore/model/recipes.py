"""How trees are grown: a few recipes, from few rows to low noise, among which the rows themselves choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

LEAST_FEATURES: Final = 6


@dataclass(frozen=True, slots=True)
class TreeRecipe:
    """How each tree of a model is grown; see `CreditScorer` for meanings and units.

    Attributes
    ----------
    name : str
        What reports call it.
    learning_rate : float
        Above 0 and at most 1.
    max_depth, num_leaves : int
        Splits on a path and leaves in a tree, at most.
    feature_fraction : float
        Share of the features that a tree may use, above 0 and at most 1.
    reg_lambda : float
        L2 penalty on leaf values, 0 or more.
    is_taught : bool, default False
        Whether they grow on the probabilities of a teacher instead of outcomes.
    """

    name: str
    learning_rate: float
    max_depth: int
    num_leaves: int
    feature_fraction: float
    reg_lambda: float
    is_taught: bool = False

    def fraction_of(self, n_features: int) -> float:
        """Share of ``n_features`` features for each tree: at least six of them, where there are as many.

        A fifth of nine features leaves too few to find one that tells, which a log loss over random parts
        of the rows does not show.

        Examples
        --------
        >>> RECIPES["shallow"].fraction_of(9), RECIPES["shallow"].fraction_of(300)
        (0.6666666666666666, 0.2)
        """
        return max(self.feature_fraction, min(1.0, LEAST_FEATURES / max(n_features, 1)))


# From cheap to costly, so that what cannot win is given up before much is spent on it.
RECIPES: Final[dict[str, TreeRecipe]] = {
    recipe.name: recipe
    for recipe in (
        TreeRecipe("pairs", 0.04, 2, 4, 0.3, 1.0),
        TreeRecipe("shallow", 0.03, 3, 8, 0.2, 1.0),
        TreeRecipe("default", 0.03, 6, 31, 0.5, 20.0),
        TreeRecipe("deep", 0.05, 8, 63, 0.7, 1.0),
    )
}


def recipes_of(name: str, own: Mapping[str, Any]) -> tuple[TreeRecipe, ...]:
    """Return the recipes to try: all for "auto", a named one, or that with settings of one's own.

    Parameters
    ----------
    name : str
        "auto", or a key of ``RECIPES``.
    own : mapping of str to number
        Attributes of `TreeRecipe`; with any, "auto" is "default".
    """
    if name == "auto" and not own:
        return tuple(RECIPES.values())
    named = RECIPES["default" if name == "auto" else name]
    return (replace(named, name="own", **own) if own else named,)
