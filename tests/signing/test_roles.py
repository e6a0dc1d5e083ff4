"""What a key is trusted for, and moments that nobody can have signed at."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from creditscore.cli.app import app
from creditscore.errors import CreditScoreError, ParameterError, SigningError
from creditscore.signing.keys import SigningKey
from creditscore.signing.signatures import KINDS, check, sign
from creditscore.signing.trust import ROLES, Trust, TrustedKey
from creditscore.transparency.heads import SignedHead, TreeHead
from creditscore.transparency.leaves import Leaf, commit
from creditscore.transparency.proofs import InclusionProof
from creditscore.transparency.receipts import Receipt, check_cose
from creditscore.transparency.tree import MemoryHashes, root_at
from creditscore.verify import outsider
from creditscore.verify.findings import Findings
from creditscore.verify.signatures import note_signature, read_trust

KEY = SigningKey("one.example", bytes(range(1, 33)))
LOG = SigningKey("log.example", bytes(range(2, 34)))
ORIGIN = "creditscore.ledger/" + "ab" * 16
NOW = datetime.now(UTC)
DAY = timedelta(days=1)
# What each role may sign, as the page about signatures says.
MAY = {"lender": {*KINDS, "head"}, "vendor": {"model"}, "witness": {"head of another"}}


def trusted_for(*roles: str) -> Trust:
    return Trust.of(TrustedKey.of(KEY, roles=roles), TrustedKey.of(LOG))


def head(key: SigningKey, at: datetime = NOW, size: int = 0, root: bytes = bytes(32)) -> SignedHead:
    return SignedHead.of(TreeHead(ORIGIN, size, root, at), key)


def by_script(kind: str, payload: bytes, signature: Any, keys: Any) -> bool:
    findings = Findings("it")
    note_signature(findings, kind, payload, signature, keys)
    return findings.passed


@pytest.mark.parametrize("role", ROLES)
def test_a_key_signs_what_it_is_trusted_for_and_nothing_else(role, tmp_path):
    """Judged by the library, and by the path of `verify`, which is that of the outsider's script."""
    trust = trusted_for(role)
    trust.save(tmp_path / "keys.json")
    keys = read_trust(tmp_path / "keys.json")
    for kind in KINDS:
        signature = sign(kind, b"it", KEY)
        found = check(kind, b"it", signature, trust)
        assert found.is_good is (kind in MAY[role])
        assert found.is_good or found.why == f"it signs no {kind}"
        assert by_script(kind, b"it", signature.to_plain(), keys) is (kind in MAY[role])
    own = head(KEY)
    assert own.check(trust).is_good is ("head" in MAY[role])
    assert (outsider.head_of(own.text, keys)[0] == "") is ("head" in MAY[role])
    seen = head(LOG).cosigned(KEY)
    assert seen.check(trust).is_good
    assert (seen.witnesses(trust) == ("one.example",)) is ("head of another" in MAY[role])
    assert seen.witnesses(trust) in ((), ("one.example",))


def test_a_key_may_have_several_roles_and_a_lender_is_no_witness_of_its_own_unless_it_is_said():
    assert head(LOG).cosigned(LOG).witnesses(trusted_for("lender")) == ()
    both = trusted_for("lender", "witness")
    assert check("record", b"it", sign("record", b"it", KEY), both).is_good
    assert head(LOG).cosigned(KEY).witnesses(both) == ("one.example",)


def test_a_witness_that_signs_twice_or_under_two_keys_is_one():
    again = SigningKey("one.example", bytes(range(3, 35)))
    trust = Trust.of(*(TrustedKey.of(key, roles=["witness"]) for key in (KEY, again)), TrustedKey.of(LOG))
    assert head(LOG).cosigned(KEY).cosigned(KEY).cosigned(again).witnesses(trust) == ("one.example",)


def test_one_key_under_two_names_is_no_two_witnesses(tmp_path):
    plain = json.loads(Trust.of(LOG).with_key(KEY, roles=["witness"]).to_json())
    plain["keys"].append({**plain["keys"][1], "name": "two.example"})
    with pytest.raises(SigningError, match="each key once"):
        Trust.from_json(json.dumps(plain))
    (tmp_path / "keys.json").write_text(json.dumps(plain))
    with pytest.raises(CreditScoreError, match="names a key twice"):
        read_trust(tmp_path / "keys.json")


def test_a_key_is_trusted_for_roles_as_it_is_added():
    trust = Trust.of(LOG).with_key(KEY, roles=["witness"])
    assert trust == Trust.of(LOG, TrustedKey.of(KEY, roles=["witness"]))
    assert head(LOG).cosigned(KEY).witnesses(trust) == ("one.example",)


def test_roles_are_written_and_read_and_a_file_without_them_is_of_lenders():
    trust = trusted_for("vendor", "witness")
    assert Trust.from_json(trust.to_json()) == trust
    plain = json.loads(trust.to_json())
    older = {**plain, "keys": [{k: v for k, v in one.items() if k != "roles"} for one in plain["keys"]]}
    assert all(one.roles == ("lender",) for one in Trust.from_json(json.dumps(older)).keys)
    rotated = trust.rotated(KEY.key_id, SigningKey.new("one.example"), at=NOW)
    assert [key.roles for key in rotated.named("one.example")] == [("vendor", "witness")] * 2


