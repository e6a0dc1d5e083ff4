"""Private keys: made once, kept private, written nowhere else."""

from __future__ import annotations

import base64
import copy
import os
import pickle
import stat
import subprocess

import pytest

from creditscore.errors import SigningError
from creditscore.signing.keys import SigningKey, is_signed_by, key_id

# RFC 8032, section 7.1, tests 1 to 3: seed, public key, message, signature.
RFC8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


def test_the_vectors_of_rfc_8032():
    for seed, public, message, signature in RFC8032:
        key = SigningKey("test", bytes.fromhex(seed))
        assert key.public.hex() == public
        assert key.sign(bytes.fromhex(message)).hex() == signature
        assert is_signed_by(key.public, bytes.fromhex(signature), bytes.fromhex(message))
        assert not is_signed_by(key.public, bytes.fromhex(signature), bytes.fromhex(message) + b"x")


def test_a_key_is_read_as_it_was_written_and_for_its_owner_alone(tmp_path):
    key = SigningKey.new("lender.example")
    path = tmp_path / "key"
    key.to_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = SigningKey.from_file(path)
    assert (again.name, again.public, again.key_id) == (key.name, key.public, key_id(key.public))
    assert [file.name for file in tmp_path.iterdir()] == ["key"]


def test_another_tool_reads_the_file(tmp_path):
    key = SigningKey.new("lender.example")
    key.to_file(tmp_path / "key")
    shown = subprocess.run(
        ["openssl", "pkey", "-in", tmp_path / "key", "-pubout", "-outform", "DER"],
        capture_output=True,
        check=True,
    )
    assert shown.stdout[-32:] == key.public


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o644, 0o601])
def test_a_file_that_others_may_use_is_refused(tmp_path, mode):
    path = tmp_path / "key"
    SigningKey.new("lender.example").to_file(path)
    path.chmod(mode)
    with pytest.raises(SigningError, match="Others than its owner.*chmod 600.*revoke"):
        SigningKey.from_file(path)


def test_no_file_is_replaced_and_none_lies_with_a_model(tmp_path):
    path = tmp_path / "key"
    key = SigningKey.new("lender.example")
    key.to_file(path)
    before = path.read_bytes()
    with pytest.raises(SigningError, match="cannot be made"):
        SigningKey.new("another").to_file(path)
    assert path.read_bytes() == before
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "manifest.json").write_text("{}")
    with pytest.raises(SigningError, match="holds a model"):
        key.to_file(tmp_path / "model" / "key")
    with pytest.raises(SigningError, match="cannot be made"):
        key.to_file(tmp_path / "nowhere" / "key")


@pytest.mark.parametrize("content", [b"", b"x" * 9_000, b"name: a\n", bytes(range(256)), b"\0" * 64])
def test_what_is_no_key_is_refused(tmp_path, content):
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(SigningError, match="holds no signing key"):
        SigningKey.from_file(path)


def test_a_key_of_a_kind_that_nobody_knows_is_refused(tmp_path):
    path = tmp_path / "own.key"
    SigningKey.new("lender.example").to_file(path)
    head, _, text = path.read_text().partition("-----BEGIN PRIVATE KEY-----\n")
    body, end, rest = text.partition("\n-----END")
    known, unknown = bytes.fromhex("06032b6570"), bytes.fromhex("06032b6170")
    plain = base64.b64decode(body)
    assert known in plain
    changed = base64.b64encode(plain.replace(known, unknown)).decode()
    path.write_text(f"{head}-----BEGIN PRIVATE KEY-----\n{changed}{end}{rest}")
    with pytest.raises(SigningError, match="holds no signing key"):
        SigningKey.from_file(path)


def test_a_folder_a_pipe_and_nothing_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("", "pipe", "nothing", "null\0byte"):
        with pytest.raises(SigningError):
            SigningKey.from_file(tmp_path / name if name else tmp_path)


def test_a_key_shows_and_pickles_nothing_private():
    seed = bytes(range(1, 33))
    key = SigningKey("lender.example", seed)
    assert seed.hex() not in repr(key)
    assert seed.hex() not in str(vars(key))
    for copied in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(SigningError, match="not pickled"):
            copied(key)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "x" * 101, "a\nb", None, 3])
def test_names_are_those_of_signed_notes(name):
    with pytest.raises(SigningError, match="without blanks"):
        SigningKey.new(name)


@pytest.mark.parametrize("seed", [b"", bytes(32), b"x" * 31, "x" * 32])
def test_a_seed_is_random_bytes(seed):
    with pytest.raises(SigningError, match="32 random bytes"):
        SigningKey("lender.example", seed)
