"""Keys of the service on the command line, and how `serve` refuses what it cannot serve."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from creditscore import cli
from creditscore.service.keys import ApiKeys

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["creditscore", *arguments])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        shown = capsys.readouterr()
        return int(stopped.value.code or 0), shown.out, shown.err

    return call


def test_a_key_is_made_listed_and_revoked(run: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "keys.json")
    status, secret, _ = run(
        "serve-keys", "add", file, "loans", "--scope", "score", "--scope", "decide", "--days", "9"
    )
    assert status == 0
    found = ApiKeys.from_file(Path(file)).find(secret.strip())
    assert found is not None
    assert (found.name, found.scopes) == ("loans", {"score", "decide"})
    status, shown, _ = run("serve-keys", "list", file, "--json")
    (one,) = json.loads(shown)["keys"]
    assert (one["name"], one["scopes"], "sha256" in one) == ("loans", ["decide", "score"], False)
    assert run("serve-keys", "revoke", file, "loans")[1].strip() == "1 revoked"
    assert ApiKeys.from_file(Path(file)).find(secret.strip()) is None


def test_keys_that_are_made_and_revoked_at_once_are_all_made_and_revoked(tmp_path: Path) -> None:
    from creditscore.cli.serving import add, revoke

    file, names = tmp_path / "keys.json", [f"caller-{number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: add(file, name, ["score"]), names))
        assert sorted(key.name for key in ApiKeys.from_file(file).keys) == names
        list(pool.map(lambda name: revoke(file, name), names[:-1]))
    assert [key.name for key in ApiKeys.from_file(file).keys] == names[-1:]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("serve-keys", "add", "{}/keys.json", "loans", "--scope", "everything"), 2, "Known: 'score'"),
        (("serve-keys", "revoke", "{}/none.json", "loans"), 3, "none.json cannot be used: No such file"),
        (("serve", "{}/model", "--keys", "{}/none.json"), 3, "cannot be read"),
        (("serve", "{}/model", "--keys", "{}/none.json", "--ledger", "x.db"), 2, "together"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    got, out, error = run(*(one.format(tmp_path) for one in arguments))
    assert got == status
    assert said in " ".join((out + error).split())
    assert "Traceback" not in error
