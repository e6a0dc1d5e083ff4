"""Page words of the page that scores offline, in English."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "offline.title": "Scores from features",
    "offline.about": "This page holds a model and no data of anybody. What is put in stays in this "
    "browser: nothing is sent.",
    "offline.model": "Model",
    "offline.no_script": "This page needs scripts; all of them are in this file, and nothing is fetched.",
    "offline.file": "A file of rows: a JSON list, with a number or null for each feature",
    "offline.rows": "Or the rows themselves",
    "offline.score_them": "Score",
    "offline.application": "Application",
    "offline.score": "Score",
    "offline.grade": "Grade",
    "offline.chance": "Probability of default",
    "offline.first_reason": "First reason",
    "offline.unscorable": "No score",
    "offline.no_reason": "Nothing to name",
    "offline.save": "Save all answers as CSV",
    "offline.ready": "Ready",
    "offline.done": "Rows read: {count}; shown: {shown}.",
    "offline.no_json": "This is no JSON list of rows.",
    "offline.no_row": "Row {row} is no object with features.",
    "offline.missing": "Row {row}: the feature {name} is missing. Give null where it is not known.",
    "offline.unknown": "Row {row}: the model has no feature {name}.",
    "offline.no_number": "Row {row}: {name} is neither a number nor null.",
    "offline.no_id": "Row {row}: application_id is no text and no whole number that a browser keeps, or "
    "stands there twice.",
    "offline.no_flag": "Row {row}: anything_known is neither true nor false.",
    "offline.no_source": "Row {row}: unread is no list of sources of the model.",
}
