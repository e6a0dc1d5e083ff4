"""Page words in English: who decided, what a person ruled, and which rows a feature looked at."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "audience.authority": "for the authority",
    "decision.title.authority": "Decision report, full version",
    "handling.title": "Who decided",
    "handling.decided_by": "Decision",
    "handling.automated": "taken automatically, from score and policy",
    "handling.person": "taken by a person",
    "handling.nobody": "not taken by the score",
    "handling.human_review": "Review by a person",
    "handling.expires_on": "The decision holds until",
    "handling.keep_until": "This report is kept until",
    "handling.full_version": "Full version, for an authority (SHA-256)",
    "handling.replaces": "Replaces report",
    "handling.correction": "What was corrected",
    "review.none": "none so far",
    "review.required": "needed before anything is decided",
    "review.done": "done",
    "review.title": "Ruling of a person",
    "review.decision": "Ruling",
    "review.kind": "Against what was decided before",
    "review.overrides": "decided otherwise",
    "review.confirms": "not decided otherwise",
    "review.reason": "Reason",
    "review.heard": "What the applicant said",
    "review.reviewer": "Reviewer",
    "review.at": "When",
    "rows.title": "From features to rows",
    "rows.intro": "Which stored rows each feature looked at. A row is named by its number in the "
    "record; the JSON holds its hash.",
    "rows.caption": "Features that moved the score, with what they read",
    "rows.version": "Version",
    "rows.view": "Reads",
    "rows.window": "Window",
    "rows.rows": "Rows",
    "rows.all": "all rows of its tables",
    "notice.agency": "Agency that supervises the creditor",
    "checks.scale": "The log-odds give the score on its scale",
    "checks.decision": "The decision is one that rules and cut-off allow",
    "checks.others": "The applicant's version says nothing of fewer than five people",
    "why.not_computed": "The decision rests on none.",
    "why.no_review": "No person has ruled on it.",
    "why.no_model": "The model was not at hand when the report was made.",
}
