"""What is said to an applicant, read back from a record and a page, and held against numbers computed anew.

Nothing here calls what chose or worded the reasons: it reads the record's data and the texts, and scores rows
of features with the model.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import numpy as np

from tests.words.directions import EARLIER, FROM_A_DAY, LATER
from tests.words.test_family_titles import NAMES

LogOdds = Callable[[np.ndarray], np.ndarray]
PROTECTED = {"protected", "special_category", "special_category_risk", "exercise_of_right", "identity"}
OF_OTHERS = re.compile(r"neighbour|network_(default|good|community_default|lookalike)|groups_default")
ABOVE = {"en": "higher than usual", "fa": "بیشتر از حد معمول", "zh": "，高于"}
LEVEL = {"en": "no change", "fa": "بدون تغییر", "zh": "没有变化"}
# A name that the lender gave and that has no words: quoted, and said to be the lender's.
BY_NAME = {
    "fa": re.compile(r"وام‌دهنده آن را «([\w ]+)» می‌نامد"),
    "zh": re.compile(r"贷款机构称为“([\w ]+)”的"),
}
BELOW = {"en": "lower than usual", "fa": "کمتر از حد معمول", "zh": "，低于"}
NEVER = ("", "coverage")
_PERSIAN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٫٬٪", "0123456789.,%")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def numbers(text: str) -> list[float]:
    """Every number of a sentence, without its sign."""
    return [float(found.replace(",", "")) for found in _NUMBER.findall(text.translate(_PERSIAN))]


def record_faults(record: Mapping[str, Any], log_odds: LogOdds, tags: Mapping[str, set[str]]) -> list[str]:
    """Everything that a record says falsely of its model's reasons.

    Parameters
    ----------
    record : mapping
    log_odds : callable
        The model: log-odds of bad of rows of features.
    tags : mapping of str to set of str
        Legal tags of the features.
    """
    return [*_decision(record), *_weights(record), *_facts(record, log_odds, tags), *_texts(record)]


def model_reasons(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [reason for reason in record["reasons"] if reason["kind"] == "model"]


def _decision(record: Mapping[str, Any]) -> Iterator[str]:
    outcome, given = record["outcome"], model_reasons(record)
    rules = [reason for reason in record["reasons"] if reason["kind"] == "policy"]
    if outcome["decision"] == "decline" and not rules:
        small = ("minimum_share", "limit")
        unsaid = sum(d["points_lost"] for d in record["dropped_reasons"] if d["guard"] not in small)
        said = sum(reason["points_lost"] for reason in given)
        lost = said + sum(d["points_lost"] for d in record["dropped_reasons"])
        if not given:
            yield "declined without a reason"
        if unsaid > said or unsaid > lost / 2:
            yield "declined although most of the loss may not be said"


def _weights(record: Mapping[str, Any]) -> Iterator[str]:
    lost = sum(one["points_lost"] for one in (*model_reasons(record), *record["dropped_reasons"]))
    printed: dict[str, float] = {}
    for line in record["features"]:
        printed[line["group"]] = printed.get(line["group"], 0.0) + (line["points"] or 0.0)
    for reason in model_reasons(record):
        if reason["points_lost"] < 1.0 - 1e-9 or reason["points_lost"] < 0.02 * lost - 1e-9:
            yield f"{reason['group']} cost {reason['points_lost']:.3f} points of {lost:.1f}"
        if printed.get(reason["group"], -9.0) > -1.0 + 1e-9:
            yield f"{reason['group']} is named, and pages print {printed[reason['group']]:+.2f} points"
        yield from _of_family(record, reason)
    told = [reason.get("family") or reason["group"] for reason in model_reasons(record)]
    if len(set(told)) < len(told):
        yield f"two reasons say one thing: {told}"


def _of_family(record: Mapping[str, Any], reason: Mapping[str, Any]) -> Iterator[str]:
    """A reason costs what the lines of the groups in its family add up to, and leads by one of these."""
    family = reason.get("family", "")
    if not family:
        return
    ((groups, points),) = [
        (one["groups"], one["points"]) for one in record["families"] if one["family"] == family
    ]
    if points > -1.0 + 1e-9:
        yield f"{family} is named, and earned: pages print {points:+.2f} points of it"
    speaks_of = NAMES.get(family, {})
    if speaks_of and not any(re.search(words, reason["text"], re.IGNORECASE) for words in speaks_of.values()):
        yield f"{family}: {reason['text']!r} does not speak of it"
    printed = sum(line["points"] for line in record["features"] if line["group"] in groups)
    if abs(points - printed) > 1e-9:
        yield f"{family} has {points} points, its lines add up to {printed}"
    inside = {one["group"]: one["points_lost"] for one in reason["inside"]}
    if reason["group"] not in inside or not set(inside) <= set(groups):
        yield f"{family} tells of {reason['group']}, and holds {sorted(inside)}"
    if abs(sum(inside.values()) - reason["points_lost"]) > 1e-9:
        yield f"{family} cost {reason['points_lost']}, its groups {inside}"
    spoke = {x["source"] for x in record["features"] if x["value"] is not None and x["group"] not in NEVER}
    lines = [x for x in record["features"] if x["group"] in groups and x["source"] in spoke]
    if set(reason["features"]) != {line["name"] for line in lines if line["points"] < 0.0}:
        yield f"{family} does not name what cost points in it"
    if abs(sum(line["points"] for line in lines) + reason["points_lost"]) > 1e-9:
        yield f"{family} cost {reason['points_lost']}, its lines say otherwise"


def _facts(record: Mapping[str, Any], log_odds: LogOdds, tags: Mapping[str, set[str]]) -> Iterator[str]:
    names = [line["name"] for line in record["features"]]
    values = np.array([math.nan if line["value"] is None else line["value"] for line in record["features"]])
    rows, stated = [values], []
    for reason in model_reasons(record):
        fact = reason["fact"]
        for name in reason["features"]:
            if tags[name] & PROTECTED:
                yield f"{reason['group']} names {name}, which a law protects"
        column = names.index(fact["feature"])
        value, usual, direction = fact["value"], fact["reference_value"], fact["direction"]
        if value != record["features"][column]["value"]:
            yield f"{fact['feature']}: {value} is not the value of the record"
        if fact["absence"] == "refused":
            yield f"{fact['feature']}: a refusal is told as a reason"
        if usual is None:
            yield f"{fact['feature']}: nothing to compare with"
            continue
        true = "absent" if value is None else "other" if fact["unit"] == "category" else None
        true = true or ("higher" if value > usual else "lower" if value < usual else "same")
        if direction != true:
            yield f"{fact['feature']}: it says {direction}, and {value} against {usual} is {true}"
        moved = values.copy()
        moved[column] = usual
        rows.append(moved)
        stated.append(fact["feature"])
    risk = log_odds(np.array(rows))
    for name, after in zip(stated, risk[1:], strict=True):
        if not after < risk[0]:
            yield f"{name}: at its usual value the score would be no better"


def _texts(record: Mapping[str, Any]) -> Iterator[str]:
    for reason in model_reasons(record):
        fact = reason["fact"]
        for language, text in reason["texts"].items():
            where = f"{language} {fact['feature']}: {text!r}"
            if re.search(r"[{}]|None|nan\b|  ", text):
                yield f"{where}: unfilled"
            if re.search(r"(?<![\d.,])1 (?:days|months)\b", text):
                yield f"{where}: one day is no days"
            if language != "en":
                bare = text
                for label in (fact["value_label"], fact["reference_label"]):
                    bare = bare.replace(label, "") if label else bare
                quoted = BY_NAME[language].findall(bare) if isinstance(fact["label"], str) else []
                if quoted not in ([], [fact["feature"].removeprefix("application_")]):
                    yield f"{where}: another name"
                bare = BY_NAME[language].sub("", bare)
                if re.search("[A-Za-z]", bare):
                    yield f"{where}: Latin letters"
            if reason["told"] != "fact" or OF_OTHERS.search(fact["feature"]):
                continue
            yield from _said(fact, text, language, where)


def _said(fact: Mapping[str, Any], text: str, language: str, where: str) -> Iterator[str]:
    words = (LATER, EARLIER) if FROM_A_DAY.match(fact["feature"]) else (ABOVE, BELOW)
    above, below = (one[language] in text for one in words)
    wanted = (fact["direction"] == "higher", fact["direction"] == "lower")
    if fact["unit"] not in ("0/1", "category") and (above, below) != wanted:
        yield f"{where}: words of another direction than {fact['direction']}"
    if fact["unit"] == "category":
        if fact["value_label"] not in text or fact["reference_label"] not in text:
            yield f"{where}: the category is not said"
        return
    if fact["unit"] == "0/1":
        return
    found = numbers(text)
    for number in (fact["value"], fact["reference_value"]):
        near = [abs(number), abs(100.0 * number)]
        if number == 0.0 and LEVEL[language] in text:
            continue
        least = 0.5 if fact["unit"] == "days" and abs(number) >= 30 else 0.006
        if not any(abs(one - size) <= least + 0.0101 * size for size in near for one in found):
            yield f"{where}: {number} is not said"


class _Readable(HTMLParser):
    """The text of a page that is not marked as of another language, as code, data or style."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("meta", "link", "br", "hr", "img", "rect", "line", "path", "circle"):
            return
        foreign = dict(attrs).get("lang") not in (None, "fa", "zh-CN")
        self.open.append((tag, foreign or tag in ("code", "style", "head", "script")))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1][0] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not any(hidden for _, hidden in self.open):
            self.text.append(data)


