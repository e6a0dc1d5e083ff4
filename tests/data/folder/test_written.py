"""A portfolio that was written and opened is the same portfolio."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import creditscore as cs
from creditscore.data.folder.manifest import read_manifest
from creditscore.errors import ParameterError, PortfolioError
from creditscore.features.compute import FeatureComputer
from creditscore.pipeline.fitting import built_in_features
from tests.data.folder.splitting import assert_same
from tests.features.worlds import AS_OF, PRIVACY, applications, filled, random_world
from tests.people import called

PAID = {"applicant_id": "a", "event_time": "2024-05-31T12:00:00+00:00", "amount": -12.5}


@pytest.mark.parametrize("seed", range(3))
def test_what_is_opened_is_what_was_written(tmp_path, seed):
    portfolio = cs.Portfolio.from_records(filled(random_world(seed)), privacy=PRIVACY)
    portfolio.write(tmp_path / "p")
    opened = cs.Portfolio.open(tmp_path / "p", privacy=PRIVACY, verify=True)
    assert_same(portfolio, opened)
    assert repr(opened) == repr(portfolio)


@pytest.mark.parametrize("seed", range(2))
def test_every_feature_is_the_same_to_the_bit(tmp_path, seed):
    portfolio = cs.Portfolio.from_records(filled(random_world(seed, 12)), privacy=PRIVACY)
    portfolio.write(tmp_path / "p")
    opened = cs.Portfolio.open(tmp_path / "p", privacy=PRIVACY)
    computer, asked = FeatureComputer(built_in_features()), cs.Applications.from_records(applications(12))
    wanted = computer.compute(asked, portfolio, threads=1).values
    assert computer.compute(asked, opened, threads=1).values.tobytes() == wanted.tobytes()
    profiles = [one.profile(called(1), AS_OF).to_dict() for one in (portfolio, opened)]
    assert profiles[0] == profiles[1]


@pytest.mark.as_given
def test_whole_numbers_zones_terms_and_rows_set_aside_are_kept(tmp_path):
    at = {"event_time": "2024-05-31T09:00", "currency": "NGN"}
    rows = [
        at | {"applicant_id": 7, "event_id": 3, "amount": 1.0},
        at | {"applicant_id": 2**40, "event_id": None, "amount": 2.0},
        at | {"applicant_id": 8, "event_id": 4, "amount": None},
    ]
    made = cs.Portfolio(payments=rows, timezone="Africa/Lagos", weekend=("fri",), set_aside=True)
    made = made.with_sources(unavailable={"bills": "outage"}, consent_needed=["payments"])
    made.write(tmp_path / "p")
    opened = cs.Portfolio.open(tmp_path / "p", verify=True)
    assert_same(made, opened)
    assert opened.terms == made.terms
    assert (opened.timezone, opened.weekend, opened.currency) == ("Africa/Lagos", ("fri",), "NGN")
    assert opened.code(2**40) == made.code(2**40) == 2
    pd.testing.assert_frame_equal(
        opened.quarantined["payments"].to_frame(), made.quarantined["payments"].to_frame()
    )


def test_empty_portfolios_and_tables_are_kept(tmp_path):
    for number, made in enumerate([cs.Portfolio(), cs.Portfolio(payments=[], inquiries=[])]):
        made.write(tmp_path / str(number))
        assert_same(made, cs.Portfolio.open(tmp_path / str(number), verify=True))


def test_the_files_are_arrow_without_compression(tmp_path):
    cs.Portfolio(payments=[PAID, PAID | {"channel": "app"}]).write(tmp_path / "p")
    (file,) = (tmp_path / "p").glob("generation-*/payments.arrow")
    row = pa.ipc.open_file(file).read_all().to_pylist()[0]
    assert row["offsets"] == [0, 2]
    assert row["values"][:2] == [-12.5, -12.5]
    assert row["vocabulary:channel"] == ["app"]
    part = read_manifest(tmp_path / "p").files["payments"]
    assert part.n_bytes == file.stat().st_size


def test_what_stands_there_is_overwritten_only_when_asked(tmp_path):
    one, other = cs.Portfolio(payments=[PAID]), cs.Portfolio(payments=[PAID, PAID])
    one.write(tmp_path / "p")
    with pytest.raises(ParameterError, match="overwrite=True"):
        other.write(tmp_path / "p")
    before = cs.Portfolio.open(tmp_path / "p")
    other.write(tmp_path / "p", overwrite=True)
    assert_same(cs.Portfolio.open(tmp_path / "p"), other)
    assert_same(before, one)
    (tmp_path / "q").mkdir()
    (tmp_path / "q" / "notes.txt").write_text("mine")
    with pytest.raises(ParameterError, match=r"notes\.txt"):
        one.write(tmp_path / "q", overwrite=True)
    with pytest.raises(ParameterError, match="must be a folder"):
        one.write(tmp_path / "q" / "notes.txt")


def test_standings_need_the_secret_that_they_were_written_under(tmp_path):
    standing = {"person_id": "a", "event_time": "2024-01-05T00:00Z", "standing": "defaulted"}
    cs.Portfolio(standings=[standing], privacy=PRIVACY).write(tmp_path / "p")
    whole = b"".join(path.read_bytes() for path in (tmp_path / "p").rglob("*") if path.is_file())
    assert bytes(range(32)) not in whole
    for wrong in (None, cs.StandingPrivacy(secret=bytes(32), secret_name="trial")):
        with pytest.raises(PortfolioError, match="secret 'trial'"):
            cs.Portfolio.open(tmp_path / "p", privacy=wrong)
    moment = int(np.datetime64("2025-01-01", "us").astype(int))
    assert cs.Portfolio.open(tmp_path / "p", privacy=PRIVACY).network.seen.at(moment).known.tolist() == [True]


@pytest.mark.as_given
def test_opening_brings_neither_arrow_nor_pandas(tmp_path):
    cs.Portfolio.from_records({"payments": [PAID]}).write(tmp_path / "p")
    script = (
        "import sys; from creditscore.data.portfolio import Portfolio; "
        f"p = Portfolio.open({str(tmp_path / 'p')!r}, verify=True); assert p.code('a') == 0; "
        "print([m for m in ('pandas', 'pyarrow', 'lightgbm', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_pickle_of_what_was_opened_is_the_same(tmp_path):
    import pickle

    made = cs.Portfolio.from_records(filled(random_world(1)), privacy=PRIVACY)
    made.write(tmp_path / "p")
    opened = cs.Portfolio.open(tmp_path / "p", privacy=PRIVACY)
    assert_same(made, pickle.loads(pickle.dumps(opened)))
