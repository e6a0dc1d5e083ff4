"""The full version for an authority: only its key opens it, and no changed byte passes."""

from __future__ import annotations

import json

import pytest

import creditscore as cs
from creditscore.errors import ArtefactError, ParameterError
from creditscore.report.sealing import new_keys, sealed, unsealed
from tests.report.conftest import GIVEN


@pytest.fixture(scope="module")
def full(case, decided) -> cs.DecisionReport:
    return cs.decision_report(decided, audience="authority", model=case.pipeline, **GIVEN)


def test_the_authority_and_nobody_else_opens_it(full) -> None:
    private, public = new_keys()
    text = sealed(full, public)
    assert unsealed(text, private).to_json() == full.to_json()
    assert json.loads(text)["report_sha256"] == full.data["sha256"]
    for hidden in ("Example Bank", str(full.data["record"]["decision_id"]), '"features"'):
        assert hidden not in text
    assert text != sealed(full, public)
    other, _ = new_keys()
    with pytest.raises(ArtefactError, match="another key, or was changed"):
        unsealed(text, other)


@pytest.mark.parametrize("part", ["schema", "report_sha256", "key", "nonce", "report"])
def test_a_changed_part_is_found(full, part) -> None:
    private, public = new_keys()
    stored = json.loads(sealed(full, public))
    last = stored[part][-1]
    for wrong in (stored[part][:-1] + ("0" if last != "0" else "1"), "", None):
        with pytest.raises(ArtefactError):
            unsealed(json.dumps(stored | {part: wrong}), private)
    with pytest.raises(ArtefactError):
        unsealed(json.dumps({name: value for name, value in stored.items() if name != part}), private)


def test_what_is_no_key_or_no_sealed_report_is_refused(full) -> None:
    private, public = new_keys()
    with pytest.raises(ParameterError, match="'public_key'.*32 bytes"):
        sealed(full, public[:-1])
    with pytest.raises(ParameterError, match="'public_key'.*X25519"):
        sealed(full, bytes(32))
    with pytest.raises(ParameterError, match="'private_key'.*32 bytes"):
        unsealed("{}", private[:-1])
    for text in ("{}", "[]", "null", "nothing"):
        with pytest.raises(ArtefactError):
            unsealed(text, private)
