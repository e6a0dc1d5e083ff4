"""Whether a report holds the parts that its schema names, and no others, as deep as that tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from creditscore.report.proving import KINDS


def form_faults(data: Any) -> Iterator[str] | None:
    """Find parts of a report that its JSON Schema does not know, and those that are missing.

    Parameters
    ----------
    data : object
        A report as plain data.

    Returns
    -------
    iterator of str, or None
        None for what is no report.
    """
    schema = data.get("schema") if isinstance(data, Mapping) else None
    kind = KINDS.get(schema) if isinstance(schema, str) else None
    return None if kind is None else _faults(data, kind.schema(), "")


def _faults(data: Any, schema: Mapping[str, Any], where: str) -> Iterator[str]:
    if isinstance(data, list) and isinstance(schema.get("items"), Mapping):
        for number, one in enumerate(data):
            yield from _faults(one, schema["items"], f"{where}[{number}]")
    if not isinstance(data, Mapping):
        return
    named, other = schema.get("properties", {}), schema.get("additionalProperties", True)
    inside = f"{where}." if where else ""
    yield from (f"{inside}{name} is missing" for name in schema.get("required", ()) if name not in data)
    for name, part in data.items():
        if name in named:
            yield from _faults(part, named[name], inside + name)
        elif other is False:
            yield f"{inside}{name} is no part of one"
        elif isinstance(other, Mapping):
            yield from _faults(part, other, inside + name)
