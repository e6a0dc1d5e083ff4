"""A record held against what follows from its inputs: by the library, and by a path of its own."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from creditscore.verify.again.cell import cell_of, unread_in
from creditscore.verify.again.changes import change_faults
from creditscore.verify.again.given import Given
from creditscore.verify.again.interval import interval_of
from creditscore.verify.again.mismatches import mismatch_faults
from creditscore.verify.again.outcome import families_of, lines_of, outcome_of, reference_of
from creditscore.verify.again.prices import flattened
from creditscore.verify.again.reasons import judged
from creditscore.verify.again.rules import decided, fired, subjects
from creditscore.verify.again.said import OF_GRADE
from creditscore.verify.again.sources import sources_of
from creditscore.verify.again.speech import other_words
from creditscore.verify.again.steps import looked_again
from creditscore.verify.again.strategy import worked_out
from creditscore.verify.differing import NOTHING, Difference, differences
from creditscore.verify.findings import Findings, canonical, sha256
from creditscore.verify.twin.computed import computed, twinned
from creditscore.verify.twin.payments import MOST_ROWS
from creditscore.words.audit import SUPPRESSED

NEAR: Final = 1e-9
# In the first schema reasons were chosen by other guards, and changes were those of single features.
NOT_COMPARED_AT_FIRST: Final = ("reasons", "dropped_reasons", "counterfactuals")
# Before probabilities had the same bits on every processor, they may differ in the last two places.
_LAST_UNITS: Final = 2
_SENTENCE: Final = re.compile(r"reasons\[(\d+)\]\.texts?(?:\.(\w+))?")


def key_of(record: Mapping[str, Any], *names: str) -> str:
    """Hash some parts of a record: what is worked out from them is worked out once."""
    return sha256(canonical([record.get(name) for name in names]))


def replay_faults(record: Mapping[str, Any], given: Given) -> Iterator[str]:
    """Yield every leaf that the library itself works out otherwise, to the bit."""
    if given.replay is None or given.seen is None:
        return
    parts = ("inputs", "policy", "reference", "schema", "subject", "parties", "families", "unread")
    key = key_of(record, *parts)
    again = given.replay.decided(record, key)
    found = {**again, "model": {**again["model"], "files": record["model"].get("files")}}
    at_first = record["schema"].endswith("/1")
    portable = "exponential" in record["environment"]
    for name, part in found.items():
        if (at_first and name in NOT_COMPARED_AT_FIRST) or (name == "payments" and name not in record):
            continue
        stated, follows = record.get(name, NOTHING), part
        if name == "payments":
            stated, follows = given.replay.payments_listed(stated), given.seen.payments
        for one in _in_words_of_today(differences(stated, follows, name), record):
            near = not portable and one.path.endswith("probability_of_default")
            if not (near and abs(one.stored - one.found) <= _LAST_UNITS * math.ulp(one.stored)):
                yield str(one)


def again_faults(record: Mapping[str, Any], given: Given) -> dict[str, list[str]]:
    """Work out everything after the features once more, and say by part which leaves are others."""
    scored = outcome_of(given, {})
    interval = interval_of(given, scored)
    lines, base, groups = lines_of(given)
    policy, reasons = record["policy"], judged(given)
    rules = [] if policy is None else fired(policy, subjects(given, scored))
    section, planned = None, list[dict[str, Any]]()
    if policy is not None and "strategy" in policy:
        said, section, planned = worked_out(given, scored, rules, reasons, interval)
    else:
        said = decided(given, rules, reasons, scored["score"], interval)
    decisive = _deciding(record, section or {}, rules, scored["score"])
    chosen, dropped = _numbered(*decisive, planned, reasons, said["cutoff"])
    expected = {
        "calibration": dict(zip(("slope", "intercept"), given.model.line_of(given.values), strict=True)),
        "scale": given.model.scale,
        "raw_score": given.model.raw_score(given.values) if given.is_scored else None,
        "outcome": scored | said, "features": lines, "base": base, "groups": groups,
        "reasons": chosen, "dropped_reasons": dropped, "reference": reference_of(given),
        "sources": sources_of(record, None if given.seen is None else given.seen.covered),
        "application_id": record["inputs"]["application"]["application_id"],
        "as_of": record["inputs"]["application"]["as_of"],
        "model": {
            "model_id": given.model.model_id, "feature_digest": given.model.feature_digest,
            "format": given.model.format, "files": _files(record, given),
        },
    }  # fmt: skip
    stated = dict(record)
    if section is not None:
        stated["strategy"], expected["strategy"] = flattened(record["strategy"]), section
    today = {**_ranking(given, groups), "cell": cell_of(given), "interval": interval}
    expected |= _of_today(record, today)
    faults = {
        name: [str(one) for one in _in_words_of_today(differences(*both, name, near=NEAR), record)]
        for name, both in ((name, (stated.get(name, NOTHING), part)) for name, part in expected.items())
    }
    return faults | {
        "counterfactuals": list(change_faults(given, scored, said["cutoff"])),
        "mismatches": list(mismatch_faults(given)),
    }


def _in_words_of_today(found: Iterator[Difference], record: Mapping[str, Any]) -> Iterator[Difference]:
    """Leave out what reasons of the model say in words that are no longer those of the library."""
    other = other_words(record)
    for one in found:
        said = _SENTENCE.fullmatch(one.path)
        of_model = said is not None and record["reasons"][int(said[1])].get("kind") == "model"
        if said is None or not of_model or (said[2] or "en") not in other:
            yield one


def _ranking(given: Given, groups: list[dict[str, Any]]) -> dict[str, Any]:
    """By what reasons were ranked, and which sources were none; None where an older record does not say."""
    families = families_of(groups) if "families" in given.record else None
    return {"families": families, "unread": unread_in(given)}


def _of_today(record: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Return parts that older records lack: those that the model makes, or that are stated all the same."""
    return {name: part for name, part in found.items() if part is not None or name in record}


