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
        "where half is approved, lowest {worst:.3f} where {approval:.0%} is)",
        "bound": "{draws:,} draws, best {best:.4f}; with {confidence:.0%} confidence the next draw is better "
        "with a probability of at most {better:.1%}, and gains at most {gain:.4f} on average, ten "
        "draws at most {ten:.4f}",
        "selection": "SelectionAssessment({applications:,} applications with a score, {accepted:.1%} "
        "approved, overlap {overlap:.2f}; {alone} on the approved, {everybody} on all, prior: {prior})",
        "alternative.as_given": "as given",
        "alternative.trees": "trees",
        "alternative.scorecard": "scorecard",
        "alternative.signed_only": "features with a declared direction only",
        "alternative.without_groups": "without the reason groups {listed}",
        "alternative.without_sources": "without the sources {listed}",
        "alternative.without_features": "without {listed}",
        "search": "AlternativeSearch({candidates:,} candidates, {drawn:,} of them drawn, {front} on the "
        "front; "
        "compared on {choosing:,} applications, certified on {certifying:,} of other people)",
        "search_given": "as given: AUC {auc:.4f}, impact ratio {ratio:.4f} where {share:.0%} are approved",
        "search_chosen": "chosen: number {number} ({what}): AUC {auc:.4f}, impact ratio {ratio:.4f} where "
        "{share:.0%} are approved",
        "search_certified": "on {people:,} other people: impact ratio {ratio}, AUC {auc}",
        "search_bound": "further search: {bound}",
        "assessment": "FairnessAssessment(model {model}, cut-off {cutoff:g} points, scores: {basis})",
        "proxy": "{attribute} = {group} is predicted from the features with an AUC of {auc:.3f} ({low:.3f} "
        "to {high:.3f}), most through {through}",
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
