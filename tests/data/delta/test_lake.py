"""A portfolio in Delta Lake: what is read is what was written, as of any version, through the same door."""

from __future__ import annotations

import json
import threading

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake

import creditscore as cs
from creditscore.errors import ContractError, MissingExtraError, ParameterError, PortfolioError
from creditscore.features.compute import FeatureComputer
from creditscore.pipeline.fitting import built_in_features
from tests.data.folder.splitting import assert_same
from tests.features.worlds import PRIVACY, applications, filled, random_world

PAID = {"applicant_id": "a", "event_id": "1", "event_time": "2024-05-31T12:00:00+00:00", "amount": -12.5}
LATER = PAID | {"amount": -20.0, "known_time": "2024-06-15T00:00:00+00:00"}


def _read(root, name, version=None):
    return DeltaTable(f"{root}/{name}", version=version).to_pyarrow_table()


@pytest.mark.parametrize("seed", range(3))
def test_what_is_read_is_what_was_written_to_the_last_byte(tmp_path, seed):
    portfolio = cs.Portfolio.from_records(filled(random_world(seed)), privacy=PRIVACY)
    done = portfolio.write_delta(tmp_path / "lake")
    assert (done.version, set(done.tables)) == (0, set(portfolio.tables))
    read = cs.Portfolio.open_delta(tmp_path / "lake", privacy=PRIVACY)
    assert_same(portfolio, read)
    assert repr(read) == repr(portfolio)


def test_every_feature_is_the_same_to_the_bit(tmp_path):
    portfolio = cs.Portfolio.from_records(filled(random_world(1, 12)), privacy=PRIVACY)
    portfolio.write_delta(tmp_path)
    read = cs.Portfolio.open_delta(tmp_path, privacy=PRIVACY)
    computer, asked = FeatureComputer(built_in_features()), cs.Applications.from_records(applications(12))
    wanted = computer.compute(asked, portfolio, threads=1).values
    assert computer.compute(asked, read, threads=1).values.tobytes() == wanted.tobytes()


def test_a_portfolio_on_disk_goes_to_the_lake_and_back(tmp_path):
    made = cs.Portfolio.from_records(filled(random_world(4)), privacy=PRIVACY)
    made.write(tmp_path / "p")
    cs.Portfolio.open(tmp_path / "p", privacy=PRIVACY).write_delta(tmp_path / "lake")
    assert_same(made, cs.Portfolio.open_delta(tmp_path / "lake", privacy=PRIVACY))


def test_zone_weekend_terms_currency_whole_numbers_and_voided_rows_are_kept(tmp_path):
    rows = [
        {"applicant_id": 7, "event_id": 3, "event_time": "2024-05-31", "amount": 1.0, "currency": "NGN"},
        {"applicant_id": 2**40, "event_time": "2024-06-01", "amount": 2.0, "voided_time": "2024-07-01"},
        {"applicant_id": 7, "event_id": 5, "event_time": "2024-06-02", "amount": None},
    ]
    made = cs.Portfolio(payments=rows, timezone="Africa/Lagos", weekend=("fri",), set_aside=True)
    made = made.with_sources(unavailable={"bills": "outage"}, consent_needed=["payments"])
    made.write_delta(tmp_path)
    read = cs.Portfolio.open_delta(tmp_path)
    assert_same(made, read)
    assert (read.terms, read.timezone, read.weekend, read.currency) == (
        made.terms, "Africa/Lagos", ("fri",), "NGN",
    )  # fmt: skip
    # Dates were known at the end of their local day in Lagos, an hour before it ends in UTC.
    assert str(read.to_frame("payments")["known_time"].max()).startswith("2024-06-01 22:59:59.999999")
    assert any("1 rows had been set aside" in hint for hint in read.hints)


def test_empty_portfolios_and_tables_are_kept(tmp_path):
    for number, made in enumerate([cs.Portfolio(), cs.Portfolio(payments=[], inquiries=[])]):
        made.write_delta(tmp_path / str(number))
        assert_same(made, cs.Portfolio.open_delta(tmp_path / str(number)))


