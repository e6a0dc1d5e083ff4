"""Verify whatever stands at a path: a model folder, a decision, a report, a policy, or a ledger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from creditscore.errors import ArtefactError, CreditScoreError
from creditscore.verify.again.report import report_faults
from creditscore.verify.decision import SCHEMAS, verify_record
from creditscore.verify.differing import NOTHING, differences
from creditscore.verify.figures import figure_faults
from creditscore.verify.findings import Findings, canonical, sha256
from creditscore.verify.handled import HANDLED, early_fault
from creditscore.verify.ledger import verify_chain
from creditscore.verify.meaning import meaning_faults
from creditscore.verify.model import MANIFEST, ModelParts, verify_model
from creditscore.verify.reading import read_file, read_json, read_member
from creditscore.verify.receipts import NOTHING_KEPT, Kept, note_handled, note_no_receipt, note_receipt
from creditscore.verify.replayed import Replay
from creditscore.verify.signatures import (
    PART,
    SIGNATURE_FILE,
    Keys,
    note_document,
    note_signature,
    read_trust,
)
from creditscore.verify.together import TOGETHER, note_together

REPORT: Final = "creditscore.decision-report/1"
MODEL_REPORT: Final = "creditscore.model-report/1"
_REPORTS: Final = (
    REPORT,
    MODEL_REPORT,
    "creditscore.change-report/1",
    "creditscore.monitoring-report/1",
    "creditscore.subject-export/1",
)
_NO_MODEL: Final = "Answers of a query are held against a decision and its model: name both."
_NO_VALUES: Final = (
    "score and reasons were not worked out again: this version holds no values of features; an auditor's does"
)
_SQLITE: Final = b"SQLite format 3\0"
_POLICY: Final = frozenset({"name", "version", "cutoff", "refer_below", "rules"})


def verify_path(
    path: str | Path,
    *,
    model: str | Path | None = None,
    anchor: str | None = None,
    trust: str | Path | None = None,
    heads: Sequence[str | Path] = (),
    receipt: str | Path | None = None,
    proofs: Sequence[str | Path] = (),
    beside: Sequence[str | Path] = (),
    queried: str | Path | None = None,
    tiles: str | Path | None = None,
) -> Findings:
    """Verify a model folder, a decision, report or policy as JSON, or a ledger file.

    Parameters
    ----------
    path : path
    model : path, optional
        For a decision or a report: the folder of the model. With it features are computed from the stored
        rows, and all that follows from them is worked out again.
    anchor : str, optional
        For a ledger: the number and hash of an entry, kept elsewhere.
    trust : path, optional
        The trust file, from whom one trusts: whose signatures are believed. Without it, that nothing was said
        of authenticity stands among the findings.
    heads : sequence of path
        For a ledger, or a decision with its receipt: signed heads that were kept elsewhere.
    receipt : path, optional
        For a decision or a report of one: its receipt, where the report carries none.
    proofs : sequence of path
        For a decision: that the ledger only grew between the head of its receipt and one that was kept.
    beside : sequence of path
        For a decision: those on everybody else who applies for the same loan, to hold them against it.
    queried : path, optional
        For a decision, with the model: a JSON list of rows as `Warehouse.features_sql` answers them (an
        ``application_id`` and a number or null for each feature), to hold the features against them.
    tiles : path, optional
        For a decision or a report of one: published tiles of the ledger, in which all is counted that was
        done with it.

    Returns
    -------
    Findings
        ``findings.passed`` and one line for each check.

    Raises
    ------
    ArtefactError
        If there is nothing of these at the path, or the trust file is none.
    """
    file, keys = Path(path), None if trust is None else read_trust(trust)
    kept = Kept(receipt, heads, proofs, tiles)
    others = [read_json(read_file(Path(one)), str(one)) for one in beside]
    if _is_folder(file) or not file.is_file() or _begins(file) == _SQLITE:
        if others:
            raise ArtefactError(f"{file} is no decision, and only decisions are held against each other.")
        if queried is not None:
            raise ArtefactError(_NO_MODEL)
    if _is_folder(file):
        findings = verify_model(file)[0]
        _note_signed_model(findings, file, keys)
        note_no_receipt(findings, kept)
        return findings
    if not file.is_file():
        raise ArtefactError(f"{file} cannot be read: it is no regular file, and no folder.")
    if _begins(file) == _SQLITE:
        findings = verify_chain(file, anchor=anchor, heads=heads, keys=keys)
        note_no_receipt(findings, kept._replace(heads=()))
        return findings
    answers = None if queried is None else read_json(read_file(Path(queried)), str(queried), once=True)
    return _verify_json(file, read_file(file), model, keys, kept, others, answers)


def _note_signed_model(findings: Findings, folder: Path, keys: Keys | None) -> None:
    """Who signed the manifest, which vouches for every file."""
    try:
        manifest = read_member(folder, MANIFEST)
        there = (folder / SIGNATURE_FILE).exists()
        signature = read_json(read_member(folder, SIGNATURE_FILE), SIGNATURE_FILE) if there else None
    except ArtefactError as error:
        findings.note("who signed the model can be read", str(error))
        return
    note_signature(findings, "model", manifest, signature, keys)


def verify_text(
    name: str,
    content: bytes,
    *,
    model: str | Path | None = None,
    trust: str | Path | None = None,
    kept: Kept = NOTHING_KEPT,
) -> Findings:
    """Verify the JSON of a decision or of a report, wherever it was found.

    Parameters
    ----------
    name : str
        What findings call it.
    content : bytes
        Canonical JSON.
    model : path, optional
        The folder of the model, to recompute from it.
    trust : path, optional
        The trust file, from whom one trusts.
    kept : Kept
        Receipt, heads and proofs that were kept.
    """
    return _verify_json(Path(name), content, model, None if trust is None else read_trust(trust), kept)


def _is_folder(file: Path) -> bool:
    try:
        return file.is_dir()
    except (OSError, ValueError) as error:
        raise ArtefactError(f"{str(file)[:200]!r} cannot be read: {error}.") from error


def _begins(file: Path) -> bytes:
    """The first bytes of a file: a ledger is not read whole to know that it is one."""
    try:
        with file.open("rb") as opened:
            return opened.read(len(_SQLITE))
    except OSError as error:
        raise ArtefactError(f"{file} cannot be read: {error.strerror}.") from error


def _verify_json(
    file: Path,
    content: bytes,
    model: str | Path | None,
    keys: Keys | None,
    proofs: Kept,
    beside: Sequence[Any] = (),
    queried: Any = None,
) -> Findings:
    findings = Findings(str(file))
    try:
        data = read_json(content, file.name)
        exact = canonical(data).encode() == content
    except (ValueError, RecursionError) as error:
        findings.note("the file holds JSON", str(error) or "it is nested too deeply")
        return findings
    findings.note("every byte is as it was written", "" if exact else "the text is not canonical")
    parts = _parts(findings, model)
    replay = _replay(findings, model)
    kept = None if model is None or parts is None else read_member(Path(model), "held_out.json")
    schema = data.get("schema") if isinstance(data, dict) else None
    if queried is not None and (parts is None or schema not in SCHEMAS):
        raise ArtefactError(_NO_MODEL)
    if schema in SCHEMAS:
        findings.checks += verify_record(data, parts, replay=replay, queried=queried).checks
        note_together(findings, data, beside)
        note_document(findings, "record", data, keys)
        note_receipt(findings, data, proofs, keys)
    elif schema in HANDLED:
        note_handled(findings, data, proofs, keys)
    elif beside:
        findings.note(TOGETHER, "only the record of a decision is held against others")
    elif isinstance(data, dict) and set(data) - {PART} == _POLICY:
        note_document(findings, "policy", data, keys)
        note_no_receipt(findings, proofs)
    elif schema in _REPORTS and "sha256" in data:
        _verify_report(findings, data, parts, replay, kept)
        note_document(findings, "report", data, keys)
        if schema == REPORT:
            note_receipt(findings, data, proofs, keys)
        else:
            note_no_receipt(findings, proofs)
    else:
        findings.note("it is a decision, a report or a policy", f"its schema is {schema!r}")
    return findings


def _note_report(
    findings: Findings, report: dict[str, Any], record: dict[str, Any], replay: Replay | None
) -> None:
    """Work out again what a report says beside its record."""
    try:
        findings.note_first("figures of the report, worked out again", report_faults(report, record))
        if replay is not None:
            again = replay.report_of(record, report)
            stated = {name: report.get(name, NOTHING) for name in again}
            findings.note_first(
                "words and figures of the report, made again", map(str, differences(stated, again))
            )
    except CreditScoreError as error:
        findings.note("the library makes the report again", f"{type(error).__name__}: {error}")
    except (
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        IndexError,
        ArithmeticError,
        MemoryError,
    ) as error:
        findings.note("the report has the form of one", f"{type(error).__name__}: {error}")


def _parts(findings: Findings, model: str | Path | None) -> ModelParts | None:
    if model is None:
        return None
    found, parts = verify_model(Path(model))
    findings.checks += found.checks
    return parts


def _replay(findings: Findings, model: str | Path | None) -> Replay | None:
    """Open the model with the library, where the standard library alone found nothing wrong with it."""
    if model is None or not findings.passed:
        return None
    try:
        replay = Replay(Path(model))
    except CreditScoreError as error:
        findings.note("the library reads the model", f"{type(error).__name__}: {error}")
        return None
    findings.note("the library reads the model")
    return replay


def _verify_report(
    findings: Findings,
    data: dict[str, Any],
    model: ModelParts | None,
    replay: Replay | None,
    kept: bytes | None,
) -> None:
    """Check a report's own hash, and the whole record within it where it has one."""
    body = {name: part for name, part in data.items() if name not in ("sha256", PART)}
    same = data["sha256"] == sha256(canonical(body))
    findings.note("the report is as it was written", "" if same else "its hash is another")
    if data["schema"] == MODEL_REPORT and model is not None:
        _verify_figures(findings, data, model, kept)
    elif data["schema"] == MODEL_REPORT:
        findings.remark("no figure was worked out again from the kept rows (give the folder of the model)")
    elif data["schema"] != REPORT:
        findings.remark("its figures were not worked out again: for such a report nothing does")
    record = data.get("record")
    if data["schema"] != REPORT or not isinstance(record, dict):
        return
    findings.note("it was issued after all that it tells of", early_fault(data))
    if "sha256" in record:
        findings.checks += verify_record(record, model, replay=replay).checks
        _note_report(findings, data, record, replay)
        if "meaning" in data and kept is not None:
            _note_meaning(findings, data["meaning"], record, kept)
    elif data.get("audience") != "subject":
        findings.note("it holds the whole record", "its record has no hash; only that of a subject is a part")
    else:
        if model is not None:
            named = (record.get("model") or {}).get("model_id")
            fault = "" if named == model.model_id else "it names another model"
            findings.note("the model is the one that the report names", fault)
        findings.remark(_NO_VALUES)


def _note_meaning(findings: Findings, stated: Any, record: dict[str, Any], kept: bytes) -> None:
    """Count again what came of the kept rows with the nearest scores."""
    name = "what a score like this one means, from the rows that were kept"
    try:
        rows = read_json(kept, "held_out.json")
        findings.note_first(name, meaning_faults(stated, float(record["outcome"]["log_odds"]), rows))
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        findings.note(name, f"{type(error).__name__}: {error}")


def _verify_figures(findings: Findings, data: dict[str, Any], model: ModelParts, kept: bytes | None) -> None:
    """Check that a model report is of this model, and its figures those of the rows kept with it."""
    same = data.get("model_id") == model.model_id
    findings.note("the model is the one that the report names", "" if same else "it names another model")
    name = "figures, from the rows that were held out and kept"
    try:
        rows = read_json(kept or b"null", "held_out.json")
        findings.note_first(name, figure_faults(data, rows, model.grade))
    except (
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        ArithmeticError,
        IndexError,
        MemoryError,
    ) as error:
        findings.note(name, f"{type(error).__name__}: {error}")
