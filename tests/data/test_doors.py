"""Whatever a table comes in as, the same bits stand behind the door."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from creditscore._ground.instants import DAY, NEVER
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import ContractError, ParameterError


def same_table(one, other) -> bool:
    names = ("name", "owners", "time_columns", "value_columns", "code_columns", "plain")
    return all(getattr(one, name) == getattr(other, name) for name in names) and (
        dict(one.vocabularies) == dict(other.vocabularies)
        and all(
            getattr(one, block).tobytes() == getattr(other, block).tobytes()
            for block in ("offsets", "times", "values", "codes")
        )
    )


def same_portfolio(one: Portfolio, other: Portfolio) -> bool:
    return (
        list(one.tables) == list(other.tables)
        and list(one.applicant_ids) == list(other.applicant_ids)
        and list(one.loan_ids) == list(other.loan_ids)
        and one.loan_owner.tobytes() == other.loan_owner.tobytes()
        and one.loan_codes.tobytes() == other.loan_codes.tobytes()
        and all(same_table(one.tables[name], other.tables[name]) for name in one.tables)
    )


def test_every_library_gives_the_same_bits(lender, door):
    expected = Portfolio.from_records(lender)
    assert set(expected.tables) == set(CONTRACTS)
    assert same_portfolio(Portfolio(**{name: door(rows) for name, rows in lender.items()}), expected)


def test_threads_change_nothing(doors):
    rng = np.random.default_rng(5)
    n = 1_100_000
    rows = pa.table(
        {
            "applicant_id": rng.integers(0, 900, n),
            "event_time": pa.array(rng.integers(0, 10**6, n) * 10**6, pa.timestamp("us", "UTC")),
            "amount": rng.integers(-50, 50, n).astype(float),
        }
    )
    assert same_portfolio(Portfolio(payments=rows, threads=1), Portfolio(payments=rows, threads=3))


def inquiries(times, **options):
    return Portfolio(inquiries=[{"applicant_id": 1, "event_time": time} for time in times], **options)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2024, 5, 31, 12, 30, tzinfo=UTC),
        datetime(2024, 5, 31, 13, 30, tzinfo=ZoneInfo("Africa/Lagos")),
        datetime(2024, 5, 31, 18, 0, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        "2024-05-31T12:30:00Z",
        "2024-05-31T13:30:00+01:00",
        "20240531T123000+0000",
        pd.Timestamp("2024-05-31T12:30:00Z"),
    ],
)
def test_one_instant_however_written(moment, micros, door):
    expected = micros(datetime(2024, 5, 31, 12, 30, tzinfo=UTC))
    table = door([{"applicant_id": 1, "event_time": moment}])
    assert Portfolio(inquiries=table).tables["inquiries"].times[:2, 0].tolist() == [expected] * 2


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_every_resolution_becomes_microseconds(unit, micros):
    moments = [datetime(1969, 12, 31, 23, 59, 58, tzinfo=UTC), datetime(2024, 5, 31, 12, 30, 1, tzinfo=UTC)]
    expected = [micros(moment) for moment in moments]
    arrow = pa.table({"applicant_id": [1, 1], "event_time": pa.array(moments, pa.timestamp(unit, "UTC"))})
    numpy = pd.DataFrame(
        {"applicant_id": [1, 1], "event_time": np.array(expected, "M8[us]").astype(f"M8[{unit}]")}
    )
    for table in (arrow, pl.from_arrow(arrow), arrow.to_pandas(), numpy):
        portfolio = Portfolio(inquiries=table, timezone="UTC")
        assert portfolio.tables["inquiries"].times[0].tolist() == expected


def test_nanoseconds_are_cut_off_alike_before_and_after_1970():
    stamps = pa.array([-1, 1_999], pa.timestamp("ns", "UTC"))
    arrow = pa.table({"applicant_id": [1, 1], "event_time": stamps})
    for table in (arrow, arrow.to_pandas(), arrow.to_pandas().astype({"event_time": "datetime64[ns, UTC]"})):
        assert Portfolio(inquiries=table).tables["inquiries"].times[0].tolist() == [-1, 1]


def test_naive_times_are_refused_unless_a_zone_is_named(door, micros):
    table = door([{"applicant_id": 1, "event_time": datetime(2024, 5, 31, 12, 30)}])  # noqa: DTZ001
    with pytest.raises(
        ContractError, match=r"inquiries\.event_time: times without a zone are refused.*timezone="
    ):
        Portfolio(inquiries=table)
    lagos = Portfolio(inquiries=table, timezone="Africa/Lagos").tables["inquiries"]
    assert lagos.times[0, 0] == micros(datetime(2024, 5, 31, 11, 30, tzinfo=UTC))


@pytest.mark.parametrize("day", [date(2024, 3, 31), "2024-03-31"])
def test_a_date_is_known_at_the_end_of_its_local_day(day, door, micros):
    table = door([{"applicant_id": 1, "event_time": day}])
    with pytest.raises(ContractError, match="dates and times without a zone are refused"):
        Portfolio(inquiries=table)
    berlin = Portfolio(inquiries=table, timezone="Europe/Berlin").tables["inquiries"]
    event, known, superseded = berlin.times[:, 0].tolist()
    assert event == micros(datetime(2024, 3, 30, 23, tzinfo=UTC))
    assert known == micros(datetime(2024, 3, 31, 22, tzinfo=UTC)) - 1  # the day of 23 hours
    assert superseded == NEVER
    assert not berlin.plain


def test_facts_given_as_dates_are_known_at_the_end_of_their_day(door):
    bill = {"applicant_id": 1, "bill_id": 1, "due_amount": 2.0, "paid_amount": 2.0}
    days = {"due_time": date(1970, 1, 11), "paid_time": date(1970, 1, 9)}
    table = Portfolio(bills=door([bill | days]), timezone="UTC").tables["bills"]
    assert table.time_columns == ("due_time", "known_time", "superseded_time", "paid_time", "paid_known_time")
    assert table.times[:, 0].tolist() == [10 * DAY, 10 * DAY, NEVER, 8 * DAY, 9 * DAY - 1]
    assert table.plain


def test_times_of_several_forms_may_stand_in_one_column(micros):
    noon = datetime(2024, 5, 31, 12, tzinfo=UTC)
    table = inquiries([noon, date(2024, 5, 31), "2024-05-31T12:00:01Z", "2024-05-31"], timezone="UTC").tables[
        "inquiries"
    ]
    midnight = micros(noon) - DAY // 2
    assert table.times[0].tolist() == [midnight, midnight, micros(noon), micros(noon) + 1_000_000]
    assert table.times[1].tolist() == [midnight + DAY - 1] * 2 + [micros(noon), micros(noon) + 1_000_000]


@pytest.mark.as_given
def test_an_unreadable_time_is_named_with_its_row(door):
    rows = [
        {"applicant_id": n, "event_time": text} for n, text in enumerate(["2024-05-31T12:00Z", "31.05.2024"])
    ]
    with pytest.raises(
        ContractError, match=r"event_time: must be an ISO 8601 time; 1 row.*row 1 applicant_id 1"
    ):
        Portfolio(inquiries=door(rows))


def test_an_unknown_zone_is_refused():
    with pytest.raises(ParameterError, match=r"'timezone' parameter must be .*'Mars/Base'"):
        inquiries([], timezone="Mars/Base")


def test_whole_numbers_texts_and_numbers_of_every_width(lender, at):
    n = 3
    plain = {
        "applicant_id": [7, 8, 9],
        "amount": [1.0, 2.0, 3.0],
        "kind": ["fee", "bill", "fee"],
        "size": [1, 2, 3],
    }
    expected = Portfolio(
        payments=[
            {name: column[row] for name, column in plain.items()} | {"event_time": at(row)}
            for row in range(n)
        ]
    )
    times = pa.array([at(row) for row in range(n)], pa.timestamp("us", "UTC"))
    widths = [
        ("int32", pa.string(), "float32", pa.int8()),
        ("uint16", pa.large_string(), "float64", pa.uint64()),
        ("uint64", pa.dictionary(pa.int8(), pa.string()), "int64", pa.decimal128(25, 1)),
    ]
    for ids, texts, amounts, sizes in widths:
        arrow = pa.table(
            {
                "applicant_id": np.array(plain["applicant_id"], ids),
                "amount": np.array(plain["amount"], amounts),
                "kind": pa.array(plain["kind"], texts),
                "size": pa.array([1, 2, 3]).cast(sizes),
                "event_time": times,
            }
        )
        for table in (
            arrow,
            pl.from_arrow(arrow),
            arrow.to_pandas(),
            arrow.to_pandas(types_mapper=pd.ArrowDtype),
        ):
            assert same_portfolio(Portfolio(payments=table), expected)


def test_records_of_nearly_plain_values(at, micros):
    class Cents(int):
        pass

    rows = [
        {
            "applicant_id": np.int64(1),
            "event_time": pd.Timestamp(at(0)),
            "amount": Decimal("2.5"),
            "size": Cents(3),
        },
        {
            "applicant_id": 1,
            "event_time": np.datetime64("2024-01-02T00:00"),
            "amount": np.float32(1.5),
            "size": None,
        },
        {"applicant_id": 1, "event_time": np.datetime64("2024-01-03"), "amount": True, "extra": np.str_("x")},
    ]
    table = Portfolio(payments=rows, timezone="UTC").tables["payments"]
    assert table.times[0].tolist() == [micros(at(day)) for day in range(3)]
    assert table.column("known_time")[2] == micros(at(3)) - 1
    np.testing.assert_array_equal(table.column("amount"), [2.5, 1.5, 1.0])
    np.testing.assert_array_equal(table.column("size"), [3, np.nan, np.nan])
    assert table.vocabularies["extra"] == ("x",)


def test_tables_in_several_pieces(lender):
    """Pieces of an Arrow table may each number their labels differently."""
    expected = Portfolio.from_records(lender)
    pieces = {}
    for name, rows in lender.items():
        whole = pa.Table.from_pylist([dict.fromkeys(k for row in rows for k in row) | row for row in rows])
        text = [field.name for field in whole.schema if field.type == pa.string()]
        for column in text:
            coded = [whole[column][start : start + 3].combine_chunks() for start in range(0, len(whole), 3)]
            chunks = pa.chunked_array([part.dictionary_encode() if len(part) else part for part in coded])
            whole = whole.set_column(whole.schema.get_field_index(column), column, chunks)
        pieces[name] = whole
    assert same_portfolio(Portfolio(**pieces), expected)


@pytest.mark.as_given
def test_labels_that_no_row_uses_are_not_there(at):
    full = pd.DataFrame(
        {
            "applicant_id": pd.Categorical(["a", "b", "c"]),
            "event_time": [at(0)] * 3,
            "lender": pd.Categorical(["z", "y", "x"]),
        }
    )
    part = Portfolio(inquiries=full.iloc[:2])
    assert part.applicant_ids == ("a", "b")
    assert part.tables["inquiries"].vocabularies["lender"] == ("y", "z")


def test_what_is_no_table_is_refused():
    for wrong in (3, "payments.csv", {"applicant_id": [1]}, [1, 2]):
        with pytest.raises(
            ParameterError, match="'payments' parameter must be a dataframe or a list of dicts"
        ):
            Portfolio(payments=wrong)


def test_two_columns_of_one_name_are_refused(at):
    frame = pd.DataFrame([[1, at(0), at(1)]], columns=["applicant_id", "event_time", "event_time"])
    for table in (frame, pa.table([[1], [at(0)], [at(1)]], names=list(frame.columns))):
        with pytest.raises(ParameterError, match=r"(?s)one column of each name.*event_time"):
            Portfolio(inquiries=table)


def test_records_import_no_dataframe_library():
    code = """
import sys
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
rows = [{"applicant_id": "a", "event_time": "2024-05-31T12:00:00Z", "amount": 1.0}]
Portfolio.from_records({"payments": rows})
Applications.from_records({"application_id": 1, "applicant_id": "a", "as_of": "2024-06-30T12:00:00Z"})
print(sorted({"pandas", "polars", "pyarrow", "narwhals"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
