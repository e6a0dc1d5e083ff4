"""A typed client: the same messages as the service has, over one connection that is kept."""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import numpy as np

from creditscore._ground.extras import needs
from creditscore.deciding.record import DecisionRecord
from creditscore.errors import ParameterError
from creditscore.service.messages import (
    Added,
    Decision,
    Erased,
    Explanation,
    Score,
    ScoresOfMany,
    Subject,
)
from creditscore.service.problems import Fault, Problem, RefusedError

with needs("ServiceClient", package="msgspec", extra="serve"):
    import msgspec

T = TypeVar("T")
Record = Mapping[str, Any]
Tables = Mapping[str, Sequence[Record]]
_AGAIN: Final = frozenset({429, 503, 504})


class ServiceClient:
    """Asks a service that runs elsewhere.

    What may be asked again without harm is asked again where no answer came, and where the service says that
    it is busy: scores, explanations, whatever is read, and decisions, which have a key of their own.

    Parameters
    ----------
    address : str
        Such as ``"https://scores.example:8443"``.
    key : str
        The secret, as ``creditscore serve-keys add`` printed it.
    seconds : float, default 30
        To wait for an answer.
    attempts : int, default 3
    context : ssl.SSLContext, optional
        Whose certificates are believed.

    Raises
    ------
    ParameterError
        If the address is none of http or https.

    Examples
    --------
    >>> from creditscore.service.client import ServiceClient
    >>> client = ServiceClient("http://127.0.0.1:8080", "cs_secret")
    >>> client
    ServiceClient('http://127.0.0.1:8080')
    """

    def __init__(
        self,
        address: str,
        key: str,
        *,
        seconds: float = 30.0,
        attempts: int = 3,
        context: ssl.SSLContext | None = None,
    ) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ParameterError.must_be("address", "such as 'https://scores.example'", address)
        self._address, self._host, self._port = address, parts.hostname, parts.port
        self._context = (context or ssl.create_default_context()) if parts.scheme == "https" else None
        self._key, self._seconds, self._attempts = key, seconds, max(attempts, 1)
        self._kept: http.client.HTTPConnection | None = None
        self._turn = threading.Lock()

    def score(self, application: Record, tables: Tables | None = None) -> Score:
        """Score one application; without tables, the portfolio of the service is read."""
        return self._posted("/v1/scores", {"application": application}, tables, Score)

    def score_many(self, applications: Sequence[Record], tables: Tables | None = None) -> ScoresOfMany:
        """Score up to 1,000 applications, without reasons."""
        return self._posted("/v1/scores/batch", {"applications": applications}, tables, ScoresOfMany)

    def explain(self, application: Record, tables: Tables | None = None, **against: Any) -> Explanation:
        """Say what a score is made of; ``reference`` and ``cutoff`` as for `CreditPipeline.explain`."""
        return self._posted("/v1/explanations", {"application": application, **against}, tables, Explanation)

    def decide(self, application: Record, tables: Tables | None = None, *, idempotency_key: str) -> Decision:
        """Decide on an application: asking again with the key gives the same decision."""
        body = {"application": application}
        return self._posted("/v1/decisions", body, tables, Decision, idempotency_key)

    def decision(self, decision_id: str) -> DecisionRecord:
        """Return the whole record of a decision, after checking its hash."""
        content = self._asked("GET", f"/v1/decisions/{quote(decision_id, safe='')}")
        return DecisionRecord.from_json(content.decode())

    def report(self, decision_id: str, **asked: str) -> dict[str, Any]:
        """Return the report of a decision; audience, language and calendar as for `decision_report`."""
        query = f"?{urlencode(asked)}" if asked else ""
        path = f"/v1/decisions/{quote(decision_id, safe='')}/report{query}"
        return _read(self._asked("GET", path), dict[str, Any])

    def dashboard(self, *, language: str = "en") -> str:
        """Return the page of all decisions together, which holds no row of a person."""
        return self._asked("GET", f"/v1/dashboard?{urlencode({'language': language})}").decode()

    def proof(self, decision_id: str) -> dict[str, Any]:
        """Return the receipt of a decision: that it is in the ledger."""
        path = f"/v1/decisions/{quote(decision_id, safe='')}/proof"
        return _read(self._asked("GET", path), dict[str, Any])

    def ingest(self, tables: Tables) -> Added:
        """Add records to the portfolio of the service; asked once, since rows may not be added twice."""
        return _read(self._asked("POST", "/v1/events", {"tables": tables}, again=False), Added)

    def subject(self, applicant_id: int | str) -> str:
        """Return what the ledger of the service calls an applicant."""
        content = self._asked("POST", "/v1/subjects", {"applicant_id": applicant_id})
        return _read(content, Subject).subject

    def export(self, subject: str) -> dict[str, Any]:
        """Return everything that is kept of a person, by their pseudonym."""
        return _read(self._asked("GET", f"/v1/subjects/{quote(subject, safe='')}"), dict[str, Any])

    def erase(self, subject: str) -> Erased:
        """Take a person out of the ledger for ever, and out of the portfolio."""
        content = self._asked("DELETE", f"/v1/subjects/{quote(subject, safe='')}", again=False)
        return _read(content, Erased)

    def close(self) -> None:
        """Let go of the connection."""
        with self._turn:
            if self._kept is not None:
                self._kept.close()
                self._kept = None

    def _posted(
        self, path: str, body: dict[str, Any], tables: Tables | None, kind: type[T], key: str = ""
    ) -> T:
        whole = body if tables is None else body | {"tables": tables}
        return _read(self._asked("POST", path, whole, key=key), kind)

    def _asked(self, method: str, path: str, body: Any = None, *, key: str = "", again: bool = True) -> bytes:
        content = None if body is None else _content(body)
        head = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        head |= {"Idempotency-Key": key} if key else {}
        attempts = self._attempts if again else 1
        with self._turn:
            for number in range(attempts):
                is_last = number == attempts - 1
                try:
                    status, pause, answer = self._sent(method, path, content, head)
                except (OSError, http.client.HTTPException):
                    self._kept = None
                    if is_last:
                        raise
                    continue
                if status < 400:
                    return answer
                if is_last or status not in _AGAIN:
                    raise RefusedError(_problem(status, answer))
                time.sleep(min(pause, self._seconds))
        raise AssertionError

    def _sent(
        self, method: str, path: str, content: bytes | None, head: dict[str, str]
    ) -> tuple[int, float, bytes]:
        if self._kept is None:
            self._kept = self._connection()
        self._kept.request(method, path, content, head)
        got = self._kept.getresponse()
        pause = got.getheader("Retry-After") or "1"
        return got.status, float(pause) if pause.isdecimal() else 1.0, got.read()

    def _connection(self) -> http.client.HTTPConnection:
        if self._context is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=self._seconds)
        return http.client.HTTPSConnection(
            self._host, self._port, timeout=self._seconds, context=self._context
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"ServiceClient({self._address!r})"


def _content(body: object) -> bytes:
    """Write what is asked as JSON; values as NumPy and pandas hold them become plain ones."""
    return msgspec.json.encode(body, enc_hook=_plain)


def _plain(value: Any) -> object:
    if isinstance(value, np.generic):
        return value.item()
    # NaT is a moment that differs from itself; what pandas calls NA cannot even be compared.
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, datetime):
        return value.isoformat()
    raise ParameterError.must_be("application", "of texts, numbers, truth values, moments and None", value)


def _read(content: bytes, kind: type[T]) -> T:
    return msgspec.json.decode(content, type=kind)


def _problem(status: int, content: bytes) -> Problem:
    """What the service says went wrong; a proxy between may say it in its own way."""
    try:
        plain = msgspec.json.decode(content, type=dict[str, Any])
        faults = tuple(
            Fault(one["pointer"], one["detail"], one.get("column", ""), one.get("rows", 0))
            for one in plain.get("errors", ())
        )
        kind = str(plain["type"]).rpartition(":")[2]
        return Problem(status, kind, plain["title"], plain["detail"], faults)
    except (msgspec.MsgspecError, KeyError, TypeError):
        return Problem(status, "unknown", http.client.responses.get(status, ""), f"Status {status}.")
