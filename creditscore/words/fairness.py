"""What measurements of fairness and searches for alternatives say at a prompt, in English."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

FAIRNESS: Final = MappingProxyType(
    {
        "head": "Fairness({applications:,} applications, {approval:.1%} approved; {level:.0%} intervals of "
        "{resamples:,} resamples by applicant, seed {seed})",
        "attribute": "{attribute}, beside {reference}: lowest impact ratio {ratio}",
        "all_withheld": "{attribute}: every group has fewer than {fewest} people, and is withheld",
        "unknown": "; of {share:.1%} the group is not known",
        "curve": "ImpactCurve({attribute}: {groups} groups, {cutoffs:,} cut-offs; impact ratio {half:.3f} "
        "where half is approved, lowest {worst:.3f} where {approval:.1%} is)",
        "bound": "{draws:,} draws, best {best:.4f}; with {confidence:.0%} confidence the next draw is better "
        "with a probability of at most {better:.1%}, and gains at most {gain:.4f} on average; as many draws "
        "again gain at most {as_many:.4f}",
        "group": "group",
        "people": "people",
        "withheld": "withheld",
        "figure.approval": "approved",
        "figure.impact_ratio": "impact ratio",
        "figure.score_difference": "score difference",
        "figure.approval_of_goods": "goods approved",
        "figure.bad_rate": "bad rate",
        "figure.calibration_gap": "PD less bad rate",
    }
)