def _deciding(
    record: Mapping[str, Any], section: Mapping[str, Any], rules: list[dict[str, Any]], score: int | None
) -> tuple[list[dict[str, Any]], int | None]:
    """Rules and score as far as they decide: a rule stops a raise of a line, and neither a step down."""
    if not looked_again(record):
        return rules, score
    return rules if section["stage"] == "rules" else [], None


def _files(record: Mapping[str, Any], given: Given) -> Any:
    """The files of the folder, where the record names any: it may have been taken before they were saved."""
    return None if record["model"]["files"] is None else given.model.files


def _numbered(
    rules: list[dict[str, Any]],
    score: int | None,
    planned: list[dict[str, Any]],
    reasons: Mapping[str, list[dict[str, Any]]],
    cutoff: float | None,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Number the reasons: rules first, then the strategy's, and where these decided alone, no others."""
    given, dropped = reasons["given"], reasons["dropped"]
    alone = rules or (planned and not any(one["code"] in OF_GRADE for one in planned))
    if alone and cutoff is not None and (score is None or score >= cutoff):
        why = SUPPRESSED["rules" if rules else "aside"]
        names = ("group", "points_lost", "share", "features", "family")
        kept = [{name: one[name] for name in names if name in one} for one in given]
        aside = [{"guard": "rules", "why": why, **one} for one in kept]
        dropped = sorted([*aside, *dropped], key=lambda one: (-one["points_lost"], one["group"]))
        given = []
    return [{"rank": rank, **one} for rank, one in enumerate([*rules, *planned, *given], 1)], dropped


def note_again(findings: Findings, record: Mapping[str, Any], given: Given) -> None:
    """Add a check for every part that is worked out on the path of its own."""
    for name, faults in again_faults(record, given).items():
        findings.note_first(f"{name}, worked out again", faults)
    if other_words(record):
        languages = ", ".join(sorted(other_words(record)))
        findings.remark(f"reasons are said in words of another version ({languages}): sentences not compared")


def note_twin(findings: Findings, record: Mapping[str, Any], given: Given) -> frozenset[str]:
    """Compare features with those of the twin; return which ones it computes."""
    found = computed(record, given.model.features)
    left = len(twinned(given.model.features) - set(found))
    if left:
        findings.remark(
            f"{left} features were not worked out by the twin: it takes at most {MOST_ROWS:,} payments, and "
            "no loan that was sold"
        )
    known = dict(zip(given.features, given.values, strict=True))
    stated = {name: None if known[name] != known[name] else known[name] for name in found}
    faults = map(str, differences(stated, found, "features", near=NEAR))
    findings.note_first(f"{len(found)} features, by the twin in plain Python", faults)
    return frozenset(found)


def note_replay(findings: Findings, record: Mapping[str, Any], given: Given) -> None:
    """Add the checks that the library makes of stored rows."""
    if given.seen is None:
        return
    stated = {line["name"]: line["value"] for line in record["features"]}
    findings.note_first(
        "features, from the stored rows by the kernels",
        map(str, differences(stated, given.seen.values, "features")),
    )
    findings.note_first("the decision, taken again from its inputs", replay_faults(record, given))
