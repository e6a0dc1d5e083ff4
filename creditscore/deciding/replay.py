"""Take a decision again from its record and the model, and compare every part to the bit."""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from creditscore._ground.asked import check_made
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.deciding.decide import evaluate
from creditscore.deciding.payments import listed
from creditscore.deciding.record import FIRST_SCHEMA, LATER_PARTS, DecisionRecord
from creditscore.model.exponential import PORTABLE
from creditscore.policy.rules import Policy
from creditscore.scoring.model import ScoringModel
from creditscore.words.labels import from_plain, to_plain
from creditscore.words.languages import LANGUAGES
from creditscore.words.old_labels import modern
from creditscore.words.wording import words_sha256

# What is compared first explains what differs later.
_ORDER: Final = (
    "schema",
    "application_id",
    "as_of",
    "features",
    "sources",
    "payments",
    "model",
    "cell",
    "calibration",
    "scale",
    "raw_score",
    "base",
    "outcome",
    "groups",
    "families",
    "unread",
    "reference",
    "reasons",
    "dropped_reasons",
    "counterfactuals",
    "policy",
    "strategy",
    "interval",
)
# A model, or a policy, that makes these parts has made them for every record of it.
_OF_TODAY: Final = ("cell", "interval", "strategy", "families", "unread")
_LINE: Final = ("name", "value")
# In the first schema, reasons were chosen by other guards, and changes were those of single features.
_NO_COMPARISONS: Final = ("reasons", "dropped_reasons", "counterfactuals")
# An exponential that is off by one unit in the last place moves exp / (1 + exp) by two at most.
_LAST_UNITS: Final = 2
_SENTENCE: Final = re.compile(r"reasons\[(\d+)\]\.texts?(?:\.(\w+))?")


@dataclass(frozen=True, slots=True)
class Difference:
    """The first field in which a replay differs from the record.

    Attributes
    ----------
    field : str
        Where: ``"features[12].value"``.
    what : str
        The name of the feature, group or rule there; empty if there is none.
    stored, replayed : object
        The two values.
    """

    field: str
    what: str
    stored: Any
    replayed: Any

    def __str__(self) -> str:
        where = f"{self.field} {self.what}".strip()
        return f"{where}: {self.stored!r} != {self.replayed!r}"


def replay_decision(
    record: DecisionRecord, model: ScoringModel, *, privacy: StandingPrivacy | None = None
) -> Difference | None:
    """Rebuild the features from the stored rows, and from them and the model everything else.

    Parameters
    ----------
    record : DecisionRecord
    model : ScoringModel
        ``pipeline.model`` of the pipeline that decided, or of one that was loaded from where it was saved.
    privacy : StandingPrivacy, optional
        The secret of the standings: if the bits in the record were made under another one, that is the
        difference.

    Returns
    -------
    Difference or None
        None if every part is identical, floats bit for bit; else the first that is not.

    Examples
    --------
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> pipeline = cs.CreditPipeline(features=[cs.application_features(german.columns)])
    >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    >>> record = pipeline.decide(german.applications.take([0]), cs.Portfolio())
    >>> print(cs.replay_decision(record, pipeline.model))
    None
    """
    check_made("record", record, DecisionRecord, "a record, as DecisionRecord.from_json(text) reads it")
    check_made("model", model, ScoringModel, "the model of a pipeline: pipeline.model")
    check_made("privacy", privacy, (StandingPrivacy, type(None)), "a StandingPrivacy, or None")
    stored = record.to_dict()
    written = stored["inputs"].get("privacy")
    if privacy is not None and written is not None and not privacy.matches(written):
        return Difference("inputs.privacy", written["secret_name"], written["key_check"], privacy.key_check)
    policy = stored["policy"]
    rules = None if policy is None else {name: part for name, part in policy.items() if name != "policy_id"}
    states = () if model.contract is None else model.contract.stated
    again = evaluate(
        model,
        stored["inputs"],
        policy=None if rules is None else Policy.from_dict(rules),
        reference=stored["reference"]["name"],
        reference_cutoff=stored["reference"]["cutoff"],
        schema=stored["schema"],
        subject=stored["subject"],
        parties=stored.get("parties"),
        by_family="families" in stored or "families" in states,
        unread_apart="unread" in stored or "unread" in states,
    )
    return first_difference(stored, again, states)


