"""One decision from end to end: features, score, points, reasons, and the record of all of it."""

from __future__ import annotations

import platform
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from creditscore._ground.canonical import canonical_v1
from creditscore._version import __version__
from creditscore.data.applications import Applications
from creditscore.data.door.clock import moment
from creditscore.data.portfolio import Portfolio
from creditscore.deciding.afterwards import recourse_of
from creditscore.deciding.cell import cell_of, voided_sources
from creditscore.deciding.evidence import Evidence, gather, sources_of
from creditscore.deciding.installed import lock_sha256
from creditscore.deciding.lines import Lines
from creditscore.deciding.once import Once
from creditscore.deciding.payments import payments_of
from creditscore.deciding.record import FIRST_SCHEMA, SCHEMA, DecisionRecord
from creditscore.deciding.speaking import Spoken, spoken_at_first, spoken_for
from creditscore.deciding.strategy import means_computer, planned
from creditscore.deciding.subjects import bind
from creditscore.errors import ParameterError
from creditscore.explain.explainer import ExplainedRow
from creditscore.explain.references import Reference, ReferenceName
from creditscore.features.compute import FeatureComputer
from creditscore.features.matrix import FeatureMatrix
from creditscore.model.exponential import PORTABLE
from creditscore.model.scale import outcome_of
from creditscore.policy.binding import RESULTS
from creditscore.policy.rules import Policy, PolicyDecision
from creditscore.reasons.absence import Known
from creditscore.reasons.reason import Reasons
from creditscore.scoring.asking import one_application
from creditscore.scoring.mismatch import NO_DATA, forbids, status_code
from creditscore.scoring.model import ScoringModel
from creditscore.scoring.references import reference_for

if TYPE_CHECKING:
    from creditscore.deciding.ledger.ledger import Ledger
    from creditscore.signing.keys import SigningKey

_NOTHING: Final = {
    "probability_of_default": None,
    "log_odds": None,
    "score_unrounded": None,
    "score": None,
    "clamped": False,
    "grade": None,
}


def decide(
    model: ScoringModel,
    application: Applications | Mapping[str, Any],
    portfolio: Portfolio,
    *,
    policy: Policy | None = None,
    reference: ReferenceName | None = None,
    files: Mapping[str, str] | None = None,
    ledger: Ledger | None = None,
    decided_at: datetime | None = None,
    idempotency_key: str | None = None,
    sign_with: SigningKey | None = None,
) -> DecisionRecord:
    """Take one decision and write its record; see `CreditPipeline.decide`.

    Parameters
    ----------
    model, application, portfolio
        As for `ScoringModel.score`.
    policy : Policy, optional
        Decides on the score; without it the decision is ``"none"``.
    reference : {"training_mean", "approved", "near_cutoff"}, optional
        What points and reasons are measured against; the cut-off is the policy's. By default those whom that
        cut-off approves (see `creditscore.scoring.references`); without a policy, the training mean.
    files : mapping of str to str, optional
        Hashes of the files that the model is saved in.
    ledger : Ledger, optional
        Where the record is appended. It gives the applicant their pseudonym; without it, the record has one
        that no other record has.
    decided_at : datetime, optional
        With a zone; now by default.
    idempotency_key : str, optional
        What the caller calls this request. If the ledger holds a decision under it, that one is returned and
        none is taken.
    sign_with : SigningKey, optional
        Who vouches for the record.
    """
    when = decided_at or datetime.now(UTC)
    if when.tzinfo is None:
        raise ParameterError.must_be("decided_at", "a datetime with a zone", decided_at)
    one = one_application(application)
    once = None if idempotency_key is None else Once.of(ledger, idempotency_key, one)
    if once is not None and once.is_decided:
        return once.decided()
    one, portfolio = model.lawful(one, portfolio)
    one, found = model.admitted(one, portfolio)
    if policy is not None:
        bind(policy, model, one, application)
    evidence = gather(model.computer, one, portfolio, compared=_compared(policy), also=_also(policy, ledger))
    evidence = evidence.noting((*found, *model.values_found(one, evidence.matrix)))
    evidence = evidence.without(voided_sources(model, one, portfolio))
    subject = f"subject-{secrets.token_hex(16)}" if ledger is None else ledger.pseudonym(one.applicant_ids[0])
    content = {
        "decision_id": str(uuid.uuid4()) if once is None else once.decision_id,
        "subject": subject,
        "decided_at": when.astimezone(UTC).isoformat(),
        "environment": dict(environment()),
        **_evaluated(model, evidence, policy, _against(model, policy, reference), subject=subject),
    }
    if model.law is not None:
        content["law"] = model.law.to_record()
    content["model"] = content["model"] | {"files": None if files is None else dict(files)}
    written = {"features": content.pop("features").text(), "inputs": evidence.inputs_text()}
    parts = {name: canonical_v1(part) for name, part in content.items()}
    record = DecisionRecord.sealed(parts | written, sign_with=sign_with)
    if once is not None:
        return once.appended(record)
    if ledger is not None:
        ledger.append(record)
    return record


