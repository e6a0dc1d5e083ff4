"""Fuzz every parser: change seeds at random, and note what crashes, hangs or grows.

Usage: python -m tests.fuzz.run [SECONDS] [TARGET ...]. What is found is kept in tests/fuzz/corpus, which the
tests replay.
"""

from __future__ import annotations

import hashlib
import json
import random
import resource
import sys
import tempfile
import time
import traceback
from copy import deepcopy
from pathlib import Path

from creditscore._ground.canonical import canonical
from creditscore.errors import CreditScoreError
from tests.fuzz.targets import Target, targets

CORPUS = Path(__file__).parent / "corpus"
SLOW_SECONDS = 10.0
MOST_GROWTH = 400 * 2**20
PIECES = (
    b"", b"\0", b" ", b"\n", b"0", b"-1", b"9" * 40, b"1e999", b"NaN", b"null", b"true", b"[" * 2_000,
    b'{"a":' * 500, b"\xff\xfe", b"\xed\xa0\x80", b'"', b"\\u0000", b"Tree=0\n", b"inf", b"../../x",
    b"{}", b"[]",
)  # fmt: skip


ODD = (
    None,
    True,
    "",
    "x",
    -1,
    0,
    1e300,
    10**15,
    -0.5,
    [],
    {},
    [[]],
    {"a": None},
    "\u0661",
    "nan",
    [1e300] * 50,
)


def changed(chance: random.Random, content: bytes) -> bytes:
    """Change a leaf of JSON, or flip, cut, double or replace some bytes."""
    if chance.random() < 0.6 and content[:1] in (b"{", b"["):
        data = json.loads(content)
        for _ in range(chance.randrange(1, 3)):
            change_leaf(chance, data)
        return canonical(data).encode()
    return changed_bytes(chance, content)


def change_leaf(chance: random.Random, data: object) -> None:
    """Walk down at random, and put something odd where the walk ends, or take away what is there."""
    while isinstance(data, dict | list) and data:
        key = chance.choice(list(data)) if isinstance(data, dict) else chance.randrange(len(data))
        inside = data[key]
        if not isinstance(inside, dict | list) or not inside or chance.random() < 0.15:
            if chance.random() < 0.2:
                del data[key]
            else:
                data[key] = deepcopy(chance.choice(ODD))
            return
        data = inside


def changed_bytes(chance: random.Random, content: bytes) -> bytes:
    """Flip, cut, double or replace some bytes, once to four times."""
    raw = bytearray(content)
    for _ in range(chance.randrange(1, 5)):
        start = chance.randrange(len(raw) + 1)
        stop = min(len(raw), start + chance.choice((0, 1, 2, 8, 200)))
        kind = chance.randrange(4)
        if kind == 0 and raw:
            raw[min(start, len(raw) - 1)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            raw[start:stop] = chance.choice(PIECES)
        elif kind == 2:
            raw[start:start] = raw[start:stop]
        else:
            del raw[start:stop]
    return bytes(raw)


def fault_of(target: Target, content: bytes) -> str:
    """What is wrong with how a target takes its input; empty if nothing is."""
    begun = time.perf_counter()
    try:
        target.call(content)
    except CreditScoreError:
        pass
    except BaseException:  # noqa: BLE001 - whatever else comes out is the finding
        return traceback.format_exc()[-1_500:]
    seconds = time.perf_counter() - begun
    return f"took {seconds:.1f} s" if seconds > SLOW_SECONDS else ""


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def fuzz(name: str, target: Target, seconds: float, seed: int = 1) -> dict[str, object]:
    """Fuzz one target; returns figures and the first fault."""
    chance, before = random.Random(seed), memory()
    begun, tried, faults = time.perf_counter(), 0, []
    for content in target.seeds:
        target.call(content)
    while time.perf_counter() - begun < seconds:
        content = changed(chance, chance.choice(target.seeds))
        fault, tried = fault_of(target, content), tried + 1
        if fault:
            faults.append(fault)
            folder = CORPUS / name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)
    growth = memory() - before
    if growth > MOST_GROWTH:
        faults.append(f"grew by {growth >> 20} MB")
    return {
        "target": name,
        "tried": tried,
        "faults": len(faults),
        "first": "".join(faults[:1]),
        "grew": growth,
    }


def main(seconds: float, names: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        every = targets(Path(folder))
        found = [fuzz(name, every[name], seconds) for name in names or every]
    for line in found:
        sys.stdout.write(json.dumps(line) + "\n")
    return int(any(line["faults"] for line in found))


if __name__ == "__main__":
    sys.exit(main(float((sys.argv[1:] or ["600"])[0]), sys.argv[2:]))
