"""Check offline who signed a decision, and that it is in the ledger. Exit 0: well, 1: not, 2: unreadable."""

from __future__ import annotations

import argparse
import base64
import json
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
Plain = dict[str, Any]
LEAF = ("sequence", "what", "appended_at", "entry_id", "commitment", "entry_hash")
FORM = [*sorted(LEAF), "head", "leaf", "proof", "salt", "schema", "creditscore.receipt/1"]
RULED = ("decision", "before", "reason", "role", "heard", "reviewed_at", "overrides")
SHOWN = ("decision_id", "application_id", "subject", "as_of", "decided_at", "counterfactuals", "reasons")
HIDDEN = dict.fromkeys(("log_odds", "score_unrounded", "referred_because", "fact", "guarantors", "sources"))

def _point_of(data: bytes) -> Any:
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[31] >> 7
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    x = x * ROOT % P if (v * x * x - u) % P else x
    if y >= P or (v * x * x - u) % P or (not x and sign):
        raise ValueError("a public key is none")
    return (x := P - x if x & 1 != sign else x), y, 1, x * y % P

def _added(one: Any, other: Any) -> Any:
    (x, y, z, t), (a, b, c, d) = one, other  # each is x z, y z, z and x y z, so nothing is divided by
    e, f, g, h = (x * b + y * a) % P, z * c % P, D * t * d % P, (y * b + x * a) % P
    return e * (f - g) % P, h * (f + g) % P, (f - g) * (f + g) % P, e * h % P

