"""Page words in English: one model in place of another."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "change.title": "One model in place of another",
    "change.kicker": "Change report",
    "change.before": "Model before",
    "change.after": "New model",
    "change.laws": "Law (before → new)",
    "change.points": "How far scores move",
    "change.points_intro": "{applications} applications are scored by both models, {before_alone} by the one "
    "before alone, {after_alone} by the new one alone. Points are those of the new "
    "model's scale; above 0 is safer than before.",
    "change.mean": "Mean change in points",
    "change.raised": "Higher by a point or more",
    "change.lowered": "Lower by a point or more",
    "change.largest_rise": "Largest rise in points",
    "change.largest_fall": "Largest fall in points",
    "change.same_order": "Rank correlation of both scores (at most 1)",
    "change.quantile": "Change in points, quantile {share}",
    "change.flips": "Who flips",
    "change.flips_intro": "Approved from {before} points before, from {after} points now.",
    "change.no_bad_rates": "Bad rates are told only of applications whose outcomes are known and that "
    "neither model was fitted on.",
    "change.approval_before": "Approved before",
    "change.approval": "Approved now",
    "change.swapped_in": "Approved now and not before",
    "change.swapped_out": "Approved before and not now",
    "change.bad_rate_before": "Bad rate of those approved before",
    "change.bad_rate": "Bad rate of those approved now",
    "change.bad_rate_swapped_in": "Bad rate of those approved now and not before",
    "change.bad_rate_swapped_out": "Bad rate of those approved before and not now",
    "change.differences": "Which ranks better",
    "change.differences_caption": "New model minus the one before on {rows} applications, with "
    "bootstrap intervals, {resamples} resamples, seed {seed}",
    "change.basis_before": "For the model before: {rows}.",
    "change.basis_after": "For the new model: {rows}.",
    "change.basis.held_out": "rows that its fit held out",
    "change.basis.given": "rows that may be training rows",
    "change.basis.other": "rows that it was not fitted on",
    "change.basis.training": "training rows, so its figures flatter it",
    "change.no_outcomes": "There are no good and bad outcomes on which both are judged.",
    "change.shifts": "What moves the scores",
    "change.shifts_intro": "What each group of reasons adds to the change. The parts of one application add "
    "up to its whole change; the base is what each model says of its mean training "
    "row.",
    "change.shift_mean": "Mean change",
    "change.shift_size": "Mean size",
    "change.group": "Group of reasons",
    "change.base": "Base",
    "change.reasons": "Whether reasons stay",
    "change.reasons_intro": "Of the {applications} applications that the model before finds riskiest, "
    "{first} have the same most costly group; of the three most costly {three} are the same "
    "on average.",
    "change.first": "Which group costs most",
    "change.first_before": "First before",
    "change.first_after": "First now",
    "change.grades": "Grades",
    "change.grades_caption": "Rows: grade before. Columns: grade now.",
    "change.grade": "Grade",
    "change.no_grade": "no score",
    "change.segments": "Segments",
    "change.segments_caption": "Change by segment; of fewer than five applications nothing is told",
    "change.segment": "Segment",
    "change.of_applications": "Applications",
    "change.of_mean": "Mean change",
    "change.of_swapped_in": "Approved now and not before",
    "change.of_swapped_out": "Approved before and not now",
    "change.features": "Features",
    "change.features_intro": "{before} features before, {after} now.",
    "change.added": "New",
    "change.dropped": "No longer used",
}
