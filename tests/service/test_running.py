"""What a service does beside answering: it limits, counts, logs, compares models, describes itself."""

from __future__ import annotations

import io
import json
import logging
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import jsonschema
import numpy as np
import pandas as pd
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import creditscore as cs
from creditscore.errors import ArtefactError, ParameterError
from creditscore.service.client import ServiceClient, _content
from creditscore.service.examples import EXAMPLES
from creditscore.service.gate import Gate
from creditscore.service.keys import ApiKeys
from creditscore.service.limits import Limits
from creditscore.service.logs import LOGGER, JsonLines
from creditscore.service.openapi import document
from creditscore.service.problems import RefusedError
from creditscore.service.routes import ROUTES
from creditscore.service.server import Address
from tests.service.lender import Lender, Running, fitted
from tests.service.test_door import problem


@pytest.fixture(scope="module")
def narrow(lender: Lender, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One thread, two who wait, two seconds, and a challenger."""
    folder = tmp_path_factory.mktemp("narrow")
    fitted(lender.world, 12, seed=1).save(folder / "challenger")
    limits = Limits(threads=1, most_waiting=2, seconds=1.0, most_rows=10_000)
    edge = lender.edge(folder / "decisions.db", limits, challenger=folder / "challenger")
    with Running(edge) as server:
        yield server


def test_a_key_that_asks_too_often_is_told_when_to_come_again(lender, tmp_path):
    secret, keys = ApiKeys().with_new("slow", ["score"], per_second=0.5)
    keys.to_file(tmp_path / "keys.json")
    gate = Gate(tmp_path / "keys.json")
    gate.admit(f"Bearer {secret}", "score")
    with pytest.raises(RefusedError) as refused:
        gate.admit(f"Bearer {secret}", "score")
    assert (refused.value.problem.status, refused.value.problem.retry_after) == (429, 2)


def test_keys_expire_are_revoked_and_stand_nowhere_as_they_are(tmp_path):
    now = datetime.now(UTC)
    secret, keys = ApiKeys().with_new("one", ["score"], expires_at=now + timedelta(days=1))
    other, keys = keys.with_new("two", ["audit"])
    keys.to_file(tmp_path / "keys.json")
    text = (tmp_path / "keys.json").read_text()
    assert secret not in text
    assert other not in text
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0
    again = ApiKeys.from_file(tmp_path / "keys.json")
    assert again == keys
    assert again.find(secret).scopes == {"score"}
    assert again.find(secret, now=now + timedelta(days=2)) is None
    assert again.without("two").find(other) is None
    for damaged in (
        text.replace("audit", "root"),
        text[:-1],
        "[]",
        text.replace('"sha256":"', '"sha256":"x'),
    ):
        (tmp_path / "keys.json").write_text(damaged)
        with pytest.raises(ArtefactError):
            ApiKeys.from_file(tmp_path / "keys.json")
    with pytest.raises(ParameterError, match="letters"):
        keys.with_new("C 17", ["score"])


def test_who_comes_when_all_are_busy_is_sent_away(narrow, lender):
    gate = threading.Event()
    blocked = [narrow.edge._threads.submit(gate.wait, 30)]
    try:
        with ThreadPoolExecutor(4) as callers:
            asked = [
                callers.submit(
                    narrow.ask,
                    "POST",
                    "/v1/scores",
                    {"application": lender.asked(2)},
                    key=lender.secrets["score"],
                )
                for _ in range(4)
            ]
            got = sorted(one.result().status for one in asked)
    finally:
        gate.set()
    assert got == [503, 503, 504, 504]
    assert all(one.result() for one in blocked)
    until = time.monotonic() + 30
    while narrow.edge._waiting and time.monotonic() < until:
        time.sleep(0.02)
    got = narrow.ask("POST", "/v1/scores", {"application": lender.asked(2)}, key=lender.secrets["score"])
    assert got.status == 200


def test_more_rows_than_are_read_are_refused(narrow, lender):
    row = {"applicant_id": "a", "event_time": "2022-01-01T00:00:00+00:00"}
    body = {"application": lender.asked(2), "tables": {"inquiries": [row] * 10_001}}
    problem(narrow.ask("POST", "/v1/scores", body, key=lender.secrets["score"]), 413, "/tables")


def test_a_challenger_is_scored_and_has_no_say(narrow, lender):
    body = {"application": lender.asked(4), "tables": lender.records(4)}
    got = narrow.ask("POST", "/v1/scores", body, key=lender.secrets["score"]).json
    champion = lender.pipeline.score(lender.asked(4), cs.Portfolio.from_records(lender.records(4)))
    assert got["model_id"] == champion.model_id
    assert got["score_unrounded"] == champion.score_unrounded
    until, text = time.monotonic() + 30, ""
    while "creditscore_shadow_moved_points_count" not in text or "compared" not in text:
        assert time.monotonic() < until
        text = narrow.ask("GET", "/metrics", key=lender.secrets["audit"]).content.decode()
    assert 'role="challenger"' in text


def test_counters_count_and_the_log_names_nobody(running, lender):
    stream, logger = io.StringIO(), logging.getLogger(LOGGER)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    who = lender.asked(6)["applicant_id"]
    try:
        running.ask("POST", "/v1/scores", {"application": lender.asked(6)}, key=lender.secrets["score"])
        running.ask(
            "POST", "/v1/scores", {"application": lender.asked(6, as_of="soon")}, key=lender.secrets["score"]
        )
        running.ask("GET", f"/v1/subjects/{quote(who)}?{quote(who)}=1", key=lender.secrets["audit"])
    finally:
        logger.removeHandler(handler)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["route"], line["status"]) for line in lines][:2] == [("score", 200), ("score", 422)]
    assert all(line["key"].startswith("only-") and line["milliseconds"] >= 0 for line in lines)
    assert who not in json.dumps(lines, ensure_ascii=False)
    text = running.ask("GET", "/metrics", key=lender.secrets["audit"]).content.decode()
    assert 'creditscore_requests_total{route="score",status="422"}' in text
    assert who not in text
    assert problem(running.ask("GET", "/metrics", key=lender.secrets["score"]), 403)


def test_the_log_of_a_fault_quotes_no_data():
    record = logging.LogRecord(LOGGER, logging.ERROR, "x", 1, "request", None, None)
    try:
        float("C-17")
    except ValueError as error:
        record.exc_info = (type(error), error, error.__traceback__)
    line = JsonLines().format(record)
    assert json.loads(line)["error"] == "ValueError"
    assert "C-17" not in line


def test_the_description_is_valid_and_names_every_route(running):
    described = running.ask("GET", "/openapi.json").json
    assert described == json.loads(json.dumps(document()))
    assert described["openapi"].startswith("3.1")
    names = {one["operationId"] for path in described["paths"].values() for one in path.values()}
    assert {route.name for route in ROUTES} <= names
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_example_fits_the_description(name):
    described = document()
    (route,) = [route for route in ROUTES if route.name == name]
    body = described["paths"][route.path][route.method.lower()]["requestBody"]["content"]["application/json"]
    jsonschema.Draft202012Validator(body["schema"] | {"components": described["components"]}).validate(
        EXAMPLES[name]
    )


def test_every_answer_fits_its_description(running, lender):
    described = document()
    for name in ("score", "score_batch", "explain", "subject"):
        (route,) = [route for route in ROUTES if route.name == name]
        asked = {"application": lender.asked(2)} if name in ("score", "explain") else EXAMPLES[name]
        if name == "score_batch":
            asked = {"applications": [lender.asked(2), lender.asked(3)]}
        got = running.ask(route.method, route.path, asked, key=lender.secrets["all"])
        assert got.status == 200, got.content
        schema = described["paths"][route.path]["post"]["responses"]["200"]["content"]["application/json"]
        validator = jsonschema.Draft202012Validator(
            schema["schema"] | {"components": described["components"]}
        )
        validator.validate(got.json)


@pytest.mark.as_given
def test_the_client_asks_and_reads(running, lender):
    address = f"http://127.0.0.1:{running.server.port}"
    with ServiceClient(address, lender.secrets["all"]) as client:
        asked, tables = lender.asked(8), lender.records(8)
        expected = lender.pipeline.score(asked, lender.portfolio)
        score = client.score(asked)
        assert (score.score, score.model_id, len(score.reasons)) == (
            expected.score, expected.model_id, len(expected.reasons),
        )  # fmt: skip
        assert client.score_many([asked]).scores[0].score == expected.score
        assert client.explain(asked, reference="training_mean").score_unrounded == expected.score_unrounded
        decision = client.decide(asked, tables, idempotency_key="by the client")
        assert client.decide(asked, tables, idempotency_key="by the client") == decision
        assert client.decision(decision.decision_id).sha256 == decision.record_sha256
        assert client.report(decision.decision_id, language="zh")["language"] == "zh"
        assert client.proof(decision.decision_id)
        assert client.subject(asked["applicant_id"]) == decision.subject
        with pytest.raises(RefusedError, match="broken") as refused:
            client.score(asked | {"as_of": "soon"})
        assert refused.value.problem.faults[0].pointer == "/application/as_of"
        with pytest.raises(RefusedError, match="cannot be changed"):
            client.ingest({"inquiries": []})
    with pytest.raises(ParameterError, match="address"):
        ServiceClient("ftp://here", "x")


@pytest.mark.as_given
def test_the_client_takes_values_as_a_frame_holds_them(running, lender):
    """A row of pandas has NumPy's numbers and pandas' moments, which are no JSON by themselves."""
    asked = lender.asked(8)
    numbers = {name: np.asarray(value)[()] for name, value in asked.items() if isinstance(value, int | float)}
    held = asked | numbers
    held["as_of"] = pd.Timestamp(asked["as_of"])
    assert any(isinstance(value, np.generic) for value in held.values())
    with ServiceClient(f"http://127.0.0.1:{running.server.port}", lender.secrets["all"]) as client:
        assert client.score(held) == client.score(asked)
        nothing = {"tables": {"payments": [{"balance": one} for one in (None, pd.NaT, pd.NA, np.nan)]}}
        assert _content(nothing).count(b"null") == 4
        with pytest.raises(ParameterError, match="moments and None"):
            client.score(asked | {"amount": object()})


def test_over_tls_whoever_believes_the_certificate_is_answered(lender, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), 1, now - timedelta(hours=1), now + timedelta(hours=1)
    )
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    certificate, private = tmp_path / "cert.pem", tmp_path / "key.pem"
    certificate.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with Running(lender.edge(), Address(port=0, certificate=certificate, private_key=private)) as server:
        address = f"https://localhost:{server.server.port}"
        context = ssl.create_default_context(cafile=str(certificate))
        with ServiceClient(address, lender.secrets["score"], context=context) as client:
            assert client.score(lender.asked(2)).status == "scored"
        stranger = ServiceClient(address, lender.secrets["score"], attempts=1)
        with stranger, pytest.raises(ssl.SSLCertVerificationError):
            stranger.score(lender.asked(2))
