"""Change a record in one spot, hash it anew as somebody would who can write the file, and ask again."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

Path = tuple[str | int, ...]
# Of a long list, so many entries are tried; of rows and lines the first ones tell as much as all.
MOST_OF_A_LIST = 12


class Changed(NamedTuple):
    """One spot of a record, and what was done to it."""

    path: Path
    how: str
    content: dict[str, Any]

    def __str__(self) -> str:
        return f"{dotted(self.path)} ({self.how})"


def dotted(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def leaves(data: Any, path: Path = ()) -> Iterator[Path]:
    """Every leaf, and every list and object itself, for what may be dropped from it or added to it."""
    if path:
        yield path
    if isinstance(data, dict):
        for name in data:
            yield from leaves(data[name], (*path, name))
    elif isinstance(data, list):
        for number in range(len(data)):
            yield from leaves(data[number], (*path, number))


def changes(value: Any, rng: random.Random) -> Iterator[tuple[str, Any]]:
    """What may be done to one leaf, list or object."""
    match value:
        case bool():
            yield "turned", not value
            yield "nothing", None
        case int() | float():
            yield "a little more", value + 1 if isinstance(value, int) else value + abs(value) * 1e-9 + 1e-12
            yield "less", value - 1
            yield "much more", value * 10 + 7
            yield "nothing", None
        case str():
            yield "longer", value + "x"
            yield "empty" if value else "filled", "" if value else "something"
            yield "nothing", None
        case None:
            yield "a number", 1.0
            yield "a text", "text"
        case list():
            yield "one more", [*value, copy.deepcopy(value[-1])] if value else [{}]
            if value:
                yield "one less", value[:-1]
                yield "none", []
            if len(value) > 1 and value[0] != value[-1]:
                yield "exchanged", [value[-1], *value[1:-1], value[0]]
        case dict():
            yield "one more", value | {"unheard_of": 1}
            if value:
                gone = rng.choice(sorted(value))
                yield "one less", {name: part for name, part in value.items() if name != gone}


def changed(record: dict[str, Any], rng: random.Random, keep: Any = None) -> Iterator[Changed]:
    """Yield the record with one change at a time, sealed anew; only of paths that `keep` allows."""
    for path in list(leaves(record)):
        if path == ("sha256",) or (keep is not None and not keep(path)):
            continue
        for how, value in changes(at(record, path), rng):
            yield Changed(path, how, sealed(put(record, path, value)))


def without(record: dict[str, Any], path: Path = (), *, most: int = 3) -> Iterator[Changed]:
    """Yield the record with one name of one object taken out, sealed anew; of a long list the first."""
    here = at(record, path)
    for name in here if isinstance(here, dict) else range(min(len(here), most)):
        below = (*path, name)
        if isinstance(name, str) and below != ("sha256",):
            left = {one: part for one, part in here.items() if one != name}
            yield Changed(below, "taken out", sealed(put(record, path, left)))
        if isinstance(here[name], dict | list):
            yield from without(record, below, most=most)


def at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def put(data: Any, path: Path, value: Any) -> Any:
    """Return data with another value in one spot; what does not change is shared."""
    if not path:
        return value
    made = dict(data) if isinstance(data, dict) else list(data)
    below = data[path[0]] if len(path) > 1 else None  # type: ignore[index]
    made[path[0]] = put(below, path[1:], value)  # type: ignore[index]
    return made


def sealed(record: dict[str, Any]) -> dict[str, Any]:
    """Hash a record anew, as its own hash asks: a signature stands beside what is hashed."""
    body = {name: part for name, part in record.items() if name not in ("sha256", "signature")}
    return record | {"sha256": hashed(body)}


def hashed(data: Any) -> str:
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