def test_both_clocks_stand_in_the_lake_for_other_engines(tmp_path):
    cs.Portfolio(payments=[PAID, LATER]).write_delta(tmp_path)
    rows = _read(tmp_path, "payments")
    found = duckdb.sql(
        "SELECT amount FROM rows WHERE known_time < TIMESTAMPTZ '2024-06-10 00:00:00+00:00' "
        "AND (superseded_time IS NULL OR superseded_time >= TIMESTAMPTZ '2024-06-10 00:00:00+00:00')"
    ).fetchall()
    assert found == [(-12.5,)]
    assert rows["known_time"].type == pa.timestamp("us", "UTC")


def test_each_version_is_read_as_it_stood(tmp_path):
    made = [
        cs.Portfolio(payments=[PAID], inquiries=[]),
        cs.Portfolio(payments=[PAID, LATER]),
        cs.Portfolio(payments=[PAID | {"applicant_id": 9}], bills=[]),
    ]
    assert [one.write_delta(tmp_path).version for one in made] == [0, 1, 2]
    for version, one in enumerate(made):
        assert_same(one, cs.Portfolio.open_delta(tmp_path, version=version))
    assert_same(made[-1], cs.Portfolio.open_delta(tmp_path))
    # The table of inquiries, left out by a later write, is no part of the newest.
    assert_same(made[-1], cs.Portfolio.open_delta(tmp_path, version="newest"))


def test_rows_of_others_are_told_of_and_read_where_asked(tmp_path):
    cs.Portfolio(payments=[PAID]).write_delta(tmp_path)
    late = _read(tmp_path, "payments").to_pylist()[0]
    late |= {"amount": -20.0, "known_time": late["event_time"].replace(month=6, day=15, hour=0)}
    more = pa.Table.from_pylist([late], schema=_read(tmp_path, "payments").schema)
    write_deltalake(f"{tmp_path}/payments", more, mode="append")
    asked = pa.table({"applicant_id": ["b"], "event_time": pa.array([0], pa.timestamp("us", "UTC"))})
    write_deltalake(f"{tmp_path}/inquiries", asked)
    written = cs.Portfolio.open_delta(tmp_path)
    assert_same(written, cs.Portfolio(payments=[PAID]))
    assert [hint.split(" of its")[0] for hint in written.hints] == ["payments stands at version 1"]
    newest = cs.Portfolio.open_delta(tmp_path, version="newest")
    inquiry = {"applicant_id": "b", "event_time": "1970-01-01T00:00Z"}
    assert_same(newest, cs.Portfolio(payments=[PAID, LATER], inquiries=[inquiry]))
    write_deltalake(f"{tmp_path}/payments", more, mode="append")
    with pytest.raises(ContractError, match="must not repeat"):
        cs.Portfolio.open_delta(tmp_path, version="newest")
    assert cs.Portfolio.open_delta(tmp_path, version="newest", set_aside=True).quarantined["payments"].count


@pytest.mark.parametrize("kind", [pa.date32(), pa.timestamp("us")])
def test_days_that_others_wrote_are_known_when_they_end_as_wherever_rows_are_given(tmp_path, kind):
    cs.Portfolio(payments=[PAID], timezone="Asia/Tehran").write_delta(tmp_path)
    days = {"applicant_id": ["a"], "event_time": pa.array([19_876 * 86_400_000_000], pa.timestamp("us"))}
    theirs = pa.table({**days, "event_time": days["event_time"].cast(kind), "amount": [5.0]})
    write_deltalake(f"{tmp_path}/payments", theirs, mode="overwrite", schema_mode="overwrite")
    newest = cs.Portfolio.open_delta(tmp_path, version="newest")
    assert_same(newest, cs.Portfolio(payments=theirs, timezone="Asia/Tehran"))
    began, known, _ = newest.tables["payments"].times[:, 0].tolist()
    assert known - began == 86_400_000_000 - 1


