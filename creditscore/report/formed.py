"""Whether a report holds the parts that its schema names, and no others, as deep as that tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from creditscore.report.visible import SaidDifference


def parts_of_none(data: Any, schema: Mapping[str, Any], where: str = "") -> Iterator[SaidDifference]:
    """Find parts of a report that its JSON Schema does not know, and those that are missing.

    Parameters
    ----------
    data : object
        A report as plain data, or a part of one.
    schema : mapping
        That of its kind.
    where : str
        Where in the report the part stands.
    """
    if isinstance(data, list) and isinstance(schema.get("items"), Mapping):
        for number, one in enumerate(data):
            yield from parts_of_none(one, schema["items"], f"{where}[{number}]")
    if not isinstance(data, Mapping):
        return
    named, other = schema.get("properties", {}), schema.get("additionalProperties", True)
    inside = f"{where}." if where else ""
    for name in schema.get("required", ()):
        if name not in data:
            yield SaidDifference("part", "", inside + name)
    for name, part in data.items():
        if name in named:
            yield from parts_of_none(part, named[name], inside + name)
        elif other is False:
            yield SaidDifference("part", inside + name)
        elif isinstance(other, Mapping):
            yield from parts_of_none(part, other, inside + name)
