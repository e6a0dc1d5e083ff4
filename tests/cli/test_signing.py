"""From making a key to an outsider's check, by commands alone."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import creditscore as cs
from creditscore import cli
from creditscore.signing.keys import SigningKey
from creditscore.signing.trust import Trust
from creditscore.transparency.heads import SignedHead, TreeHead


@pytest.fixture(scope="module")
def fitted():
    german = cs.datasets.load_german()
    pipeline = cs.CreditPipeline(
        features=[cs.application_features(german.columns)], scorer=cs.CreditScorer(n_estimators=10)
    )
    return pipeline.fit(german.applications, cs.Portfolio(), german.bad), german.applications


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def call(line: str, status: int = 0) -> str:
        monkeypatch.setattr("sys.argv", ["creditscore", *line.split()])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        shown = capsys.readouterr()
        assert stopped.value.code == status, shown
        return shown.out + shown.err

    return call


@pytest.fixture(scope="module")
def founded(fitted, tmp_path_factory):
    """A lender: keys, a signed model and policy, both registered, and decisions in the ledger."""
    pipeline, asked = fitted
    folder = tmp_path_factory.mktemp("founded")

    def run(line: str) -> None:
        patched.setattr("sys.argv", ["creditscore", *line.split()])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        assert stopped.value.code == 0, line

    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        run("keys new lender.key --name lender.example --trust keys.json")
        run("ledger new-key ledger.key")
        pipeline.save(folder / "model")
        cs.Policy("consumer", "2026-11", cutoff=520).to_file(folder / "policy.json")
        run("keys sign model --sign-with lender.key")
        run("keys sign policy.json --sign-with lender.key")
        policy = cs.Policy.from_file(folder / "policy.json")
        key = bytes.fromhex((folder / "ledger.key").read_text())
        cs.Ledger.open(folder / "d.db", key=key).close()
        run("ledger register-model d.db model --key-file ledger.key --trust keys.json")
        run("ledger register-policy d.db policy.json --key-file ledger.key --trust keys.json")
        with cs.Ledger.open(folder / "d.db", key=key) as ledger:
            for k in range(3):
                one = asked.take(np.array([k]))
                record = pipeline.decide(one, cs.Portfolio(), policy=policy, ledger=ledger)
                (folder / "decision.json").write_text(record.to_json())
        run("keys sign decision.json --sign-with lender.key")
    return folder, record.decision_id


@pytest.fixture
def house(founded, tmp_path):
    """The lender's folder, for one test alone; the id of the last decision."""
    folder, decision = founded
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return decision


def test_everything_is_signed_and_verified(run, house, tmp_path):
    assert stat.S_IMODE((tmp_path / "lender.key").stat().st_mode) == 0o600
    for what in ("model", "policy.json", "decision.json", "decision.json --model model"):
        assert "signed by lender.example" in run(f"verify {what} --trust keys.json")
        assert "authenticity was not checked" in run(f"verify {what}")
    run("keys new other.key --name other.example --trust others.json")
    assert "signed by a key that is not trusted" in run("verify model --trust others.json", 1)
    shown = json.loads(run("keys show keys.json --json"))["keys"]
    assert shown[0]["name"] == "lender.example"
    run(f"keys revoke {shown[0]['key_id']} --trust keys.json --as-of 2020-01-01T00:00:00+00:00")
    assert "was revoked as of 2020-01-01" in run("verify policy.json --trust keys.json", 1)
    assert "revoked as of 2020-01-01" in run("keys show keys.json")


def test_a_key_that_follows_another(run, house, tmp_path):
    said = json.loads(run("keys rotate lender.key next.key --trust keys.json --json"))["keys"]
    assert [key["name"] for key in said] == ["lender.example", "lender.example"]
    assert said[0]["valid_until"] == said[1]["valid_from"]
    run("verify model --trust keys.json")
    run("keys sign model --sign-with next.key")
    run("verify model --trust keys.json")
    assert "is there" not in run("keys rotate lender.key next.key --trust keys.json", 3)
    assert len(json.loads(run("keys show keys.json --json"))["keys"]) == 2