def evaluate(
    model: ScoringModel,
    inputs: Mapping[str, Any],
    *,
    policy: Policy | None = None,
    reference: str | None = None,
    reference_cutoff: float | None = None,
    schema: str = SCHEMA,
    subject: str = "",
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
    """
    kept = [one for one in model.references if (one.name, one.cutoff) == (reference, reference_cutoff)]
    against = kept[0] if kept else _against(model, policy, None)
    found = _evaluated(model, Evidence.of(model.computer, inputs), policy, against, schema, subject)
    return found | {"features": found["features"].plain()}


def _against(model: ScoringModel, policy: Policy | None, reference: ReferenceName | None) -> Reference:
    cutoff = None if policy is None else policy.cutoff
    return reference_for(model, cutoff) if reference is None else model.reference(reference, cutoff)


def _evaluated(
    model: ScoringModel,
    evidence: Evidence,
    policy: Policy | None,
    against: Reference,
    schema: str = SCHEMA,
    subject: str = "",
) -> dict[str, Any]:
    """Everything that `evaluate` returns; the features are `Lines`, not yet written."""
    one, matrix = evidence.application, evidence.matrix
    code = status_code(evidence.mismatches, bool(model.scorable(matrix)[0]))
    scorable = code != NO_DATA and not forbids(evidence.mismatches)
    explained = model.explainer.one(model.fitted.evaluate(matrix.values, threads=1)) if scorable else None
    outcome = _outcome(model, explained, code)
    decided = _decided(policy, outcome, matrix, evidence.plain["application"])
    judged = _judged(model, evidence, explained, against)
    said, cutoff, section = _said(policy, evidence, outcome, decided, judged, schema, subject)
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
        **said.reasons.to_dict(),
        "counterfactuals": [] if explained is None else _counterfactuals(model, evidence, cutoff),
        "reference": _reference(model, against),
        "sources": sources_of(evidence),
        "payments": payments_of(evidence),
        "model": {
            "model_id": model.model_id,
            "feature_digest": model.computer.digest,
            "format": model.format,
        },
        "policy": None if policy is None else {"policy_id": policy.policy_id, **policy.to_dict()},
        **section,
    }


@cache
def environment() -> Mapping[str, str]:
    """Name the versions that a score may depend on, and that its exponential is the same everywhere."""
    found = {
        "creditscore": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "lightgbm": version("lightgbm"),
        "platform": platform.platform(),
        "exponential": PORTABLE,
        "lock": lock_sha256(),
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


def _judged(
    model: ScoringModel, evidence: Evidence, explained: ExplainedRow | None, against: Reference
) -> Reasons:
    if explained is None:
        return Reasons((), ())
    one, features = evidence.application, model.computer.features
    contributions = model.explainer.of_row(explained, evidence.matrix.values, features, one.application_ids)
    currency = str(evidence.plain.get("currency", ""))
    known = Known(one, evidence.portfolio, evidence.matrix, currency)
    return model.reasoner.judge(known, contributions, against, moment(int(one.as_of[0])))


def _decided(
    policy: Policy | None, outcome: Mapping[str, Any], matrix: FeatureMatrix, asked: Mapping[str, Any]
) -> PolicyDecision:
    """Let the policy decide on the results, the features and the attributes of the application.

    Where these are not what the model was fitted on, a person looks at who would be approved.
    """
    if policy is None:
        return PolicyDecision("refer", ())
    features = dict(zip(matrix.names, matrix.values[0].tolist(), strict=True))
    results = {name: outcome[name.removeprefix("result.")] for name in RESULTS}
    decided = policy.decide(outcome["score"], {**asked, **features, **results})
    doubtful = outcome["code"] and decided.decision == "approve"
    return replace(decided, decision="refer") if doubtful else decided


def _said(
    policy: Policy | None,
    evidence: Evidence,
    outcome: Mapping[str, Any],
    decided: PolicyDecision,
    judged: Reasons,
    schema: str,
    subject: str,
) -> tuple[Spoken, float | None, dict[str, Any]]:
    """Decision and reasons, the cut-off that holds, and what a strategy adds to the record."""
    if policy is not None and policy.strategy is not None and schema != FIRST_SCHEMA:
        plan = planned(policy, policy.strategy, evidence, outcome, decided, judged, subject)
        return plan.spoken, plan.cutoff, {"strategy": plan.section}
    cutoff = None if policy is None else policy.cutoff
    if schema == FIRST_SCHEMA:
        return spoken_at_first(policy, decided, judged), cutoff, {}
    return spoken_for(policy, decided, judged, outcome["score"]), cutoff, {}


def _also(policy: Policy | None, ledger: Ledger | None) -> FeatureComputer | None:
    """Return what a strategy computes besides the features of the model."""
    if policy is None or policy.strategy is None:
        return None
    if policy.strategy.draws and ledger is None:
        raise ParameterError("Arms and exploration draw by the pseudonym of a ledger. Give 'ledger' too.")
    return means_computer()


def _compared(policy: Policy | None) -> tuple[str, ...]:
    """Attributes of the application that rules and the strategy read."""
    if policy is None:
        return ()
    plan = policy.strategy
    return (*(rule.subject for rule in policy.rules), *(() if plan is None else plan.attributes))


def _counterfactuals(model: ScoringModel, evidence: Evidence, cutoff: float | None) -> list[dict[str, Any]]:
    if cutoff is None:
        return []
    one, portfolio, values = evidence.application, evidence.portfolio, evidence.matrix.values[0]
    found = recourse_of(model).find(one, portfolio, values, cutoff)
    return [alternative.to_dict() for alternative in found]


def _reference(model: ScoringModel, against: Reference) -> dict[str, Any]:
    groups = [feature.reason_group for feature in model.computer.features]
    return {
        "name": against.name,
        "cutoff": against.cutoff,
        "band": against.band,
        "sha256": against.sha256,
        "rows": against.rows,
        "values": against.group_means(groups),
    }
