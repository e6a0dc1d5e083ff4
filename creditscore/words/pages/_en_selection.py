"""Page words in English: what earlier decisions left out, and the result of each section."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "selection.title": "Selection by earlier decisions",
    "selection.intro": "Of {applications} applications with a score {accepted} were approved; {unscored} "
    "more have no score. Scores of the approved and of the declined share {overlap} of their range by "
    "twentieths, and {beyond} of the declined are riskier than 99 of 100 approved with an outcome: "
    "what is said of those rests on nothing that was seen.",
    "selection.nobody_declined": "All {applications} applications with a score were approved, so nothing "
    "is left out of the sample by earlier decisions.",
    "selection.quality": "How well declining screens: {explored} of the declined were lent to all the "
    "same",
    "selection.what": "Figure",
    "selection.found": "Found",
    "selection.bad_rate_approved": "Bad rate of the approved",
    "selection.bad_rate_declined": "Bad rate of the declined",
    "selection.ratio": "The second by the first",
    "selection.caught": "Share of all bads that is declined",
    "selection.verdict.screens": "Declining screens: the declined go bad more often than the approved.",
    "selection.verdict.does_not_screen": "Declining does not screen: the declined go bad about as often "
    "as the approved, or less.",
    "selection.verdict.not_sure": "Too few were explored to say whether declining screens.",
    "selection.verdict.not_seen": "Fewer than ten of the declined have an outcome: no figure says "
    "whether declining screens.",
    "selection.everybody": "The model on the approved alone, and on all",
    "selection.accepted_alone": "Approved alone",
    "selection.all": "All",
    "selection.basis.training": "These are training rows, or some of them are, so figures of the model on "
    "them flatter it.",
    "selection.basis.given": "These may be training rows: that is not known. If so, figures of the model on "
    "them flatter it.",
    "selection.prior.given": "Outcomes that nobody saw are drawn from chances by another score.",
    "selection.prior.explored": "Outcomes that nobody saw are drawn from chances that the explored show.",
    "selection.prior.model": "Outcomes that nobody saw are drawn from the chances of this very model, "
    "which flatters it.",
    "selection.inference": "What filling in the declined changes, in a logistic regression on the same "
    "features, out of fold",
    "selection.method": "Way",
    "selection.auc_accepted": "AUC on the approved",
    "selection.auc_seen": "AUC on all with an outcome",
    "selection.declined": "Mean probability of the declined",
    "selection.method.none": "The approved alone",
    "selection.method.parcelling": "Parcelling",
    "selection.method.fuzzy": "Fuzzy augmentation",
    "selection.method.reweighting": "Reweighting",
    "sections.title": "Sections and their results",
    "sections.intro": "Passed and failed are by the thresholds of this report. Stated: there, without a "
    "threshold. Not assessed: what it needs was not there.",
    "sections.caption": "Each section of a validation, and its result",
    "sections.section": "Section",
    "sections.result": "Result",
    "sections.why": "Why",
    "sections.passed": "passed",
    "sections.failed": "failed",
    "sections.stated": "stated",
    "sections.not_assessed": "not assessed",
    "sections.purpose": "Purpose and population",
    "sections.data": "Data and sample",
    "sections.features": "Features and signs",
    "sections.performance": "Ranking",
    "sections.calibration": "Probabilities",
    "sections.leakage": "Leakage",
    "sections.selection": "Selection by earlier decisions",
    "sections.explanations": "Explanations",
    "sections.fairness": "Groups of people",
    "sections.monitoring": "Drift and monitoring",
    "sections.robustness": "Gaming and stress",
    "sections.limits": "Limits and prohibited uses",
    "thresholds.better_than_chance": "Lower end of the AUC",
    "thresholds.impact_ratio": "Lowest impact ratio of any attribute",
    "thresholds.screening": "Bad rate of the declined by that of the approved, lower end",
    "why.outcomes_not_given": "Outcomes of both kinds were not given with the applications, so what "
    "knows them was not looked for.",
    "why.few_explored": "Too few of the declined have an outcome.",
}
