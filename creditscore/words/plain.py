"""What a result says of itself at a prompt and in a log, in English."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

PLAIN: Final = MappingProxyType(
    {
        "scored": "application {application}: {score} points, grade {grade}, "
        "probability of default {probability:.2%}",
        "interval": "true probability of default from {low:.2%} to {high:.2%} ({score_low} to {score_high} "
        "points) for {level:.0%} of such applicants",
        "unscorable": "application {application}: unscorable ({code})",
        "relations": "PortfolioGraph(as of {as_of:%Y-%m-%d %H:%M} UTC: {nodes:,} nodes, {edges:,} edges)",
        "source_masks": "sources|scored|share|bads|AUC|slope|mean|bad rate",
        "mask_models": "sources|scored|bads|AUC of one|of its own|one less own|slope of one|of its own|"
        "mean over bad rate of one|of its own",
        "no_masks": "There is nothing to judge: no outcome is known, or the portfolio has no table of "
        "payments, repayments, social or digital sources. Give outcomes and tables.",
        "reason": "-{points:.1f} points  {reason}",
        "left_out": "source {source} left out: {state}",
        "retained": "not read: {kind} that ended more than {days:,} days before",
        "suppressed": "not given: {number}",
        "scores": "Scores({number} applications, {unscorable} unscorable, median {median:.0f} points, "
        "mean probability of default {probability:.2%}, model {model})",
        "no_group": "(no group)",
        "contributions": "<tr><th>feature</th><th>reason group</th><th>mean size (log-odds)</th>"
        "<th>mean (log-odds of default)</th></tr>",
        "refits": "bootstrap refits",
        "gaming": "GamingAssessment({people} people, cut-off {cutoff:g} points, {passed} of {tried} "
        "manipulations within bounds, model {model})",
        "gaming_effect": "{name:<20} gain: median {median:+.1f}, 95th percentile {highest:+.1f} points; "
        "{crossed:.1%} of the declined cross  {mark}",
        "gaming_passed": "within bounds",
        "gaming_failed": "OUT OF BOUNDS",
        "change": "ModelChange({applications:,} applications, mean {mean:+.1f} points, {raised:.1%} "
        "higher and {lowered:.1%} lower by a point or more, first reason the same for {same:.1%})",
        "change_flips": "approved {before:.1%} before, {after:.1%} now; in {into:.1%}, out {out:.1%}",
        "change_shift": "{mean:+7.1f} points on average, {size:6.1f} in size: {group}",
        "change_base": "base",
        "watch": "Watch({columns} columns, {looks} looks, {standing} alerts stand, {news} of them new or "
        "worse)",
        "watch_alert": "{column}: {verdict} since {since}, {looks} looks, index {psi:.3f} ({news})",
        "expected": "{loans:,} loans, {defaults:,} defaults so far; once mature: {figures}; log-odds are "
        "calibrated anew by {intercept:+.2f} and a slope of {slope:.2f}",
        "expected_figure": "{figure}, {decided:.4f} as decided",
        "watch_ended": "{column}: over, index {psi:.3f}",
        "objection.IR": "Iran, objection bylaw of 11 Khordad 1404 under the Production Financing Act of 1402",
        "objection.CN": "China, Regulation on the Administration of the Credit Reporting Industry (2013), "
        "Article 25",
        "objection.US": "United States, 15 U.S.C. 1681i(a)",
        "vintages": "{measure} by months on book, as of {moment}",
        "roll_rates": "loan months",
        "worth": "sources|worth (AUC)|AUC alone|AUC without",
        "cut": "group|rows|bads|bad rate|AUC|Brier score|calibration slope",
        "cut_difference": "AUC less reference",
        "accepted_only": "{none:,} of {everyone:,} applications have no outcome: figures are of the others "
        "alone, and say nothing of the declined",
        "judged": "{judged:,} of {everyone:,} applications have an outcome and a score: figures are of "
        "these alone",
        "no_scores": "Scores({number} applications, none scorable, model {model})",
    }
)

# How what is to be scored parts from what a model was fitted on, by code.
MISMATCHES: Final = MappingProxyType(
    {
        "table_absent": "the table {subject} was there when the model was fitted and is not there now",
        "column_absent": "the column {subject} was there when the model was fitted and is not there now",
        "column_retyped": "{subject} held {expected} when the model was fitted and holds {found} now",
        "currency_changed": "money was in {expected} when the model was fitted and is in {found} now",
        "zone_changed": "the local clock was that of {expected} when the model was fitted and is that of "
        "{found} now",
        "weekend_changed": "the weekend was {expected} when the model was fitted and is {found} now",
        "feature_vanished": "{subject} had a value for {expected} of the applications when the model was "
        "fitted and has one for {found} now",
        "applicants_unknown": "{expected} of the applicants had a known row when the model was fitted and "
        "{found} have one now: are the ids those of the tables?",
        "attribute_absent": "{subject} was there when the model was fitted and is not given now",
        "label_unseen": "{subject} has the label {found!r}, which fitting never saw ({count} "
        "application(s)); it counts as missing",
        "value_far": "{subject} is {found}, more than ten times the largest that fitting saw ({expected})",
        "credit_history_alone": "nothing but credit history was known, and the law asks for more",
        "scale_shifted": "{subject} has a median of {found} now and had {expected} when the model was "
        "fitted: is the unit the same?",
        "labels_shifted": "{subject} has other shares of labels now than when the model was fitted "
        "({found} of the applications would have to change theirs): do the labels mean the same?",
        "table_unexpected": "the table {subject} is there now and was not there when the model was fitted",
        "column_unexpected": "the column {subject} is there now and was not there when the model was fitted",
        "ids_retyped": "ids of applicants were {expected} when the model was fitted and are {found} now",
        "rows_repeated": "{count} rows of {subject} say what the row before them says; at fitting the share "
        "of such rows was {expected}, now it is {found}",
        "table_emptied": "{expected} of the owners had a row of {subject} when the model was fitted, and "
        "none of {count} has one now",
        "column_emptied": "{expected} of the rows had a value of {subject} when the model was fitted, and "
        "{found} have one now",
        "table_ended": "the last row of {subject} lies {found} days before the last application: has its "
        "feed stopped?",
        "features_rarer": "{count} feature(s) have a value for fewer of the applications than when the model "
        "was fitted, most of all {subject}: {expected} then, {found} now",
        "values_rarer": "{found} of the rows have a value of {subject} now, and {expected} had one when the "
        "model was fitted",
        "kinds_shifted": "{subject} has other shares of labels, signs or local hours now than when the model "
        "was fitted ({found} of the rows would have to change theirs): does it mean the same?",
        "kind_gone": "no row of {subject} is {expected!r} now; {found} of the owners had one when the model "
        "was fitted",
        "lag_shifted": "half of the values of {subject} lie {found} days or more after their rows now, and "
        "{expected} days when the model was fitted",
    }
)

# What a careful colleague would say of a fit, by code.
CAUTIONS: Final = MappingProxyType(
    {
        "applicants_few_known": "{known:,} of {everyone:,} applicants have a row that was known before "
        "their moment",
        "moments_apart": "the first application is of {first}, {days:,} days after the last event ({last}): "
        "is the extract older than the applications?",
        "labels_reversed": "{against} signed features rank against their sign and {agreeing} with it: is bad "
        "taken for good?",
        "outcome_alone": "{subject} alone ranks the outcome with an AUC of {auc:.3f}: is it known before the "
        "moment?",
        "outcome_when_dropped": "without {subject} a small model falls from an AUC of {auc:.3f} to "
        "{without:.3f}: is it known before the moment?",
        "outcome_by_name": "{subject} is called as what is known only once a loan has run: is it known "
        "before the moment?",
        "rows_few": "{rows:,} applications, {fewest:,} of the rarer outcome, for {features} features "
        "with data",
        "trees_capped": "all {trees} trees that are allowed were grown: raise {subject}, or learning_rate",
        "hiding_gains": "{gaining:,} of {rows:,} rows come out safer without {subject} sources than if these "
        "said the best that they say of anybody: refer whoever withdrew them",
        "columns_unread": "no feature reads these columns of the applications: {subject}",
    }
)
