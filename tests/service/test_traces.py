"""Spans say where the time of a request went, belong to the trace of whoever asks, and name nobody."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

import creditscore as cs
from creditscore.errors import MissingExtraError, ParameterError
from creditscore.service.routes import ROUTES
from creditscore.service.service import Call, Service
from creditscore.service.store import FolderStore, Known
from creditscore.service.traces import Traces, traces_to
from tests.service.lender import Lender, Running

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT = f"00-{TRACE}-{CALLER}-01"
ATTRIBUTES = {
    "http.request.method", "http.route", "http.response.status_code", "creditscore.request_id",
    "creditscore.key",
}  # fmt: skip


@pytest.fixture(scope="module")
def sent() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture(scope="module")
def traced(lender: Lender, sent, tmp_path_factory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("traced")
    lender.portfolio.write(folder / "portfolio")
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(sent))
    known = Known(FolderStore(folder / "portfolio"))
    with Running(lender.edge(folder / "decisions.db", traces=Traces(provider), known=known)) as server:
        yield server


def spans(sent: InMemorySpanExporter) -> dict[str, object]:
    found = {span.name: span for span in sent.get_finished_spans()}
    sent.clear()
    return found


def test_a_decision_is_one_trace_of_whoever_asks_with_its_steps_within(traced, lender, sent):
    sent.clear()
    body = {"application": lender.asked(3), "tables": lender.records(3)}
    headers = {"traceparent": PARENT, "tracestate": "vendor=Ngozi", "baggage": "customer=Ngozi"}
    reply = traced.ask(
        "POST", "/v1/decisions", body, key=lender.secrets["decide"], Idempotency_Key="t1", **headers
    )
    assert reply.status == 201
    found = spans(sent)
    assert list(found) == ["body", "wait", "inputs", "decide", "answer", "POST /v1/decisions"]
    whole, answer = found["POST /v1/decisions"], found["answer"]
    assert whole.kind == SpanKind.SERVER
    assert f"{whole.context.trace_id:032x}" == TRACE
    assert f"{whole.parent.span_id:016x}" == CALLER
    assert dict(whole.attributes) == {
        "http.request.method": "POST", "http.route": "/v1/decisions", "http.response.status_code": 201,
        "creditscore.request_id": reply.headers["x-request-id"], "creditscore.key": "only-decide",
    }  # fmt: skip
    within = {"body": whole, "wait": whole, "answer": whole, "inputs": answer, "decide": answer}
    for name, outer in within.items():
        inner = found[name]
        assert inner.parent.span_id == outer.context.span_id, name
        assert outer.start_time <= inner.start_time <= inner.end_time <= outer.end_time, name
        assert not inner.attributes
    assert found["wait"].end_time <= answer.start_time
    assert not any(span.context.trace_state for span in found.values())


def test_no_span_of_any_route_names_anybody_or_holds_what_was_sent(traced, lender, sent):
    sent.clear()
    one, rows = lender.asked(4), lender.records(4)
    body = {"application": one, "tables": rows}
    key = lender.secrets["all"]
    row = {"applicant_id": one["applicant_id"], "event_id": "e1", "event_time": "2022-01-01T00:00:00+00:00"}
    secret = "Ngozi-4929-secret"
    decision = traced.ask("POST", "/v1/decisions", body, key=key, Idempotency_Key=secret).json
    who = traced.ask("POST", "/v1/subjects", {"applicant_id": one["applicant_id"]}, key=key).json
    at = f"/v1/decisions/{decision['decision_id']}"
    asked = [
        ("POST", "/v1/scores", body), ("POST", "/v1/explanations", {"application": one}),
        ("POST", "/v1/scores/batch", {"applications": [one]}), ("GET", at, None),
        ("GET", f"{at}/report?audience=subject", None), ("GET", f"{at}/proof", None),
        ("POST", f"{at}/objection", {"audience": "subject", "item": secret, "because": secret}),
        ("POST", "/v1/events", {"tables": {"inquiries": [row]}}), ("GET", f"{at}{secret}", None),
        ("POST", "/v1/scores", {"application": one | {"as_of": secret}}),
        ("POST", "/v1/scores", secret.encode()),
        ("GET", f"/v1/subjects/{who['subject']}", None), ("DELETE", f"/v1/subjects/{who['subject']}", None),
        ("GET", f"/{secret}", None), ("GET", f"{at}/report?audience={secret}", None),
    ]  # fmt: skip
    replies = [traced.ask(method, path, given, key=key).status for method, path, given in asked]
    traced.ask("POST", "/v1/scores", body, key=f"cs_{secret}")
    finished = sent.get_finished_spans()
    known_steps = {"body", "wait", "answer", "inputs", "score", "decide", "append"}
    assert {span.name for span in finished} <= known_steps | {f"{r.method} {r.path}" for r in ROUTES}
    assert {name for span in finished for name in span.attributes} <= ATTRIBUTES
    assert not any(span.events or span.links for span in finished)
    text = "\n".join(span.to_json() for span in finished)
    ids = {str(one["applicant_id"]), str(one["application_id"]), decision["decision_id"], who["subject"]}
    loans = {str(loan["loan_id"]) for loan in rows["loans"]}
    hidden = {secret, decision["decision"] + '"', decision["subject"], key} | ids | loans
    assert not [one for one in hidden if len(one) > 3 and one in text]
    assert 200 in replies
    assert {span.attributes["http.response.status_code"] for span in finished if span.attributes} >= {
        200, 201, 400, 401, 404, 422,
    }  # fmt: skip


def test_a_fault_is_a_status_without_its_message(traced, lender, sent, monkeypatch):
    sent.clear()

    def fails(self: Service, call: Call) -> None:
        raise RuntimeError("the row of Ngozi")

    monkeypatch.setattr(Service, "_inputs", fails)
    body = {"application": lender.asked(3)}
    assert traced.ask("POST", "/v1/scores", body, key=lender.secrets["score"]).status == 500
    found = spans(sent)
    assert found["POST /v1/scores"].status.status_code == StatusCode.ERROR
    assert found["POST /v1/scores"].status.description is None
    assert not any(span.events for span in found.values())
    assert "Ngozi" not in "".join(span.to_json() for span in found.values())


@pytest.mark.parametrize("parent", ["", "00-x", f"00-{'0' * 32}-{CALLER}-01", "Ngozi" * 2_000])
def test_what_is_no_parent_begins_a_trace_of_its_own(traced, lender, sent, parent):
    sent.clear()
    body = {"application": lender.asked(3)}
    got = traced.ask("POST", "/v1/scores", body, key=lender.secrets["score"], traceparent=parent)
    assert got.status == 200
    found = spans(sent)
    assert found["POST /v1/scores"].parent is None
    assert "Ngozi" not in found["POST /v1/scores"].to_json()


def test_a_share_of_traces_is_kept_and_who_asks_says_so_of_its_own(lender, tmp_path):
    kept = InMemorySpanExporter()
    made = traces_to("http://127.0.0.1:1/v1/traces", share=0.0, exporter=kept)
    with Running(lender.edge(tmp_path / "d.db", traces=made)) as server:
        for parent in ("", PARENT, f"{PARENT[:-1]}0"):
            body = {"application": lender.asked(3)}
            server.ask("POST", "/v1/scores", body, key=lender.secrets["score"], traceparent=parent)
    # What was not sent yet is sent when the service stops.
    finished = kept.get_finished_spans()
    assert {f"{span.context.trace_id:032x}" for span in finished} == {TRACE}
    resource = json.loads(finished[0].to_json())["resource"]["attributes"]
    assert resource == {"service.name": "creditscore", "service.version": cs.__version__}


def test_nothing_is_set_for_the_whole_process(traced):
    from opentelemetry import trace

    assert type(trace.get_tracer_provider()).__name__ == "ProxyTracerProvider"


def test_addresses_shares_and_a_missing_package_are_named(monkeypatch):
    with pytest.raises(ParameterError, match="'traces'"):
        traces_to("collector:4317")
    with pytest.raises(ParameterError, match="'trace_share'"):
        traces_to("http://collector", share=2.0)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(MissingExtraError, match=r"creditscore\[traces\]"):
        traces_to("http://collector")
