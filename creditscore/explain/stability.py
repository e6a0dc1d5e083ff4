"""How much the leading reasons of the same applicants agree between two ways to explain them.

Reasons are ranked by family of reason groups, and so are compared by family, unless groups are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from html import escape
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ParameterError
from creditscore.explain.contributions import Contributions
from creditscore.words.plain import PLAIN

TOP: Final = 4
SMALLEST_SHARE: Final = 0.02
DECLINED: Final = 0.4
_THREE: Final = 3


@dataclass(frozen=True, slots=True)
class Agreement:
    """How one other explanation agrees with the explanation in use, as means over applicants.

    Attributes
    ----------
    name : str
        What differs: ``"refit 3"``, ``"against approved"``.
    overlap : float
        Families that both lists hold, over the length of the longer list; within 0 and 1.
    same_first : float
        Share of applicants whose first reason is the same.
    same_order : float
        Share of applicants whose lists are the same, order included.
    of_three : float
        How many of the first three families both lists hold; from 0 to 3.
    rank_tau : float
        Kendall's tau-b of what all families add, from -1 to 1: whether both put them in the same order. Where
        neither tells any two apart it is 1, where one of them alone does, 0.

    References
    ----------
    Kendall (1945), The treatment of ties in ranking problems, Biometrika 33.
    """

    name: str
    overlap: float
    same_first: float
    same_order: float
    of_three: float
    rank_tau: float


@dataclass(frozen=True, slots=True)
class ReasonStability:
    """How the leading families of reason groups agree across refits or across backgrounds.

    Attributes
    ----------
    across : str
        What varies: ``"bootstrap refits"``, ``"backgrounds"``.
    applicants : int
        How many were compared.
    top : int
        Families of an applicant that were compared, at most.
    agreements : tuple of Agreement
        One for each other explanation.
    """

    across: str
    applicants: int
    top: int
    agreements: tuple[Agreement, ...]

    @property
    def overlap(self) -> float:
        """Mean overlap, within 0 and 1."""
        return float(np.mean([one.overlap for one in self.agreements]))

    @property
    def same_first(self) -> float:
        """Mean share of applicants whose first reason is the same."""
        return float(np.mean([one.same_first for one in self.agreements]))

    @property
    def same_order(self) -> float:
        """Mean share of applicants whose lists are the same, order included."""
        return float(np.mean([one.same_order for one in self.agreements]))

    @property
    def of_three(self) -> float:
        """Mean number of the first three families that both lists hold, from 0 to 3."""
        return float(np.mean([one.of_three for one in self.agreements]))

    @property
    def rank_tau(self) -> float:
        """Mean of Kendall's tau-b of what all families add, from -1 to 1."""
        return float(np.mean([one.rank_tau for one in self.agreements]))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, the means among them."""
        means = {
            "overlap": self.overlap,
            "same_first": self.same_first,
            "same_order": self.same_order,
            "of_three": self.of_three,
            "rank_tau": self.rank_tau,
        }
        return asdict(self) | {"agreements": [asdict(one) for one in self.agreements]} | means

    def __repr__(self) -> str:
        compared = f"{len(self.agreements)} {self.across}, {self.applicants} applicants, top {self.top}"
        first, order = f"first the same {self.same_first:.0%}", f"all {self.same_order:.0%}"
        return f"ReasonStability({compared}: overlap {self.overlap:.0%}, {first}, {order})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(one.name)}</td><td>{one.overlap:.1%}</td><td>{one.same_first:.1%}</td>"
            f"<td>{one.same_order:.1%}</td></tr>"
            for one in self.agreements
        )
        return (
            f"<p dir='auto'>{escape(repr(self))}</p><table dir='auto'><thead><tr>"
            f"<th>{escape(self.across)}</th><th>overlap</th><th>first the same</th><th>all the same</th>"
            f"</tr></thead><tbody>{rows}</tbody></table>"
        )


def reason_stability(
    in_use: Contributions,
    others: Mapping[str, Contributions],
    *,
    across: str,
    top: int = TOP,
    minimum_share: float = SMALLEST_SHARE,
    unit: Literal["family", "group"] = "family",
) -> ReasonStability:
    """Compare the leading reasons of the same applicants.

    Parameters
    ----------
    in_use : Contributions
        As the model in use explains them.
    others : mapping of str to Contributions
        The same applicants, explained by refits or against other backgrounds, by name.
    across : str
        What varies, in words: ``"bootstrap refits"``.
    top : int
        Families of an applicant at most, most harmful first.
    minimum_share : float
        A family counts from this share of all harm on.
    unit : {"family", "group"}, default "family"
        What is ranked: families of reason groups, as reasons are, or groups by themselves.

    Raises
    ------
    ParameterError
        If there is nothing to compare with, or applicants or groups differ.

    Examples
    --------
    >>> def explained(values):
    ...     values = np.array([values])
    ...     return Contributions(
    ...         values, 0.0, values.sum(axis=1), ("late", "income"), values, ("A1",), ("arrears", "income")
    ...     )
    >>> reason_stability(
    ...     explained([0.5, 0.2]), {"refit 1": explained([0.1, 0.3])}, across="bootstrap refits"
    ... )
    ReasonStability(1 bootstrap refits, 1 applicants, top 4: overlap 100%, first the same 0%, all 0%)
    """
    if not others:
        raise ParameterError("There is nothing to compare with: 'others' is empty. Give at least one.")
    if top < 1:
        raise ParameterError.must_be("top", "at least 1", top)
    if unit not in ("family", "group"):
        raise ParameterError.must_be("unit", "'family' or 'group'", unit)
    first = _summed(in_use, unit)
    leading = _leading(first, top, minimum_share)
    agreements = []
    for name, other in others.items():
        grouped = _summed(other, unit)
        same = grouped.feature_names == first.feature_names
        if not same or list(grouped.application_ids) != list(first.application_ids):
            raise ParameterError(
                f"{name!r} explains other applicants or reason groups. Compare like with like."
            )
        tau = _rank_tau(_of_named(first), _of_named(grouped))
        agreements.append(_agreement(name, leading, _leading(grouped, top, minimum_share), tau))
    return ReasonStability(across, len(first), top, tuple(agreements))


def as_reasons_are_given(explained: Contributions, declined_share: float = DECLINED) -> Contributions:
    """State contributions of all applicants against the mean of those whom a cut-off would approve.

    Parameters
    ----------
    explained : Contributions
        Of a population.
    declined_share : float, default 0.4
        The part of it, the riskiest by its own log-odds, that the cut-off declines, within 0 and 1.

    Returns
    -------
    Contributions
        Rows still add up to the log-odds.

    Examples
    --------
    >>> values = np.array([[0.5], [0.1], [0.3], [-0.2], [-0.7]])
    >>> explained = Contributions(
    ...     values, 0.0, values.sum(axis=1), ("late",), values, tuple("ABCDE"), ("arrears",)
    ... )
    >>> as_reasons_are_given(explained).values.round(2).ravel().tolist()
    [0.77, 0.37, 0.57, 0.07, -0.43]
    """
    if not 0 <= declined_share < 1:
        raise ParameterError.must_be("declined_share", "within 0 and 1, and below 1", declined_share)
    order = np.argsort(explained.log_odds, kind="stable")
    approved = order[: max(1, round((1.0 - declined_share) * order.size))]
    means = explained.values[approved].mean(axis=0)
    return replace(explained, values=explained.values - means, base=explained.base + float(means.sum()))


def rows_of(explained: Contributions, rows: NDArray[np.int64]) -> Contributions:
    """Keep some applicants, in the order of `rows`, shape (n_rows,)."""
    return replace(
        explained,
        values=explained.values[rows],
        base=explained.base if np.ndim(explained.base) == 0 else np.asarray(explained.base)[rows],
        log_odds=explained.log_odds[rows],
        data=explained.data[rows],
        application_ids=[explained.application_ids[row] for row in rows.tolist()],
    )


def gives_the_same_bits(explain: Callable[[], Contributions], times: int = 2) -> bool:
    """Explain again, and tell whether every contribution has the bits it had at first."""
    first = explain()
    return all(
        np.array_equal(again.values.view(np.uint64), first.values.view(np.uint64))
        and np.array_equal(again.base, first.base)
        and again.application_ids == first.application_ids
        for again in (explain() for _ in range(times - 1))
    )


def _summed(explained: Contributions, unit: str) -> Contributions:
    return explained.by_family() if unit == "family" else explained.by_group()


def _leading(grouped: Contributions, top: int, minimum_share: float) -> NDArray[np.int64]:
    """Number the leading groups of each applicant, most harmful first; -1 where there are no more."""
    named = np.array([name != PLAIN["no_group"] for name in grouped.feature_names], dtype=np.bool_)
    harm = np.where(named, np.maximum(grouped.values, 0.0), 0.0)
    enough = harm > 0
    enough &= harm >= minimum_share * harm.sum(axis=1, keepdims=True)
    order = np.argsort(-harm, axis=1, kind="stable")[:, :top]
    return np.where(np.take_along_axis(enough, order, axis=1), order, -1)


def _of_named(grouped: Contributions) -> NDArray[np.float64]:
    return grouped.values[:, [name != PLAIN["no_group"] for name in grouped.feature_names]]


def _rank_tau(one: NDArray[np.float64], two: NDArray[np.float64]) -> float:
    """Average Kendall's tau-b over applicants; arrays of shape (n_applicants, n_groups)."""
    agreeing, of_one, of_two = (np.zeros(len(one)) for _ in range(3))
    for group in range(1, one.shape[1]):
        above, beyond = (np.sign(values[:, [group]] - values[:, :group]) for values in (one, two))
        agreeing += (above * beyond).sum(axis=1)
        of_one += np.abs(above).sum(axis=1)
        of_two += np.abs(beyond).sum(axis=1)
    whole = np.sqrt(of_one * of_two)
    tau = np.where(whole > 0.0, agreeing / np.where(whole > 0.0, whole, 1.0), of_one == of_two)
    return float(tau.mean())


def _agreement(name: str, one: NDArray[np.int64], two: NDArray[np.int64], tau: float) -> Agreement:
    shared = ((one[:, :, None] == two[:, None, :]) & (one[:, :, None] >= 0)).sum(axis=(1, 2))
    longer = np.maximum((one >= 0).sum(axis=1), (two >= 0).sum(axis=1))
    overlap = np.where(longer > 0, shared / np.maximum(longer, 1), 1.0)
    first = one[:, :1] == two[:, :1]
    three = (one[:, :_THREE, None] == two[:, None, :_THREE]) & (one[:, :_THREE, None] >= 0)
    return Agreement(
        name,
        float(overlap.mean()),
        float(first.mean()),
        float((one == two).all(axis=1).mean()),
        float(three.sum(axis=(1, 2)).mean()),
        tau,
    )
