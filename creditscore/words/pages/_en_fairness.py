"""Page words in English: what a model and a cut-off do to groups of people."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "fairness.title": "Groups of people",
    "fairness.intro": "Who reaches {cutoff} points is approved: {approval} of {applications} "
    "applications, those that cannot be scored among them. The model never read the groups below. Groups "
    "of fewer than {fewest} people are withheld.",
    "fairness.attribute": "{attribute}, beside {reference}; the lowest approval is {ratio} of the "
    "highest ({low} to {high})",
    "fairness.all_withheld": "{attribute}: every group is withheld",
    "fairness.unknown": "Of {share} of the applications the group is not known.",
    "fairness.group": "Group",
    "fairness.people": "People",
    "fairness.withheld": "withheld",
    "fairness.figure.approval": "Approved",
    "fairness.figure.impact_ratio": "Impact ratio",
    "fairness.figure.score_difference": "Score difference, in standard deviations",
    "fairness.figure.approval_of_goods": "Approved of those who repaid",
    "fairness.figure.bad_rate": "Bad rate",
    "fairness.figure.calibration_gap": "Probability less bad rate",
    "fairness.figure.newcomers_approved": "Approved of new customers",
    "fairness.figure.price_gap": "Price gap at equal risk",
    "fairness.figure.limit_gap": "Limit gap at equal risk",
    "fairness.how": "The impact ratio is the share approved by that of the reference group. Differences "
    "are the group's less the reference group's. Brackets hold {level} intervals of {resamples} "
    "resamples by applicant.",
    "fairness.ratios": "Lowest approval of a group by the highest, by the share of the scored that is "
    "approved",
    "fairness.what": "Attribute",
    "fairness.reasons": "First reasons of the declined",
    "fairness.declined": "Declined",
    "fairness.first": "Most frequent, with their share",
    "fairness.distance": "Distance from the reference group",
    "fairness.proxies": "How well the features of the model predict the group, on people not used to fit "
    "the prediction",
    "fairness.auc": "AUC (0.5 is chance)",
    "fairness.through": "Most through",
    "fairness.laws": "Rules about groups of people that are in force",
    "fairness.law": "Rule",
    "fairness.day": "On",
    "fairness.mark": "Known",
    "fairness.duty": "Asks for",
    "fairness.no_rule": "none known",
    "fairness.mark.seen": "read",
    "fairness.mark.secondary": "from a text about it",
    "fairness.mark.not_verified": "not verified",
    "fairness.duty.effects_test": "a test of effects on groups",
    "fairness.duty.proxy_register": "a register of stand-ins",
    "fairness.duty.equal_price": "equal prices in equal conditions",
    "fairness.counsel": "How these rules are read here is no legal advice.",
}
