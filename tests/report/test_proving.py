"""Pages and PDF files that carry their JSON: what they say is what it makes, or it is found."""

from __future__ import annotations

import copy
import io
import json
import re
from typing import Any

import pytest

import creditscore as cs
from creditscore._ground.canonical import canonical_v1, sha256
from creditscore.cli.pages import verify_any
from creditscore.errors import ArtefactError, MissingExtraError
from creditscore.report import proving
from creditscore.report.document import WITHIN_A_PAGE
from creditscore.report.following import follows_not
from creditscore.report.renderer import renderer
from creditscore.signing.keys import SigningKey
from creditscore.signing.trust import Trust
from tests.report.conftest import GIVEN, ISSUED, LANGUAGES

KINDS = ("subject", "auditor", "authority", "notice", "model")


@pytest.fixture(scope="module")
def made(case, decided, model_reports) -> Any:
    def one(kind: str, language: str) -> Any:
        if kind == "model":
            return model_reports[language]
        given: dict[str, Any] = {"audience": kind, "model": case.pipeline}
        if kind == "notice":
            given = {"kind": "adverse_action"}
        return cs.decision_report(decided, language=language, **given, **GIVEN)

    return {(kind, language): one(kind, language) for kind in KINDS for language in LANGUAGES}


def faults(page: str, report: Any) -> list[str]:
    return [str(one) for one in proving.said_otherwise(page.encode(), report)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_gives_back_its_report_to_the_byte(made, tmp_path, kind, language) -> None:
    report = made[kind, language]
    path = tmp_path / "report.html"
    report.save(path)
    again = cs.read_report(path)
    assert type(again) is type(report)
    assert again.to_json() == report.to_json()
    assert again.to_html().encode() == path.read_bytes()


def test_every_changed_byte_of_a_page_is_found(made, tmp_path) -> None:
    whole = made["subject", "fa"].to_html().encode()
    path = tmp_path / "report.html"
    for at in range(0, len(whole), len(whole) // 150):
        changed = bytearray(whole)
        changed[at] ^= 1
        path.write_bytes(bytes(changed))
        with pytest.raises(ArtefactError):
            cs.read_report(path)


def elsewhere(report: Any) -> Any:
    """The same report as another version of the pages would have made it."""
    body = {name: part for name, part in report.to_dict().items() if name != "sha256"}
    body["environment"] |= {"renderer": "0" * 64}
    return type(report)(body | {"sha256": sha256(canonical_v1(body))})


def test_a_page_of_another_renderer_may_look_otherwise_but_says_the_same(made) -> None:
    report = elsewhere(made["subject", "en"])
    page = report.to_html().replace("font-size: 3.5rem", "font-size: 3rem").replace("<h2", "<h2 class=x")
    page = page.replace("Everyone starts with the same points", "All start with the same points")
    assert page != report.to_html()
    assert faults(page, report) == []


@pytest.mark.parametrize(
    ("said", "instead", "where"),
    [
        (r">Declined<", ">Approved<", "verdict"),
        (r'class="score">\d', 'class="score">9', "value"),
        (r"(<dd>)\d+\.\d+%", r"\g<1>0.01%", "value"),
        (r"Under age", "Under review", "reasons"),
        (r"22 December 2026", "2 December 2026", "value"),
        (r"<dt>Score needed", "<dt>Score allowed", "value"),
        (r"<li><span class=\"rank\">2.*?</li>", "", "reasons"),
    ],
)
def test_a_page_of_another_renderer_that_says_another_thing_is_found(made, said, instead, where) -> None:
    report = elsewhere(made["subject", "en"])
    page, count = re.subn(said, instead, report.to_html(), count=1, flags=re.DOTALL)
    assert count == 1
    assert page != report.to_html()
    assert any(fault.startswith(where) for fault in faults(page, report)), faults(page, report)


def test_a_page_without_its_json_or_with_two_is_refused(made) -> None:
    page = made["subject", "en"].to_html()
    bare = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    twice = page.replace("</body>", re.search(r"<script.*?</script>", page, re.DOTALL)[0] + "</body>")
    for wrong, times in ((bare, "0 times"), (twice, "2 times")):
        with pytest.raises(ArtefactError, match=times):
            proving.json_within(wrong.encode())


def test_text_in_the_json_cannot_leave_its_element(decided) -> None:
    evil = "</script><script>alert(1)</script><!--<script>\u2028 & <b>"
    report = cs.decision_report(decided, **(GIVEN | {"creditor": evil}))
    page = report.to_html()
    assert page.count("<script") == 1
    assert json.loads(proving.json_within(page.encode()))["creditor"] == evil


def test_the_renderer_is_what_makes_pages(monkeypatch) -> None:
    first = renderer()
    renderer.cache_clear()
    try:
        assert renderer() == first
        renderer.cache_clear()
        monkeypatch.setattr("creditscore.report.renderer._MADE_BY", ("creditscore.report",))
        assert renderer() != first
    finally:
        renderer.cache_clear()


# What nobody can work out again from the record: who reports, to whom, and what they say of their own accord.
ATTESTED = {
    "creditor", "environment", "lineage", "rights.objection", "rights.answer_days", "rights.review",
    "validity", "schema", "sha256", "record",
}  # fmt: skip
# In the subject's version the record does not hold what these follow from.
HIDDEN = {"waterfall", "little", "influence", "full_version", "not_included", "timezone",
          "currency", "payments", "reviews"}  # fmt: skip


SUMMED = re.compile(
    r"waterfall\.(base|held|score|steps\.\d+\.points)|influence\.(points_of_others|clamping)"
    r"|payments\.(left_out|classes\.\d+\.(count|amount|counts_as|class)|newest\.\d+\.(amount|undone|class))"
)


def leaves(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(data, dict) and data:
        return [one for name, part in data.items() for one in leaves(part, (*path, name))]
    if isinstance(data, list) and data:
        return [one for at, part in enumerate(data) for one in leaves(part, (*path, at))]
    return [path]


def changed(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1:] != "0" else "1")
    return value + 1 if isinstance(value, int | float) else ["more"]


@pytest.mark.parametrize("audience", ["auditor", "subject"])
def test_every_leaf_beside_the_record_that_follows_from_it_is_checked(made, audience) -> None:
    """One at a time, under a new hash, and the page made anew."""
    report = made[audience, "fa"]
    hidden = ATTESTED | (HIDDEN if audience == "subject" else set())
    assert list(follows_not(report.data)) == []
    paths = [
        path
        for path in leaves({name: part for name, part in report.to_dict().items() if name != "record"})
        if path[0] not in hidden and ".".join(map(str, path)) not in hidden
    ]
    step = 1 if audience == "subject" else len(paths) // 50
    for path in paths[::step]:
        body = at = report.to_dict()
        for name in path[:-1]:
            at = at[name]
        at[path[-1]] = changed(at[path[-1]])
        assert next(follows_not(body), None) is not None, path
    assert len(paths) > (300 if audience == "auditor" else 20)


def test_sums_on_the_page_of_a_person_add_up_with_what_is_disclosed(case) -> None:
    """Each number that enters a sum is another, one at a time; those of everybody add up."""
    told = [pipeline_report(case, row) for row in range(0, len(case.asked), 8)]
    assert [one for body in told for one in follows_not(body)] == []
    body = next(one for one in told if "payments" in one and not one["payments"]["left_out"])
    summed = [path for path in leaves(body) if SUMMED.fullmatch(".".join(map(str, path)))]
    assert {path[0] for path in summed} == {"waterfall", "influence", "payments"}
    for path in summed:
        changed_body = at = copy.deepcopy(body)
        for name in path[:-1]:
            at = at[name]
        at[path[-1]] = changed(at[path[-1]])
        assert next(follows_not(changed_body), None) is not None, path


def pipeline_report(case: Any, row: int) -> dict[str, Any]:
    record = case.pipeline.decide(case.applications.take([row]), case.portfolio, decided_at=ISSUED)
    return cs.decision_report(record, issued_at=ISSUED).to_dict()


@pytest.mark.parametrize("audience", ["auditor", "subject"])
@pytest.mark.parametrize(
    "dropped", [(), ("reviews",), ("reviews", "flags"), ("reviews", "flags", "full_version")]
)
def test_a_decision_that_no_review_took_is_found_whatever_is_left_out(made, audience, dropped) -> None:
    body = {name: part for name, part in made[audience, "en"].to_dict().items() if name not in dropped}
    assert body["decided"] == "decline"
    assert any(one.what == "decided" for one in follows_not(body | {"decided": "approve"}))


def test_of_a_report_without_a_receipt_nothing_is_said_of_the_ledger(made, tmp_path) -> None:
    made["subject", "en"].save(tmp_path / "page.html")
    found = verify_any(tmp_path / "page.html")
    assert found.passed
    assert "note    whether it is in the ledger was not checked" in str(found)
    assert "it is in the ledger\n" not in str(found)


@pytest.mark.parametrize("kind", ["subject", "model"])
def test_a_signed_page_is_verified_by_who_signed_it(made, tmp_path, kind) -> None:
    key, other = (SigningKey.new(name) for name in ("lender.example", "nobody.example"))
    for name, one in (("trust", key), ("others", other)):
        Trust.of(one).save(tmp_path / f"{name}.json")
    path = tmp_path / "report.html"
    signed = made[kind, "en"].signed(key)
    signed.save(path)
    assert cs.read_report(path).to_json() == signed.to_json()
    found = verify_any(path, trust=tmp_path / "trust.json")
    assert found.passed, str(found)
    assert "signed by lender.example" in str(found)
    assert not verify_any(path, trust=tmp_path / "others.json").passed
    made[kind, "en"].save(path)
    assert not verify_any(path, trust=tmp_path / "trust.json").passed
    assert "authenticity was not checked" in str(verify_any(path))


@pytest.fixture(scope="module", params=LANGUAGES)
def beside(request, case) -> list[Any]:
    """Reports that hold no decision: of a change, of all that is kept of one person, and of a watch."""
    change = cs.compare_models(
        case.pipeline, case.pipeline, case.applications, case.portfolio, case.bad, cutoff=540,
        segments={"half": ["<b>\u202eodd", "even"] * (len(case.bad) // 2)}, resamples=5, threads=1,
    )  # fmt: skip
    somebody = case.applications.applicant_ids[0]
    export = cs.subject_export(
        case.portfolio, somebody, applications=case.applications, language=request.param
    )
    scores = {"score": case.pipeline.score_many(case.applications, case.portfolio).score}
    watch = cs.Watch.begun(cs.FrozenBins.learned(scores)).look(scores, at="2026-11-29T00:00:00Z")
    return [
        cs.change_report(change, case.pipeline, case.pipeline, language=request.param),
        export,
        cs.monitoring_report(watch=watch, language=request.param),
    ]


def test_pages_without_a_decision_prove_themselves_too(beside, tmp_path) -> None:
    path = tmp_path / "report.html"
    for report in beside:
        report.save(path)
        assert cs.read_report(path).to_json() == report.to_json()
        assert verify_any(path).passed, str(verify_any(path))
        page = path.read_text(encoding="utf-8")
        path.write_text(page.replace("<td", "<td ", 1), encoding="utf-8")
        assert not verify_any(path).passed
        with pytest.raises(ArtefactError, match="does not say what its JSON says"):
            cs.read_report(path)


@pytest.mark.parametrize("beside", ["fa"], indirect=True)
def test_a_part_that_is_absent_or_of_another_kind_is_found_and_nothing_falls(beside, tmp_path) -> None:
    """Under a new hash, within the page as it was."""
    path = tmp_path / "report.html"
    unsaid = set()
    for report in beside:
        page = report.to_html()
        start, end = page.index(proving.OPENS) + len(proving.OPENS), page.index(proving.CLOSES)
        for name in set(report.data) - {"schema", "sha256"}:
            for other in (None, "x", [[]]):
                body = {key: part for key, part in report.to_dict().items() if key not in (name, "sha256")}
                body |= {} if other is None else {name: other}
                text = canonical_v1(body | {"sha256": sha256(canonical_v1(body))})
                path.write_text(page[:start] + text.translate(WITHIN_A_PAGE) + page[end:], encoding="utf-8")
                if verify_any(path).passed:
                    unsaid.add(name)
    assert unsaid == set()


class TestPdf:
    def test_it_is_archivable_tagged_and_carries_its_json(self, made, tmp_path) -> None:
        from pypdf import PdfReader

        report, path = made["subject", "en"], tmp_path / "report.pdf"
        report.save(path)
        opened = PdfReader(path)
        root = opened.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
        assert root["/Lang"] == "en"
        assert "/StructTreeRoot" in root
        known = root["/Metadata"].get_data().decode()
        assert re.search(r"pdfaid:part=\"3\"|<pdfaid:part>3<", known)
        assert re.search(r"pdfaid:conformance=\"A\"|<pdfaid:conformance>A<", known)
        assert root["/AF"][0].get_object()["/AFRelationship"] == "/Source"
        assert opened.attachments["report.json"] == [report.to_json().encode()]
        assert cs.read_report(path).to_json() == report.to_json()

    def test_one_that_says_another_thing_than_its_attachment_is_found(
        self, made, tmp_path, monkeypatch
    ) -> None:
        report, path = made["notice", "fa"], tmp_path / "report.pdf"
        page = report._page()
        monkeypatch.setattr(cs.DecisionReport, "_page", lambda _: page.replace("۳۰۰", "۳۰۱"))
        report.save(path)
        monkeypatch.undo()
        with pytest.raises(ArtefactError, match="does not say what its JSON says.*text"):
            cs.read_report(path)

    def test_what_is_laid_over_its_text_is_found(self, made, tmp_path) -> None:
        """A note that a reader shows, a box that hides; the attachment and all text stay as they were."""
        from pypdf import PdfReader, PdfWriter
        from pypdf.annotations import FreeText
        from pypdf.generic import DecodedStreamObject, NameObject

        report, path = made["subject", "en"], tmp_path / "report.pdf"
        noted, hidden = (PdfWriter(clone_from=PdfReader(io.BytesIO(report.pdf_bytes()))) for _ in range(2))
        noted.add_annotation(0, FreeText(text="APPROVED", rect=(50, 550, 400, 700)))
        drawn, page = DecodedStreamObject(), hidden.pages[0]
        drawn.set_data(page.get_contents().get_data() + b"\nq 1 1 1 rg 0 300 600 500 re f Q\n")
        page[NameObject("/Contents")] = hidden._add_object(drawn)
        for writer, what in ((noted, "parts"), (hidden, "drawing")):
            writer.write(path)
            assert f"{what}: it has" in str(verify_any(path))
            with pytest.raises(ArtefactError, match=f"does not say what its JSON says.*{what}"):
                cs.read_report(path)
        hidden.add_metadata({"/Producer": "WeasyPrint 1"})
        hidden.write(path)
        found = verify_any(path)
        assert not found.passed
        assert "NOT checked whole" in str(found).splitlines()[0]
        assert "OPEN    nothing hides, covers or adds to what it says: this was not checked" in str(found)

    def test_without_the_reader_the_extra_is_named(self, made, monkeypatch) -> None:
        import sys

        monkeypatch.setitem(sys.modules, "pypdf", None)
        with pytest.raises(MissingExtraError, match=r"pypdf.*creditscore\[pdf\]"):
            proving.json_within(b"%PDF-1.7 ...")

    def test_a_broken_file_is_refused(self) -> None:
        with pytest.raises(ArtefactError, match="cannot be read"):
            proving.json_within(b"%PDF-1.7 and no more")
