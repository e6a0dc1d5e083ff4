"""A decision record, checked from its own numbers, and recomputed from the model's text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from creditscore.errors import CreditScoreError
from creditscore.verify.again.given import Given
from creditscore.verify.again.interval import straddles
from creditscore.verify.findings import FIRST_SCHEMA, Findings, canonical, near, sha256
from creditscore.verify.law import record_faults
from creditscore.verify.leaves import confirmed, unknown_leaves
from creditscore.verify.model import ModelParts
from creditscore.verify.queried import note_queried
from creditscore.verify.reasons import reason_faults, reference_of
from creditscore.verify.recomputed import key_of, note_again, note_replay, note_twin
from creditscore.verify.replayed import Replay
from creditscore.verify.retention import retention_faults
from creditscore.verify.rows import every_inputs, rows_of
from creditscore.verify.saying import straddling_faults, unsaid

SCHEMAS: Final = ("creditscore.decision/2", FIRST_SCHEMA)
FORBIDDEN_IN_INPUTS: Final = frozenset({"loan_id"})
_ROWS: Final = ("tables", "others")

Record = Mapping[str, Any]


def verify_record(
    record: Record,
    model: ModelParts | None = None,
    *,
    subject: str = "decision",
    replay: Replay | None = None,
    queried: Any = None,
) -> Findings:
    """Check a record by itself, and against the model if its parts are given.

    Parameters
    ----------
    record : mapping
        The plain data of a decision record.
    model : ModelParts, optional
        With it, everything after the features is worked out again from their values and the model's files.
    subject : str
        What to call the record in the findings.
    replay : Replay, optional
        With it too, features are computed from the stored rows, and the decision is taken once more.
    queried : sequence of mapping, optional
        Rows that a query in a warehouse answered, to hold the features against them.
    """
    findings = Findings(subject)
    try:
        findings.note("the record is as it was written", _changed(record))
        findings.note_first("it holds the leaves of a record and no others", unknown_leaves(record))
        findings.note_first("only what was known before the moment counts", _known_too_late(record))
        findings.note_first("rows are those whose hashes the sources state", _other_rows(record))
        findings.note_first("values and missing marks agree", _missing_marks(record))
        if record["outcome"]["status"] == "scored":
            findings.note_first("points add up to the score, whole and exact", _points(record))
            findings.note_first("probability and score follow from the log-odds", _outcome(record))
            findings.note_first("groups are the sums of their features", _groups(record))
        findings.note_first("the decision follows from the policy", _decision(record))
        if _says_how_long(record):
            findings.note_first(
                "no adverse fact is older than may be read", retention_faults(record, _own(record, model))
            )
        if model is not None:
            _against_the_model(findings, record, model)
            _worked_out_again(findings, record, model, replay, queried)
        else:
            findings.remark("nothing was worked out again from rows or trees (give the folder of the model)")
    except CreditScoreError as error:
        findings.note("the library reads what the record stores", f"{type(error).__name__}: {error}")
    # A text times a huge number is a MemoryError.
    except (
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        IndexError,
        ArithmeticError,
        MemoryError,
    ) as error:
        findings.note("the record has the form of one", f"{type(error).__name__}: {error}")
    return findings


def _worked_out_again(
    findings: Findings, record: Record, model: ModelParts, replay: Replay | None, queried: Any
) -> None:
    key = key_of(record, "inputs")
    seen = None if replay is None else replay.seen(record["inputs"], key)
    given = Given(record, model, replay, seen, key)
    note_replay(findings, record, given)
    paths = {"form", "hash"} | ({"kernels", "replay"} if replay is not None else set())
    if record["schema"] != FIRST_SCHEMA:
        note_again(findings, record, given)
        paths.add("again")
    some = {"twin": note_twin(findings, record, given)}
    if queried is not None:
        some["query"] = note_queried(findings, record, given, queried)
    findings.remark(confirmed(record, frozenset(paths | some.keys()), some))


def _changed(record: Record) -> str:
    body = {name: part for name, part in record.items() if name not in ("sha256", "signature")}
    if record.get("schema") not in SCHEMAS:
        return f"its schema is {record.get('schema')!r}"
    return "" if record["sha256"] == sha256(canonical(body)) else "its hash is another"


def _known_too_late(record: Record) -> Iterator[str]:
    as_of, every = record["as_of"], [*every_inputs(record["inputs"])]
    if any(one["application"]["as_of"] != as_of for one in every):
        yield "the application has another moment"
    for table, stored in (
        (name, rows) for one in every for part in _ROWS for name, rows in one[part].items()
    ):
        for number, row in enumerate(rows_of(stored)):
            late = [name for name in row if name.endswith("known_time") and row[name] >= as_of]
            if late or ("known_time" not in row and _happened(row) >= as_of):
                yield f"{table}[{number}] was not yet known"
    for name, source in record["sources"].items():
        if source["last_known"] is not None and source["last_known"] >= as_of:
            yield f"source {name} was known too late"
    for column in FORBIDDEN_IN_INPUTS.intersection(record["inputs"]["application"]):
        yield f"the application holds {column}, which tells of the outcome"


def _happened(row: Mapping[str, Any]) -> str:
    times = ("event_time", "due_time", "connected_time", "granted_time")
    for name in times:
        if name in row:
            return str(row[name])
    raise KeyError(f"a row has none of {', '.join(times)}")


def _other_rows(record: Record) -> Iterator[str]:
    tables, others = record["inputs"]["tables"], record["inputs"]["others"]
    for name in {*tables, *others} - set(record["sources"]):
        yield f"rows of {name} are of no source"
    for name, source in record["sources"].items():
        rows = tables.get(name, [])
        if (source["rows"], source["sha256"]) != (_count(rows), sha256(canonical(rows))):
            yield f"the rows of {name} are others"
        if source["others_rows"] != _count(others.get(name, [])):
            yield f"the rows of other people of {name} are others"


def _count(rows: Any) -> int:
    return int(rows["rows"]) if isinstance(rows, Mapping) else len(rows)


def _missing_marks(record: Record) -> Iterator[str]:
    for line in record["features"]:
        if (line["value"] is None) != line["missing"]:
            yield f"{line['name']} is marked wrongly"


def _points(record: Record) -> Iterator[str]:
    factor, offset = _scale(record)
    base, outcome = record["base"], record["outcome"]
    lines = record["features"]
    for line in lines:
        if not near(line["points"], -factor * line["contribution"]):
            yield f"the points of {line['name']} do not follow from its contribution"
    if not near(base["points"], offset - factor * base["log_odds"]):
        yield "the base points do not follow from the base"
    if not near(
        math.fsum([base["log_odds"], *(line["contribution"] for line in lines)]), outcome["log_odds"]
    ):
        yield "contributions do not add up to the log-odds"
    exact = math.fsum([base["points"], *(line["points"] for line in lines)])
    if not near(exact, outcome["score_unrounded"]):
        yield "points do not add up to the unrounded score"
    whole = [line["integer_points"] for line in lines] + [base["integer_points"]]
    expected = _largest_remainder([*(line["points"] for line in lines), base["points"]], round(exact))
    if whole != expected:
        yield "whole points are not those of the largest remainder"


def _largest_remainder(points: list[float], total: int) -> list[int]:
    lower = [math.floor(value) for value in points]
    order = sorted(range(len(points)), key=lambda line: lower[line] - points[line])
    for line in order[: total - sum(lower)]:
        lower[line] += 1
    return lower


def _outcome(record: Record) -> Iterator[str]:
    factor, offset = _scale(record)
    outcome, line, scale = record["outcome"], record["calibration"], record["scale"]
    if not near(line["slope"] * record["raw_score"] + line["intercept"], outcome["log_odds"], 1e-12):
        yield "the log-odds do not follow from the raw score"
    if not near(_probability(outcome["log_odds"]), outcome["probability_of_default"], 1e-12):
        yield "the probability does not follow from the log-odds"
    exact = offset - factor * outcome["log_odds"]
    if not near(exact, outcome["score_unrounded"]):
        yield "the unrounded score does not follow from the log-odds"
    kept = min(max(round(outcome["score_unrounded"]), scale["minimum"]), scale["maximum"])
    if outcome["score"] != kept or outcome["clamped"] != (kept != round(outcome["score_unrounded"])):
        yield "the score is not the unrounded one, rounded and kept within the scale"


def _scale(record: Record) -> tuple[float, float]:
    scale = record["scale"]
    factor = scale["points_to_double_odds"] / math.log(2.0)
    return factor, scale["reference_score"] - factor * math.log(scale["reference_good_bad_odds"])


def _probability(log_odds: float) -> float:
    small = math.exp(-abs(log_odds))
    return (1.0 if log_odds >= 0 else small) / (1.0 + small)


def _groups(record: Record) -> Iterator[str]:
    for group in record["groups"]:
        members = [line for line in record["features"] if line["group"] == group["group"]]
        for part in ("contribution", "points"):
            if not members or not near(math.fsum(line[part] for line in members), group[part]):
                yield f"{group['group'] or '(no group)'}: {part}"
    named = [group["group"] for group in record["groups"]]
    if named != sorted({line["group"] for line in record["features"]}):
        yield "a group is missing or named twice"
    points = {group["group"]: group["points"] for group in record["groups"]}
    families = record.get("families", [])
    for family in families:
        if not near(math.fsum(points[group] for group in family["groups"]), family["points"]):
            yield f"{family['family'] or '(no family)'}: points"
    if families and sorted(group for family in families for group in family["groups"]) != sorted(points):
        yield "a group is in no family, or in two"


def _decision(record: Record) -> Iterator[str]:
    outcome, policy = record["outcome"], record["policy"]
    if policy is None:
        if outcome["decision"] != "none" or outcome["cutoff"] is not None:
            yield "there is a decision without a policy"
        return
    body = {name: part for name, part in policy.items() if name != "policy_id"}
    if policy["policy_id"] != sha256(canonical(body)):
        yield "the policy is another than its id says"
    if ("strategy" in policy) != ("strategy" in record):
        yield "a strategy is in the policy, or in the record, and not in both"
    if "strategy" in policy:
        yield from _planned(record)
        return
    if outcome["cutoff"] != policy["cutoff"]:
        yield "the cut-off is not the policy's"
    fired = [reason["code"] for reason in record["reasons"] if reason["kind"] == "policy"]
    if not set(fired) <= {rule["code"] for rule in policy["rules"]}:
        yield "a rule fired that is not in the policy"
    score, below = outcome["score"], policy["refer_below"]
    if not fired and straddles(policy, record.get("interval"), policy["cutoff"]):
        yield from straddling_faults(record)
        return
    if fired or (score is not None and score < policy["cutoff"]):
        expected = "decline"
    else:
        expected = "refer" if score is None or (below is not None and score < below) else "approve"
    alone = any(one["code"] == "credit_history_alone" for one in record["inputs"].get("mismatches", ()))
    if (expected == "approve" and outcome["code"]) or (alone and not fired):
        expected = "refer"
    if expected == "decline" and not fired and unsaid(record) != outcome.get("referred_because"):
        yield "it does not say truly whether its reasons can be said"
    if outcome.get("referred_because") is not None:
        expected = "refer" if expected == "decline" and not fired else f"{expected} by itself"
    if outcome["decision"] != expected:
        yield f"the policy says {expected}, the record {outcome['decision']}"
    for number, found in enumerate(record["counterfactuals"]):
        if found["score"] < policy["cutoff"]:
            yield f"counterfactual {number} does not reach the cut-off"


def _planned(record: Record) -> Iterator[str]:
    """Yield where the section of a strategy and the decision part; the rest needs the model."""
    outcome, found = record["outcome"], record["strategy"]
    lent = outcome["decision"] in ("approve", "counter_offer")
    if lent != (found["offer"] is not None) or lent != (found["assignment"]["weight"] is not None):
        yield "an offer, or its weight, is there without a decision to lend, or is missing"
    score, small = outcome["score"], found["assignment"]["explored"]
    if lent and not small and (score is None or score < outcome["cutoff"]):
        yield "it lends below the cut-off to somebody who was not drawn"
    if lent and found["ability"] is not None and found["ability"]["status"] == "unknown":
        yield "it lends to somebody of whom it is not known what they can pay"
    if lent and found["offer"]["terms"]["amount"] > found["asked"]["amount"]:
        yield "it lends more than was asked for"
    others = [one["standing"] for one in record.get("parties", {}).get("others", ())]
    if lent and any(one != "clear" for one in others):
        yield "it lends although somebody who applies too does not stand"


def _against_the_model(findings: Findings, record: Record, model: ModelParts) -> None:
    findings.note_first("the model is the one that the record names", _another_model(record, model))
    findings.note_first("it has the parts that each record of the model has", _lacking(record, model))
    if "law" in record or model.law is not None:
        findings.note_first("nothing that its law forbids is in it", _law(record, model))
    if record["outcome"]["status"] != "scored":
        return
    values = _values(record)
    raw, outcome = model.raw_score(values), record["outcome"]
    fault = "" if raw == record["raw_score"] else f"{raw!r}, not {record['raw_score']!r}"
    findings.note("the raw score, from the feature values and the trees", fault)
    grade = model.grade(outcome["probability_of_default"])
    findings.note("the grade, from the master scale", "" if grade == outcome["grade"] else f"{grade}")
    findings.note_first("contributions, from the trees", _contributions(record, model, values))
    findings.note_first("reasons, from the contributions", reason_faults(record, model, _scale(record)[0]))
    findings.note_first("counterfactuals, scored again", _counterfactuals(record, model, values))


def _lacking(record: Record, model: ModelParts) -> Iterator[str]:
    """Yield parts that may be lacking in records of models of before, and are lacking in one of today."""
    stated = (model.contract or {}).get("stated", ())
    yield from (f"{name} is taken out" for name in stated if name not in record)


def _values(record: Record) -> list[float]:
    return [math.nan if line["value"] is None else float(line["value"]) for line in record["features"]]


def _says_how_long(record: Record) -> bool:
    policy = record["policy"] or {}
    return "retention" in record["inputs"] or "retention_days" in policy or "law" in record


def _own(record: Record, model: ModelParts | None) -> Mapping[str, Any] | None:
    """Return the law that the model keeps, if it is the one that the record names."""
    kept = None if model is None else model.law
    named = record.get("law", {}).get("sha256")
    return kept if kept is not None and kept["jurisdiction"]["sha256"] == named else None


def _law(record: Record, model: ModelParts) -> Iterator[str]:
    if "law" not in record:
        yield "the model was fitted under a law, and the record names none"
        return
    yield from record_faults(record, model.law, model.features)


def _another_model(record: Record, model: ModelParts) -> Iterator[str]:
    stated = record["model"]
    if (stated["model_id"], stated["feature_digest"]) != (model.model_id, model.feature_digest):
        yield "it names another model"
    for name, digest in (stated["files"] or {}).items():
        if model.files.get(name) != digest:
            yield f"{name} is another file"
    line, its = record["calibration"], model.line_of(_values(record))
    if (line["slope"], line["intercept"]) != its or record["scale"] != model.scale:
        yield "calibration or scale are others"
    if [line["name"] for line in record["features"]] != [feature["name"] for feature in model.features]:
        yield "the features are others"
    for line, feature in zip(record["features"], model.features, strict=False):
        declared = (
            feature["reason_group"],
            feature["source"],
            feature["label"],
            feature["unit"],
            feature["sign"],
        )
        if (line["group"], line["source"], line["label"], line["unit"], line["sign"]) != declared:
            yield f"{line['name']} is declared otherwise"


def _contributions(record: Record, model: ModelParts, values: list[float]) -> Iterator[str]:
    base, added = model.shapley(values)
    kept = None if record["schema"] == FIRST_SCHEMA else reference_of(record, model)
    means = [0.0] * len(added) if kept is None else kept["means"]
    slope, intercept = model.line_of(values)
    if not near(slope * base + intercept + math.fsum(means), record["base"]["log_odds"]):
        yield "the base"
    for line, raw, mean in zip(record["features"], added, means, strict=True):
        if not near(slope * raw - mean, line["contribution"]):
            yield f"{line['name']}: {slope * raw - mean!r}, not {line['contribution']!r}"


def _counterfactuals(record: Record, model: ModelParts, values: list[float]) -> Iterator[str]:
    factor, offset = _scale(record)
    columns = {line["name"]: column for column, line in enumerate(record["features"])}
    for number, found in enumerate(record["counterfactuals"]):
        other = list(values)
        for change in found["changes"]:
            before = other[columns[change["feature"]]]
            if (None if math.isnan(before) else before) != change["from"]:
                yield f"number {number} starts from another value of {change['feature']}"
            other[columns[change["feature"]]] = math.nan if change["to"] is None else change["to"]
        log_odds = model.log_odds(other)
        score = min(max(round(offset - factor * log_odds), model.scale["minimum"]), model.scale["maximum"])
        if score != found["score"] or not near(
            _probability(log_odds), found["probability_of_default"], 1e-12
        ):
            yield f"number {number} scores {score}, not {found['score']}"
