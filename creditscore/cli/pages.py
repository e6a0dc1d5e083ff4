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
_ELSEWHERE = (
    "what is drawn over the text was not checked: the file was drawn with other fonts or another WeasyPrint"
)


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
) -> Findings:
    """Verify whatever stands at a path: what `creditscore.verify` reads, and reports as pages or PDF files.

    Parameters
    ----------
    path : Path
    model : Path, optional
        The folder of the model.
    anchor, trust, heads, receipt, proofs, beside, queried
        As for `creditscore.verify.paths.verify_path`.
    """
    kept = Kept(receipt, heads, proofs)
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
        if path.suffix == ".json":
            _note_parts(findings, read_file(path), path.name)
        return findings
    if queried is not None:
        raise ArtefactError("Answers of a query are held against a decision as JSON: name the record.")
    return _verify_page(path, read_file(path), model, trust, kept)


def _verify_page(path: Path, content: bytes, model: Path | None, trust: Path | None, kept: Kept) -> Findings:
    from creditscore.report.proving import is_drawn_elsewhere, json_within, report_of, said_otherwise

    inside = json_within(content).encode()
    findings = verify_text(str(path), inside, model=model, trust=trust, kept=kept)
    name = "the page says what its JSON says"
    try:
        report = report_of(read_json(inside, path.name))
        findings.note_first(name, map(str, said_otherwise(content, report)))
        if is_drawn_elsewhere(content, report):
            findings.remark(_ELSEWHERE)
    except ArtefactError as error:
        findings.note(name, str(error))
    _note_parts(findings, inside, path.name)
    return findings


def _note_parts(findings: Findings, content: bytes, name: str) -> None:
    """Check what a decision report says beside its record; of anything else there is nothing to check."""
    from creditscore.report.decision import SCHEMA
    from creditscore.report.following import follows_not

    try:
        data = read_json(content, name)
    except ArtefactError:
        return
    if isinstance(data, dict) and data.get("schema") == SCHEMA:
        findings.note_first("what it says follows from its record", map(str, follows_not(data)))
