"""The second path: agrees with the first on all that is whole, and finds whatever was changed."""

from __future__ import annotations

import json
import math

import lightgbm
import numpy as np
import pytest
from typer.testing import CliRunner

import creditscore as cs
from creditscore.cli.app import app
from creditscore.data.sources import PROTECTED_TAGS
from creditscore.model.trees import Trees
from creditscore.report.decision import decision_report
from creditscore.verify import reasons
from creditscore.verify.decision import verify_record
from creditscore.verify.model import verify_model
from creditscore.verify.paths import verify_path
from creditscore.verify.trees import raw_score, read_trees, shapley

KEY = bytes(range(32))


@pytest.fixture(scope="module")
def saved(case, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "model"
    case.pipeline.save(folder)
    return folder


@pytest.fixture(scope="module")
def parts(saved):
    findings, parts = verify_model(saved)
    assert findings.passed, str(findings)
    return parts


@pytest.fixture(scope="module")
def record(case):
    rule = cs.DeclineRule("too_much", "P01", "amount", ">", 100.0, {"en": "The amount is above our limit"})
    policy = cs.Policy("consumer", "1", cutoff=620.0, rules=(rule,), refer_below=640.0)
    for row in case.asked:
        if len(case.pipeline.reasons(row, case.portfolio)) > 1:
            one = case.pipeline.decide(row | {"amount": 900.0}, case.portfolio, policy=policy)
            inputs = one.content["inputs"]
            if "payments" in inputs["tables"] and inputs["others"].get("ties"):
                return one
    raise AssertionError("nobody has two reasons, payments and ties")


def random_model(seed):
    """A small model with missing values, zeros as missing or not, and categories."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(400, 6)).round(1)
    X[:, 5] = rng.integers(0, 40, 400)
    X[rng.random(X.shape) < 0.15] = np.nan
    y = rng.random(400) < 1 / (1 + np.exp(-np.nansum(X[:, :3], axis=1)))
    settings = {
        "objective": "binary", "verbose": -1, "seed": seed, "num_leaves": 12, "min_data_in_leaf": 5,
        "zero_as_missing": bool(seed % 2), "use_missing": seed % 3 > 0, "min_data_per_group": 5,
        "num_threads": 1,
    }  # fmt: skip
    data = lightgbm.Dataset(X, y.astype(float), categorical_feature=[5])
    return X, lightgbm.train(settings, data, 8)


@pytest.mark.parametrize("seed", range(6))
def test_the_second_walker_agrees_with_lightgbm_and_with_the_first(seed):
    X, booster = random_model(seed)
    odd = np.array([[np.nan] * 6, [0.0] * 6, [-0.0, 1e-36, -1e-36, 1e-30, 7.0, 99.0], [1e300] * 5 + [-1.0]])
    rows = np.vstack([X[:40], odd])
    text = booster.model_to_string()
    names, trees = read_trees(text)
    scores = [raw_score(trees, row) for row in rows.tolist()]
    assert scores == booster.predict(rows, raw_score=True).tolist()
    assert scores == Trees.from_lightgbm_text(text).raw_scores(rows).tolist()
    assert names == booster.feature_name()
    contributions = booster.predict(rows[:12], pred_contrib=True)
    for row, expected in zip(rows[:12].tolist(), contributions, strict=True):
        base, added = shapley(trees, row)
        assert [*added, base] == pytest.approx(expected.tolist(), abs=1e-9)


def test_decisions_verify_with_their_model(case, parts, record):
    assert verify_record(record.to_dict(), parts).passed, str(verify_record(record.to_dict(), parts))
    for row in range(40, 52, 2):
        one = case.pipeline.decide(case.asked[row], case.portfolio)
        findings = verify_record(one.to_dict(), parts)
        assert findings.passed, str(findings)
    nobody = {"application_id": "new", "applicant_id": "nobody", "as_of": case.asked[0]["as_of"]}
    assert verify_record(case.pipeline.decide(nobody, case.portfolio).to_dict(), parts).passed


def test_a_flipped_byte_in_any_file_of_a_model_is_caught(few, tmp_path):
    saved = tmp_path / "model"
    few.save(saved)
    assert verify_path(saved).passed
    flips = 0
    for file in sorted(saved.iterdir()):
        whole = file.read_bytes()
        places = np.unique(np.linspace(0, len(whole) - 1, 25).astype(int))
        for place in places.tolist():
            changed = bytearray(whole)
            changed[place] ^= 4
            file.write_bytes(bytes(changed))
            assert not verify_path(saved).passed, f"{file.name} at {place}"
            flips += 1
        file.write_bytes(whole)
    assert flips > 100
    (saved / "extra.txt").write_text("")
    assert "extra.txt is unexpected" in str(verify_path(saved))
    (saved / "extra.txt").unlink()


def test_a_model_whose_hashes_were_all_made_anew_is_not_that_of_the_decision(saved, record, tmp_path):
    import shutil

    from creditscore.verify.findings import canonical_rfc8785 as canonical
    from creditscore.verify.findings import sha256

    other = tmp_path / "model"
    shutil.copytree(saved, other)
    scales = json.loads((other / "scales.json").read_text())
    scales["scale"]["reference_score"] = 650
    (other / "scales.json").write_text(canonical(scales))
    manifest = json.loads((other / "manifest.json").read_text())
    manifest["files"]["scales.json"] = sha256((other / "scales.json").read_bytes())
    body = {name: value for name, value in manifest.items() if name != "sha256"}
    (other / "manifest.json").write_text(canonical(body | {"sha256": sha256(canonical(body))}))
    assert "id follows from its parts: " in str(verify_path(other))
    (tmp_path / "d.json").write_text(record.to_json(), encoding="utf-8")
    assert not verify_path(tmp_path / "d.json", model=other).passed


def test_a_flipped_byte_anywhere_in_a_decision_is_caught(record, tmp_path):
    path, whole = tmp_path / "d.json", record.to_json().encode()
    path.write_bytes(whole)
    assert verify_path(path).passed
    places = np.unique(np.linspace(0, len(whole) - 1, 60).astype(int)).tolist()
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1
        path.write_bytes(bytes(changed))
        assert not verify_path(path).passed, place


def forged(record, change):
    """A record changed by somebody who hashes it anew."""
    content = record.to_dict()
    del content["sha256"]
    change(content)
    return cs.DecisionRecord.from_dict(content).to_dict()


def later(content):
    content["inputs"]["tables"]["payments"][0]["known_time"] = content["as_of"]


FORGERIES = {
    "raw score, from the feature values": lambda c: emptied(c),  # noqa: PLW0108 - defined below
    "contributions, from the trees": lambda c: swap(c, "contribution", "points"),
    "whole points": lambda c: swap(c, "integer_points"),
    "follow from the log-odds": lambda c: c["outcome"].update(probability_of_default=0.01),
    "the score is not the unrounded one": lambda c: c["outcome"].update(score=c["outcome"]["score"] + 1),
    "the grade, from the master scale": lambda c: c["outcome"].update(grade="1"),
    "only what was known": later,
    "the rows of payments are others": lambda c: c["inputs"]["tables"]["payments"].pop(),
    "the rows of other people of ties": lambda c: c["inputs"]["others"]["ties"].pop(),
    "the policy says decline": lambda c: c["outcome"].update(decision="approve"),
    "the policy is another": lambda c: c["policy"].update(cutoff=100.0),
    "ranks are not": lambda c: c["reasons"].reverse(),
    "its share": lambda c: c["reasons"][-1].update(share=c["reasons"][-1]["share"] * 0.7),
    "its groups do not add up": lambda c: c["reasons"][-1].update(
        points_lost=c["reasons"][-1]["points_lost"] * 0.7
    ),
    "dropped_reasons[0].points_lost is": lambda c: doubled(c),  # noqa: PLW0108 - defined below
    "neither given nor dropped": lambda c: withheld(c),  # noqa: PLW0108 - defined below
    "it names another model": lambda c: c["model"].update(model_id="0" * 64),
    "model.txt is another file": lambda c: c["model"]["files"].update({"model.txt": "0" * 64}),
    "keeps no reference": lambda c: c["reference"].update(rows=3),
    "is declared otherwise": lambda c: c["features"][4].update(sign=-c["features"][4]["sign"] or 1),
    "marked wrongly": lambda c: c["features"][3].update(missing=not c["features"][3]["missing"]),
    "groups are the sums": lambda c: c["groups"][0].update(points=7.0),
}


def emptied(content):
    for line in content["features"]:
        line.update(value=None, missing=True)


def doubled(content):
    for reason in (*content["reasons"], *content["dropped_reasons"]):
        reason["points_lost"] *= 2.0


def withheld(content):
    """Leave out the worst reason of the model, and number the rest anew."""
    worst = next(reason for reason in content["reasons"] if reason["kind"] == "model")
    content["reasons"].remove(worst)
    for rank, reason in enumerate(content["reasons"], start=1):
        reason["rank"] = rank


def swap(content, *names):
    lines = sorted(content["features"], key=lambda line: line["points"])
    for name in names:
        lines[0][name], lines[-1][name] = lines[-1][name], lines[0][name]


@pytest.mark.parametrize("message", FORGERIES)
def test_a_forgery_with_right_hashes_is_caught_and_named(message, record, parts):
    content = forged(record, FORGERIES[message])
    assert message in "\n".join(str(c) for c in verify_record(content, parts).checks if c.fault)


def test_counterfactuals_are_scored_again(case, parts):
    found = None
    for row in range(60, 90):
        score = case.pipeline.score(case.asked[row], case.portfolio).score
        policy = cs.Policy("p", "1", cutoff=score + 3.0)
        one = case.pipeline.decide(case.asked[row], case.portfolio, policy=policy)
        if one.content["counterfactuals"]:
            found = one
            break
    assert found is not None
    assert verify_record(found.to_dict(), parts).passed
    content = forged(found, lambda c: c["counterfactuals"][0].update(score=700))
    assert "number 0 scores" in str(verify_record(content, parts))


def test_a_report_holds_a_record_that_verifies(record, saved, tmp_path):
    path = tmp_path / "report.json"
    report = decision_report(record, audience="auditor")
    report.save(path)
    findings = verify_path(path, model=saved)
    assert findings.passed, str(findings)
    assert "raw score, from the feature values" in str(findings)
    whole = path.read_bytes()
    for place in np.unique(np.linspace(0, len(whole) - 1, 40).astype(int)).tolist():
        changed = bytearray(whole)
        changed[place] ^= 1
        path.write_bytes(bytes(changed))
        assert not verify_path(path).passed, place
    decision_report(record).save(path)
    assert verify_path(path).passed


def test_a_ledger_verifies_without_its_key(record, tmp_path):
    import sqlite3

    path = tmp_path / "ledger.db"
    with cs.Ledger.open(path, key=KEY) as ledger:
        head = ledger.append(record)
        ledger.erase(record.subject)
        ledger.append(cs.DecisionRecord.from_dict(forged(record, lambda c: c.update(decision_id="d" * 36))))
    assert verify_path(path, anchor=str(head)).passed, str(verify_path(path, anchor=str(head)))
    assert "was cut off" in str(verify_path(path, anchor=f"9:{head.hash.hex()}"))
    whole = path.read_bytes()
    columns = ("kind", "entry_id", "subject", "key_id", "appended_at", "nonce", "payload", "previous", "hash")
    for column in columns:
        for sequence in (1, 2, 3):
            path.write_bytes(whole)
            connection = sqlite3.connect(path, isolation_level=None)
            connection.execute("DROP TRIGGER chain_UPDATE")
            connection.execute(
                f"UPDATE chain SET {column} = CASE typeof({column}) WHEN 'blob' THEN {column} || x'01' "
                f"WHEN 'text' THEN {column} || 'x' ELSE {column} + 1 END WHERE sequence = ?",
                (sequence,),
            )
            connection.close()
            assert not verify_path(path).passed, (column, sequence)


def test_what_is_none_of_these_is_refused(tmp_path):
    with pytest.raises(cs.errors.ArtefactError, match="cannot be read"):
        verify_path(tmp_path / "nothing")
    for text in ("{}", "[1]", "no json", '{"schema":"creditscore.other/1"}', json.dumps({"a": math.pi})):
        (tmp_path / "x.json").write_text(text)
        assert not verify_path(tmp_path / "x.json").passed
    assert not verify_path(tmp_path).passed


def test_both_paths_forbid_the_same():
    assert reasons.FORBIDDEN_TAGS == PROTECTED_TAGS


def test_the_command_line(record, saved, tmp_path):
    def run(*words):
        return CliRunner().invoke(app, ["verify", *map(str, words)])

    (tmp_path / "d.json").write_text(record.to_json(), encoding="utf-8")
    done = run(tmp_path / "d.json", "--model", saved)
    assert done.exit_code == 0
    assert "d.json: verified" in done.output
    (tmp_path / "d.json").write_text(record.to_json().replace("900.0", "901.0"), encoding="utf-8")
    done = run(tmp_path / "d.json")
    assert done.exit_code == 1
    assert "FAILED  the record is as it was written" in done.output
    (tmp_path / "key").write_text(KEY.hex())
    with cs.Ledger.open(tmp_path / "ledger.db", key=KEY) as ledger:
        ledger.append(record)
    done = run(tmp_path / "ledger.db", "--key-file", tmp_path / "key")
    assert done.exit_code == 0
    assert "with the key: 1 decisions, 0 erased" in done.output
    assert run(saved).exit_code == 0