def test_heads_receipts_proofs_and_the_outsider(run, house, tmp_path):
    head = "ledger head d.db --key-file ledger.key --sign-with lender.key"
    assert json.loads(run(f"{head} --out head.txt --json"))["size"] == 5
    receipt = f"ledger receipt d.db --key-file ledger.key --sign-with lender.key --id {house}"
    run(f"{receipt} --out receipt.json --cose r.cbor")
    assert "ok      the ledger holds what it held at 5 entries" in run(
        "verify d.db --head head.txt --trust keys.json --key-file ledger.key"
    )
    run("ledger retire d.db 00 --key-file ledger.key", 3)
    spans = json.loads(run("ledger registered d.db --key-file ledger.key --json"))["registered"]
    assert [span["what"] for span in spans] == ["model", "policy"]
    run(f"ledger retire d.db {spans[1]['id']} --key-file ledger.key")
    assert run("ledger registered d.db --key-file ledger.key").count("\n") == 2
    run(f"{head} --out later.txt")
    run("ledger consistency d.db --key-file ledger.key --from 5 --to 6 --out proof.json")
    run("keys new witness.key --name witness.example")
    run("ledger witness head.txt --trust keys.json --sign-with witness.key --out seen.txt")
    run("ledger witness later.txt --before seen.txt --trust keys.json --sign-with witness.key", 3)
    run(
        "ledger witness later.txt --before seen.txt --proof proof.json --trust keys.json "
        "--sign-with witness.key --out seen2.txt"
    )
    assert (tmp_path / "seen2.txt").read_text().count("—") == 2
    run("ledger outsider-script --out check.py")
    command = (
        "check.py decision.json --trust keys.json --receipt receipt.json --head later.txt --proof proof.json"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", *command.split()],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout
    run("ledger publish d.db tiles --key-file ledger.key --sign-with lender.key")
    assert json.loads(run("ledger check-tiles tiles --trust keys.json --json"))["size"] == 6


@pytest.mark.parametrize("form", ["json", "html"])
def test_a_page_proves_that_its_decision_is_in_the_ledger(run, house, tmp_path, form):
    ledger = "d.db --key-file ledger.key"
    sign = f"{ledger} --sign-with lender.key"
    run(f"ledger receipt {sign} --id {house} --out receipt.json")
    run(f"report-decision decision.json --receipt receipt.json --out page.{form} --sign-with lender.key")
    assert "ok      it is in the ledger" in run(f"verify page.{form}")
    assert "nobody vouches for the head" in run(f"verify page.{form}")
    run(f"ledger head {sign} --out same.txt")
    run(f"ledger retire d.db {_policy(tmp_path)} --key-file ledger.key")
    run(f"ledger head {sign} --out later.txt")
    run(f"ledger consistency {ledger} --from 5 --to 6 --out proof.json")
    trusted = f"verify page.{form} --trust keys.json"
    assert "one history with the head of 5 entries" in run(f"{trusted} --head same.txt")
    assert "give a proof from 5 to 6" in run(f"{trusted} --head later.txt", 1)
    said = run(f"{trusted} --head later.txt --head same.txt --proof receipt.json --proof proof.json")
    assert said.count("ok      it is of one history") == 2
    for name in ("wrong.txt", "forked.txt"):
        (tmp_path / name).write_text(_forked(tmp_path, "another" if name == "wrong.txt" else "same"))
    assert "they are of two ledgers" in run(f"{trusted} --head wrong.txt", 1)
    assert "two histories of one size" in run(f"{trusted} --head forked.txt", 1)
    run("keys new other.key --name other.example --trust others.json")
    assert "head of the receipt is signed" in run(f"verify page.{form} --trust others.json", 1)


def _policy(folder):
    return cs.Policy.from_file(folder / "policy.json").policy_id


def _forked(folder, log):
    """A head that the lender signs too: of the ledger with another root, or of another ledger."""
    key = SigningKey.from_file(folder / "lender.key")
    shown = SignedHead.from_text((folder / "same.txt").read_text()).head
    origin = shown.origin if log == "same" else "creditscore.ledger/" + "0" * 32
    return SignedHead.of(TreeHead(origin, shown.size, bytes(32), shown.at), key).text


def test_a_receipt_beside_a_decision_is_for_it_and_for_no_other(run, house, tmp_path):
    sign = "d.db --key-file ledger.key --sign-with lender.key"
    run(f"ledger receipt {sign} --id {house} --out receipt.json")
    assert "ok      it is in the ledger" in run(
        "verify decision.json --receipt receipt.json --trust keys.json"
    )
    record = json.loads((tmp_path / "decision.json").read_text())
    earlier = int(record["application_id"]) - 1
    listed = json.loads(run(f"ledger list d.db --key-file ledger.key --application {earlier} --json"))
    other = listed["decisions"][0]["decision_id"]
    run(f"ledger receipt {sign} --id {other} --out other.json")
    call = "verify decision.json --receipt other.json --trust keys.json"
    assert "FAILED  it is in the ledger: the receipt is for something else" in run(call, 1)
    assert "for something else" in run("report-decision decision.json --receipt other.json --out x.html", 3)


def test_a_head_finds_a_ledger_that_was_put_back(run, house, tmp_path):
    run("ledger backup d.db old.db --key-file ledger.key")
    run(f"ledger retire d.db {cs.Policy.from_file(tmp_path / 'policy.json').policy_id} --key-file ledger.key")
    run("ledger head d.db --key-file ledger.key --sign-with lender.key --out head.txt")
    assert "6 entries, and 5 are left" in run("verify old.db --head head.txt --trust keys.json", 1)
    assert "verified" in run("verify old.db")
    assert "nobody outside vouches" in run("verify old.db")


LEDGER_CALLS = {
    "new-key other.key": {"key_file"},
    "backup d.db copy.db --key-file ledger.key": {"head"},
    "restore copy.db again.db --key-file ledger.key": {"head"},
    "list d.db --key-file ledger.key --application nothing": {"decisions"},
    "purge d.db --key-file ledger.key": {"purged"},
    "rotate d.db --key-file ledger.key --new-key-file other.key": {"keys", "purged"},
    "registered d.db --key-file other.key": {"registered"},
}


def test_every_command_of_the_ledger_speaks_to_programs(run, house):
    for call, names in LEDGER_CALLS.items():
        assert set(json.loads(run(f"ledger {call} --json"))) == names, call
    error = json.loads(run("ledger list d.db --key-file other.key --subject 0 --json"))
    assert error["decisions"] == []


@pytest.mark.parametrize(
    ("call", "status", "said"),
    [
        ("keys show nothing", 3, "cannot be read"),
        ("keys show policy.json", 3, "Others than its owner"),
        ("keys new lender.key --name again", 3, "cannot be made"),
        ("keys new x.key --name two+words", 3, "without blanks"),
        ("keys new model/x.key --name lender", 3, "holds a model"),
        ("keys sign nothing --sign-with lender.key", 3, "nothing"),
        ("keys sign keys.json --sign-with lender.key", 3, "no model, decision record, report or policy"),
        ("keys sign model --sign-with keys.json", 3, "Others than its owner"),
        ("keys revoke 00 --trust keys.json --as-of 2026-01-01", 2, "has no zone"),
        ("keys revoke 00 --trust keys.json --as-of never", 2, "is no moment"),
        ("keys revoke 00 --trust keys.json --as-of 2026-01-01T00:00:00+00:00", 2, "no key"),
        ("verify model --trust model", 3, "Is a directory"),
        ("verify model --trust policy.json", 3, "no trust file"),
        ("verify model --head x --trust keys.json", 2, "belong to a ledger"),
        ("verify model --receipt x --trust keys.json", 2, "belong to a ledger"),
        ("verify decision.json --receipt x", 2, "--trust"),
        ("verify decision.json --proof x", 2, "--head"),
        ("verify decision.json --receipt x --trust keys.json", 1, "cannot be read"),
        ("verify decision.json --receipt policy.json --trust keys.json", 1, "cannot be read"),
        ("verify decision.json --head x --trust keys.json", 1, "there is no receipt"),
        ("verify policy.json --receipt x --trust keys.json", 1, "only a decision"),
        ("verify d.db --receipt x --trust keys.json", 1, "only a decision"),
        ("report-decision decision.json --receipt policy.json", 3, "receipt"),
        ("verify d.db --head keys.json", 2, "--trust"),
        ("verify d.db --head keys.json --trust keys.json", 1, "cannot be read"),
        ("ledger check-tiles model --trust keys.json", 3, "not believed"),
        ("ledger receipt d.db --key-file ledger.key --sign-with lender.key --id x", 3, "no entry"),
        ("ledger consistency d.db --key-file ledger.key --from 9", 3, "never had 9"),
        ("ledger consistency d.db --key-file ledger.key --from 1 --to 99", 3, "never had 99"),
    ],
)
def test_bad_calls_end_in_a_sentence(run, house, call, status, said):
    assert said in " ".join(run(call, status).split())


def test_keys_that_are_made_and_revoked_at_once_are_all_trusted_and_revoked(tmp_path):
    from creditscore.cli.signing import new, revoke

    trust, since = tmp_path / "trust.json", "2020-01-01T00:00:00+00:00"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: new(tmp_path / f"{n}.key", f"k{n}.example", trust), range(8)))
        made = Trust.from_file(trust).keys
        assert sorted(key.name for key in made) == [f"k{n}.example" for n in range(8)]
        list(pool.map(lambda key: revoke(key.key_id, trust, since), made))
    assert all(key.revoked_as_of is not None for key in Trust.from_file(trust).keys)


