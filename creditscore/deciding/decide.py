"""One decision on one person: features, score, points, reasons, and the record of all of it."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from functools import cache, lru_cache
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from creditscore._ground.canonical import canonical_v1
from creditscore._version import __version__
from creditscore.data.door.clock import moment
from creditscore.deciding.ability import reopened
from creditscore.deciding.afterwards import recourse_of, that_hold
from creditscore.deciding.cell import cell_of
from creditscore.deciding.described import sources_of
from creditscore.deciding.disclosed import named_features
from creditscore.deciding.evidence import Evidence
from creditscore.deciding.installed import lock_sha256
from creditscore.deciding.lines import Lines
from creditscore.deciding.payments import payments_of
from creditscore.deciding.record import FIRST_SCHEMA, SCHEMA, DecisionRecord
from creditscore.deciding.requesting import Request
from creditscore.deciding.speaking import Spoken, spoken_at_first, spoken_for
from creditscore.deciding.strategy import planned, standing
from creditscore.deciding.together import ALONE, Together
from creditscore.errors import ParameterError
from creditscore.explain.explainer import ExplainedRow
from creditscore.explain.references import Reference, ReferenceName
from creditscore.features.matrix import FeatureMatrix
from creditscore.model.exponential import PORTABLE
from creditscore.model.scale import outcome_of
from creditscore.policy.binding import RESULTS
from creditscore.policy.rules import Policy, PolicyDecision
from creditscore.policy.strategy.resolve import Standing
from creditscore.reasons.absence import Known
from creditscore.reasons.reason import Reasons
from creditscore.scoring.interval import ScoreInterval, interval_of
from creditscore.scoring.minimum import lack_of
from creditscore.scoring.mismatch import HISTORY_ALONE, forbids, status_code
from creditscore.scoring.model import ScoringModel
from creditscore.scoring.references import reference_for
from creditscore.words.languages import LANGUAGES
from creditscore.words.wording import words_sha256

_NOTHING: Final = {
    "probability_of_default": None,
    "log_odds": None,
    "score_unrounded": None,
    "score": None,
    "clamped": False,
    "grade": None,
}


def written(
    model: ScoringModel,
    evidence: Evidence,
    request: Request,
    *,
    decision_id: str,
    subject: str,
    together: Together = ALONE,
) -> DecisionRecord:
    """Decide on what was gathered, and write the record.

    Parameters
    ----------
    model, evidence, request
    decision_id, subject : str
    together : Together
        Who else applies.
    """
    policy = request.policy
    against = _against(model, policy, request.reference)
    content = {
        "decision_id": decision_id,
        "subject": subject,
        "decided_at": request.decided_at.astimezone(UTC).isoformat(),
        "environment": dict(environment()),
        **_evaluated(model, evidence, policy, against, subject=subject, together=together),
    }
    if model.law is not None:
        content["law"] = model.law.to_record(ability_apart=evidence.ability is not None)
    files = None if request.files is None else dict(request.files)
    content["model"] = content["model"] | {"files": files}
    lines = content.pop("features")
    extract = {"features": lines.disclosed(named_features(content)), "inputs": evidence.plain}
    if not together.is_alone:
        content["parties"] = together.to_dict()
    parts = {name: canonical_v1(part) for name, part in content.items()}
    inputs = evidence.inputs_text(together.inputs_text())
    return DecisionRecord.sealed(
        parts | {"features": lines.text(), "inputs": inputs}, sign_with=request.sign_with, extract=extract
    )


def standing_of(
    model: ScoringModel, evidence: Evidence, request: Request, first: str
) -> tuple[Standing, str | None]:
    """Say how one of several applicants stands by rules and score, and their grade.

    Parameters are those of `written`; ``first`` is the pseudonym by which arms are drawn for all.
    """
    policy = request.policy
    if policy is None or policy.strategy is None:
        raise ParameterError("Only a policy with a strategy judges people together.")
    against = _against(model, policy, request.reference)
    found = _scored(model, evidence, policy, against)
    judged = found.outcome, found.decided, found.judged
    stands = standing(policy, policy.strategy, evidence, *judged, first, found.interval)
    return stands, found.outcome["grade"]


def evaluate(
    model: ScoringModel,
    inputs: Mapping[str, Any],
    *,
    policy: Policy | None = None,
    reference: str | None = None,
    reference_cutoff: float | None = None,
    schema: str = SCHEMA,
    subject: str = "",
    parties: Mapping[str, Any] | None = None,
    by_family: bool = True,
    unread_apart: bool = True,
) -> dict[str, Any]:
    """Compute from stored inputs all parts of a record that follow from them, the model and the policy.

    Parameters
    ----------
    model : ScoringModel
    inputs : mapping
    policy : Policy, optional
    reference, reference_cutoff : str and float, optional
        Name and cut-off of the reference that the record names; by default, and where the model keeps none
        such, that of a decision now.
    schema : str
        Of the record: those of the first schema state contributions against the training rows.
    subject : str, default ""
        The pseudonym, by which a strategy draws.
    parties : mapping, optional
        What the record says of who else applies.
    by_family : bool, default True
        False where the record names no families: its reasons are those of groups.
    unread_apart : bool, default True
        False where the record does not name the sources that were not read: they may be its reasons.
    """
    kept = [one for one in model.references if (one.name, one.cutoff) == (reference, reference_cutoff)]
    against = kept[0] if kept else _against(model, policy, None)
    evidence, together = reopened(model.computer, inputs), Together.of(parties, inputs)
    ranking = _Ranking(by_family, unread_apart)
    found = _evaluated(model, evidence, policy, against, schema, subject, together, ranking)
    return found | {"features": found["features"].plain()}


def _against(model: ScoringModel, policy: Policy | None, reference: ReferenceName | None) -> Reference:
    cutoff = None if policy is None else policy.cutoff
    return reference_for(model, cutoff) if reference is None else model.reference(reference, cutoff)


@dataclass(frozen=True, slots=True)
class _Ranking:
    """How reasons are told: by family, and without sources that were not read; older records may not."""

    by_family: bool = True
    unread_apart: bool = True


@dataclass(frozen=True, slots=True)
class _Scored:
    """What follows from features and rules alone."""

    explained: ExplainedRow | None
    outcome: dict[str, Any]
    decided: PolicyDecision
    judged: Reasons
    interval: ScoreInterval | None


def _scored(
    model: ScoringModel,
    evidence: Evidence,
    policy: Policy | None,
    against: Reference,
    ranking: _Ranking = _Ranking(),
) -> _Scored:
    matrix = evidence.matrix
    lack = lack_of(model, matrix)
    code = status_code(evidence.mismatches, lack)
    scorable = not lack and not forbids(evidence.mismatches)
    explained = model.explainer.one(model.fitted.evaluate(matrix.values, threads=1)) if scorable else None
    outcome = _outcome(model, explained, code)
    interval = _interval(model, explained, matrix)
    decided = _decided(policy, outcome, evidence, interval)
    judged = _judged(model, evidence, explained, against, ranking)
    return _Scored(explained, outcome, decided, judged, interval)


def _evaluated(
    model: ScoringModel,
    evidence: Evidence,
    policy: Policy | None,
    against: Reference,
    schema: str = SCHEMA,
    subject: str = "",
    together: Together = ALONE,
    ranking: _Ranking = _Ranking(),
) -> dict[str, Any]:
    """Everything that `evaluate` returns; the features are `Lines`, not yet written."""
    one, matrix = evidence.application, evidence.matrix
    scored = _scored(model, evidence, policy, against, ranking)
    explained, outcome, interval = scored.explained, scored.outcome, scored.interval
    said, cutoff, section = _said(policy, evidence, scored, schema, subject, together)
    as_training = schema == FIRST_SCHEMA or against.name == "training_mean"
    lines = Lines.of(model, matrix.values[0], explained, None if as_training else against.means)
    line = model.fitted.line_of(matrix.values[0])
    return {
        "schema": schema,
        "application_id": one.application_ids[0],
        "as_of": moment(int(one.as_of[0])).isoformat(),
        **cell_of(model, evidence),
        "calibration": {"slope": line.slope, "intercept": line.intercept},
        "scale": model.scale.to_dict(),
        "raw_score": None if explained is None else explained.raw,
        "outcome": outcome
        | {"decision": said.decision, "cutoff": cutoff}
        | ({} if schema == FIRST_SCHEMA else {"referred_because": said.referred_because}),
        "base": lines.base,
        "features": lines,
        "groups": lines.groups(),
        **({"families": lines.families()} if ranking.by_family else {}),
        **({"unread": list(_known(evidence).unread())} if ranking.unread_apart else {}),
        **said.reasons.to_dict(),
        "counterfactuals": [] if explained is None else _counterfactuals(model, evidence, cutoff),
        "reference": dict(_reference(model, against)),
        "sources": sources_of(evidence),
        "payments": payments_of(evidence),
        "model": {
            "model_id": model.model_id,
            "feature_digest": model.computer.digest,
            "format": model.format,
        },
        "policy": None if policy is None else {"policy_id": policy.policy_id, **policy.to_dict()},
        **section,
        **({} if interval is None else {"interval": interval.to_dict()}),
    }


@cache
def environment() -> Mapping[str, str]:
    """Name the versions that a score may depend on, its portable exponential, and the words of reasons."""
    found = {
        "creditscore": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "lightgbm": version("lightgbm"),
        "platform": platform.platform(),
        "exponential": PORTABLE,
        "lock": lock_sha256(),
        **{f"words.{language}": words_sha256(language) for language in LANGUAGES},
    }
    return MappingProxyType(found)


def _outcome(model: ScoringModel, explained: ExplainedRow | None, code: str) -> dict[str, Any]:
    if explained is None:
        return {"status": "unscorable", "code": code, **_NOTHING}
    found = outcome_of(explained.log_odds, model.scale, model.master_scale)
    return {
        "status": "scored",
        "code": code,
        "probability_of_default": found.probability_of_default,
        "log_odds": found.log_odds,
        "score_unrounded": found.score_unrounded,
        "score": found.score,
        "clamped": found.clamped,
        "grade": found.grade,
    }


def _interval(
    model: ScoringModel, explained: ExplainedRow | None, matrix: FeatureMatrix
) -> ScoreInterval | None:
    if explained is None:
        return None
    return interval_of(model.spread, model.scale, explained.log_odds, matrix.values)


def _judged(
    model: ScoringModel,
    evidence: Evidence,
    explained: ExplainedRow | None,
    against: Reference,
    ranking: _Ranking,
) -> Reasons:
    if explained is None:
        return Reasons((), ())
    one, features = evidence.application, model.computer.features
    contributions = model.explainer.of_row(explained, evidence.matrix.values, features, one.application_ids)
    when, known = moment(int(one.as_of[0])), _known(evidence)
    by_family, unread_apart = ranking.by_family, ranking.unread_apart
    return model.reasoner.judge(
        known, contributions, against, when, by_family=by_family, unread_apart=unread_apart
    )


def _known(evidence: Evidence) -> Known:
    currency = str(evidence.plain.get("currency", ""))
    return Known(evidence.application, evidence.portfolio, evidence.matrix, currency)


def _decided(
    policy: Policy | None, outcome: Mapping[str, Any], evidence: Evidence, interval: ScoreInterval | None
) -> PolicyDecision:
    """Let the policy decide on the results, the features and the attributes of the application.

    Where these are not what the model was fitted on, a person looks at who would be approved; where the law
    lets nobody be assessed on what was known, at everybody whom no rule declines.
    """
    if policy is None:
        return PolicyDecision("refer", ())
    matrix, asked = evidence.matrix, evidence.plain["application"]
    features = dict(zip(matrix.names, matrix.values[0].tolist(), strict=True))
    results = {name: outcome[name.removeprefix("result.")] for name in RESULTS}
    decided = policy.decide(outcome["score"], {**asked, **features, **results}, interval)
    alone = not decided.reasons and any(one.code == HISTORY_ALONE for one in evidence.mismatches)
    doubtful = outcome["code"] and decided.decision == "approve"
    return replace(decided, decision="refer") if doubtful or alone else decided


def _said(
    policy: Policy | None,
    evidence: Evidence,
    scored: _Scored,
    schema: str,
    subject: str,
    together: Together,
) -> tuple[Spoken, float | None, dict[str, Any]]:
    """Decision and reasons, the cut-off that holds, and what a strategy adds to the record."""
    outcome, decided, judged = scored.outcome, scored.decided, scored.judged
    if policy is not None and policy.strategy is not None and schema != FIRST_SCHEMA:
        parts = outcome, decided, judged, subject, together, scored.interval
        plan = planned(policy, policy.strategy, evidence, *parts)
        return plan.spoken, plan.cutoff, {"strategy": plan.section}
    cutoff = None if policy is None else policy.cutoff
    if schema == FIRST_SCHEMA:
        return spoken_at_first(policy, decided, judged), cutoff, {}
    return spoken_for(policy, decided, judged, outcome["score"], scored.interval), cutoff, {}


def _counterfactuals(model: ScoringModel, evidence: Evidence, cutoff: float | None) -> list[dict[str, Any]]:
    if cutoff is None:
        return []
    one, portfolio, values = evidence.application, evidence.portfolio, evidence.matrix.values[0]
    found = recourse_of(model).find(one, portfolio, values, cutoff)
    return [alternative.to_dict() for alternative in that_hold(model, evidence, found)]


@lru_cache(maxsize=8)
def _reference(model: ScoringModel, against: Reference) -> Mapping[str, Any]:
    groups = [feature.reason_group for feature in model.computer.features]
    found = {
        "name": against.name,
        "cutoff": against.cutoff,
        "band": against.band,
        "sha256": against.sha256,
        "rows": against.rows,
        "values": against.group_means(groups),
    }
    return MappingProxyType(found)
