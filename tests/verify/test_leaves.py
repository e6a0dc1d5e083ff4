"""No leaf of a record may be changed unseen that follows from others."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from creditscore.verify.decision import verify_record
from creditscore.verify.leaves import RECORD, kind_of, steps_in, unknown_leaves
from tests.verify import every, sets
from tests.verify.changing import changed, dotted, put, sealed, without

# Of lines and payments, which are alike, so many are changed whole; of the others, every tenth leaf.
ALIKE = ("features", "payments")
FIRST = 3


def is_derived(path) -> bool:
    leaf = kind_of(tuple(step if isinstance(step, int) else str(step) for step in path))
    return leaf is None or leaf.kind == "derived"


def chosen(rng: random.Random, share: float):
    """Paths of derived leaves; of the many lines that are alike, some."""

    def keep(path) -> bool:
        numbers = [step for step in path if isinstance(step, int)]
        alike = path[0] in ALIKE and numbers and numbers[0] >= FIRST
        return is_derived(path) and (not alike or rng.random() < 0.1) and rng.random() < share

    return keep


# Of each record about so many.
LEAVES = 100


def missed(data: sets.Decided, record: dict, *, share: float = 1.0, seed: int = 0) -> tuple[list[str], int]:
    """Change derived leaves one by one; return what was not found, and how many changes there were."""
    rng, tried, unseen = random.Random(seed), 0, []
    assert verify_record(record, data.parts, replay=data.replay).passed
    for one in changed(record, rng, chosen(rng, share)):
        tried += 1
        if every.found_by(data, one.content, one.path) is None:
            unseen.append(str(one))
    return unseen, tried


@pytest.mark.parametrize("name", ["forms", "world"])
def test_whole_records_pass_with_the_model_alone_and_with_the_library(name, request):
    data = request.getfixturevalue(name)
    for record in data.records:
        for replay in (None, data.replay):
            findings = verify_record(record, data.parts, replay=replay)
            assert findings.passed, str(findings)


def test_there_are_rules_alone_friends_consents_persons_and_mismatches(forms, world):
    decisions = {one["outcome"]["decision"] for one in (*forms.records, *world.records)}
    assert decisions == {"approve", "decline", "refer", "none"}
    kinds = {reason["kind"] for one in forms.records for reason in one["reasons"]}
    assert kinds == {"model", "policy"}
    assert any(
        one["dropped_reasons"] and one["dropped_reasons"][0]["guard"] == "rules" for one in forms.records
    )
    assert forms.records[-1]["inputs"]["mismatches"]
    assert world.records[-1]["outcome"]["status"] == "unscorable"
    assert any(one["inputs"]["others"].get("standings") for one in world.records)
    assert any(one["inputs"]["tables"].get("consents") for one in world.records)


def test_the_table_knows_every_leaf(forms, world):
    used = set()
    for record in (*forms.records, *world.records):
        assert list(unknown_leaves(record)) == []
        used |= {kind_of(path).pattern for path, _ in steps_in(record)}
    packed = (
        "form",
        "rows",
        "content",
        "columns[]",
        "words",
        "higher",
        "lower",
        "moments",
        "legal_basis",
        "inputs.terms",
        "signature",
        "label.unit",
        "label.group",
    )
    rare = {leaf.pattern for leaf in RECORD} - used
    # Records of strategies, laws, days of reading and joint applicants have tests of their own, which hold
    # each of their leaves to the table.
    apart = (
        "strategy", "policy.strategy", "law.", "inputs.terms", "parties", "inputs.joint",
        "inputs.guarantors", "inputs.ability", "policy.retention_days", "inputs.retention", "cell.",
        "inputs.voided", "inputs.expired",
    )  # fmt: skip
    rare = {one for one in rare if not one.startswith(apart)}
    assert {one for one in rare if not any(part in one for part in packed)} <= {
        "inputs.currency", "policy.rules[].value[]",
    }  # fmt: skip


def test_a_leaf_that_the_table_does_not_know_is_a_finding(forms):
    for path in (("remark",), ("outcome", "remark"), ("features", 0, "remark"), ("policy", "remark")):
        record = sealed(put(forms.records[0], path, "x"))
        assert "is no leaf of a record" in str(verify_record(record)), path


def test_every_derived_leaf_that_is_changed_is_found_in_some_records(forms, world):
    for data, number, share in ((forms, 1, 0.5), (forms, 13, 0.2), (world, 1, 0.12), (world, 8, 0.1)):
        unseen, tried = missed(data, data.records[number], share=share)
        assert not unseen, unseen[:20]
        assert tried > 40


@pytest.mark.long
@pytest.mark.parametrize("name", ["german", "taiwan", "simulated", "superlender", "everything"])
def test_every_derived_leaf_that_is_changed_is_found(name, tmp_path, real_data):
    """Some leaves of each record; all of them with ``python -m tests.verify.every``, and ``every signed``."""
    make = getattr(sets, name)
    data = make(tmp_path / "model", 15, real_data) if name == "superlender" else make(tmp_path / "model", 15)
    total = 0
    for number, record in enumerate(data.records):
        share = min(1.0, LEAVES / sum(1 for _ in steps_in(record)))
        unseen, tried = missed(data, record, share=share, seed=number)
        total += tried
        assert not unseen, (number, unseen[:20])
    assert total > 500
    vouched = every.vouched_tally(data, tmp_path, share=0.05)
    assert (vouched.records, vouched.by_clerk, vouched.by_lender) == (15, [], [])
    assert vouched.changes > 200


def test_every_leaf_of_a_record_is_found_by_what_the_table_of_counts_says(forms):
    counted = every.tally(forms._replace(records=forms.records[:1]))
    assert (counted.records, counted.unseen) == (1, [])
    assert counted.changes == sum(counted.by.values()) > 3 * counted.leaves > 1_000
    assert all(counted.by[what] for what in (every.BEFORE, every.AGAIN, every.LIBRARY))


def test_with_trust_and_a_head_every_leaf_is_found_also_where_the_lender_signs_anew(forms, tmp_path):
    """Who, when, ids, environment, rows and policy too: the head is of what was entered alone."""
    vouched = every.vouched_tally(forms._replace(records=forms.records[1:3]), tmp_path)
    assert (vouched.records, vouched.by_clerk, vouched.by_lender) == (2, [], [])
    assert vouched.changes > 1_000


def test_whatever_is_taken_out_of_a_record_is_found(forms, world):
    """Also what older records lack, and whole parts, of people with and without reasons or payments."""
    for data, number in ((forms, 1), (world, 4)):
        record = data.records[number]
        lost = [
            one for one in without(record)
            if is_derived(one.path) and every.found_by(data, one.content, one.path) is None
        ]
        assert not lost, list(map(str, lost))
    for data in (forms, world):
        for record in data.records:
            for name in set(record) - {"sha256"}:
                one = sealed({part: value for part, value in record.items() if part != name})
                assert every.found_by(data, one, (name,)) is not None, name
                assert verify_record(one, data.parts).passed is False, name


def test_a_text_times_a_huge_number_is_a_finding(forms):
    text = put(forms.records[0], ("calibration", "slope"), "x")
    assert not verify_record(sealed(put(text, ("raw_score",), 10**15))).passed


def test_changes_are_named_by_their_path():
    assert dotted(("features", 3, "value")) == "features[3].value"


@pytest.mark.long
def test_no_sound_decision_is_refused(tmp_path: Path) -> None:
    """Both paths agree on all loan features of many people, not only on those whose leaves are changed."""
    world = sets.simulated(tmp_path / "model", 220, every=1)
    findings = [verify_record(record, world.parts) for record in world.records]
    assert not [str(found) for found in findings if not found.passed]
