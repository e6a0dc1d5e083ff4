"""The description of the service (OpenAPI 3.1): its routes, its messages and the contracts of tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from creditscore._ground.extras import needs
from creditscore._version import __version__
from creditscore.data.tables.column import Column
from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS, TableContract
from creditscore.deciding.record import DecisionRecord
from creditscore.service.examples import EXAMPLES
from creditscore.service.problems import MEDIA
from creditscore.service.routes import ROUTES, Route

with needs("the service", package="msgspec", extra="serve"):
    import msgspec

_AT: Final = "#/components/schemas/"
_JSON: Final = "application/json"
_TYPES: Final[Mapping[str, list[str]]] = {
    "applicant": ["string", "integer"],
    "loan": ["string", "integer", "null"],
    "id": ["string", "integer", "null"],
    "time": ["string", "null"],
    "number": ["number", "null"],
    "flag": ["boolean", "integer", "null"],
    "text": ["string", "number", "boolean", "null"],
}
# Problems that any route may answer with, and what is meant.
_PROBLEMS: Final = {
    "400": "The body is no JSON, or an idempotency key is missing.",
    "401": "No valid key.",
    "403": "The key does not open this.",
    "408": "The body arrived too slowly.",
    "409": "The idempotency key was used for another application.",
    "413": "Larger than is read.",
    "415": "The body is not JSON.",
    "422": "A field is not what it must be: the problem names it.",
    "429": "The key asks too often.",
    "503": "Too busy, stopping, or started without what this needs.",
    "504": "It took too long.",
}


@cache
def document() -> dict[str, Any]:
    """Return the description, as plain data."""
    kinds = {kind for route in ROUTES for kind in (route.asked, route.answered) if isinstance(kind, type)}
    _, made = msgspec.json.schema_components(kinds, ref_template=_AT + "{name}")
    schemas = made | {
        "Application": _of_table(APPLICATIONS),
        "Tables": _tables(),
        "Problem": _problem(),
        "DecisionRecord": DecisionRecord.schema(),
    }
    schemas["DecisionRecord"].pop("$id", None)
    for route in ROUTES:
        if route.asked is not None:
            _refer(schemas[route.asked.__name__])
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "creditscore",
            "version": __version__,
            "description": "Scores, decisions with records, explanations, events, rights of subjects.",
        },
        "security": [{"key": []}],
        "paths": paths | _open_paths(),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
        },
    }


def _refer(schema: dict[str, Any]) -> None:
    """Let a request name what applications and tables hold."""
    found = schema["properties"]
    if "application" in found:
        found["application"] = {"$ref": _AT + "Application"}
    if "applications" in found:
        found["applications"]["items"] = {"$ref": _AT + "Application"}
    if "tables" in found:
        found["tables"] = {"$ref": _AT + "Tables"}


def _operation(route: Route) -> dict[str, Any]:
    kind = route.answered if isinstance(route.answered, str) else route.answered.__name__
    schema = {"type": "object"} if kind == "object" else {"$ref": _AT + kind}
    content: dict[str, Any] = {_JSON: {"schema": schema}}
    if kind == "html":
        content = {"text/html": {"schema": {"type": "string"}}}
    elif ("format", ("json", "html")) in route.query:
        content["text/html"] = {"schema": {"type": "string"}}
    answers = {str(status): {"description": route.summary, "content": content} for status in route.statuses}
    problems = {
        status: {"description": said, "content": {MEDIA: {"schema": {"$ref": _AT + "Problem"}}}}
        for status, said in {**_PROBLEMS, "404": "There is no such thing."}.items()
    }
    found: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "description": f"Needs a key with the scope {route.scope}.",
        "parameters": _parameters(route),
        "responses": answers | problems,
    }
    if route.asked is not None:
        body: dict[str, Any] = {"schema": {"$ref": _AT + route.asked.__name__}}
        if route.name in EXAMPLES:
            body["examples"] = {"example": {"value": EXAMPLES[route.name]}}
        found["requestBody"] = {"required": True, "content": {_JSON: body}}
    return found


def _parameters(route: Route) -> list[dict[str, Any]]:
    named = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    text = {"type": "string", "minLength": 1}
    found = [{"name": name, "in": "path", "required": True, "schema": text} for name in named]
    for name, values in route.query:
        schema = {"type": "string", "enum": list(values)} if values else {"type": "string"}
        found.append({"name": name, "in": "query", "required": False, "schema": schema})
    if route.has_key:
        limits = {"type": "string", "minLength": 1, "maxLength": 255}
        found.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": limits})
    return found


def _open_paths() -> dict[str, Any]:
    said = {
        "/healthz": "The process lives.",
        "/readyz": "It can answer.",
        "/openapi.json": "This description.",
    }
    found: dict[str, Any] = {
        path: {
            "get": {
                "operationId": path.strip("/").partition(".")[0],
                "summary": text,
                "security": [],
                "responses": {
                    "200": {"description": text, "content": {_JSON: {"schema": {"type": "object"}}}},
                    "503": {"description": text, "content": {_JSON: {"schema": {"type": "object"}}}},
                },
            }
        }
        for path, text in said.items()
    }
    text = "Counters and times, as Prometheus reads them; needs a key with the scope audit."
    answer = {"description": text, "content": {"text/plain": {"schema": {"type": "string"}}}}
    problems = {
        status: {"description": _PROBLEMS[status], "content": {MEDIA: {"schema": {"$ref": _AT + "Problem"}}}}
        for status in ("401", "403", "429")
    }
    found["/metrics"] = {
        "get": {"operationId": "metrics", "summary": text, "responses": {"200": answer, **problems}}
    }
    return found


def _tables() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "Records by name of the table.",
        "additionalProperties": False,
        "properties": {
            name: {"type": "array", "description": contract.meaning, "items": _of_table(contract)}
            for name, contract in CONTRACTS.items()
        },
    }


def _of_table(contract: TableContract) -> dict[str, Any]:
    """Columns that are not declared are kept if a feature names them."""
    return {
        "type": "object",
        "description": contract.meaning,
        "required": [column.name for column in contract.columns if column.required],
        "properties": {column.name: _of_column(column) for column in contract.columns},
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
    }


def _of_column(column: Column) -> dict[str, Any]:
    kinds = [kind for kind in _TYPES[column.kind] if not (column.required and kind == "null")]
    found: dict[str, Any] = {"type": kinds, "description": f"{column.meaning} {column.unit}".strip()}
    if column.vocabulary is not None:
        found = {"enum": [*column.vocabulary, *([] if column.required else [None])]} | {
            "description": found["description"]
        }
    if column.at_least is not None:
        found["minimum"] = column.at_least
    return found


def _problem() -> dict[str, Any]:
    fault = {
        "type": "object",
        "required": ["pointer", "detail"],
        "properties": {
            "pointer": {"type": "string", "description": "RFC 6901, into the body."},
            "detail": {"type": "string"},
            "column": {"type": "string"},
            "rows": {"type": "integer"},
        },
    }
    return {
        "type": "object",
        "description": "RFC 9457.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string"},
            "errors": {"type": "array", "items": fault},
        },
    }
