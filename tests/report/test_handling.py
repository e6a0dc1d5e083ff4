"""What people did with a decision: reviews, corrections, notices of what is adverse and of nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import creditscore as cs
from creditscore._ground.canonical import canonical_v1, sha256
from creditscore.errors import ArtefactError, ParameterError
from tests.pipeline.conftest import Case
from tests.report.conftest import GIVEN, ISSUED, LANGUAGES, resealed
from tests.report.reading import Page

LATER = ISSUED + timedelta(hours=1)


def report(record: Any, **changed: Any) -> cs.DecisionReport:
    return cs.decision_report(record, **(GIVEN | {"issued_at": ISSUED + timedelta(days=1)} | changed))


@pytest.fixture(scope="module")
def declined(decided: dict[str, Any]) -> cs.DecisionRecord:
    return cs.DecisionRecord.from_dict(decided)


@pytest.fixture(scope="module")
def approved(case: Case) -> cs.DecisionRecord:
    one = case.applications.take([0])
    policy = cs.Policy("easy", "1", cutoff=301.0)
    return case.pipeline.decide(one, case.portfolio, policy=policy, decided_at=ISSUED)


@pytest.fixture(scope="module")
def referred(case: Case) -> cs.DecisionRecord:
    one = case.applications.take([0])
    policy = cs.Policy("careful", "1", cutoff=301.0, refer_below=849.0)
    return case.pipeline.decide(one, case.portfolio, policy=policy, decided_at=ISSUED)


def ruled(record: cs.DecisionRecord, decision: Any, *earlier: cs.Review, **changed: Any) -> cs.Review:
    said = {"reviewer": "R. Amini", "role": "credit officer", "reason": "A guarantor signed."}
    at = LATER + timedelta(minutes=len(earlier))
    given = said | {"reviewed_at": at, "heard": "I was ill then."} | changed
    return cs.review_decision(record, decision=decision, earlier=earlier, **given)


def test_what_a_person_ruled_holds_and_is_said_with_its_reason(declined) -> None:
    review = ruled(declined, "approve")
    made = report(declined, reviews=[review])
    assert made.data["decided"] == "approve"
    assert made.data["record"]["outcome"]["decision"] == "decline"
    assert made.data["flags"] == {"automated": False, "human_review": "done", "personalised_price": False}
    text = Page(made.to_html()).text()
    assert text.index("Approved") < text.index("A guarantor signed.")
    assert "I was ill then." in text
    assert "decided otherwise" in text
    assert '<p class="verdict approve">' in made.to_html()


def test_names_of_reviewers_are_for_auditors_and_authorities(declined) -> None:
    review = ruled(declined, "decline")
    assert "R. Amini" not in report(declined, reviews=[review]).to_json()
    for audience in ("auditor", "authority"):
        made = report(declined, reviews=[review], audience=audience)
        assert "R. Amini, credit officer" in Page(made.to_html()).text()
        assert "not decided otherwise" in Page(made.to_html()).text()


def test_the_last_of_several_reviews_holds(declined) -> None:
    first = ruled(declined, "approve")
    second = ruled(declined, "decline", first)
    assert report(declined, reviews=[first, second]).data["decided"] == "decline"
    assert [one["overrides"] for one in report(declined, reviews=[first, second]).data["reviews"]] == [
        True,
        True,
    ]
    with pytest.raises(ArtefactError, match="before .* is missing"):
        report(declined, reviews=[second])
    with pytest.raises(ArtefactError, match="before .* is missing"):
        report(declined, reviews=[second, first])


def test_a_review_of_another_decision_is_refused(declined, approved) -> None:
    with pytest.raises(ArtefactError, match="of another decision"):
        report(approved, reviews=[ruled(declined, "approve")])


@pytest.mark.parametrize("moment", [None, "", "today", "2026-11-22T08:30:00"])
def test_a_record_that_does_not_say_when_it_was_decided_is_not_reviewed(declined, moment) -> None:
    body = {name: part for name, part in declined.to_dict().items() if name != "sha256"}
    with pytest.raises(ArtefactError, match="when it was decided"):
        ruled(cs.DecisionRecord.from_dict(body | {"decided_at": moment}), "approve")


@pytest.mark.parametrize("part", ["reason", "reviewer", "decision", "reviewed_at", "before", "after"])
def test_a_changed_review_is_refused(declined, part) -> None:
    stored = ruled(declined, "approve").to_dict()
    assert cs.Review.from_dict(stored).to_dict() == stored
    with pytest.raises(ArtefactError, match="changed since it was made"):
        cs.Review.from_dict(stored | {part: "decline" if part == "decision" else "x"})


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"reviewer": " "}, "'reviewer'.*words"),
        ({"reason": ""}, "'reason'.*words"),
        ({"decision": "refer"}, "'decision'.*'approve', 'decline'"),
        ({"reviewed_at": ISSUED - timedelta(seconds=1)}, "'reviewed_at'.*not before"),
        ({"reviewed_at": datetime(2026, 12, 1)}, "'reviewed_at'.*time zone"),  # noqa: DTZ001 - the point
    ],
)
def test_a_review_without_reviewer_reason_or_moment_is_refused(declined, wrong, told) -> None:
    with pytest.raises(ParameterError, match=told):
        ruled(declined, **({"decision": "approve"} | wrong))


def test_flags_say_who_decided(declined, approved, referred, record) -> None:
    found = {
        name: report(one).data["flags"]
        for name, one in {"d": declined, "a": approved, "r": referred, "none": record}.items()
    }
    assert [found[name]["automated"] for name in ("d", "a", "r", "none")] == [True, True, False, False]
    reviewed = [found[name]["human_review"] for name in ("d", "a", "r", "none")]
    assert reviewed == ["none", "none", "required", "none"]


def test_only_what_is_adverse_gets_a_notice(declined, approved, referred, record) -> None:
    notice = {"kind": "adverse_action"}
    assert "Declined" in Page(report(declined, **notice).to_html()).text()
    with pytest.raises(ParameterError, match="'kind'.*approved as it was asked for"):
        report(approved, **notice)
    with pytest.raises(ParameterError, match="'kind'.*approved as it was asked for"):
        report(approved, **notice, action="Declined")
    with pytest.raises(ParameterError, match="'record'.*a person decided"):
        report(referred, **notice)
    with pytest.raises(ParameterError, match="'record'.*a person decided"):
        report(referred, **notice, action="Declined")
    with pytest.raises(ParameterError, match="'action'.*no policy decided"):
        report(record, **notice)
    with pytest.raises(ParameterError, match="'kind'.*approved as it was asked for"):
        report(declined, **notice, reviews=[ruled(declined, "approve")])
    assert report(approved, **notice, counter_offer="500 for six months").data["decided"] == "approve"
    assert report(record, **notice, action="Declined").data["decided"] == "none"
    assert (
        "Declined" in Page(report(referred, **notice, reviews=[ruled(referred, "decline")]).to_html()).text()
    )


def test_of_what_was_referred_a_ruling_is_compared_with_no_decision(declined, referred) -> None:
    for record, compared in ((declined, True), (referred, False)):
        text = Page(report(record, reviews=[ruled(record, "decline")]).to_html()).text()
        assert ("Against what was decided before" in text) is compared
        assert ("not decided otherwise" in text) is compared


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_says_why_a_person_declined(declined, approved, referred, language) -> None:
    title = {"en": "Ruling of a person", "fa": "رأی بررسی‌کنندهٔ انسانی", "zh": "人工裁定"}[language]
    for record, others in ((declined, True), (referred, True), (approved, False)):
        rulings = [ruled(record, "approve", reason="A mistake.")]
        rulings.append(ruled(record, "decline", *rulings, reason="No income is shown."))
        made = report(record, kind="adverse_action", language=language, reviews=rulings)
        text = Page(made.to_html()).text()
        assert title in text
        assert "No income is shown." in text
        assert "A mistake." not in text
        told = [one["text"] for one in made.data["said"]]
        assert told
        assert sum(one in text for one in told) == (min(len(told), 3) if others else 0)


def test_a_notice_needs_no_reason_of_the_model_where_a_person_declined(approved) -> None:
    body = {name: part for name, part in approved.to_dict().items() if name != "sha256"}
    body |= {"reasons": []}
    record = cs.DecisionRecord.from_dict(body | {"sha256": sha256(canonical_v1(body))})
    made = report(record, kind="adverse_action", reviews=[ruled(record, "decline", reason="No income.")])
    assert "No income." in Page(made.to_html()).text()
    with pytest.raises(ParameterError, match="a decision with reasons"):
        report(record, kind="adverse_action", counter_offer="500 for six months")


@pytest.mark.parametrize(
    ("absent", "value"),
    [
        ("creditor", None), ("creditor", "  "), ("agency", None), ("agency", ""), ("statements", ()),
        ("statements", ["", " "]), ("statements", ["You may ask why.", ""]),
    ],
)  # fmt: skip
def test_a_notice_that_lacks_a_part_is_not_made(declined, absent, value) -> None:
    with pytest.raises(ParameterError, match=rf"'{absent}'.*creditor, agency and rights"):
        report(declined, kind="adverse_action", **{absent: value})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_without_any_of_its_parts_is_a_form_and_says_so(declined, language) -> None:
    made = cs.decision_report(declined, kind="adverse_action", language=language)
    text = Page(made.to_html()).text("text", "code")
    assert text.count("_" * 40) == 4
    said = {"en": "A form:", "fa": "این یک فرم است", "zh": "本页为表格"}[language]
    assert said in text
    assert "_" * 40 not in Page(report(declined, kind="adverse_action", language=language).to_html()).text(
        "text"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_says_of_nothing_that_it_is_left_out(declined, language) -> None:
    made = report(declined, kind="adverse_action", language=language)
    assert made.data["not_included"] == []
    assert 'id="absent"' not in made.to_html()


def test_a_corrected_report_names_the_one_that_it_replaces(case, declined, record) -> None:
    first = report(declined)
    again = report(
        record, replaces=first, correction="Your income was read twice.",
        issued_at=ISSUED + timedelta(days=3),
    )  # fmt: skip
    named = again.data["replaces"]
    assert (named["report_id"], named["sha256"]) == (first.data["report_id"], first.data["sha256"])
    text = Page(again.to_html()).text("text", "code")
    assert first.data["report_id"] in text
    assert "Your income was read twice." in text
    with pytest.raises(ParameterError, match="'correction'.*what was corrected"):
        report(record, replaces=first, issued_at=ISSUED + timedelta(days=3))
    with pytest.raises(ParameterError, match="'replaces'.*issued before"):
        report(record, replaces=first, correction="x", issued_at=ISSUED)
    other = case.pipeline.decide(case.applications.take([1]), case.portfolio, decided_at=ISSUED)
    with pytest.raises(ParameterError, match="'replaces'.*a report on"):
        report(other, replaces=first, correction="x", issued_at=ISSUED + timedelta(days=3))


@pytest.mark.parametrize(
    ("issued", "months", "until"),
    [
        (datetime(2026, 11, 22, 8, tzinfo=UTC), 25, "2028-12-22"),
        (datetime(2026, 1, 31, 8, tzinfo=UTC), 1, "2026-02-28"),
        (datetime(2027, 1, 31, 8, tzinfo=UTC), 13, "2028-02-29"),
    ],
)
def test_a_decision_expires_and_a_report_is_kept(approved, issued, months, until) -> None:
    then = cs.DecisionRecord.from_dict(resealed(approved.to_dict() | {"decided_at": issued.isoformat()}))
    made = report(then, issued_at=issued, valid_days=30, keep_months=months)
    assert made.data["validity"]["keep_until"] == until
    assert made.data["validity"]["expires_on"] == (issued + timedelta(days=30)).date().isoformat()
    assert "The decision holds until" in Page(made.to_html()).text()


def test_the_subjects_version_names_the_full_one_that_an_authority_gets(declined) -> None:
    full = report(declined, audience="authority")
    named = report(declined).data["full_version"]["record_sha256"]
    assert full.data["record"]["sha256"] == named
    assert "for the authority" in Page(full.to_html()).text()


def test_the_scan_finds_another_person_and_a_figure_of_others(decided) -> None:
    """What would be said of fewer than five people, by name or by number."""
    from creditscore.report.contents import for_subject, says_nothing_of_others

    shown = for_subject(decided)
    assert says_nothing_of_others(shown, decided)
    tie = {"person_id": decided["inputs"]["application"]["applicant_id"], "other_id": "person-07"}
    spied = decided | {"inputs": decided["inputs"] | {"others": {"ties": [tie]}}}
    assert says_nothing_of_others(shown, spied)
    assert not says_nothing_of_others(shown | {"subject": "person-07"}, spied)
    line = shown["features"][0] | {"group": "network_repayment"}
    assert not says_nothing_of_others(shown | {"features": [line | {"value": 0.2}]}, decided)
    assert says_nothing_of_others(shown | {"features": [line | {"value": None}]}, decided)