# What is the same in every language: a file format, a hash, a zone, this library, and codes of reasons.
SAME = re.compile(r"\b(?:creditscore \S+|JSON|SHA-256|UTC(?:[+-]\d+:\d+)?|[RP]\d\d+)\b|UTC[+-][\d:]+")


def page_faults(report: Mapping[str, Any], html: str) -> list[str]:
    """What a page of the applicant says falsely, or in another language."""
    faults = []
    record = report["record"]
    if report["language"] != "en":
        text = SAME.sub("", " ".join(_Readable(html).text))
        faults += [f"{report['language']} page: {word!r}" for word in re.findall(r"[A-Za-z][\w-]+", text)]
    shown = {line["name"]: line for line in record["features"]}
    for reason in record["reasons"]:
        if reason["kind"] == "model":
            faults += [
                f"{name} is named and not in the table" for name in reason["features"] if name not in shown
            ]
    if report["kind"] == "decision" and record["outcome"]["status"] == "scored":
        influence = report["influence"]
        added = record["base"]["integer_points"] + sum(line["integer_points"] for line in record["features"])
        added += influence["points_of_others"] + influence["clamping"]
        if added != record["outcome"]["score"]:
            faults.append(f"the table adds up to {added}, not {record['outcome']['score']}")
    return [*faults, *_parts(html)]


def _parts(html: str) -> Iterator[str]:
    """What is listed of a reason, less what the rest earned, is what it is said to have cost."""
    for part in html.split('<span class="rank">')[1:]:
        reason = part.split("</section>")[0]
        cost = re.search(r'class="lost">([^<]*)<', reason)
        listed = re.search(r'<ul class="list">(.*?)</ul><p class="note">([^<]*)<', reason)
        if cost is None or listed is None:
            continue
        items = [numbers(item)[-1] for item in re.findall("<li>([^<]*)</li>", listed[1])]
        earned = numbers(listed[2])
        (said,) = numbers(cost[1])
        if abs(sum(items) - sum(earned) - said) > 0.05 * (len(items) + len(earned) + 1) + 1e-9:
            yield f"a reason cost {said}, its parts {items} less {earned}"
