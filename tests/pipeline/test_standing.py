"""Each result says in which cell of sources it stands and how each source did, and its parts agree on it."""

from __future__ import annotations

import json
import re

import jsonschema
import numpy as np
import pytest

import creditscore as cs
from creditscore.data.sources import SOURCE_GROUPS
from creditscore.data.statuses import STATES
from creditscore.verify.decision import verify_record
from creditscore.verify.leaves import unknown_leaves
from creditscore.verify.model import verify_model
from creditscore.verify.replayed import Replay
from creditscore.words.languages import page_texts_in

# Other people stand in these, so the person asked about is not told how they stood.
OF_OTHERS = frozenset({"measures", "memberships", "ties"})
# What takes a source away, whatever rows there are.
GONE = {"forbidden", "outage", "not_supplied", "refused", "withdrawn", "voided", "expired"}
KNOWN = {"present", "too_short", "stale", "empty"}
TERMS = (
    {},
    {"unavailable": {"payments": "outage", "bills": "not_supplied"}},
    {"consent_needed": ["payments", "sessions", "ties"]},
    {"forbidden": {"score": {"digital_footprint"}}},
    {"unavailable": dict.fromkeys(("loans", "inquiries", "sessions", "form_events", "ties"), "outage")},
)


def consents(case):
    """Consents of two of three applicants to payments, some of them withdrawn since."""
    who = sorted({row["applicant_id"] for row in case.asked})
    return [
        {
            "applicant_id": one, "source": "payments", "granted_time": "2019-01-01T00:00Z",
            "lawful_basis": "consent",
            "withdrawn_time": "2020-01-01T00:00Z" if k % 3 == 1 else None,
        }
        for k, one in enumerate(who)
        if k % 3
    ]  # fmt: skip


@pytest.fixture(scope="module")
def portfolios(case):
    from tests.features.worlds import PRIVACY

    plain = cs.Portfolio.from_records({**case.world, "consents": consents(case)}, privacy=PRIVACY)
    return [plain.with_sources(**terms) for terms in TERMS] + [case.portfolio]


def test_one_and_many_say_the_same_and_it_is_what_the_contract_of_sources_says(case, portfolios):
    some = case.applications.take(np.arange(0, 160, 9))
    read = {feature.source for feature in case.pipeline.model.computer.features}
    for portfolio in portfolios:
        many = case.pipeline.score_many(some, portfolio, on_mismatch="count")
        said = cs.source_status(some, portfolio)
        for row in range(len(some)):
            one = case.pipeline.score(some.take([row]), portfolio)
            assert one.source_mask == many.source_mask[row]
            assert one.source_status == many.source_status(row)
            assert set(one.source_status) == read & set(said[row].states["score"])
            assert all(state == said[row].of(name) for name, state in one.source_status.items())
            assert json.loads(json.dumps(one.to_dict()))["source_status"] == one.source_status


def test_a_group_counts_where_one_of_its_sources_was_known_and_never_where_all_are_gone(case, portfolios):
    masks = set()
    for portfolio in portfolios:
        many = case.pipeline.score_many(case.applications, portfolio, on_mismatch="count")
        masks |= set(many.source_mask)
        for row, mask in enumerate(many.source_mask):
            status = many.source_status(row)
            there = mask.split("+") if mask else []
            assert there == [name for name in SOURCE_GROUPS if name in there]
            for group, sources in SOURCE_GROUPS.items():
                states = {status[name] for name in sources if name in status}
                if group in there:
                    assert states & KNOWN, (mask, status)
                assert group not in there or not states <= GONE
    assert len(masks) > 3


def test_reasons_that_name_an_absence_agree_with_the_status_of_the_source(case, portfolios):
    seen = set()
    for portfolio in portfolios:
        for row in range(0, 160, 5):
            result = case.pipeline.score(case.applications.take([row]), portfolio)
            for reason in result.reasons:
                if reason.basis != "source" or reason.fact is None or reason.fact.absence is None:
                    continue
                state = result.source_status[reason.group.removeprefix("insufficient_")]
                seen.add((reason.fact.absence, state))
                if reason.fact.absence == "barred":
                    assert state in {"outage", "not_supplied", "forbidden"}
                elif reason.fact.absence == "refused":
                    assert state in {"refused", "withdrawn", "not_supplied"}
                elif reason.fact.absence == "nothing":
                    assert state in {"empty", "voided", "expired", "not_supplied"}
    assert seen