def test_a_delta_table_is_a_table_wherever_one_is_taken(tmp_path):
    rows = pa.Table.from_pylist([PAID])
    write_deltalake(tmp_path / "t", rows, partition_by=["applicant_id"])
    write_deltalake(tmp_path / "t", pa.Table.from_pylist([LATER]), mode="append", schema_mode="merge")
    first = cs.Portfolio(payments=DeltaTable(str(tmp_path / "t"), version=0))
    assert_same(first, cs.Portfolio(payments=[PAID]))
    assert_same(cs.Portfolio(payments=DeltaTable(str(tmp_path / "t"))), cs.Portfolio(payments=[PAID, LATER]))
    first.write(tmp_path / "p")
    folder = cs.PortfolioFolder(tmp_path / "p")
    added = folder.append({"payments": DeltaTable(str(tmp_path / "t"))}, repeated="skip")
    assert (dict(added.rows), added.repeated) == ({"payments": 1}, 1)
    asked = {"application_id": ["x"], "applicant_id": ["a"], "as_of": ["2024-07-01T00:00Z"]}
    write_deltalake(tmp_path / "a", pa.table(asked))
    assert len(cs.Applications(DeltaTable(str(tmp_path / "a")))) == 1


def test_a_writer_that_died_between_tables_is_not_seen(tmp_path, monkeypatch):
    first = cs.Portfolio(payments=[PAID], inquiries=[])
    first.write_delta(tmp_path)
    from creditscore.data.delta import whole

    def dies(kept):
        raise KeyboardInterrupt

    monkeypatch.setattr(whole, "_row", dies)
    with pytest.raises(KeyboardInterrupt):
        cs.Portfolio(payments=[PAID, LATER], inquiries=[]).write_delta(tmp_path)
    monkeypatch.undo()
    read = cs.Portfolio.open_delta(tmp_path)
    assert_same(first, read)
    assert len(read.hints) == 2
    second = cs.Portfolio(payments=[LATER])
    assert second.write_delta(tmp_path).version == 1
    assert_same(second, cs.Portfolio.open_delta(tmp_path))


def test_a_reader_beside_a_writer_sees_one_write_whole(tmp_path):
    """Write k has k rows of payments and k inquiries: whoever reads finds as many of one as of the other."""
    rows = [PAID | {"event_id": str(k)} for k in range(12)]
    asked = [{"applicant_id": "a", "event_time": f"2024-05-{k + 1:02d}T00:00Z"} for k in range(12)]

    def write():
        for k in range(2, 12):
            cs.Portfolio(payments=rows[:k], inquiries=asked[:k]).write_delta(tmp_path)

    cs.Portfolio(payments=rows[:1], inquiries=asked[:1]).write_delta(tmp_path)
    writer, seen = threading.Thread(target=write), []
    writer.start()
    while writer.is_alive() or not seen:
        read = cs.Portfolio.open_delta(tmp_path)
        seen.append(tuple(read.tables[name].n_rows for name in ("payments", "inquiries")))
    writer.join()
    assert all(one == other for one, other in seen)
    assert seen == sorted(seen)
    assert cs.Portfolio.open_delta(tmp_path).tables["payments"].n_rows == 11


