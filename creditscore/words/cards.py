"""Headings and sentences of model cards, in English, as both forms are."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

# By form: headings in order. What stands under each is what the report knows, or what the caller gives.
HUGGING_FACE: Final = (
    ("details", "Model details"),
    ("uses", "Uses"),
    ("out_of_scope", "Out-of-scope use"),
    ("limits", "Bias, risks and limitations"),
    ("training_data", "Training data"),
    ("procedure", "Training procedure"),
    ("evaluation", "Evaluation"),
    ("explanations", "Model examination"),
    ("environment", "Technical specifications"),
    ("contact", "Model card contact"),
)
ANNEX_IV: Final = (
    ("details", "1. General description of the system"),
    ("uses", "1(a). Intended purpose, provider and version"),
    ("interaction", "1(b) to 1(h). How it works together with other systems, and instructions for use"),
    ("procedure", "2(a) to 2(c). Methods and steps of the development, design and architecture"),
    ("training_data", "2(d). Data: where they come from, how they were chosen, labelled and cleaned"),
    ("oversight", "2(e). Human oversight"),
    ("planned_changes", "2(f). Changes that were planned beforehand"),
    ("evaluation", "2(g). Validation and testing"),
    ("security", "2(h). Cybersecurity measures"),
    ("limits", "3. Monitoring, functioning and control: capabilities and limits"),
    ("metrics", "4. Why these performance metrics"),
    ("risk_management", "5. Risk management system"),
    ("changes", "6. Changes through the lifecycle"),
    ("standards", "7. Harmonised standards that were applied"),
    ("declaration", "8. EU declaration of conformity"),
    ("after_market", "9. System that evaluates performance after it is put on the market"),
)

SAID: Final = MappingProxyType(
    {
        "title.hugging_face": "Model card",
        "title.annex_iv": "Technical documentation (Regulation (EU) 2024/1689, Annex IV)",
        "intro": "Made by creditscore {version} from the model report {report}. What that report does not "
        "hold stands here as it was given, or is named as missing.",
        "missing": "*Not in the model report, and not given.*",
        "model": "Model `{model}`: gradient-boosted trees (LightGBM) with signs that are proven, on "
        "{used} of {all} features; it gives a probability of default, points and a grade.",
        "owner": "Answers for it: {owner}.",
        "validator": "Validated by: {validator}.",
        "purpose": "Purpose: {text}",
        "population": "Population: {text}",
        "target": "What counts as bad: {text}",
        "rows": "The report was made on {rows} applications from {first} to {last}; {unscorable} of them "
        "have no score.",
        "fitted": "Fitted on {used} of {given} applications. Folds: {folds}",
        "source": "{name}: {share} of the size of all contributions.",
        "table": "Table `{name}`: {rows} rows.",
        "trees": "{trees} trees. Signs were tried on a grid: {violations} violations in {trials} trials.",
        "basis.held_out": "Figures are of {rows} held-out applications, {bads} of them bad.",
        "basis.given": "Figures are of {rows} applications, {bads} of them bad; they may be training rows.",
        "basis.other": "Figures are of {rows} applications that the model was not fitted on, {bads} bad.",
        "basis.training": "Figures are of {rows} **training** applications, {bads} bad: they flatter.",
        "figures": "| figure | value | {level} interval |\n| --- | ---: | ---: |",
        "figure": "| {name} | {value} | {low} to {high} |",
        "threshold": "- {name}: {found} ({mark})",
        "passed": "holds",
        "failed": "**does not hold**",
        "quality": "Explanations are Shapley values; their sums differ from the log-odds by at most "
        "{additivity}, and {same} when they were made again.",
        "same": "no bit changed",
        "other": "**bits changed**",
        "limit": "- {text}",
        "absent": "- {title}: {text}",
        "absent_intro": "Not measured:",
        "package": "- {name} {version}",
        "unknown": "figures are not known",
    }
)

METRICS: Final = MappingProxyType(
    {
        "auc": "AUC",
        "gini": "Gini",
        "ks": "KS",
        "h_measure": "H-measure",
        "brier": "Brier score",
        "log_loss": "Log loss",
        "calibration_slope": "Calibration slope",
        "calibration_intercept": "Calibration intercept",
    }
)
