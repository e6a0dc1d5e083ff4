"""What is found of a model and groups of people, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from creditscore.assess.proxies import ProxyScreen
from creditscore.assess.values import Measurement, plain
from creditscore.validation.fairness.figures import Fairness
from creditscore.words.fairness import FAIRNESS

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, slots=True)
class RatioAtShare(Measurement):
    """Impact ratio of an attribute where a share of the scored applications is approved."""

    attribute: str
    share: float
    impact_ratio: float


@dataclass(frozen=True, slots=True)
class GroupReasons(Measurement):
    """First reasons of the declined of one group.

    Attributes
    ----------
    attribute, group : str
    declined : float or None
        Applications that are declined and explained, guessed ones in part; None where too few.
    first : mapping of str to float
        Share of each reason group, the most frequent first; empty where too few.
    distance : float
        Half the sum of the differences from the shares of the reference group, within 0 (alike) and 1; NaN
        where too few.
    """

    attribute: str
    group: str
    declined: float | None
    first: Mapping[str, float]
    distance: float


@dataclass(frozen=True, slots=True)
class FairnessLaw(Measurement):
    """What the law of one country or state asks about groups of people on one day.

    Attributes
    ----------
    jurisdiction, as_of : str
    rules : tuple of (str, str, str, str)
        Name, law, mark (seen, secondary or not_verified) and duty of each rule in force that asks it.
    """

    jurisdiction: str
    as_of: str
    rules: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True, repr=False)
class FairnessAssessment(Measurement):
    """What a model and a cut-off do to groups of people; made by `assess_fairness`.

    Attributes
    ----------
    model_id : str
    basis : {"held_out", "given", "other", "training"}
        What the scores rest on, as for a model report.
    cutoff : float
        In points; approved is who reaches it.
    figures : Fairness
    ratios : tuple of RatioAtShare
        By every twentieth that may be approved.
    reasons : tuple of GroupReasons
    proxies : tuple of ProxyScreen
    laws : tuple of FairnessLaw
    """

    model_id: str
    basis: str
    cutoff: float
    figures: Fairness
    ratios: tuple[RatioAtShare, ...]
    reasons: tuple[GroupReasons, ...]
    proxies: tuple[ProxyScreen, ...]
    laws: tuple[FairnessLaw, ...]

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data that JSON can hold."""
        return {
            "model_id": self.model_id,
            "basis": self.basis,
            "cutoff": self.cutoff,
            "figures": self.figures.to_dict(),
            "ratios": plain(self.ratios),
            "reasons": plain(self.reasons),
            "proxies": plain(self.proxies),
            "laws": plain(self.laws),
        }

    def to_frame(self) -> pandas.DataFrame:
        """Return a pandas frame of the figures: a row for each figure of each group, with its interval."""
        return self.figures.to_frame()

    def __repr__(self) -> str:
        lines = [
            FAIRNESS["assessment"].format(model=self.model_id[:12], cutoff=self.cutoff, basis=self.basis),
            repr(self.figures),
        ]
        lines += [
            FAIRNESS["proxy"].format(
                attribute=one.attribute, group=one.group, auc=one.auc, low=one.low, high=one.high,
                through=", ".join(each.feature for each in one.features[:3]),
            )
            for one in self.proxies
        ]  # fmt: skip
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<p dir='auto'>{repr(self).partition(chr(10))[0]}</p>{self.figures._repr_html_()}"
