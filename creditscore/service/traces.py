"""Where the time of a request went, as spans of OpenTelemetry; nothing in them is about anybody.

A span says which route was asked, under which key, what status was answered, and how long each step took. It
holds no path or query as it was sent, no body, no message of an error, no outcome, and nothing that a caller
sent along but the ids of the trace that it belongs to.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from creditscore._ground.extras import needs
from creditscore._version import __version__
from creditscore.errors import ParameterError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

T = TypeVar("T")
Step = Literal["body", "wait", "answer", "inputs", "score", "decide", "append"]
_NAME: Final = "creditscore.service"
_PARENT: Final = "traceparent"
_FAULT: Final = 500


class Traces:
    """Spans of the requests of one service; without a provider there are none, and nothing is imported.

    Parameters
    ----------
    provider : opentelemetry.sdk.trace.TracerProvider, optional
        Nothing is set for the whole process: spans of others go where they went.

    Examples
    --------
    >>> with Traces().step("score"):
    ...     pass
    """

    def __init__(self, provider: TracerProvider | None = None) -> None:
        self._provider = provider
        self._tracer: Any = None if provider is None else provider.get_tracer(_NAME, __version__)

    @contextmanager
    def request(
        self, method: str, route: str, request_id: str, headers: Mapping[str, str]
    ) -> Iterator[Callable[[int, str], None]]:
        """Trace a request, as part of the trace of whoever asks, and give what ends it: status and key.

        Of what the caller says of its trace the ids are read and whether it is kept; neither baggage nor the
        state of its vendor, in which anything may stand.

        Parameters
        ----------
        method, route : str
            The route with the names of its parameters, and never a path as it was sent.
        request_id : str
        headers : mapping of str to str
        """
        if self._tracer is None:
            yield _nothing
            return
        from opentelemetry.context import Context
        from opentelemetry.trace import SpanKind, Status, StatusCode
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        parent = {_PARENT: headers[_PARENT]} if _PARENT in headers else {}
        context = TraceContextTextMapPropagator().extract(parent, Context())
        said = {"http.request.method": method, "http.route": route, "creditscore.request_id": request_id}
        with self._tracer.start_as_current_span(
            f"{method} {route}", context, SpanKind.SERVER, said,
            record_exception=False, set_status_on_exception=False,
        ) as span:  # fmt: skip

            def ended(status: int, key: str) -> None:
                span.set_attributes({"http.response.status_code": status, "creditscore.key": key})
                if status >= _FAULT:
                    span.set_status(Status(StatusCode.ERROR))

            yield ended

    @contextmanager
    def step(self, name: Step) -> Iterator[None]:
        """Trace a step of the request that is being answered."""
        if self._tracer is None:
            yield
            return
        with self._tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False):
            yield

    def in_thread(self, work: Callable[[], T]) -> Callable[[], T]:
        """Let work that a thread takes up later belong to the request; how long it waited is a step."""
        if self._tracer is None:
            return work
        context, asked = copy_context(), time.time_ns()

        def taken_up() -> T:
            self._tracer.start_span("wait", start_time=asked).end()
            with self.step("answer"):
                return work()

        return lambda: context.run(taken_up)

    def close(self) -> None:
        """Send what was not sent yet."""
        if self._provider is not None:
            self._provider.shutdown()


def _nothing(status: int, key: str) -> None:
    """End a request that is not traced."""


def traces_to(endpoint: str, *, share: float = 1.0, exporter: SpanExporter | None = None) -> Traces:
    """Send spans to a collector by OTLP over HTTP, in batches beside the work.

    What the exporter reads of its environment (``OTEL_EXPORTER_OTLP_HEADERS``, certificates, time-outs)
    holds; what describes the process or machine (``OTEL_RESOURCE_ATTRIBUTES``) is not read.

    Parameters
    ----------
    endpoint : str
        Such as ``http://127.0.0.1:4318/v1/traces``.
    share : float, default 1
        Share of the traces that begin here which are kept; of those that others began, they say it.
    exporter : SpanExporter, optional
        In place of OTLP over HTTP.

    Raises
    ------
    MissingExtraError
        If OpenTelemetry is not installed (extra ``traces``).
    ParameterError
        If it is no address of HTTP, or no share.
    """
    if not endpoint.startswith(("http://", "https://")):
        raise ParameterError.must_be("traces", "an address such as http://127.0.0.1:4318/v1/traces", endpoint)
    if not 0.0 <= share <= 1.0:
        raise ParameterError.must_be("trace_share", "from 0 to 1", share)
    with needs("creditscore serve --traces", package="opentelemetry", extra="traces"):
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

        if exporter is None:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

            exporter = OTLPSpanExporter(endpoint)
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(share)),
        resource=Resource({"service.name": "creditscore", "service.version": __version__}),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return Traces(provider)
