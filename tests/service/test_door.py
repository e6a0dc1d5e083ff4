"""Whoever may not ask, or asks wrongly, gets a problem document that says so and names the field."""

from __future__ import annotations

import json

import pytest

from creditscore import errors
from creditscore.service.keys import SCOPES
from creditscore.service.problems import STATUSES, TITLES, problem_of
from creditscore.service.routes import ROUTES
from tests.service.lender import Running

PROBLEM = "application/problem+json"


def problem(got, status, pointer=None):
    assert got.status == status, got.content
    assert got.headers["content-type"] == PROBLEM
    found = got.json
    assert found["status"] == status
    assert found["type"].startswith("urn:creditscore:problem:")
    assert {"title", "detail", "instance"} <= set(found)
    if pointer is not None:
        assert pointer in [one["pointer"] for one in found.get("errors", [])], found
    return found


def scored(running: Running, lender, body, **more):
    return running.ask("POST", "/v1/scores", body, key=lender.secrets["score"], **more)


@pytest.mark.parametrize("key", [None, "", "cs_wrong", "x" * 300, "cs_\u00e9"])
def test_without_a_valid_key_nothing_is_answered(running, lender, key):
    head = {} if key is None else {"Authorization": f"Bearer {key}".encode().decode("latin-1")}
    for route in ROUTES:
        path = route.path.replace("{decision_id}", "x").replace("{pseudonym}", "x")
        body = None if route.asked is None else {}
        got = running.ask(route.method, path, body, **head)
        problem(got, 401)
        assert got.headers["www-authenticate"] == "Bearer"


def test_each_key_opens_what_its_scope_says_and_nothing_else(running, lender):
    for route in ROUTES:
        path = route.path.replace("{decision_id}", "x").replace("{pseudonym}", "x")
        for scope in SCOPES:
            body = None if route.asked is None else {"nonsense": 1}
            got = running.ask(route.method, path, body, key=lender.secrets[scope], Idempotency_Key="trial")
            assert (got.status == 403) == (scope != route.scope), (route.name, scope, got.content)


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        (b"", 400, ""),
        (b"{", 400, ""),
        (b"\xff", 400, ""),
        (b"[" * 100_000, 422, None),
        (b'{"application": {"a": ' + b"[" * 100_000, 422, None),
        (b'{"application": {"a": NaN}}', 400, None),
        ([], 422, ""),
        ({}, 422, ""),
        ({"application": []}, 422, "/application"),
        ({"application": {"as_of": []}}, 422, "/application/as_of"),
        ({"application": {}, "more": 1}, 422, ""),
        (b'{"application": {"amount": 1e999}}', 422, None),
        ({"application": {"a/b": {}}}, 422, "/application/a~1b"),
    ],
)
def test_a_body_that_is_not_what_is_asked_for(running, lender, body, status, pointer):
    problem(scored(running, lender, body), status, pointer)


@pytest.mark.as_given
def test_a_broken_contract_names_table_column_and_rows(running, lender):
    rows = [{"applicant_id": "a", "event_time": "yesterday", "amount": 1.0}] * 3
    body = {"application": lender.asked(0), "tables": {"payments": rows}}
    found = problem(scored(running, lender, body), 422, "/tables/payments")
    (fault,) = [one for one in found["errors"] if one.get("column") == "event_time"]
    assert fault["rows"] == 3
    problem(
        scored(running, lender, {"application": lender.asked(0, as_of="soon")}), 422, "/application/as_of"
    )
    other = {"application": lender.asked(0, applicant_id=7)}
    problem(scored(running, lender, other), 422, "/application/applicant_id")
    asked = lender.asked(0)
    del asked["applicant_id"]
    problem(scored(running, lender, {"application": asked}), 422, "/application/applicant_id")


@pytest.mark.parametrize(
    ("tables", "pointer"),
    [
        ({"payments": {}}, "/tables/payments"),
        ({"payments": [1]}, "/tables/payments/0"),
        ({"payments": [{"amount": 1.0}, {"amount": {}}]}, "/tables/payments/1/amount"),
        ([], "/tables"),
    ],
)
def test_a_table_that_is_none_is_named(running, lender, tables, pointer):
    problem(scored(running, lender, {"application": lender.asked(0), "tables": tables}), 422, pointer)


def test_an_unknown_table_is_refused(running, lender):
    found = problem(scored(running, lender, {"application": lender.asked(0), "tables": {"payment": []}}), 422)
    assert "payments" in found["detail"]


def test_other_media_sizes_paths_and_methods(running, lender):
    problem(scored(running, lender, b"<a/>", Content_Type="text/xml"), 415)
    problem(scored(running, lender, b" " * (running.edge.limits.most_bytes + 1)), 413)
    problem(running.ask("GET", "/v1/score"), 404)
    assert "POST" in (running.ask("GET", "/v1/scores").headers["allow"])
    problem(running.ask("GET", "/v1/scores"), 405)
    problem(running.ask("GET", "/v1/decisions/x/report?page=1", key=lender.secrets["audit"]), 422)
    problem(
        running.ask("GET", "/v1/decisions/x/report?language=xx", key=lender.secrets["audit"]),
        422,
        "/language",
    )


def test_every_class_of_error_has_a_status_of_its_own():
    def below(kind):
        return [kind, *(one for sub in kind.__subclasses__() for one in below(sub))]

    own = {kind for kind in below(errors.CreditScoreError) if kind.__module__ == "creditscore.errors"}
    assert own <= set(STATUSES)
    assert {kind for _, kind in STATUSES.values()} <= set(TITLES)
    assert all(400 <= status < 600 for status, _ in STATUSES.values())


def test_what_nobody_foresaw_says_nothing_of_the_inside():
    found = problem_of(RuntimeError("C-17 owes 12"))
    assert found.status == 500
    assert "C-17" not in json.dumps(found.to_dict())
    assert problem_of(errors.ExplanationError("points of C-17 miss")).status == 500
    assert "C-17" not in problem_of(errors.ExplanationError("points of C-17 miss")).detail


def test_it_says_that_it_lives_and_is_ready(running, lender):
    assert running.ask("GET", "/healthz").json == {"status": "alive"}
    ready = running.ask("GET", "/readyz")
    assert ready.json == {"status": "ready", "model_id": lender.pipeline.model.model_id}
