"""Check offline who signed a decision, and that it is in the ledger. Exit 0: well, 1: not, 2: unreadable."""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
Plain = dict[str, Any]
Point = tuple[int, int, int, int]


def point_of(data: bytes) -> Point:
    """Decode a point of the curve."""
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[31] >> 7
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    x = x * ROOT % P if (v * x * x - u) % P else x
    if y >= P or (v * x * x - u) % P or (not x and sign):
        raise ValueError("a public key is none")
    return (x := P - x if x & 1 != sign else x), y, 1, x * y % P


def added(one: Point, other: Point) -> Point:
    """Add two points."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature is that of a public key on a message."""
    s = int.from_bytes(signature[32:], "little")
    base, (x, y, z, t) = point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little")), point_of(public)
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    sums = (found := (0, 1, 1, 0), base, minus := (P - x, y, z, P - t), added(base, minus))
    for bit in range(255, -1, -1):
        found = added(added(found, found), sums[(s >> bit & 1) + 2 * (k >> bit & 1)])
    x, y = (one * pow(found[2], -1, P) % P for one in found[:2])
    small = len(public) == 32 and len(signature) == 64 and s < L
    return small and (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


def body_of(document: Plain, *without: str) -> bytes:
    """Write a document in the form that is hashed and signed, without some of its parts."""
    rest = {name: part for name, part in document.items() if name not in without}
    return json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def key_fault(key: Plain, at: str) -> str:
    """Say why a key may not have signed at a moment; empty if it may."""
    moment, start = datetime.fromisoformat(at), datetime.fromisoformat(key["valid_from"])
    revoked, until = (key[k] and datetime.fromisoformat(key[k]) for k in ("revoked_as_of", "valid_until"))
    if revoked and moment >= revoked:
        return f"signed by a key of {key['name']} that was revoked as of {key['revoked_as_of']}"
    valid = start <= moment and not (until and moment >= until)
    return "" if valid else "signed by a key that is not trusted (it was not valid then)"


def signature_fault(kind: str, payload: bytes, signature: Any, keys: list[Plain]) -> tuple[str, str]:
    """Judge a signature: what is wrong, empty if nothing is; and who signed."""
    names = ("schema", "kind", "sha256", "signed_at", "key_id")
    if signature is None:
        return "not signed", ""
    message = "".join(f"{signature[name]}\n" for name in names).encode()
    expected = ("creditscore.signature/1", kind, hashlib.sha256(payload).hexdigest())
    if tuple(signature[name] for name in names[:3]) != expected or {*signature} != {*names, "value"}:
        return "bad signature (something else was signed)", ""
    key = next((one for one in keys if one["key_id"] == signature["key_id"]), None)
    if not key or not is_signed(bytes.fromhex(key["public_key"]), bytes.fromhex(signature["value"]), message):
        return "bad signature" if key else "signed by a key that is not trusted", ""
    return key_fault(key, signature["signed_at"]), key["name"]


def head_of(note: str, keys: list[Plain]) -> tuple[str, str, int, bytes]:
    """Read a signed head: what is wrong, empty if nothing is; which log, its size and its root."""
    body, form = note.partition("\n\n")[0], r"(.+)\n(.+)\n(.+)\n(.+)\n\n((?:— \S+ \S+\n)+)"
    ((origin, size, root, time, lines),) = re.findall(rf"\A{form}\Z", note)
    fault = "signed by a key that is not trusted"
    for name, blob in re.findall(r"^— (\S+) (\S+)$", lines, re.MULTILINE):
        raw = base64.b64decode(blob, validate=True)
        for key in (one for one in keys if one["name"] == name and base64.b64encode(raw).decode() == blob):
            public = bytes.fromhex(key["public_key"])
            if hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4] == raw[:4]:
                good = is_signed(public, raw[4:], f"{body}\n".encode())
                fault = key_fault(key, time.removeprefix("time ")) if good else "bad signature"
    return fault, origin, int(size), base64.b64decode(root, validate=True)


def roots_of(index: int, size: int, path: list[bytes], start: bytes) -> tuple[bytes, bytes]:
    """Follow a path up: the roots over what stands left alone, and over all; empty if it is another."""
    number, last, before, after = index, size - 1, start, start
    for one in path if 0 <= index < size else ():
        if not last:
            return b"", b""
        if number & 1 or number == last:
            before, after = (hashlib.sha256(b"\x01" + one + root).digest() for root in (before, after))
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            after = hashlib.sha256(b"\x01" + after + one).digest()
        number, last = number >> 1, last >> 1
    return (b"", b"") if last else (before, after)