def first_difference(
    stored: Mapping[str, Any], again: Mapping[str, Any], states: Container[str] = ()
) -> Difference | None:
    """Compare a record with what `evaluate` made of its inputs, part by part.

    `states` names parts that each record of the model has, though older ones lack them.
    Records that were written before probabilities had the same bits on every processor (their environment
    names no portable exponential) may differ in the last places of a probability of default, by as much as
    the exponential of the processor that wrote them may have been off. What they say in words that are no
    longer those of the library is not compared.
    """
    near = stored["environment"].get("exponential") != PORTABLE
    model = {name: part for name, part in stored["model"].items() if name != "files"}
    skipped = _NO_COMPARISONS if stored["schema"] == FIRST_SCHEMA else ()
    for name in (part for part in _ORDER if part in states or _is_compared(part, stored, again)):
        if name in skipped:
            continue
        if name in states and name not in stored:
            return Difference(name, "", "nothing", again.get(name))
        known, found = model if name == "model" else stored.get(name), again.get(name)
        if name == "payments":  # compressed bytes are those of one zlib; what they say is everybody's
            known, found = listed(known), listed(found)
        for difference in _differences(name, known, found):
            alike = near and _is_nearly_the_same_probability(difference)
            if not (alike or _is_in_other_words(difference, stored)):
                return difference
    return next(_other_labels(stored, again), None) if skipped else None


def _is_compared(part: str, stored: Mapping[str, Any], again: Mapping[str, Any]) -> bool:
    """Whether a part is compared: one that older records lack where it is stored, others always."""
    return part in stored or part not in LATER_PARTS or (part in _OF_TODAY and part in again)


def _other_labels(stored: Mapping[str, Any], again: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield facts of a record of the first schema that name something else than the line of their feature."""
    lines = {line["name"]: line for line in again["features"]}
    for number, reason in enumerate(stored["reasons"]):
        fact = reason["fact"]
        if fact is not None and reason["kind"] == "model" and "label" in fact:
            line = lines[fact["feature"]]
            known = to_plain(modern(from_plain(line["label"]), line["group"]))
            yield from _differences(f"reasons[{number}].fact.label", fact["label"], known, line["group"])


def _is_nearly_the_same_probability(difference: Difference) -> bool:
    one, other = difference.stored, difference.replayed
    if not (difference.field.endswith(".probability_of_default") and isinstance(one, float)):
        return False
    return isinstance(other, float) and abs(one - other) <= _LAST_UNITS * math.ulp(one)


def _is_in_other_words(one: Difference, stored: Mapping[str, Any]) -> bool:
    """Whether it is a sentence of the model's reasons, written with other words than those of today."""
    found = _SENTENCE.fullmatch(one.field)
    if found is None or stored["reasons"][int(found[1])]["kind"] != "model":
        return False
    language = found[2] or "en"
    return language in LANGUAGES and stored["environment"].get(f"words.{language}") != words_sha256(language)


def _differences(field: str, stored: Any, again: Any, what: str = "") -> Iterator[Difference]:
    if isinstance(stored, str) and field.endswith(".fact.label"):
        stored = to_plain(modern(stored, what))  # records written before labels had parts hold English
    if isinstance(stored, dict) and isinstance(again, dict):
        named = str(stored.get("name", stored.get("group", what)))
        # A language that was added after the record was written is no part of it.
        parts = stored.keys() if field.endswith("].texts") else stored.keys() | again.keys()
        for name in (*(n for n in _LINE if n in stored), *sorted(parts)):
            yield from _differences(f"{field}.{name}", _part(stored, name), _part(again, name), named)
    elif isinstance(stored, list) and isinstance(again, list):
        for position, (one, other) in enumerate(zip(stored, again, strict=False)):
            yield from _differences(f"{field}[{position}]", one, other, what)
        if len(stored) != len(again):
            yield Difference(f"{field} (how many)", what, len(stored), len(again))
    elif not _same(stored, again):
        yield Difference(field, what, stored, again)


def _same(stored: Any, again: Any) -> bool:
    """Tell whether two leaves are the same, numbers to the bit; JSON knows no 600.0 apart from 600."""
    numbers = [type(leaf) in (int, float) for leaf in (stored, again)]
    if all(numbers) and type(stored) is not type(again):
        return float(stored).hex() == float(again).hex()
    return type(stored) is type(again) and repr(stored) == repr(again)


def _part(content: Mapping[str, Any], name: str) -> Any:
    return content.get(name, "nothing")
