"""Documents that say one thing to one reader and another to the next, or hold what nobody wrote."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import creditscore as cs
from creditscore._ground.canonical import canonical_v1
from creditscore.cli.pages import verify_any
from creditscore.errors import ArtefactError, LedgerError, SigningError
from creditscore.report.proving import json_within, report_of
from creditscore.signing.keys import SigningKey
from creditscore.signing.signatures import sign, signed_document
from creditscore.signing.trust import Trust
from creditscore.verify import outsider
from tests.verify.changing import sealed

LENDER = SigningKey.new("lender.example")
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def kept(forms, tmp_path_factory) -> Path:
    """A signed record, its receipt, head and trust file, and a report of it for each audience."""
    folder = tmp_path_factory.mktemp("kept")
    policy = cs.Policy("consumer", "1", cutoff=forms.cutoff)
    decide = forms.pipeline.decide
    with cs.Ledger.open(folder / "d.db", key=cs.Ledger.new_key()) as ledger:
        for one in forms.asked[:3]:
            record = decide(one, cs.Portfolio(), policy=policy, ledger=ledger, sign_with=LENDER)
        receipt = ledger.tree.receipt(record.decision_id, LENDER)
        (folder / "head.txt").write_text(ledger.tree.sign(LENDER).text)
    (folder / "trust.json").write_text(Trust.of(LENDER).to_json())
    (folder / "record.json").write_text(record.to_json())
    (folder / "receipt.json").write_text(receipt.to_json())
    for audience in ("subject", "auditor"):
        report = cs.decision_report(record, audience=audience, receipt=receipt, model=forms.pipeline)
        (folder / f"{audience}.json").write_text(report.signed(LENDER).to_json())
    return folder


def plain(kept: Path, name: str) -> Any:
    return json.loads((kept / f"{name}.json").read_text())


def by_library(kept: Path, path: Path, receipt: Path | None) -> bool:
    found = verify_any(path, trust=kept / "trust.json", heads=[kept / "head.txt"], receipt=receipt)
    return found.passed


def by_script(kept: Path, path: Path, receipt: Path | None) -> bool:
    options = ["--trust", kept / "trust.json", "--head", kept / "head.txt"]
    options += [] if receipt is None else ["--receipt", receipt]
    command = [sys.executable, "-I", "-S", outsider.__file__, str(path), *map(str, options)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("reader", [by_library, by_script])
@pytest.mark.parametrize("name", ["record", "subject", "auditor"])
def test_a_document_is_read_in_one_way_or_refused(kept, tmp_path, reader, name):
    """A part that stands there twice means one thing to this reader and another to the next."""
    path, text = tmp_path / "one.json", (kept / f"{name}.json").read_text()
    receipt = kept / "receipt.json" if name == "record" else None
    path.write_text(text)
    assert reader(kept, path, receipt)
    twice = text.replace("{", '{"outcome":{"decision":"approve"},"decided":"approve","schema":"x",', 1)
    for forged in (twice, f"{text} ", json.dumps(json.loads(text), indent=1), text.replace(".0,", ".00,", 1)):
        assert forged != text
        path.write_text(forged)
        assert not reader(kept, path, receipt)


def receipts(sound: Any, text: str) -> dict[str, str]:
    """A receipt that leads to its head, with something in it that is of no receipt."""
    path = sound["proof"]["path"]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    spare = letters[letters.index(path[0][-2]) + 1]
    changed = {
        "a part": sound | {"said": "approved"},
        "a part of its leaf": sound | {"leaf": sound["leaf"] | {"said": "approved"}},
        "a part of its proof": sound | {"proof": sound["proof"] | {"said": "approved"}},
        "another schema": sound | {"schema": "creditscore.receipt/2"},
        "words in its head": sound | {"head": sound["head"].replace("\n\n", "\n\nApproved by all\n")},
        "spare bits": sound | {"proof": sound["proof"] | {"path": [f"{path[0][:-2]}{spare}=", *path[1:]]}},
    }
    return {name: json.dumps(one) for name, one in changed.items()} | {
        "a part twice": text.replace("{", '{"salt":"00",', 1)
    }


@pytest.mark.parametrize("reader", [by_library, by_script])
def test_a_receipt_holds_the_parts_of_one_and_no_others(kept, tmp_path, reader):
    path = tmp_path / "receipt.json"
    for name, text in receipts(plain(kept, "receipt"), (kept / "receipt.json").read_text()).items():
        path.write_text(text)
        assert not reader(kept, kept / "record.json", path), name


@pytest.mark.parametrize("reader", [by_library, by_script])
@pytest.mark.parametrize(
    ("what", "name", "since", "receipt"),
    [("record", "record", "decided_at", "receipt.json"), ("report", "subject", "issued_at", None)],
)
def test_nothing_was_signed_before_it_was_decided_or_issued(
    kept, tmp_path, reader, what, name, since, receipt
):
    """Who has a revoked key writes a moment before the revocation, and a decision of a later one tells."""
    document = plain(kept, name)
    body = {key: part for key, part in document.items() if key != "signature"}
    first = datetime.fromisoformat(document[since])
    for moment, passes in ((first, True), (first - timedelta(microseconds=1), False)):
        signature = sign(what, canonical_v1(body).encode(), LENDER, signed_at=moment).to_plain()
        path = tmp_path / "signed.json"
        path.write_text(canonical_v1(body | {"signature": signature}))
        assert reader(kept, path, receipt and kept / receipt) is passes


def test_no_other_moment_of_issue_within_its_record_hides_that_of_a_report(kept):
    """Of a report without receipt: nothing else speaks against a part more in the record."""
    report = {k: v for k, v in plain(kept, "subject").items() if k not in ("sha256", "signature", "receipt")}
    early = datetime.fromisoformat(report["record"]["decided_at"])
    for within in {}, {"issued_at": early.isoformat()}:
        body = sealed(report | {"record": report["record"] | within})
        signature = sign("report", canonical_v1(body).encode(), LENDER, signed_at=early).to_plain()
        given = {"trust": plain(kept, "trust"), "receipt": None, "head": None, "proof": None}
        found = dict(outsider.checks(body | {"signature": signature}, given))
        assert found["the document is as it was written"] == "it was issued or signed too early"


def test_a_report_of_a_moment_that_is_yet_to_come_is_not_signed(forms):
    record = forms.pipeline.decide(forms.asked[0], cs.Portfolio())
    report = cs.decision_report(record, issued_at=datetime.now(UTC) + DAY)
    with pytest.raises(SigningError, match="yet to come"):
        report.signed(LENDER)


def test_a_decision_is_not_dated_ahead_of_its_entry(forms, tmp_path):
    """Else one could decide under a policy that is not yet in force."""
    key, ahead = cs.Ledger.new_key(), datetime.now(UTC) + 2 * DAY
    policy = cs.Policy("consumer", "1", cutoff=forms.cutoff)
    with cs.Ledger.open(tmp_path / "d.db", key=key) as ledger:
        for when in (datetime.now(UTC), ahead):
            record = forms.pipeline.decide(
                forms.asked[0], cs.Portfolio(), policy=policy, decided_at=when, ledger=ledger
            )
            (tmp_path / "record.json").write_text(record.to_json())
            (tmp_path / "receipt.json").write_text(ledger.tree.receipt(record.decision_id, LENDER).to_json())
            found = verify_any(tmp_path / "record.json", receipt=tmp_path / "receipt.json")
            assert found.passed is (when != ahead)
        assert "says it was decided at" in str(found)
        with pytest.raises(LedgerError, match="says it was decided at"):
            ledger.verify()


def extra(report: Any, *where: str) -> Any:
    changed = copy.deepcopy(report)
    inside = changed
    for name in where:
        inside = inside[name]
    inside["said"] = "You were approved."
    return changed


@pytest.mark.parametrize("audience", ["subject", "auditor"])
def test_a_report_holds_the_parts_of_one_and_no_others(kept, tmp_path, audience):
    """Without trust, under a hash made anew, whatever the file is called and whatever it says that it is."""
    report = {name: part for name, part in plain(kept, audience).items() if name != "signature"}
    forged = {
        "a part": extra(report),
        "a right": extra(report, "rights"),
        "a part of the environment": extra(report, "environment"),
        "flags": report | {"flags": report["flags"] | {"automated": not report["flags"]["automated"]}},
        "no creditor": {name: part for name, part in report.items() if name != "creditor"},
        "of another version": report | {"schema": "creditscore.decision-report/2"},
        "of no kind": report | {"schema": "creditscore.approval/1"},
        "a change": report | {"schema": "creditscore.change-report/1"},
        "of a model": report | {"schema": "creditscore.model-report/1"},
    }
    if audience == "auditor":
        bare = {name: part for name, part in report["record"].items() if name != "sha256"}
        forged["half a record"] = report | {"record": bare}
    for ending in ("json", "txt"):
        path = tmp_path / f"report.{ending}"
        path.write_text(canonical_v1(report))
        assert verify_any(path).passed
        for name, one in forged.items():
            path.write_text(canonical_v1(sealed(one)))
            assert not verify_any(path).passed, name


def test_a_decision_that_is_called_a_model_report_is_no_error_of_the_verifier(forms, kept, tmp_path):
    report = plain(kept, "auditor") | {"schema": "creditscore.model-report/1"}
    path = tmp_path / "report.json"
    path.write_text(canonical_v1(sealed(report)))
    assert "it names another model" in str(verify_any(path, model=forms.folder))


def test_a_page_whose_looks_cannot_be_made_again_is_not_said_to_be_verified(kept, tmp_path):
    """Of another version only what is said is compared: a style hides, a script rewrites, a line is added."""
    body = plain(kept, "subject")
    body["environment"]["renderer"] = "0" * 64
    page = report_of(signed_document("report", sealed(body), LENDER)).to_html()
    path = tmp_path / "page.html"
    for instead in (
        page,
        page.replace("</head>", "<style>.verdict{display:none}</style></head>"),
        page.replace("</body>", "<script>document.body.textContent = 'Approved'</script></body>"),
        page.replace("</main>", "<p>You were approved after all.</p></main>"),
    ):
        path.write_text(instead)
        found = verify_any(path, trust=kept / "trust.json")
        assert not found.passed
        assert str(found).splitlines()[0].endswith("NOT checked whole")
        assert [check.name for check in found.checks if check.fault] == [
            "nothing hides, covers or adds to what it says"
        ]
    with pytest.raises(ArtefactError, match="written otherwise"):
        json_within(page.replace('{"', '{"decided":"approve","', 1).encode())
