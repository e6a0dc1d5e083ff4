"""CBOR and COSE by the words of their RFCs, apart from the library: a reader, and a check of receipts."""

from __future__ import annotations

import hashlib
import struct
from typing import Any


def parse(data: bytes) -> Any:
    """RFC 8949, appendix C, turned into values; a tag is a pair ``("tag", number, value)``."""
    value, rest = item(data)
    assert not rest
    return value


def item(data: bytes) -> tuple[Any, bytes]:
    initial, data = data[0], data[1:]
    major, minor = initial // 32, initial % 32
    value, data = argument(minor, data)
    if major == 0:
        return value, data
    if major == 1:
        return -value - 1, data
    if major == 2:
        return data[:value], data[value:]
    if major == 3:
        return data[:value].decode(), data[value:]
    if major == 4:
        items = []
        for _ in range(value):
            one, data = item(data)
            items.append(one)
        return items, data
    if major == 5:
        pairs = {}
        for _ in range(value):
            name, data = item(data)
            pairs[name], data = item(data)
        return pairs, data
    if major == 6:
        inner, data = item(data)
        return ("tag", value, inner), data
    return {20: False, 21: True, 22: None}[value], data


def argument(minor: int, data: bytes) -> tuple[int, bytes]:
    if minor < 24:
        return minor, data
    form = {24: ">B", 25: ">H", 26: ">I", 27: ">Q"}[minor]
    size = struct.calcsize(form)
    return struct.unpack(form, data[:size])[0], data[size:]


def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """By recursion over the shape of the tree, and not by the loop of RFC 9162, section 2.1.3.2."""
    if size == 1:
        assert not path
        return leaf
    left = 1
    while 2 * left < size:
        left *= 2
    *below, last = path
    if index < left:
        return hashlib.sha256(b"\x01" + root_of(leaf, index, left, below) + last).digest()
    return hashlib.sha256(b"\x01" + last + root_of(leaf, index - left, size - left, below)).digest()


def receipt(data: bytes) -> dict[str, Any]:
    """A receipt of inclusion as RFC 9942, section 5.2, lays it out, with what EdDSA signs."""
    tag, number, (protected, unprotected, payload, signature) = parse(data)
    assert (tag, number, payload) == ("tag", 18, None)
    header = parse(protected)
    assert header[395] == 1
    (proof,) = unprotected[396][-1]
    size, index, path = parse(proof)
    leaf = hashlib.sha256(b"\x00" + unprotected["creditscore.leaf"]).digest()
    root = root_of(leaf, index, size, path)
    signed = b"\x84" + b"\x6aSignature1" + string(protected) + b"\x40" + string(root)
    return {"header": header, "root": root, "signature": signature, "signed": signed}


def string(data: bytes) -> bytes:
    head = bytes([0x40 + len(data)]) if len(data) < 24 else bytes([0x58, len(data)])
    return head + data
