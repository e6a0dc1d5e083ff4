"""Verify a page or a PDF file by the JSON within it, and that it says what that JSON makes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from creditscore.errors import ArtefactError
from creditscore.verify.paths import verify_path, verify_text
from creditscore.verify.reading import read_file, read_json
from creditscore.verify.receipts import Kept

if TYPE_CHECKING:
    from creditscore.verify.findings import Findings

_BEGINNING = 64
_LOOKS = "nothing hides, covers or adds to what it says"
_OTHER_WORDS = (
    "names, titles, and sentences in which dates are of another calendar than on record were not compared: "
    "another version wrote this report"
)
_REMEDY = "verify it there, or read its JSON with read_report and save it anew"
_ELSEWHERE = {
    "pdf": f"this was not checked: it was drawn with other fonts or another WeasyPrint; {_REMEDY}",
    "page": "this was not checked: another version made the page, so that only verdict, reasons and figures "
    f"were compared; {_REMEDY}",
}


def verify_any(
    path: Path,
    *,
    model: Path | None = None,
    anchor: str | None = None,
    trust: Path | None = None,
    heads: Sequence[Path] = (),
    receipt: Path | None = None,
    proofs: Sequence[Path] = (),
    beside: Sequence[Path] = (),
    queried: Path | None = None,
    tiles: Path | None = None,
) -> Findings:
    """Verify whatever stands at a path: what `creditscore.verify` reads, and reports as pages or PDF files.

    Parameters
    ----------
    path : Path
    model : Path, optional
        The folder of the model.
    anchor, trust, heads, receipt, proofs, beside, queried, tiles
        As for `creditscore.verify.paths.verify_path`.
    """
    kept = Kept(receipt, heads, proofs, tiles)
    if not path.is_file():
        return verify_path(
            path, model=model, anchor=anchor, trust=trust, beside=beside, queried=queried, **kept._asdict()
        )
    from creditscore.report.proving import JSON, form_of

    with path.open("rb") as opened:
        form = form_of(opened.read(_BEGINNING))
    if form == JSON:
        findings = verify_path(
            path, model=model, anchor=anchor, trust=trust, beside=beside, queried=queried, **kept._asdict()
        )
        if not _is_ledger(path):
            _note_parts(findings, read_file(path), path.name)
        return findings
    if queried is not None:
        raise ArtefactError("Answers of a query are held against a decision as JSON: name the record.")
    return _verify_page(path, read_file(path), model, trust, kept)


def _verify_page(path: Path, content: bytes, model: Path | None, trust: Path | None, kept: Kept) -> Findings:
    from creditscore.report.proving import form_of, is_made_elsewhere, json_within, report_of, said_otherwise

    inside = json_within(content).encode()
    findings = verify_text(str(path), inside, model=model, trust=trust, kept=kept)
    name = "the page says what its JSON says"
    try:
        report = report_of(read_json(inside, path.name))
        findings.note_first(name, map(str, said_otherwise(content, report)))
        if is_made_elsewhere(content, report):
            findings.leave_open(_LOOKS, _ELSEWHERE[form_of(content)])
    except ArtefactError as error:
        findings.note(name, str(error))
    _note_parts(findings, inside, path.name)
    return findings


def _is_ledger(path: Path) -> bool:
    with path.open("rb") as opened:
        return opened.read(_BEGINNING).startswith(b"SQLite format 3\0")


def _note_parts(findings: Findings, content: bytes, name: str) -> None:
    """Check that a report has the parts of one, and what a decision report says beside its record."""
    from creditscore.report.decision import SCHEMA
    from creditscore.report.following import follows_not
    from creditscore.report.formed import parts_of_none
    from creditscore.report.proving import KINDS
    from creditscore.report.renderer import renderer

    try:
        data = read_json(content, name)
    except ArtefactError:
        return
    schema = data.get("schema") if isinstance(data, dict) else None
    kind = KINDS.get(schema) if isinstance(schema, str) else None
    if kind is not None:
        faults = map(str, parts_of_none(data, kind.schema()))
        findings.note_first("it holds the parts of a report and no others", faults)
    if schema == SCHEMA:
        findings.note_first("what it says follows from its record", map(str, follows_not(data)))
        if data.get("environment", {}).get("renderer") != renderer():
            findings.remark(_OTHER_WORDS)
