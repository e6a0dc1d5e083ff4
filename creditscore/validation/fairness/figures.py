"""What is measured of each group, as values that read well in a terminal and in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

from creditscore._ground.looks import cells_as_text
from creditscore.errors import NameUnknownError
from creditscore.validation.results import Metric
from creditscore.words.fairness import FAIRNESS

if TYPE_CHECKING:
    import pandas

DECIDED: Final = ("approval", "impact_ratio", "scored", "score_difference")
OF_OUTCOMES: Final = (
    "approval_of_goods",
    "approval_of_bads",
    "bad_rate",
    "mean_probability",
    "calibration_gap",
    "bad_rate_approved",
    "calibration_slope",
    "auc",
)
OF_NEWCOMERS: Final = ("newcomers_scored", "newcomers_approved")
OF_TERMS: Final = ("price_gap", "limit_gap")
WHOLE: Final = ("lowest_impact_ratio", "approval_gap", "equal_opportunity_gap", "equalised_odds_gap")
_SHOWN: Final = (
    "approval",
    "impact_ratio",
    "score_difference",
    "approval_of_goods",
    "bad_rate",
    "calibration_gap",
)


@dataclass(frozen=True, slots=True)
class GroupFairness:
    """One group.

    Attributes
    ----------
    group : str
    people : float or None
        Applicants in it; one whose group is guessed counts as the guess says. None where withheld.
    withheld : bool
        Whether it has too few people to say anything of it.
    figures : mapping of str to Metric
        Each with its interval; those that cannot be taken have NaN. Empty where withheld.
    """

    group: str
    people: float | None
    withheld: bool
    figures: Mapping[str, Metric]

    def __getitem__(self, name: str) -> Metric:
        if name not in self.figures:
            raise NameUnknownError.among("figure", name, tuple(self.figures))
        return self.figures[name]

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {
            "group": self.group,
            "people": self.people,
            "withheld": self.withheld,
            "figures": _plain(self.figures),
        }


@dataclass(frozen=True, slots=True)
class AttributeFairness:
    """One attribute, or several crossed.

    Attributes
    ----------
    attribute : str
    reference : str or None
        The group that the others are measured against; None where all are withheld.
    unknown : float
        Share of the weight of the applications whose group is not known, within 0 and 1.
    groups : tuple of GroupFairness
    figures : mapping of str to Metric
        Of the attribute as a whole, over the groups that are shown.
    """

    attribute: str
    reference: str | None
    unknown: float
    groups: tuple[GroupFairness, ...]
    figures: Mapping[str, Metric]

    def __getitem__(self, name: str) -> Metric:
        if name not in self.figures:
            raise NameUnknownError.among("figure", name, tuple(self.figures))
        return self.figures[name]

    def group(self, name: str) -> GroupFairness:
        """Return one group.

        Raises
        ------
        NameUnknownError
            If there is no such group.
        """
        for one in self.groups:
            if one.group == name:
                return one
        raise NameUnknownError.among("group", name, tuple(one.group for one in self.groups))

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {
            "attribute": self.attribute,
            "reference": self.reference,
            "unknown": self.unknown,
            "groups": [one.to_dict() for one in self.groups],
            "figures": _plain(self.figures),
        }


@dataclass(frozen=True, slots=True, repr=False)
class Fairness:
    """What a score and a cut-off do to groups; made by `fairness`.

    The favourable outcome is approval. Ratios are a group's figure by the reference group's, differences a
    group's less the reference group's.

    Attributes
    ----------
    applications : int
    approval : float
        Share of all applications that is approved.
    attributes : tuple of AttributeFairness
    fewest : int
        Groups of fewer people are withheld.
    fewest_outcomes : int
        Figures of outcomes need so many goods and so many bads in the group.
    level : float
        Confidence of the intervals.
    resamples, seed : int
        Of the bootstrap by applicant.
    """

    applications: int
    approval: float
    attributes: tuple[AttributeFairness, ...]
    fewest: int
    fewest_outcomes: int
    level: float
    resamples: int
    seed: int

    def __getitem__(self, attribute: str) -> AttributeFairness:
        for one in self.attributes:
            if one.attribute == attribute:
                return one
        raise NameUnknownError.among("attribute", attribute, tuple(one.attribute for one in self.attributes))

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data that JSON can hold; a figure that does not exist is None."""
        return {
            "applications": self.applications,
            "approval": self.approval,
            "fewest": self.fewest,
            "fewest_outcomes": self.fewest_outcomes,
            "level": self.level,
            "resamples": self.resamples,
            "seed": self.seed,
            "attributes": [one.to_dict() for one in self.attributes],
        }

    def to_frame(self) -> pandas.DataFrame:
        """Return a pandas frame: a row for each figure of each group, with its interval.

        The figures of an attribute as a whole have no group.
        """
        import pandas

        rows = []
        for one in self.attributes:
            parts: list[tuple[str | None, Mapping[str, Metric]]] = [(None, one.figures)]
            parts += [(each.group, each.figures) for each in one.groups]
            rows += [
                (one.attribute, group, name, figure.value, figure.low, figure.high)
                for group, figures in parts
                for name, figure in figures.items()
            ]
        columns = ["attribute", "group", "figure", "value", "low", "high"]
        return pandas.DataFrame(rows, columns=columns)

    def __repr__(self) -> str:
        lines = [self._head()]
        for one in self.attributes:
            lines += ["", self._title(one), *_table(one)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts = [f"<p dir='auto'>{escape(self._head())}</p>"]
        for one in self.attributes:
            rows = [line.split("  ") for line in _table(one)]
            body = "".join(
                "<tr>" + "".join(f"<td>{escape(cell.strip())}</td>" for cell in row if cell.strip()) + "</tr>"
                for row in rows
            )
            parts.append(f"<table dir='auto'><caption>{escape(self._title(one))}</caption>{body}</table>")
        return "".join(parts)

    def _head(self) -> str:
        return FAIRNESS["head"].format(
            applications=self.applications,
            approval=self.approval,
            level=self.level,
            resamples=self.resamples,
            seed=self.seed,
        )

    def _title(self, one: AttributeFairness) -> str:
        if one.reference is None:
            return FAIRNESS["all_withheld"].format(attribute=one.attribute, fewest=self.fewest)
        said = FAIRNESS["attribute"].format(
            attribute=one.attribute,
            reference=one.reference,
            ratio=_figure(one["lowest_impact_ratio"]),
        )
        return said + (FAIRNESS["unknown"].format(share=one.unknown) if one.unknown else "")


def _table(one: AttributeFairness) -> list[str]:
    names = [name for name in _SHOWN if any(name in each.figures for each in one.groups)]
    rows = [[FAIRNESS["group"], FAIRNESS["people"], *(FAIRNESS[f"figure.{name}"] for name in names)]]
    for each in one.groups:
        if each.withheld or each.people is None:
            rows.append([each.group, FAIRNESS["withheld"], *("" for _ in names)])
            continue
        cells = [_figure(each.figures[name]) for name in names]
        rows.append([each.group, f"{each.people:,.0f}", *cells])
    return cells_as_text(rows)


def _figure(metric: Metric) -> str:
    if metric.value != metric.value:
        return "-"
    return f"{metric.value:.3f} ({metric.low:.3f} to {metric.high:.3f})"


def _plain(figures: Mapping[str, Metric]) -> dict[str, Any]:
    return {
        name: {"value": _number(one.value), "low": _number(one.low), "high": _number(one.high)}
        for name, one in figures.items()
    }


def _number(value: float) -> float | None:
    return value if value == value and abs(value) != float("inf") else None