def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature is that of a public key on a message."""
    r, s = (int.from_bytes(part, "little") for part in (signature[:32], signature[32:]))
    base, (x, y, _, t) = _point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little")), _point_of(public)
    k = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % L
    sums = (found := (0, 1, 1, 0), base, minus := (P - x, y, 1, P - t), _added(base, minus))
    for bit in range(255, -1, -1):
        found = _added(_added(found, found), sums[(s >> bit & 1) + 2 * (k >> bit & 1)])
    seen = found[1] * (over := pow(found[2], -1, P)) % P | (found[0] * over % P & 1) << 255
    return seen == r and len(public) == 32 and len(signature) == 64 and s < L

def body_of(document: Plain, *without: str) -> bytes:
    """Write a document in the form that is hashed and signed, without some of its parts."""
    rest = {name: part for name, part in document.items() if name not in without}
    return json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

def shown_of(record: Plain) -> str:
    """Hash what everybody is shown of a decision, whichever version of its record this is."""
    shown = {name: record.get(name) for name in SHOWN}
    shown |= {name: (record.get(name) or {}) | HIDDEN for name in ("outcome", "strategy")}
    return sha256(body_of(shown | {"reasons": [r | HIDDEN for r in shown["reasons"] or ()]})).hexdigest()

def _key_fault(key: Plain, at: str, kind: str) -> str:
    moment, start = datetime.fromisoformat(at), datetime.fromisoformat(key["valid_from"])
    revoked, until = (key[k] and datetime.fromisoformat(key[k]) for k in ("revoked_as_of", "valid_until"))
    if revoked and moment >= revoked:
        return f"signed by a key of {key['name']} that was revoked as of {key['revoked_as_of']}"
    odd = f"it signs no {kind}" * ("lender" not in key.get("roles", ["lender"]))
    odd = odd or "it was not valid then" * (moment < start or bool(until and moment >= until))
    odd = odd or "that moment is yet to come" * (moment > datetime.now(UTC) + timedelta(1))
    return f"signed by a key that is not trusted ({odd})" if odd else ""

def signature_fault(kind: str, payload: bytes, signature: Any, keys: list[Plain]) -> tuple[str, str]:
    """Judge a signature: what is wrong, empty if nothing is; and who signed."""
    names = ("schema", "kind", "sha256", "signed_at", "key_id")
    right = {"schema": "creditscore.signature/1", "kind": kind, "sha256": sha256(payload).hexdigest()}
    if not signature or signature | right != signature or {*signature} != {*names, "value"}:
        return "bad signature (something else was signed)" if signature else "not signed", ""
    message = "".join(f"{signature[name]}\n" for name in names).encode()
    ids = {sha256(b"creditscore.key/1\n" + bytes.fromhex(one["public_key"])).hexdigest(): one for one in keys}
    key = next((one for name, one in ids.items() if name[:32] == signature["key_id"] == one["key_id"]), None)
    if not key or not is_signed(bytes.fromhex(key["public_key"]), bytes.fromhex(signature["value"]), message):
        return "bad signature" if key else "signed by a key that is not trusted", ""
    return _key_fault(key, signature["signed_at"], kind), key["name"]

def head_of(note: str, keys: list[Plain]) -> tuple[str, str, int, bytes]:
    """Read a signed head: what is wrong, empty if nothing is; which log, its size and its root."""
    (body, below), fault = note.split("\n\n", 1), "signed by a key that is not trusted"
    (origin, size, root, time), (*lines, end) = body.split("\n"), below.split("\n")
    for dash, name, blob in (line.split(" ") for line in lines):
        raw = base64.b64decode(blob, validate=True)
        if dash + end != "—" or base64.b64encode(raw).decode() != blob:
            raise ValueError("a head is none")
        for key, public in ((key, bytes.fromhex(key["public_key"])) for key in keys if key["name"] == name):
            if sha256(name.encode() + b"\n\x01" + public).digest()[:4] == raw[:4]:
                good = is_signed(public, raw[4:], f"{body}\n".encode())
                fault = _key_fault(key, time.removeprefix("time "), "head") if good else "bad signature"
    return fault, origin, int(size), base64.b64decode(root, validate=True)

def roots_of(index: int, size: int, path: list[bytes], start: bytes) -> tuple[bytes, bytes]:
    """Follow a path up: the roots over what stands left alone, and over all; empty if it is another."""
    number, last, before, after = index, size - 1, start, start
    for one in path if 0 <= index < size else ():
        last = last or -1  # a path that goes on is that of another tree
        if number & 1 or number == last:
            before, after = (sha256(b"\x01" + one + root).digest() for root in (before, after))
            by = max((number & -number).bit_length(), 1)
        else:
            by, after = 1, sha256(b"\x01" + after + one).digest()
        number, last = number >> by, last >> by
    return (b"", b"") if last else (before, after)

def receipt_fault(receipt: Plain, whole: Plain, digest: str, size: int, root: bytes, other: Any = ()) -> str:
    """Say why a receipt does not lead from a record, a report of it or something other to a root."""
    leaf, record = receipt["leaf"], whole.get("record") or whole
    zone, alone = {name: whole.get(name) for name in ("currency", "timezone")}, "sha256" not in record
    own = sha256(body_of(record | zone)).hexdigest() if alone else receipt.get("disclosed", "")
    shown = [shown_of(record), own][: 2 if "disclosed" in receipt else alone or "shown" in receipt]
    what, name, hashes = other or ("decision", record.get("decision_id"), shown)
    text = "\n".join([f"creditscore.commitment/{1 + len(hashes)}", receipt["salt"], digest, *hashes, ""])
    given = [receipt[name] for name in ("shown", "disclosed") if name in receipt]
    if [leaf["entry_id"], leaf["commitment"], *given] != [name, sha256(text.encode()).hexdigest(), *hashes]:
        return "the receipt is for something else"
    parts = [*sorted(leaf), *sorted({*receipt} - {"shown", "disclosed"}), receipt["schema"], leaf["what"]]
    data = "\0creditscore.leaf/1\n" + "".join(f"{leaf[name]}\n" for name in LEAF)
    path = [base64.b64decode(one, validate=True) for one in receipt["proof"]["path"]]
    found = roots_of(at := leaf["sequence"] - 1, size, path, sha256(data.encode()).digest())[1]
    proof = {"index": at, "path": [base64.b64encode(one).decode() for one in path], "size": size}
    if (parts, receipt["proof"], found) != ([*FORM, what], proof, root):
        return "it does not lead to the root of its head"
    late = datetime.fromisoformat(receipt["head"].split("\n")[3][5:]) + timedelta(1)
    return "its head is older than its entry" * bool(leaf["appended_at"] > late.timestamp() * 1e6)

def reviews_fault(report: Plain, head: str, digest: str, size: int, root: bytes) -> str:
    """Say why the reviews in a report are not all that were entered until the last; empty if they are."""
    done, name = report["reviews"], report["record"]["decision_id"]
    last, receipt = map((report.get("reviewed") or {}).get, ("sha256", "receipt"))
    written = [sha256(body_of(one, "sha256", "overrides")).hexdigest() for one in done]
    stated = [*(one["after"] for one in done[1:]), last] if "after" in (done or [""])[-1] else written
    if not receipt or [receipt["head"], written] != [head, stated]:
        return "they are not those of a receipt under the same head"
    said = {"decision_id": name, "record_sha256": digest, "reviews": [{n: r[n] for n in RULED} for r in done]}
    other = ("review", f"{name}/review/{len(done)}", [sha256(body_of(said)).hexdigest()])
    return receipt_fault(receipt, report, last, size, root, other)

def fork_fault(heads: list[tuple[int, bytes]], proof: Plain | None) -> str:
    """Say why one head does not follow from another; empty if it does."""
    (first, first_root), (second, second_root) = sorted(heads)
    if first in (0, second):
        return "" if not first or first_root == second_root else "two histories of one size were shown"
    if proof is None or (proof["first"], proof["second"]) != (first, second):
        return f"give a proof from {first} to {second}"
    start, *path = [first_root] * (not first & first - 1) + [*map(base64.b64decode, proof["path"])] or [b""]
    found = roots_of(first - 1 >> (by := (first & -first).bit_length() - 1), -(-second >> by), path, start)
    return "" if found == (first_root, second_root) else "the larger one does not follow from the smaller"

def checks(document: Plain, given: Plain) -> list[tuple[str, str]]:
    """Check all that is given: names of checks, and what is wrong."""
    keys, inner = given["trust"]["keys"], document.get("record") or {}
    kind = "record" if document["schema"].startswith("creditscore.decision/") else "report"
    digest = document["sha256"] if kind == "record" else document.get("full_version", {}).get("record_sha256")
    hashes = [sha256(body_of(one, "sha256", "signature")).hexdigest() for one in (document, inner)]
    part = document.get("audience", "subject") == "subject" and "sha256" not in inner
    last = [inner.get("outcome"), *(document.get("reviews") or ())][-1]
    other = inner and document.get("decided") != last["decision"]
    texts = [one["texts"].get(document["language"]) for one in inner.get("reasons", ())]
    said = texts if document.get("calendar") != "gregorian" else [s["text"] for s in document.get("said", ())]
    odd = "it says something else than its record" * bool(other or (None not in texts and said != texts))
    odd = "it holds another record" if not part and {hashes[1], inner.get("sha256")} != {digest} else odd
    odd = "its text is not canonical" if given.get("text") not in (None, body_of(document).decode()) else odd
    odd = "its hash is another" if hashes[0] != document.get("sha256") else odd
    dated = [inner, *(document.get("reviews") or ()), document, document.get("signature") or {}]
    at = [one[name] for one in dated for name in sorted(one) if name.endswith("ed_at") and one[name]]
    odd = odd or "it was issued or signed too early" * (at != sorted(at, key=datetime.fromisoformat))
    fault, by = signature_fault(kind, body_of(document, "signature"), document.get("signature"), keys)
    found = [("the document is as it was written", odd), (f"signed by {by}" if by else "it is signed", fault)]
    if not (receipt := given["receipt"] or document.get("receipt")):
        return found + [("it is in the ledger", "there is no receipt")] * bool(given["head"])
    fault, origin, size, root = head_of(receipt["head"], keys)
    found += [("the head of the receipt is signed", fault)]
    found += [("it is in the ledger", receipt_fault(receipt, document, str(digest), size, root))]
    if "reviewed" in document or (document.get("reviews") and given["head"]):
        fault = reviews_fault(document, receipt["head"], str(digest), size, root)
        found += [("its reviews are in the ledger", fault)]
    if given["head"] is not None:
        fault, kept, many, top = head_of(given["head"], keys)
        fork = fork_fault([(many, top), (size, root)], given["proof"]) if origin == kept else "of two logs"
        found += [("the head that was kept is signed", fault), ("both heads are of one history", fork)]
    return found

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("document", type=Path, help="it may hold its receipt; trust is from whom you trust")
    for name in ("trust", "receipt", "head", "proof"):
        parser.add_argument(f"--{name}", type=Path, required=name == "trust")
    try:
        texts = {name: path and path.read_text("utf-8") for name, path in vars(parser.parse_args()).items()}
        read = json.JSONDecoder(object_pairs_hook=lambda two: dict(two) if len(dict(two)) == len(two) else {})
        given = {name: t and (t if name == "head" else read.decode(t)) for name, t in texts.items()}
        found = checks(given["document"], given | {"text": texts["document"]})
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        found = [("", f"the files are JSON, as within a page: {type(error).__name__}: {error}")]
    sys.stdout.write("".join(f"FAILED  {one}: {why}\n" if why else f"ok      {one}\n" for one, why in found))
    sys.exit(any(why for _, why in found) + (found[0][0] == ""))