def test_records_say_the_same_and_every_path_works_it_out_again(case, dropped, portfolios, tmp_path):
    dropped.save(tmp_path / "model")
    _, parts = verify_model(tmp_path / "model")
    replay = Replay(tmp_path / "model")
    states = set()
    for number, portfolio in enumerate([*portfolios, voided(case)]):
        for row in range(number, 160, 97):
            one = case.applications.take([row])
            result, record = dropped.score(one, portfolio), dropped.decide(one, portfolio)
            cell = record.content["cell"]
            assert cell["mask"] == result.source_mask
            assert cell["states"] == {n: s for n, s in result.source_status.items() if n != "standings"}
            assert list(unknown_leaves(record.to_dict())) == []
            states |= set(cell["states"].values())
            assert cs.replay_decision(record, dropped.model) is None
            found = verify_record(record.to_dict(), parts, replay=replay)
            assert found.passed, [str(c) for c in found.checks if c.fault]
            jsonschema.validate(record.to_dict(), cs.DecisionRecord.schema())
            if row == number:
                other = "present" if cell["states"]["payments"] == "stale" else "stale"
                for name, value in (
                    ("mask", "digital+social"),
                    ("states", {**cell["states"], "payments": other}),
                ):
                    forged = record.to_dict() | {"cell": {**cell, name: value}}
                    forged.pop("sha256")
                    again = cs.DecisionRecord.from_dict(forged)
                    assert not verify_record(again.to_dict(), parts).passed
                    assert str(cs.replay_decision(again, dropped.model)).startswith("cell.")
                lacking = {
                    name: part for name, part in record.to_dict().items() if name not in ("cell", "sha256")
                }
                assert not verify_record(cs.DecisionRecord.from_dict(lacking).to_dict(), parts).passed
    assert states >= {
        "forbidden",
        "outage",
        "not_supplied",
        "refused",
        "withdrawn",
        "voided",
        "empty",
        "present",
    }


def test_pages_say_of_each_source_what_the_record_does(case, dropped, portfolios):
    """Whatever the status: read back from the page, in each language, by subject and auditor."""
    record = dropped.decide(case.applications.take([0]), portfolios[0]).to_dict()
    names = list(record["cell"]["states"])
    for first in range(0, len(STATES), 4):
        states = {name: STATES[(first + k) % len(STATES)] for k, name in enumerate(names)}
        forged = cs.DecisionRecord.from_dict(
            {key: part for key, part in record.items() if key != "sha256"}
            | {"cell": {**record["cell"], "states": states}}
        )
        for language in ("en", "fa", "zh"):
            words = page_texts_in(language).words
            for audience, silent in (("subject", OF_OTHERS), ("auditor", frozenset())):
                said = {name: state for name, state in states.items() if name not in silent}
                want = [(words[f"source.{name}"], words[f"state.{state}"]) for name, state in said.items()]
                report = cs.decision_report(forged, language=language, audience=audience)
                jsonschema.validate(report.to_dict(), cs.DecisionReport.schema())
                assert standing(report.to_html(), words["data.stood"]) == want


def standing(page, caption):
    """Rows of the table of a page with a caption."""
    (table,) = [one for one in re.findall("<table.*?</table>", page, re.DOTALL) if f">{caption}<" in one]
    cells = [re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in table.split("<tr>")]
    return [tuple(re.sub("<[^>]+>", "", one) for one in row) for row in cells if len(row) == 2][1:]


def voided(case):
    """Payments of every other applicant were all taken back."""
    from tests.features.worlds import PRIVACY

    rows = [
        row | ({"voided_time": "2020-06-01T00:00Z"} if int(row["applicant_id"][-1]) % 2 else {})
        for row in case.world["payments"]
    ]
    return cs.Portfolio.from_records({**case.world, "payments": rows}, privacy=PRIVACY)


def test_where_the_application_alone_tells_the_mask_is_empty():
    german = cs.datasets.load_german()
    scorer = cs.CreditScorer(n_estimators=5, recipe="pairs", n_folds=2)
    features = [cs.application_features(german.columns)]
    pipeline = cs.CreditPipeline(features, scorer=scorer).fit(german.applications, cs.Portfolio(), german.bad)
    result = pipeline.score(german.applications.take([0]), cs.Portfolio())
    assert (result.source_mask, result.source_status) == ("", {})
