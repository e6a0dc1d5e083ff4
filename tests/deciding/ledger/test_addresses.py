"""Addresses of databases: what they may name, and that no password of one is ever shown."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

import creditscore as cs
from creditscore.cli.app import app
from creditscore.deciding.ledger.postgres.address import Address
from creditscore.errors import LedgerError
from tests.deciding.ledger.databases import NEW, filled, opened, schema_of
from tests.deciding.ledger.filled import KEY


@pytest.mark.parametrize("schema", ["", "x;y", "Upper", "pg_x", "a" * 41, "x-y", "information_schema", '"x"'])
def test_a_schema_is_a_plain_name(server, schema):
    with pytest.raises(LedgerError, match="up to 40 small letters"):
        opened(f"postgresql://owner@/postgres?host={server.folder}&schema={schema}")


def test_no_password_stands_in_an_error_a_name_or_a_repr(server):
    secret = "pa%24%24w0rd-of-mine"
    for address in (
        f"postgresql://owner:{secret}@/postgres?host=/nowhere&schema=x",
        f"postgresql://owner:{secret}@127.0.0.1:1/postgres",
        f"postgresql://owner:{secret}@[bad/postgres",
        f"postgresql://owner:{secret}@/postgres?nonsense={secret}",
        f"postgresql://owner@/postgres?host={server.folder}&password={secret}&dbname=none",
    ):
        with pytest.raises(LedgerError) as caught:
            opened(address, patience=0.0)
        shown = f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"
        assert "w0rd" not in shown, shown
    known = Address.of(f"postgresql://owner:{secret}@db.example:7/credit?schema=decisions")
    assert str(known) == "postgresql://db.example:7/credit?schema=decisions"
    assert "w0rd" not in repr(known)
    assert known.has_password
    assert known.connecting()["password"] == "pa$$w0rd-of-mine"


# ---- the command line


def run(*arguments: object, status: int = 0) -> str:
    done = CliRunner().invoke(app, ["ledger", *map(str, arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == status, done.output
    return done.output


def test_the_commands_of_a_keeper_take_an_address(server, tmp_path):
    address, key, new = server.address(), tmp_path / "key", tmp_path / "new"
    key.write_text(KEY.hex())
    new.write_text(NEW.hex())
    assert run("migrate", address).strip().endswith(f"schema={schema_of(address)}: form 1")
    assert "CREATE TABLE chain" in run("migrate", "--sql", "--schema", "decisions")
    assert "GRANT INSERT ON decisions.about" in run("grants", "--schema", "decisions", "--prefix", "team")
    filled(address)
    assert run("list", address, "--key-file", key, "--subject", "subject-0").split()[::2] == ["d-0", "d-3"]
    erased = run("erase", address, "--key-file", key, "--subject", "subject-0")
    assert "1 keys destroyed; the server's log keeps" in erased
    with pytest.raises(LedgerError, match="rotate the master key"):
        run("purge", address, "--key-file", key)
    head = run("backup", address, tmp_path / "b.db", "--key-file", key).strip()
    restored = run("restore", tmp_path / "b.db", server.address(), "--key-file", key, "--anchor", head)
    assert restored.strip() == head
    assert "1 keys wrapped anew" in run("rotate", address, "--key-file", key, "--new-key-file", new)


def test_a_password_on_a_command_line_is_refused_and_not_repeated(server, tmp_path):
    (tmp_path / "key").write_text(KEY.hex())
    address = f"postgresql://owner:w0rd@/postgres?host={server.folder}"
    for arguments in (
        ("migrate", address),
        ("list", address, "--key-file", tmp_path / "key", "--subject", "x"),
        ("backup", tmp_path / "x.db", address, "--key-file", tmp_path / "key"),
    ):
        with cs.Ledger.open(tmp_path / "x.db", key=KEY):
            said = run(*arguments, status=2)
        assert "w0rd" not in said
    assert "PGPASSFILE" in said.replace("\n", "")
