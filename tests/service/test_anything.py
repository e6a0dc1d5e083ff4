"""Whatever is sent, the answer is one that was meant: no body makes the service fail."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS
from creditscore.errors import CreditScoreError
from creditscore.service.problems import problem_of
from creditscore.service.routes import ROUTES, Route, answered
from creditscore.service.service import Call
from tests.service.lender import Lender, Running

POSTED = [route for route in ROUTES if route.asked is not None and route.name != "ingest"]
CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=9),
    st.sampled_from(["2022-11-01T10:00:00+00:00", "2022-11-01", "per\u00e9-002", "purchase", 1e300, 10**25]),
)  # fmt: skip
ANY = st.recursive(
    CELLS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)
)


def rows(columns: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(columns) | st.text(max_size=5), CELLS, max_size=6)


TABLES = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(rows(list(CONTRACTS[name].declared)), max_size=3)
        for name in ("payments", "loans", "instalments", "inquiries", "ties", "standings", "parties")
    },
)
APPLICATION = rows(list(APPLICATIONS.declared))
BODIES = st.one_of(
    ANY,
    st.fixed_dictionaries({"application": APPLICATION}, optional={"tables": TABLES, "cutoff": CELLS}),
    st.fixed_dictionaries({"applications": st.lists(APPLICATION, max_size=3)}, optional={"tables": TABLES}),
    st.fixed_dictionaries({"applicant_id": CELLS}),
    st.fixed_dictionaries({"item": st.text(), "because": st.text(), "rule": st.sampled_from(["IR", "CN"])}),
)


@pytest.mark.parametrize("route", POSTED, ids=lambda route: route.name)
@settings(max_examples=60)
@given(body=BODIES, sane=st.booleans())
def test_no_body_makes_a_route_fail(
    route: Route, lender: Lender, running: Running, body: Any, sane: bool
) -> None:
    """Half of the bodies get an application that is whole, so that their tables are reached."""
    if sane and isinstance(body, dict) and isinstance(body.get("application"), dict):
        body = body | {"application": lender.asked(2) | body["application"] | lender.asked(2)}
    call = Call(json.dumps(body).encode(), path={"decision_id": "none"}, key="anything")
    try:
        status = answered(running.edge.service, route, call).status
    except CreditScoreError as error:
        status = problem_of(error).status
    assert status < 500