def receipt_fault(receipt: Plain, digest: str, size: int, root: bytes) -> str:
    """Say why a receipt does not lead from a record to a root; empty if it does."""
    leaf, proof = receipt["leaf"], receipt["proof"]
    opened = f"creditscore.commitment/1\n{receipt['salt']}\n{digest}\n".encode()
    if leaf["commitment"] != hashlib.sha256(opened).hexdigest():
        return "the receipt is for something else"
    names = ("sequence", "what", "appended_at", "entry_id", "commitment", "entry_hash")
    form = ["head", "leaf", "proof", "salt", "schema", "index", "path", "size", "creditscore.receipt/1"]
    if [*sorted(leaf), *sorted(receipt), *sorted(proof), receipt["schema"]] != [*sorted(names), *form]:
        return "the receipt has not the parts of one"
    data = "\0creditscore.leaf/1\n" + "".join(f"{leaf[name]}\n" for name in names)
    path = [base64.b64decode(one, validate=True) for one in proof["path"]]
    found = roots_of(leaf["sequence"] - 1, size, path, hashlib.sha256(data.encode()).digest())[1]
    right = [base64.b64encode(one).decode() for one in path], leaf["sequence"] - 1, size, root
    leads = (proof["path"], proof["index"], proof["size"], found) == right
    return "" if leads else "it does not lead to the root of its head"


def fork_fault(heads: list[tuple[int, bytes]], proof: Plain | None) -> str:
    """Say why one head does not follow from another; empty if it does."""
    (first, first_root), (second, second_root) = sorted(heads)
    if first in (0, second):
        return "" if not first or first_root == second_root else "two histories of one size were shown"
    if proof is None or (proof["first"], proof["second"]) != (first, second):
        return f"give a proof from {first} to {second}"
    path, number, last = [base64.b64decode(one) for one in proof["path"]], first - 1, second - 1
    path = path if first & number else [first_root, *path]
    while number & 1:
        number, last = number >> 1, last >> 1
    found = roots_of(number, last + 1, path[1:], path[0]) if path else (b"", b"")
    return "" if found == (first_root, second_root) else "the larger one does not follow from the smaller"


def checks(document: Plain, given: Plain) -> list[tuple[str, str]]:
    """Check all that is given: names of checks, and what is wrong."""
    keys, inner = given["trust"]["keys"], document.get("record") or {}
    ids = [hashlib.sha256(b"creditscore.key/1\n" + bytes.fromhex(key["public_key"])) for key in keys]
    if [one.hexdigest()[:32] for one in ids] != [key["key_id"] for key in keys]:
        raise ValueError("a key in the trust file was changed")
    kind, digest = "report", (document.get("full_version") or {}).get("record_sha256")
    if document["schema"].startswith("creditscore.decision/"):
        kind, digest = "record", document["sha256"]
    hashes = [hashlib.sha256(body_of(one, "sha256", "signature")).hexdigest() for one in (document, inner)]
    whole = document.get("audience", "subject") != "subject" or "sha256" in inner
    odd = "it holds another record" * (whole and {hashes[1], inner.get("sha256")} != {digest})
    odd = "its text is not canonical" if given.get("text") not in (None, body_of(document).decode()) else odd
    odd = "its hash is another" if hashes[0] != document.get("sha256") else odd
    at: list[Any] = [(document | inner).get("decided_at"), (document.get("signature") or {}).get("signed_at")]
    odd = odd or "it was signed too early" * (all(at) and at != sorted(at, key=datetime.fromisoformat))
    fault, by = signature_fault(kind, body_of(document, "signature"), document.get("signature"), keys)
    found = [("the document is as it was written", odd), (f"signed by {by}" if by else "it is signed", fault)]
    receipt = given["receipt"] or document.get("receipt")
    if receipt is None:
        return found + [("it is in the ledger", "there is no receipt")] * bool(given["head"])
    fault, origin, size, root = head_of(receipt["head"], keys)
    found += [("the head of the receipt is signed", fault)]
    found += [("it is in the ledger", receipt_fault(receipt, str(digest), size, root))]
    if given["head"] is not None:
        fault, kept, kept_size, kept_root = head_of(given["head"], keys)
        found += [("the head that was kept is signed", fault)]
        fault = fork_fault([(kept_size, kept_root), (size, root)], given["proof"])
        found += [("both heads are of one history", fault if origin == kept else "they are of two logs")]
    return found


def main() -> int:
    """Check what the command line names."""
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
        sys.stdout.write(f"FAILED  the files are JSON, as within a page: {type(error).__name__}: {error}\n")
        return 2
    sys.stdout.write("".join(f"FAILED  {one}: {why}\n" if why else f"ok      {one}\n" for one, why in found))
    return 1 if any(fault for _, fault in found) else 0


if __name__ == "__main__":
    raise SystemExit(main())