def test_what_people_did_is_entered_listed_and_proven(run, house, tmp_path):
    """A review, the page that shows it, an objection, and the report that corrects: all in the ledger."""
    book = "d.db --key-file ledger.key"
    rule = "review decision.json --reviewer Ada --ruling"
    run(f"{rule} approve --reason Seen --out r1.json")
    assert run("ledger enter d.db r1.json --key-file ledger.key").strip() == f"{house}/review/1"
    assert "already" in run("ledger enter d.db r1.json --key-file ledger.key", 3)
    run(f"{rule} decline --reason Unsafe --earlier r1.json --out r2.json")
    run(f"{rule} decline --reason Unsafe --out r3.json")
    assert "is missing" in run("ledger enter d.db r3.json --key-file ledger.key", 3)
    run("ledger enter d.db r2.json --key-file ledger.key")
    run(f"ledger head {book} --sign-with lender.key --out head.txt")
    for name, out in ((house, "receipt"), (f"{house}/review/2", "reviewed")):
        run(f"ledger receipt {book} --head head.txt --id {name} --out {out}.json")
    assert "either" in run(f"ledger receipt {book} --id {house}", 2)
    page = "report-decision decision.json --ruling r1.json --ruling r2.json --receipt receipt.json"
    run(f"{page} --review-receipt reviewed.json --sign-with lender.key --out page.html")
    said = run("verify page.html --trust keys.json --head head.txt")
    assert "ok      its reviews are in the ledger" in said
    run("object page.html --item record/outcome/score --because Wrong --rule CN --out o.json")
    run("ledger enter d.db o.json --key-file ledger.key")
    replaced = "--replaces page.html --correction Ruling"
    run(f"report-decision decision.json --ruling r1.json --ruling r2.json {replaced} --out again.html")
    run("ledger enter d.db again.html --key-file ledger.key")
    run("ledger publish d.db public --key-file ledger.key --sign-with lender.key")
    assert run("ledger handled d.db --key-file ledger.key --out done --id " + house).count("\n") == 4
    assert sorted(path.name for path in (tmp_path / "done").iterdir()) == [
        "001-review.json", "002-review.json", "003-objection.json", "004-report.json",
    ]  # fmt: skip
    assert (tmp_path / "done/002-review.json").read_text() == (tmp_path / "r2.json").read_text()
    sign = f"{book} --sign-with lender.key"
    for number, document in (("objection/1", "o.json"), ("review/1", "r1.json")):
        run(f"ledger receipt {sign} --id {house}/{number} --out one.json")
        assert "it is in the ledger" in run(f"verify {document} --receipt one.json --trust keys.json")
    run(f"ledger receipt {sign} --id {house}/report/1 --out one.json")
    run("keys sign again.html --sign-with lender.key", 3)
    said = run("verify page.html --trust keys.json --tiles public")
    assert f"since: {house}/objection/1, {house}/report/1" in said
    found = json.loads(run("verify d.db --trust keys.json --key-file ledger.key --json"))
    assert (found["reviews"], found["objections"], found["reports"]) == (2, 1, 1)
    assert "--trust" in run("verify page.html --tiles public", 2)
