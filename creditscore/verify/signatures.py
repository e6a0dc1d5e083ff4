"""Who signed what is verified: on this path by arithmetic of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from creditscore.errors import ArtefactError
from creditscore.verify.findings import Findings, sha256
from creditscore.verify.outsider import body_of, head_of, signature_fault
from creditscore.verify.reading import read_file, read_json

PART: Final = "signature"
# What stands in a folder of a model beside its parts: a signature of its manifest.
SIGNATURE_FILE: Final = "signature.json"
NOT_CHECKED: Final = "authenticity was not checked: anybody may have written this (give a trust file)"
_MOST_BYTES: Final = 1 << 20
_PARTS: Final = frozenset({"key_id", "name", "public_key", "revoked_as_of", "valid_from", "valid_until"})
_ROLES: Final = ("lender", "vendor", "witness")

Keys = list[dict[str, Any]]


def read_trust(path: str | Path) -> Keys:
    """Read the keys of a trust file.

    Raises
    ------
    ArtefactError
        If it is none.
    """
    data = read_json(read_file(Path(path), _MOST_BYTES), Path(path).name, once=True)
    keys = data.get("keys") if isinstance(data, dict) else None
    if not isinstance(keys, list) or data.get("schema") != "creditscore.trust/1":
        raise ArtefactError(f"{path} is no trust file.")
    for key in keys:
        try:
            named = key["key_id"] == sha256(b"creditscore.key/1\n" + bytes.fromhex(key["public_key"]))[:32]
        except (OverflowError, TypeError, KeyError, ValueError):
            named = False
        roles = key.get("roles", ["lender"]) if named else None
        is_of_roles = isinstance(roles, list) and bool(roles) and all(role in _ROLES for role in roles)
        if not is_of_roles or set(key) - {"roles"} != _PARTS:
            raise ArtefactError(f"A key in {path} was changed, or is none.")
    if len({key["key_id"] for key in keys}) != len(keys):
        raise ArtefactError(f"{path} names a key twice: one key would speak for two.")
    return keys


def note_document(findings: Findings, kind: str, document: dict[str, Any], keys: Keys | None) -> None:
    """Say who signed a document that carries its signature."""
    note_signature(findings, kind, body_of(document, PART), document.get(PART), keys)
    _note_moments(findings, document)


def _note_moments(findings: Findings, document: dict[str, Any]) -> None:
    """Say so of what was signed before it was decided or made, as who has a revoked key would write it."""
    record, signature = document.get("record"), document.get(PART)
    moments = {
        "decided": (record if isinstance(record, dict) else document).get("decided_at"),
        "issued": document.get("issued_at"),
        "made": document.get("generated_at"),
    }
    for what, moment in moments.items():
        if moment is None or signature is None:
            continue
        try:
            early = datetime.fromisoformat(signature["signed_at"]) < datetime.fromisoformat(moment)
            fault = f"it was signed at {signature['signed_at']}, and {what} at {moment}" if early else ""
        except (TypeError, LookupError, ValueError, OverflowError) as error:
            fault = f"{type(error).__name__}: {error}"
        findings.note(f"it was signed after it was {what}", fault)


def note_signature(findings: Findings, kind: str, payload: bytes, signature: Any, keys: Keys | None) -> None:
    """Say who signed something; without a trust file, that this was not checked."""
    if keys is None:
        findings.remark(NOT_CHECKED)
        return
    _note_roles(findings, keys)
    try:
        fault, name = signature_fault(kind, payload, signature, _may_sign(kind, keys))
    except (OverflowError, TypeError, LookupError, ValueError, AttributeError) as error:
        fault, name = f"bad signature ({type(error).__name__}: {error})", ""
    findings.note(f"signed by {name}" if name and not fault else "it is signed by whom one trusts", fault)


def _note_roles(findings: Findings, keys: Keys) -> None:
    """Say so of keys that nothing is said of: whose they are meant to be cannot be told."""
    without = sum("roles" not in key for key in keys)
    if without:
        findings.remark(
            f"keys of the trust file without roles: {without}; each counts as that of a lender (write "
            '"roles":["witness"] or ["vendor"] into those of others)'
        )


def _may_sign(kind: str, keys: Keys) -> Keys:
    """Let vendors sign models, and nothing else, as lenders do."""
    return [
        {**key, "roles": ["lender"]} if kind == "model" and "vendor" in key.get("roles", ()) else key
        for key in keys
    ]


def trusted_heads(
    findings: Findings, heads: Sequence[str | Path], keys: Keys | None
) -> list[tuple[str, int, bytes]]:
    """Read heads that were kept: each of which log, its size and root. Those not believed are findings."""
    found = []
    if heads:
        _note_roles(findings, keys or [])
    for path in heads:
        try:
            fault, origin, size, root = head_of(read_file(Path(path), _MOST_BYTES).decode(), keys or [])
        except (ArtefactError, ValueError, TypeError, LookupError) as error:
            fault, origin, size, root = f"it cannot be read: {error}", "", 0, b""
        fault = fault if keys is not None else "give a trust file to believe it"
        findings.note("the head that was kept is signed by whom one trusts", fault)
        if not fault:
            found.append((origin, size, root))
    return found