def test_what_cannot_be_read_is_refused_by_name(tmp_path):
    with pytest.raises(PortfolioError, match=r"holds no portfolio .*DeltaTable"):
        cs.Portfolio.open_delta(tmp_path)
    cs.Portfolio(payments=[PAID]).write_delta(tmp_path)
    for wrong in (-1, True, "oldest", 1.0, 10**30):
        with pytest.raises(ParameterError, match="'version'"):
            cs.Portfolio.open_delta(tmp_path, version=wrong)
    with pytest.raises(PortfolioError, match="no version 5 of the portfolio: the newest is 0"):
        cs.Portfolio.open_delta(tmp_path, version=5)
    with pytest.raises(PortfolioError, match=r"in the folder\. Name .* Portfolio\.open_delta"):
        cs.Portfolio.open(tmp_path)
    for where in ("", "a\0b"):
        with pytest.raises(ParameterError, match="'root'"):
            cs.Portfolio.open_delta(where)
    odd = {"privacy": "x", "set_aside": "no", "storage_options": {"a": 1}}
    for name, value in odd.items():
        with pytest.raises(ParameterError, match=f"'{name}'"):
            cs.Portfolio.open_delta(tmp_path, **{name: value})
    (file,) = (tmp_path / "payments").glob("*.parquet")
    file.unlink()
    with pytest.raises(PortfolioError, match="payments cannot be had"):
        cs.Portfolio.open_delta(tmp_path)


def test_another_secret_is_refused(tmp_path):
    made = cs.Portfolio.from_records(filled(random_world(0)), privacy=PRIVACY)
    made.write_delta(tmp_path)
    with pytest.raises(PortfolioError, match="under the secret"):
        cs.Portfolio.open_delta(tmp_path)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("format", "other", "does not say what belongs together"),
        ("version", 2, "is of format 2"),
        ("tables", "[]", "cannot be read"),
        ("tables", '{"secrets": [0, 1]}', "names 'secrets'"),
        ("tables", '{"payments": [0, 2]}', "1 rows, and 2 were written"),
        ("settings", "{}", "settings cannot be read"),
        ("tables", '{"payments": [-1, 1]}', "whole numbers from 0"),
        ("tables", '{"payments": [0, 1e400]}', "whole numbers from 0"),
        ("set_aside", '{"payments": -3}', "whole numbers from 0"),
        ("settings", "[]", "whole numbers from 0"),
        ("settings", '{"currency": 3}', "settings cannot be read"),
        ("settings", "[[[", "cannot be read"),
        ("ever", '["x"]', "names 'x'"),
    ],
)
def test_a_wrong_list_of_what_belongs_together_is_refused(tmp_path, column, value, said):
    cs.Portfolio(payments=[PAID]).write_delta(tmp_path)
    row = _read(tmp_path, "portfolio").to_pylist()[0] | {column: value}
    write_deltalake(tmp_path / "portfolio", pa.Table.from_pylist([row]), mode="overwrite")
    with pytest.raises(PortfolioError, match=said):
        cs.Portfolio.open_delta(tmp_path)


def test_rows_changed_in_place_pass_the_door_again(tmp_path):
    cs.Portfolio(payments=[PAID]).write_delta(tmp_path)
    (file,) = (tmp_path / "payments").glob("*.parquet")
    table = pq.ParquetFile(file).read()
    pq.write_table(table.set_column(2, "amount", pa.array([float("inf")])), file)
    with pytest.raises((ContractError, PortfolioError)):
        cs.Portfolio.open_delta(tmp_path)


def test_no_secret_stands_in_the_lake_or_in_a_message(tmp_path):
    made = cs.Portfolio.from_records(filled(random_world(0)), privacy=PRIVACY)
    made.write_delta(tmp_path)
    settings = json.loads(_read(tmp_path, "portfolio").to_pylist()[0]["settings"])
    assert set(settings["privacy"]) == set(PRIVACY.to_dict())
    keys = {"AWS_SECRET_ACCESS_KEY": "hunter2", "AWS_ACCESS_KEY_ID": "k", "AWS_REGION": "x"}
    nowhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ALLOW_HTTP": "true", "max_retries": "0"}
    with pytest.raises(PortfolioError) as told:
        cs.Portfolio.open_delta("s3://me:hunter2@nowhere.invalid/lake", storage_options=keys | nowhere)
    assert "hunter2" not in str(told.value)


def test_without_the_package_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "deltalake", None)
    with pytest.raises(MissingExtraError, match=r"creditscore\[delta\]"):
        cs.Portfolio().write_delta(tmp_path)
