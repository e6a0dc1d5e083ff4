"""What the published tiles of a ledger hold of one decision: a review that a page keeps back stands there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from creditscore.errors import ArtefactError
from creditscore.verify.findings import Findings
from creditscore.verify.outsider import head_of
from creditscore.verify.reading import read_file
from creditscore.verify.signatures import Keys

_TILE: Final = 256
_GROUP: Final = 1_000
_LENGTH: Final = 2
_MOST_BYTES: Final = 1 << 24
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WHATS: Final = ("review", "objection", "report")
_NAME: Final = "what was done with it, counted in the tiles of the ledger"


class Done(NamedTuple):
    """What the leaves say of one decision.

    Attributes
    ----------
    decided : bool
        Whether it is among them.
    entered : list of (str, datetime, int)
        What was done with it: the name of each entry, when it was appended, and its number in the ledger.
    roots : dict of int to bytes
        Of the tree at the sizes that were asked for.
    """

    decided: bool
    entered: list[tuple[str, datetime, int]]
    roots: dict[int, bytes]


def note_tiles(
    findings: Findings,
    document: dict[str, Any],
    folder: str | Path,
    heads: list[tuple[str, int, bytes]],
    keys: Keys | None,
) -> None:
    """Hold a decision, or a report on one, against all that published tiles say was done with it.

    Parameters
    ----------
    findings : Findings
        The checks are added to it.
    document : dict
        A record, or a decision report.
    folder : path
        Where ``creditscore ledger publish`` wrote, or a copy of it.
    heads : list of (str, int, bytes)
        Heads that were kept, and are believed: of which log, its size and root.
    keys : list, optional
        Of the trust file.
    """
    try:
        note = read_file(Path(folder, "checkpoint"), _MOST_BYTES).decode()
        fault, origin, size, root = head_of(note, keys or [])
        name = str((document.get("record") or document)["decision_id"])
        done = _done(Path(folder), name, size, {size, *(kept for _, kept, _ in heads)})
        kept_back, later = _fault(document, name, done), _later(document, done)
    except (ArtefactError, ValueError, TypeError, LookupError, AttributeError) as error:
        findings.note(_NAME, f"they cannot be read: {type(error).__name__}: {error}")
        return
    findings.note("the head of the tiles is signed by whom one trusts", fault)
    findings.note("the tiles lead to their head", "" if done.roots.get(size) == root else "to another")
    for whose, kept, top in heads:
        same = whose == origin and done.roots.get(kept) == top
        findings.note(f"the tiles hold what was held at {kept} entries", "" if same else "they do not")
    findings.note(_NAME, kept_back)
    if later:
        since = "since" if "issued_at" in document else "with it"
        findings.remark(f"what people did {since}: {', '.join(later)}")


def _fault(document: dict[str, Any], name: str, done: Done) -> str:
    """Say why the reviews of a report are not those that had been entered when it was issued."""
    if not done.decided:
        return "the decision is not in them"
    if "issued_at" not in document:
        return ""
    issued = datetime.fromisoformat(document["issued_at"])
    # What its own receipt already counts was there, whenever it says that it was issued.
    seen = document["receipt"]["proof"]["size"] if "receipt" in document else 0
    reviews = [(at, number) for named, at, number in done.entered if named.startswith(f"{name}/review/")]
    shown = len(document.get("reviews") or ())
    until = sum(at <= issued or number <= seen for at, number in reviews)
    if shown < until:
        return f"{until} reviews had been entered when it was issued, and it shows {shown}"
    return f"it shows {shown} reviews, and they hold {len(reviews)}" if shown > len(reviews) else ""


def _later(document: dict[str, Any], done: Done) -> list[str]:
    """Name what was done since a report was issued; of a record, all."""
    issued = datetime.fromisoformat(document["issued_at"]) if "issued_at" in document else _EPOCH
    return [named for named, at, _ in done.entered if at > issued]


def _done(folder: Path, name: str, size: int, wanted: set[int]) -> Done:
    decided, entered, peaks = False, [], []
    roots = {0: hashlib.sha256().digest()}
    for number, leaf in enumerate(_leaves(folder, size), 1):
        _, _, what, at, rest = leaf.decode("utf-8", "surrogatepass").split("\n", 4)
        entry_id = rest.rsplit("\n", 3)[0]
        decided = decided or (what, entry_id) == ("decision", name)
        if what in _WHATS and entry_id.rsplit("/", 2)[:2] == [name, what]:
            entered.append((entry_id, _EPOCH + timedelta(microseconds=int(at)), number))
        peaks.append((0, hashlib.sha256(b"\x00" + leaf).digest()))
        while len(peaks) > 1 and peaks[-1][0] == peaks[-2][0]:
            height, right = peaks.pop()
            peaks.append((height + 1, hashlib.sha256(b"\x01" + peaks.pop()[1] + right).digest()))
        if number in wanted:
            roots[number] = _root([one for _, one in peaks])
    return Done(decided, entered, roots)


def _root(peaks: list[bytes]) -> bytes:
    found = peaks[-1]
    for left in peaks[-2::-1]:
        found = hashlib.sha256(b"\x01" + left + found).digest()
    return found


def _leaves(folder: Path, size: int) -> Iterator[bytes]:
    """Pass over the text of every leaf, tile by tile."""
    for number in range(-(-size // _TILE)):
        width = min(_TILE, size - number * _TILE)
        content = read_file(folder / _tile_name(number, width), _MOST_BYTES)
        start = 0
        for _ in range(width):
            end = start + _LENGTH + int.from_bytes(content[start : start + _LENGTH], "big")
            if not start + _LENGTH < end <= len(content):
                raise ArtefactError(f"The tile of entries {number} is cut short.")
            yield content[start + _LENGTH : end]
            start = end


def _tile_name(number: int, width: int) -> str:
    """Name a tile of entries as C2SP's tlog-tiles does."""
    rest, name = divmod(number, _GROUP)
    parts = [f"{name:03d}"]
    while rest:
        rest, name = divmod(rest, _GROUP)
        parts.insert(0, f"x{name:03d}")
    return f"tile/entries/{'/'.join(parts)}" + (f".p/{width}" if width < _TILE else "")
