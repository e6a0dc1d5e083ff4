"""A portfolio on disk or in a lake knows the check value of the key that its people go under."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import creditscore as cs
from creditscore.data.folder.keyed import UNSAID
from creditscore.data.folder.manifest import put_manifest, read_manifest
from creditscore.errors import ParameterError, PortfolioError

pytestmark = pytest.mark.as_given
SECRETS = bytes(range(32)), bytes(range(1, 33))
KEY, OTHER = (cs.Pseudonyms(secret=secret) for secret in SECRETS)
ANOTHER_KEY = f"of the key {KEY.key_check}, and the key {OTHER.key_check} was given.*Give the key"


def asked(who: int | str, day: int = 1) -> dict[str, Any]:
    return {"applicant_id": who, "event_time": f"2024-05-{day:02d}T12:00:00Z"}


def written(folder: Path, *who: int | str, key: cs.Pseudonyms | None = None) -> Path:
    cs.Portfolio.from_records({"inquiries": [asked(one) for one in who]}, pseudonyms=key).write(folder)
    return folder


def made_before(folder: Path) -> Path:
    """The same folder as a version wrote it that noted no key."""
    manifest = read_manifest(folder)
    settings = {name: one for name, one in manifest.settings.items() if name != "pseudonyms"}
    put_manifest(folder, replace(manifest, settings=settings))
    return folder


def said(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_text())["settings"].get("pseudonyms", "nothing")


def through_a_lake(portfolio: cs.Portfolio, root: Path, key: cs.Pseudonyms | None) -> cs.Portfolio:
    portfolio.write_delta(root)
    return cs.Portfolio.open_delta(root, pseudonyms=key)


def through_a_folder(portfolio: cs.Portfolio, root: Path, key: cs.Pseudonyms | None) -> cs.Portfolio:
    portfolio.write(root)
    return cs.Portfolio.open(root, pseudonyms=key)


def through_an_open_folder(portfolio: cs.Portfolio, root: Path, key: cs.Pseudonyms | None) -> cs.Portfolio:
    portfolio.write(root)
    return cs.PortfolioFolder(root, pseudonyms=key).portfolio()


@pytest.mark.parametrize("through", [through_a_folder, through_an_open_folder, through_a_lake])
def test_one_key_opens_what_it_made_and_no_other_and_none_need_be_there_to_read(through, tmp_path):
    hidden = cs.Portfolio.from_records({"inquiries": [asked("a"), asked("b")]}, pseudonyms=KEY)
    plain = cs.Portfolio.from_records({"inquiries": [asked("a")]})
    assert (hidden.pseudonyms_check, plain.pseudonyms_check) == (KEY.key_check, "")
    for number, key in enumerate((KEY, None)):
        opened = through(hidden, tmp_path / str(number), key)
        assert (opened.pseudonyms_check, opened.hints) == (KEY.key_check, ())
        assert opened.applicant_ids == hidden.applicant_ids
    with pytest.raises(PortfolioError, match=ANOTHER_KEY):
        through(hidden, tmp_path / "other", OTHER)
    with pytest.raises(ParameterError, match="go under the ids that were given"):
        through(plain, tmp_path / "plain", KEY)
    with pytest.raises(ParameterError, match="must be Pseudonyms"):
        through(hidden, tmp_path / "no_key", SECRETS[0])
    assert through(plain, tmp_path / "none", None).pseudonyms_check == ""


def test_no_byte_on_disk_is_of_the_key(tmp_path):
    folder = written(tmp_path / "p", "a", key=KEY)
    assert said(folder) == KEY.key_check
    for file in folder.rglob("*"):
        for secret in (SECRETS[0], SECRETS[0].hex().encode()):
            assert file.is_dir() or secret not in file.read_bytes()


def test_what_was_appended_folded_erased_or_written_again_goes_under_the_same_key(tmp_path):
    folder = written(tmp_path / "p", "a", "b", "c", key=KEY)
    home = cs.PortfolioFolder(folder, pseudonyms=KEY)
    home.append({"inquiries": [asked("d", 2)]})
    assert said(folder) == KEY.key_check
    home.compact()
    assert said(folder) == KEY.key_check
    cs.PortfolioFolder(folder).erase(KEY.of("a"))
    assert said(folder) == KEY.key_check
    cs.Portfolio.open(folder).write(tmp_path / "again")
    assert said(tmp_path / "again") == KEY.key_check
    with pytest.raises(PortfolioError, match=ANOTHER_KEY):
        cs.PortfolioFolder(tmp_path / "again", pseudonyms=OTHER)
    assert cs.PortfolioFolder(folder).check().ok


def test_an_older_folder_opens_with_a_hint_until_rows_come_under_a_key(tmp_path):
    folder = made_before(written(tmp_path / "p", "a", key=KEY))
    assert said(folder) == "nothing"
    for key in (None, KEY, OTHER):
        assert cs.Portfolio.open(folder, pseudonyms=key).hints == (UNSAID,)
    home = cs.PortfolioFolder(folder, pseudonyms=KEY)
    home.append({"inquiries": [asked("b")]})
    assert said(folder) == KEY.key_check
    assert home.portfolio().hints == cs.Portfolio.open(folder).hints == ()
    assert home.check().ok
    with pytest.raises(PortfolioError, match=ANOTHER_KEY):
        cs.Portfolio.open(folder, pseudonyms=OTHER)


def test_an_older_folder_that_is_written_anew_under_a_key_says_so_and_keeps_no_hint(tmp_path):
    folder = made_before(written(tmp_path / "p", "a", key=KEY))
    cs.Portfolio.open(folder, pseudonyms=KEY).write(tmp_path / "anew")
    assert said(tmp_path / "anew") == KEY.key_check
    assert cs.Portfolio.open(tmp_path / "anew").hints == ()
    plain = made_before(written(tmp_path / "plain", "a"))
    assert cs.Portfolio.open(plain).hints == ()
    with pytest.raises(ParameterError, match="go under the ids that were given"):
        cs.Portfolio.open(plain, pseudonyms=KEY)


def test_a_folder_without_people_takes_the_key_of_the_first_rows(tmp_path):
    folder = written(tmp_path / "p")
    cs.PortfolioFolder(folder, pseudonyms=KEY).append({"inquiries": [asked("a")]})
    assert said(folder) == KEY.key_check
    with pytest.raises(PortfolioError, match=ANOTHER_KEY):
        cs.PortfolioFolder(folder, pseudonyms=OTHER)
    with pytest.raises(ParameterError, match="go under pseudonyms"):
        cs.PortfolioFolder(folder).append({"inquiries": [asked("b")]})


def test_a_folder_without_people_takes_no_key_once_plain_ids_wait_in_its_log(tmp_path):
    folder = written(tmp_path / "p")
    early = cs.PortfolioFolder(folder, pseudonyms=KEY)
    cs.PortfolioFolder(folder).append({"inquiries": [asked("a")]})
    with pytest.raises(ParameterError, match="go under the ids that were given"):
        cs.PortfolioFolder(folder, pseudonyms=KEY)
    with pytest.raises(ParameterError, match="go under the ids that were given"):
        early.append({"inquiries": [asked("b")]})
    assert said(folder) is None


def test_an_empty_portfolio_made_under_a_key_takes_no_plain_id(tmp_path):
    folder = written(tmp_path / "p", key=KEY)
    with pytest.raises(ParameterError, match="go under pseudonyms"):
        cs.PortfolioFolder(folder).append({"inquiries": [asked("a")]})
    with pytest.raises(PortfolioError, match=ANOTHER_KEY):
        cs.PortfolioFolder(folder, pseudonyms=OTHER)


@pytest.mark.parametrize("written_there", [7, "", "00", "g" * 16, [KEY.key_check]])
def test_what_is_no_check_value_is_damage(tmp_path, written_there):
    folder = written(tmp_path / "p", "a", key=KEY)
    manifest = read_manifest(folder)
    put_manifest(folder, replace(manifest, settings={**manifest.settings, "pseudonyms": written_there}))
    with pytest.raises(PortfolioError, match="damaged"):
        cs.Portfolio.open(folder)
