"""The edge: the only part that knows HTTP. It reads, asks the service in a thread, and writes."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, TypeVar

from creditscore._ground.extras import needs
from creditscore.dashboard.served import served_page
from creditscore.service import metrics as counted
from creditscore.service.gate import Gate
from creditscore.service.keys import Scope
from creditscore.service.limits import Limits
from creditscore.service.logs import tell
from creditscore.service.messages import written
from creditscore.service.openapi import document
from creditscore.service.problems import MEDIA, Problem, RefusedError, problem_of
from creditscore.service.routes import ROUTES, Route, answered
from creditscore.service.service import HTML, JSON, Answer, Call, Service

with needs("the service", package="starlette", extra="serve"):
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.requests import ClientDisconnect, Request
    from starlette.responses import Response
    from starlette.routing import Route as Mounted

T = TypeVar("T")
Handler = Callable[[Request], Any]
_SERVER_FAULT: Final = 500
_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
# What a page may do: nothing but show itself.
_PAGE: Final = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:"}
# Applications that the challenger has yet to score; more are left out and counted.
_MOST_BESIDE: Final = 1_000


class Edge:
    """The service on a network.

    Parameters
    ----------
    service : Service
    gate : Gate
    limits : Limits, optional
    """

    def __init__(self, service: Service, gate: Gate, limits: Limits | None = None) -> None:
        self.service = service
        self.gate = gate
        self.limits: Limits = limits or Limits()
        self.draining = False
        self._threads = ThreadPoolExecutor(self.limits.threads, "service")
        self._beside = ThreadPoolExecutor(1, "beside")
        self._waiting = 0
        self._shadows = 0

    def app(self, lifespan: Callable[[Any], AbstractAsyncContextManager[None]] | None = None) -> Starlette:
        """Make the application that a server runs."""
        open_to_all = {"/healthz": self._health, "/readyz": self._ready, "/openapi.json": self._description}
        open_to_all["/dashboard"] = self._entrance
        return Starlette(
            routes=[
                *(Mounted(route.path, self._endpoint(route), methods=[route.method]) for route in ROUTES),
                *(Mounted(path, handle, methods=["GET"]) for path, handle in open_to_all.items()),
                Mounted("/metrics", self._metrics, methods=["GET"]),
            ],
            exception_handlers={HTTPException: _nothing_here},
            lifespan=lifespan,
        )

    async def run(self, work: Callable[[], T]) -> T:
        """Do work in a thread, and wait for it no longer than an answer may take.

        Raises
        ------
        RefusedError
            If too much waits already, or it takes too long; then it is finished all the same.
        """
        if self._waiting >= self.limits.most_waiting:
            detail = f"{self._waiting} requests wait already. Come again."
            raise RefusedError.of(503, "busy", detail, retry_after=1)
        self._count(1)
        traced = self.service.traces.in_thread(work)
        future = asyncio.get_running_loop().run_in_executor(self._threads, traced)
        future.add_done_callback(lambda _: self._count(-1))
        try:
            return await asyncio.wait_for(asyncio.shield(future), self.limits.seconds)
        except TimeoutError:
            future.add_done_callback(lambda done: done.cancelled() or done.exception())
            detail = (
                f"It took more than {self.limits.seconds:g} seconds and may yet be done. Ask again with the "
                "same Idempotency-Key."
            )
            raise RefusedError.of(504, "late", detail, retry_after=1) from None

    def close(self) -> None:
        """Finish what has begun, and let go of the ledger."""
        self._threads.shutdown(wait=True)
        self._beside.shutdown(wait=False, cancel_futures=True)
        if self.service.ledger is not None:
            self.service.ledger.close()
        self.service.traces.close()

    def reload(self) -> None:
        """Read keys and models again; whatever is not as it should be changes nothing."""
        try:
            self.gate.reload()
            changed = self.service.reload()
        except Exception as error:  # noqa: BLE001 - the service goes on with what it has, whatever it was
            tell(logging.ERROR, "reload_refused", error)
            return
        model_id = self.service.models.champion.model.model_id
        tell(logging.INFO, "reloaded", changed=changed, model_id=model_id)

    def _count(self, by: int) -> None:
        self._waiting += by
        self.service.metrics.waiting.set(self._waiting)

    def _endpoint(self, route: Route) -> Handler:
        async def endpoint(request: Request) -> Response:
            request_id = secrets.token_hex(8)
            about = (route.method, route.path, request_id, request.headers)
            with self.service.traces.request(*about) as ended:
                response, key = await self._logged(
                    route.name, route.scope, request, lambda: self._answer(route, request), request_id
                )
                ended(response.status_code, key)
            return response

        return endpoint

    async def _logged(
        self,
        name: str,
        scope: Scope,
        request: Request,
        handle: Callable[[], Awaitable[Answer]],
        request_id: str,
    ) -> tuple[Response, str]:
        """Answer who may ask, count and log; whatever goes wrong becomes a problem document.

        Returns
        -------
        response : Response
        key : str
            Name of the key; empty where there was none.
        """
        began, key = time.perf_counter(), ""
        aside, error = None, None
        try:
            key = self.gate.admit(request.headers.get("authorization", ""), scope).name
            answer = await handle()
            aside = answer.aside
            response = _response(answer, request_id)
        except ClientDisconnect:
            response = Response(status_code=499)
        except Exception as caught:  # noqa: BLE001 - the caller gets a problem, whatever it was
            problem = problem_of(caught)
            error = caught if problem.status == _SERVER_FAULT else None
            response = _problem(problem, request_id)
        seconds = time.perf_counter() - began
        self.service.metrics.answered(name, response.status_code, seconds)
        level = logging.ERROR if error is not None else logging.INFO
        tell(
            level, "request", error, route=name, method=request.method, status=response.status_code,
            milliseconds=round(seconds * 1e3, 2), request_id=request_id, key=key,
        )  # fmt: skip
        if aside is not None:
            self._later(aside)
        return response, key

    async def _answer(self, route: Route, request: Request) -> Answer:
        if self.draining:
            raise RefusedError.of(503, "busy", "The service is being stopped. Come again.", retry_after=5)
        body = await self._body(route, request)
        query = dict(request.query_params.items())
        once = request.headers.get("idempotency-key", "")
        if route.has_key and not once:
            detail = "Give an Idempotency-Key, so that asking again cannot decide twice."
            raise RefusedError.of(400, "malformed", detail)
        call = Call(body, request.path_params, query, once)
        return await self.run(lambda: answered(self.service, route, call))

    async def _body(self, route: Route, request: Request) -> bytes:
        """Read a body, no longer than is allowed and for no longer than an answer may take."""
        if route.asked is None:
            return b""
        media = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
        if media != JSON:
            raise RefusedError.of(415, "unsupported-media", f"Send {JSON}. Got {media!r:.60}.")
        try:
            with self.service.traces.step("body"):
                return await asyncio.wait_for(self._read(request), self.limits.seconds)
        except TimeoutError:
            detail = f"The body took more than {self.limits.seconds:g} seconds to arrive."
            raise RefusedError.of(408, "late", detail) from None

    async def _read(self, request: Request) -> bytes:
        parts, length = [], 0
        async for part in request.stream():
            length += len(part)
            if length > self.limits.most_bytes:
                detail = f"A body has at most {self.limits.most_bytes:,} bytes."
                raise RefusedError.of(413, "too-large", detail)
            parts.append(part)
        return b"".join(parts)

    def _later(self, aside: Callable[[], None]) -> None:
        if self._shadows >= _MOST_BESIDE or self.draining:
            self.service.metrics.shadowed("left_out")
            return
        self._shadows += 1

        def done(_: object) -> None:
            self._shadows -= 1

        asyncio.get_running_loop().run_in_executor(self._beside, aside).add_done_callback(done)

    async def _health(self, _: Request) -> Response:
        return _plain(200, {"status": "alive"})

    async def _ready(self, _: Request) -> Response:
        """Ready is who has a model, can read the ledger, and is not being stopped."""
        try:
            if self.service.ledger is not None:
                await self.run(lambda: len(self.service.opened()))
        except Exception as error:  # noqa: BLE001 - not ready, whatever it was
            tell(logging.ERROR, "not_ready", error)
            return _plain(503, {"status": "the ledger cannot be read"})
        if self.draining:
            return _plain(503, {"status": "stopping"})
        served = self.service.models.champion
        return _plain(200, {"status": "ready", "model_id": served.model.model_id})

    async def _description(self, _: Request) -> Response:
        return _plain(200, document())

    async def _entrance(self, _: Request) -> Response:
        """Give the page that asks for a key; it holds nothing of anybody."""
        content, policy = served_page()
        headers = {**_HEADERS, "Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}
        return Response(content, 200, headers, media_type=HTML)

    async def _metrics(self, request: Request) -> Response:
        async def handle() -> Answer:
            return Answer(200, self.service.metrics.text().encode(), counted.MEDIA)

        response, _ = await self._logged("metrics", "audit", request, handle, secrets.token_hex(8))
        return response


def _response(answer: Answer, request_id: str) -> Response:
    page = _PAGE if answer.media.startswith("text/html") else {}
    headers = {**_HEADERS, **page, **answer.headers, "X-Request-ID": request_id}
    return Response(answer.content, answer.status, headers, media_type=answer.media)


def _problem(problem: Problem, request_id: str) -> Response:
    again = {"Retry-After": str(problem.retry_after)} if problem.retry_after else {}
    who = {"WWW-Authenticate": "Bearer"} if problem.status == 401 else {}
    headers = {**_HEADERS, **again, **who, "X-Request-ID": request_id}
    content = written(problem.to_dict(request_id))
    return Response(content, problem.status, headers, media_type=MEDIA)


def _plain(status: int, data: Mapping[str, Any]) -> Response:
    return Response(written(data), status, _HEADERS, media_type=JSON)


async def _nothing_here(_: Request, error: Exception) -> Response:
    """What no route answers: an unknown path, or another method."""
    status = error.status_code if isinstance(error, HTTPException) else _SERVER_FAULT
    kind = "method-not-allowed" if status == 405 else "not-found"
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    refused = RefusedError.of(status, kind, "See /openapi.json for what can be asked.").problem
    response = _problem(refused, secrets.token_hex(8))
    response.headers.update(headers)
    return response
