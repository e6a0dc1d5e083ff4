"""A build that decides wrongly: what it writes is found, also by a verifier that runs inside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import creditscore.deciding.decide as deciding
from creditscore.deciding import lines
from creditscore.explain.explainer import Explainer
from creditscore.policy.rules import DeclineRule, PolicyDecision
from creditscore.reasons import choice, reason
from creditscore.recourse.counterfactual import Recourse
from creditscore.scoring import reasoner
from creditscore.verify.decision import verify_record
from creditscore.verify.replayed import Replay
from tests.verify.sets import Decided

whole_points, said = lines.integer_points, reason.speak
outcome, find, one = deciding.outcome_of, Recourse.find, Explainer.one
limited, sources = choice.ReasonCatalogue._limited, deciding.sources_of
absences, counts, lead_of = reasoner.with_absences, reasoner.with_counts, choice.effective_leads
spoken, reference = deciding.spoken_for, deciding._reference
decide, payments = deciding._decided, deciding.payments_of


def exchanged(explainer: Any, evaluated: Any) -> Any:
    found = one(explainer, evaluated)
    return replace(found, values=found.values[::-1].copy())


def untried(applicant: Any, candidates: Any, **given: Any) -> Any:
    tried = {candidate: applicant.harmful(candidate) for candidate in candidates}
    return {candidate: columns[-1] for candidate, columns in tried.items() if columns}, set()


def moved_score(recourse: Any, *given: Any, **more: Any) -> Any:
    return tuple(replace(each, score=each.score + 1) for each in find(recourse, *given, **more))


def approving(policy: Any, *given: Any) -> Any:
    return decide(policy, *given) if policy is None else PolicyDecision("approve", ())


def absent(given: Any, *more: Any) -> Any:
    return tuple(
        each if each.fact is None else replace(each, fact=replace(each.fact, absence="refused"))
        for each in absences(given, *more)
    )


def of_others(given: Any, matrix: Any) -> Any:
    return tuple(
        each if each.fact is None else replace(each, fact=replace(each.fact, of=(each.fact.of or 0) + 1))
        for each in counts(given, matrix)
    )


# By check: what is built wrongly, and how; a dotted name stands in the package.
WRONG: dict[str, tuple[str, Any]] = {
    "outcome": ("creditscore.deciding.decide.outcome_of", lambda *g: replace(outcome(*g), grade="1")),
    "outcome of a score": (
        "creditscore.deciding.decide.outcome_of", lambda *g: replace(outcome(*g), score=outcome(*g).score + 1)
    ),
    "outcome of a policy": ("creditscore.deciding.decide._decided", approving),
    "outcome of rules": ("creditscore.policy.rules.DeclineRule.fires", lambda *g: False),
    "outcome that is not said": (
        "creditscore.deciding.decide.spoken_for",
        lambda *g: replace(spoken(*g), decision="refer", referred_because=None),
    ),
    "outcome of a mismatch": ("creditscore.deciding.decide.status_code", lambda found, scorable: ""),
    "features": ("creditscore.explain.explainer.Explainer.one", exchanged),
    "features in whole points": (
        "creditscore.deciding.lines.integer_points", lambda points, total: whole_points(points, total)[::-1]
    ),
    "reasons": ("creditscore.reasons.choice.ReasonCatalogue._limited", lambda c, g: limited(c, g)[1:]),
    "reasons that would not help": ("creditscore.reasons.choice.effective_leads", untried),
    "reasons in words": ("creditscore.reasons.reason.speak", lambda *g, **m: said(*g, **m) + "."),
    "reasons of what is absent": ("creditscore.scoring.reasoner.with_absences", absent),
    "reasons of counts": ("creditscore.scoring.reasoner.with_counts", of_others),
    "dropped_reasons": ("creditscore.reasons.choice.FEWEST_POINTS", 3.0),
    "counterfactuals": ("creditscore.recourse.counterfactual.Recourse.find", moved_score),
    "reference": (
        "creditscore.deciding.decide._reference", lambda *g: {**reference(*g), "sha256": "0" * 64}
    ),
    "sources": (
        "creditscore.deciding.decide.sources_of",
        lambda e: {name: one | {"covered": not one["covered"]} for name, one in sources(e).items()},
    ),
    "the decision": ("creditscore.deciding.decide.payments_of", lambda evidence: None),
}  # fmt: skip


def faults(data: Decided, records: list[dict[str, Any]], replay: Replay) -> list[str]:
    found = [verify_record(record, data.parts, replay=replay) for record in records]
    return [check.name for findings in found for check in findings.checks if check.fault]


@pytest.mark.as_given
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_build_is_found_from_inside_it(name, forms, world, monkeypatch):
    """The library takes the same wrong decision again; the path of its own does not."""
    target, wrong = WRONG[name]
    monkeypatch.setattr(target, wrong)
    found: list[str] = []
    for data, rows in ((forms, (1, 3, 9, len(forms.asked) - 1)), (world, (0, 1, 3))):
        rule = DeclineRule("all", "P07", "amount", ">", 1.0, {"en": "Nobody"})
        records = [
            data.again(row, cutoff=data.cutoff + 30, rules=(rule,) if row == 3 else ()) for row in rows
        ]
        found += faults(data, records, Replay(data.folder))
    expected = name.partition(" ")[0] if name != "the decision" else name
    assert any(each.startswith(expected) for each in found), found


def test_changes_that_are_left_out_are_found(forms, monkeypatch):
    """Of those that need one other amount or term alone; the library's own search finds all."""
    scores = [record["outcome"]["score"] for record in forms.records]
    short = [(row, {"cutoff": score + 2.0}) for row, score in enumerate(scores) if score is not None]
    whole = {row for row, policy in short if len(forms.again(row, **policy)["counterfactuals"]) == 1}
    with monkeypatch.context() as wrong:
        wrong.setattr("creditscore.recourse.counterfactual.Recourse.find", lambda *g, **m: ())
        records = [forms.again(row, **policy) for row, policy in short if row in whole]
        inside = faults(forms, records, Replay(forms.folder))
        assert "counterfactuals, worked out again" in inside
    outside = [faults(forms, [record], forms.replay) for record in records]
    assert all("the decision, taken again from its inputs" in each for each in outside)


def test_wrong_features_are_found_by_a_build_that_is_right(forms, world, monkeypatch):
    """Numbers that do not follow from the stored rows."""
    for data in (forms, world):
        with monkeypatch.context() as wrong:
            features = data.pipeline.model.computer
            finish = type(features).compute

            def computed(self, *given, finish=finish, **more):
                matrix = finish(self, *given, **more)
                return replace(matrix, values=np.where(matrix.values == 1.0, 2.0, matrix.values))

            wrong.setattr(type(features), "compute", computed)
            record = data.again(1)
        assert "features, from the stored rows by the kernels" in faults(data, [record], data.replay)


def test_mismatches_that_are_kept_back_are_found(forms, monkeypatch):
    with monkeypatch.context() as wrong:
        wrong.setattr("creditscore.scoring.model.values_found", lambda *given: ())
        record = forms.again(len(forms.asked) - 1)
    assert "mismatches" not in record["inputs"]
    assert "mismatches, worked out again" in faults(forms, [record], forms.replay)