@pytest.mark.parametrize("given", [0, 1, 2])
def test_verify_says_of_how_many_keys_no_role_is_named(given, tmp_path):
    """In a file from before there were roles a witness counts as a lender, which nobody would see."""
    plain = json.loads(Trust.of(LOG).with_key(KEY, roles=["witness"]).to_json())
    plain["keys"] = [
        {name: part for name, part in key.items() if name != "roles" or number >= given}
        for number, key in enumerate(plain["keys"])
    ]
    (tmp_path / "keys.json").write_text(json.dumps(plain))
    findings, keys = Findings("it"), read_trust(tmp_path / "keys.json")
    for _ in range(2):
        note_signature(findings, "record", b"it", sign("record", b"it", KEY).to_plain(), keys)
    assert findings.passed is (given == 2)
    told = [one.name for one in findings.checks if one.is_remark]
    said = f"keys of the trust file without roles: {given}"
    assert [name.split(";")[0] for name in told] == [said] * (given > 0)


@pytest.mark.parametrize("roles", [[], ["clerk"], "lender", None, [1], [["lender"]], {"lender": 1}])
def test_what_is_no_role_is_refused(roles, tmp_path):
    plain = json.loads(trusted_for("lender").to_json())
    plain["keys"][0]["roles"] = roles
    with pytest.raises(SigningError):
        Trust.from_json(json.dumps(plain))
    (tmp_path / "keys.json").write_text(json.dumps(plain))
    with pytest.raises(CreditScoreError):
        read_trust(tmp_path / "keys.json")


@pytest.mark.parametrize("roles", [(), ("clerk",), ("witness", "lender"), ("lender", "lender"), (1,)])
def test_a_key_is_made_with_roles_in_their_order(roles):
    with pytest.raises(ParameterError, match="roles"):
        TrustedKey.of(KEY, roles=roles)


@pytest.mark.parametrize(("ahead", "passes"), [(DAY / 2, True), (2 * DAY, False), (9_000 * DAY, False)])
def test_nothing_is_signed_at_a_moment_that_is_yet_to_come(ahead, passes):
    """Records, heads, receipts and witnesses: by the clock of whoever verifies, and a day."""
    at, trust = NOW + ahead, trusted_for("lender", "witness")
    keys = json.loads(trust.to_json())["keys"]
    signature = sign("record", b"it", KEY, signed_at=at)
    assert check("record", b"it", signature, trust).is_good is passes
    assert by_script("record", b"it", signature.to_plain(), keys) is passes
    assert head(KEY, at).check(trust).is_good is passes
    assert (outsider.head_of(head(KEY, at).text, keys)[0] == "") is passes
    assert (head(LOG).cosigned(KEY, at=at).witnesses(trust) != ()) is passes
    made = receipt(at, at)
    assert made.check("cd" * 32, trust).is_good is passes
    assert check_cose(made.to_cose(KEY), "cd" * 32, trust).is_good is passes


def receipt(entered: datetime, signed: datetime) -> Receipt:
    salt = bytes(range(32))
    leaf = Leaf(1, "decision", int(entered.timestamp() * 1e6), "d-1", commit(salt, "cd" * 32), "ef" * 32)
    tree = MemoryHashes([leaf.hash])
    return Receipt(leaf, salt, InclusionProof.of(tree, 0, 1), head(KEY, signed, 1, root_at(tree, 1)))


@pytest.mark.parametrize(("later", "passes"), [(-DAY, True), (DAY / 2, True), (2 * DAY, False)])
def test_a_head_is_no_older_than_what_it_holds(later, passes):
    """Who has a revoked key writes a moment before the revocation, over entries that came after it."""
    signed = NOW - 10 * DAY
    made, trust = receipt(signed + later, signed), trusted_for("lender")
    assert made.check("cd" * 32, trust).is_good is passes
    assert check_cose(made.to_cose(KEY), "cd" * 32, trust).is_good is passes
    plain = made.to_plain()
    record = {"sha256": "cd" * 32, "decision_id": "d-1"}
    fault = outsider.receipt_fault(plain, record, "cd" * 32, 1, made.head.head.root)
    assert fault == ("" if passes else "its head is older than its entry")


def test_the_command_makes_keys_for_a_role_and_shows_it(tmp_path):
    trust = tmp_path / "keys.json"
    wanted = {"lender": [], "witness": ["witness"], "both": ["witness", "vendor"]}
    for name, roles in wanted.items():
        call = ["keys", "new", str(tmp_path / name), "--name", f"{name}.example", "--trust", str(trust)]
        call += [part for role in roles for part in ("--for", role)]
        assert CliRunner().invoke(app, call).exit_code == 0
    shown = CliRunner().invoke(app, ["keys", "show", str(trust)]).stdout.splitlines()
    assert [line.split()[1:] [: line.split().index("from") - 1] for line in shown] == [
        ["lender.example", "lender"], ["witness.example", "witness"], ["both.example", "vendor", "witness"],
    ]  # fmt: skip
