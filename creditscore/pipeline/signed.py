"""Sign what was written before: a model folder, or a record, report or policy as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from creditscore._ground.canonical import MOST_BYTES, canonical, canonical_v1, read_json, sha256
from creditscore._ground.files import read_bounded, write_whole
from creditscore.deciding.record import SCHEMAS, DecisionRecord
from creditscore.errors import ArtefactError
from creditscore.pipeline.artefact import load_pipeline
from creditscore.policy.rules import Policy
from creditscore.scoring.loading import MANIFEST, SIGNATURE
from creditscore.signing.keys import SigningKey
from creditscore.signing.signatures import PART, Signature, sign, signed_document

_REPORTS: Final = ("creditscore.decision-report/", "creditscore.model-report/")


def sign_path(path: str | Path, key: SigningKey) -> Signature:
    """Sign what stands at a path, and write the signature into the file, or beside a model's manifest.

    It is read as its readers do, so that nothing is signed that they refuse.

    Parameters
    ----------
    path : path
        A model folder, or a decision record, report or policy as JSON.
    key : SigningKey

    Returns
    -------
    Signature

    Raises
    ------
    ArtefactError
        If it is none of these, was changed, or cannot be read or written.
    """
    file = Path(path)
    try:
        if file.is_dir():
            return _sign_model(file, key)
        content = read_json(read_bounded(file, MOST_BYTES), str(file))
        signed = _signed(content, file, key)
        write_whole(file, canonical_v1(signed).encode())
    except OSError as error:
        raise ArtefactError(f"{file} cannot be signed: {error.strerror or error}.") from error
    return Signature.from_plain(signed[PART])


def _signed(content: object, file: Path, key: SigningKey) -> dict[str, object]:
    schema = content.get("schema") if isinstance(content, dict) else None
    if isinstance(content, dict) and schema in SCHEMAS:
        return DecisionRecord.from_dict(content).signed(key).to_dict()
    if isinstance(content, dict) and isinstance(schema, str) and schema.startswith(_REPORTS):
        return _signed_report(content, file, key)
    if isinstance(content, dict) and schema is None and "cutoff" in content:
        policy = Policy.from_json(canonical_v1(content))
        return policy.to_dict() | {PART: policy.sign(key).to_plain()}
    raise ArtefactError(f"{file} is no model, decision record, report or policy.")


def _signed_report(content: dict[str, object], file: Path, key: SigningKey) -> dict[str, object]:
    body = {name: part for name, part in content.items() if name not in ("sha256", PART)}
    if content.get("sha256") != sha256(canonical_v1(body)):
        raise ArtefactError(f"The report {file} changed since it was written. Restore it.")
    return signed_document("report", content, key)


def _sign_model(folder: Path, key: SigningKey) -> Signature:
    load_pipeline(folder)
    signature = sign("model", read_bounded(folder / MANIFEST, MOST_BYTES), key)
    write_whole(folder / SIGNATURE, canonical(signature.to_plain()).encode())
    return signature
