"""The routes of the service: one line each, from which the edge, the description and the tests are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from creditscore.service import messages
from creditscore.service.keys import Scope
from creditscore.service.problems import Fault, RefusedError
from creditscore.service.service import Answer, Call, Service

Method = Literal["GET", "POST", "DELETE"]


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that can be asked.

    Attributes
    ----------
    name : str
        In metrics and logs.
    method, path : str
    scope : str
        Which keys open it.
    handle : callable
    summary : str
    asked : type, optional
        What the body is.
    answered : type or str, optional
        What is answered, or what the answer is called in the description.
    query : mapping of str to tuple of str
        Parameters, each with its values; empty for any text.
    statuses : tuple of int
        Of answers that are no problems.
    has_key : bool
        Whether it takes an idempotency key.
    """

    name: str
    method: Method
    path: str
    scope: Scope
    handle: Callable[[Service, Call], Answer]
    summary: str
    asked: type[Any] | None = None
    answered: type[Any] | str = "object"
    query: tuple[tuple[str, tuple[str, ...]], ...] = ()
    statuses: tuple[int, ...] = (200,)
    has_key: bool = False


_LANGUAGE: Final = ("language", ("en", "fa", "zh"))
_CALENDAR: Final = ("calendar", ("gregorian", "jalali"))
_ONE: Final = "/v1/decisions/{decision_id}"

ROUTES: Final = (
    Route(
        "score", "POST", "/v1/scores", "score", Service.score, "Score an application, with reasons.",
        messages.Asked, messages.Score,
    ),
    Route(
        "score_batch", "POST", "/v1/scores/batch", "score", Service.score_batch,
        "Score several applications in one pass, without reasons.", messages.AskedMany,
        messages.ScoresOfMany,
    ),
    Route(
        "explain", "POST", "/v1/explanations", "explain", Service.explain,
        "Say what a score is made of, in points.", messages.AskedWhy, messages.Explanation,
    ),
    Route(
        "decide", "POST", "/v1/decisions", "decide", Service.decide,
        "Decide on an application; the same idempotency key gives the same decision.", messages.Asked,
        messages.Decision, statuses=(201, 200), has_key=True,
    ),
    Route(
        "decision", "GET", _ONE, "audit", Service.decision, "Give the whole record of a decision.",
        answered="DecisionRecord",
    ),
    Route(
        "report", "GET", f"{_ONE}/report", "audit", Service.report,
        "Report a decision for a person, an auditor or an authority, as JSON or as a page.",
        query=(
            ("audience", ("subject", "auditor", "authority")), _LANGUAGE, _CALENDAR, ("issued_at", ()),
            ("format", ("json", "html")),
        ),
    ),
    Route(
        "dashboard", "GET", "/v1/dashboard", "look", Service.dashboard,
        "Show all decisions together as a page: sums over cells of at least five people.", answered="html",
        query=(_LANGUAGE,),
    ),
    Route(
        "proof", "GET", f"{_ONE}/proof", "audit", Service.proof,
        "Prove that a decision is in the ledger, under a head that is signed now.",
    ),
    Route(
        "objection", "POST", f"{_ONE}/objection", "audit", Service.objection,
        "Open an objection to a report of a decision, and start its clocks; the service keeps none.",
        messages.AskedToObject, statuses=(201,),
    ),
    Route(
        "ingest", "POST", "/v1/events", "ingest", Service.ingest,
        "Add records to the portfolio; on return they are on disk.", messages.Events, messages.Added,
        statuses=(201,),
    ),
    Route(
        "subject", "POST", "/v1/subjects", "audit", Service.subject,
        "Say what the ledger calls an applicant.", messages.AskedWho, messages.Subject,
    ),
    Route(
        "export", "GET", "/v1/subjects/{pseudonym}", "audit", Service.export,
        "Hand out everything that is kept of a person.", query=(_LANGUAGE, _CALENDAR),
    ),
    Route(
        "erase", "DELETE", "/v1/subjects/{pseudonym}", "erase", Service.erase,
        "Take a person out of the ledger for ever, and out of the portfolio.", answered=messages.Erased,
    ),
)  # fmt: skip


def answered(service: Service, route: Route, call: Call) -> Answer:
    """Answer a call to a route.

    Raises
    ------
    RefusedError
        If a parameter is unknown or has a value that it cannot take.
    """
    known = dict(route.query)
    for name, value in call.query.items():
        if name not in known:
            detail = f"There is no parameter {name!r:.60} here. Known: {', '.join(known) or 'none'}."
            raise RefusedError.of(422, "name-unknown", detail)
        if known[name] and value not in known[name]:
            detail = f"The {name!r} parameter is one of {', '.join(known[name])}. Got {value!r:.60}."
            raise RefusedError.of(422, "parameter", detail, Fault(f"/{name}", detail))
    return route.handle(service, call)
