"""Calendars, digits and midnights: the caller decides, and one file means one thing however it is read."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from creditscore._ground.instants import DAY, NEVER
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ContractError, ParameterError
from creditscore.words.calendars import from_jalali, to_jalali
from tests.data.conftest import DOORS

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(*when: int) -> int:
    return (datetime(*when, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


def times(table: object, **options: object) -> list[list[int]]:
    """When each row happened and became known."""
    return Portfolio(inquiries=table, **options).tables["inquiries"].times[:2].tolist()


def rows(*moments: object) -> list[dict[str, object]]:
    return [{"applicant_id": 1, "event_time": moment} for moment in moments]


def test_every_day_of_three_centuries_goes_to_the_solar_hijri_calendar_and_back() -> None:
    first, last = datetime(1900, 1, 1).date(), datetime(2200, 12, 31).date()  # noqa: DTZ001
    for number in range(first.toordinal(), last.toordinal() + 1):
        day = first.fromordinal(number)
        assert from_jalali(*to_jalali(day)) == day


@pytest.mark.parametrize(
    "wrong", [(1403, 13, 1), (1403, 0, 1), (1402, 12, 30), (1403, 7, 31), (1403, 1, 0), (0, 1, 1)]
)
def test_days_that_the_solar_hijri_calendar_does_not_have(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ParameterError, match="a date of the Solar Hijri calendar"):
        from_jalali(*wrong)


@pytest.mark.parametrize("name", list(DOORS))
@pytest.mark.parametrize(
    "text", ["1403-03-12T10:00", "1403/03/12 10:00", "1403/3/12 10:00:00", "14030312T10:00"]
)
def test_a_date_of_the_solar_hijri_calendar(name: str, text: str) -> None:
    """12 Khordad 1403 was 1 June 2024; Tehran is 3:30 ahead of UTC."""
    expected = micros(2024, 6, 1, 6, 30)
    options = {"timezone": "Asia/Tehran", "calendar": "jalali"}
    assert times(DOORS[name](rows(text)), **options) == [[expected], [expected]]
    asked = [{"application_id": 1, "applicant_id": 1, "as_of": text}]
    assert Applications(DOORS[name](asked), **options).as_of.tolist() == [expected]
    assert Applications.from_records(asked, **options).as_of.tolist() == [expected]


def test_without_its_name_another_calendar_is_refused_with_the_remedy() -> None:
    for text in ("1403-03-12T10:00Z", "1445-11-24", datetime(1403, 3, 12, tzinfo=UTC)):
        with pytest.raises(ContractError, match=r"years 1900 to 2200.*calendar='jalali'"):
            times(rows(text), timezone="UTC")
    with pytest.raises(
        ContractError, match="must be a date of the Solar Hijri calendar; 1 row.*'1403-03-12'"
    ):
        times(rows("1402-12-30"), timezone="UTC", calendar="jalali")
    with pytest.raises(ContractError, match="years 1900 to 2200"):
        times(rows("2024-05-31T10:00Z"), calendar="jalali")
    with pytest.raises(ParameterError, match="'calendar' parameter must be one of gregorian, jalali"):
        times(rows("2024-05-31"), calendar="persian")


@pytest.mark.parametrize(
    ("text", "calendar"),
    [
        ("۱۴۰۳-۰۳-۱۲", "jalali"), ("۱۴۰۳/۰۳/۱۲", "jalali"), ("٢٠٢٤-٠٦-٠١", "gregorian"),
        ("２０２４－０６－０１", "gregorian"), ("２０２４／０６／０１", "gregorian"),
        ("2024年6月1日", "gregorian"),
        ("二〇二四年六月一日", "gregorian"), ("2024-06-01", "gregorian"),
    ],
)  # fmt: skip
def test_other_digits_where_the_caller_says_so(text: str, calendar: str) -> None:
    begun = micros(2024, 6, 1)
    options = {"timezone": "UTC", "calendar": calendar}
    assert times(rows(text), **options, digits="any") == [[begun], [begun + DAY - 1]]
    if not text.isascii() or calendar == "jalali":
        with pytest.raises(ContractError, match="event_time"):
            times(rows(text), timezone="UTC")


def test_tens_as_chinese_counts_them() -> None:
    texts = ["二〇二四年十月十日 09:05", "二〇二四年十二月三十一日", "二〇二四年一月二十日"]
    days = [micros(2024, 10, 10, 9, 5), micros(2024, 12, 31), micros(2024, 1, 20)]
    assert sorted(times(rows(*texts), timezone="UTC", digits="any")[0]) == sorted(days)


def test_numbers_with_other_digits_where_the_caller_says_so() -> None:
    payment = {"applicant_id": 1, "event_time": "2024-05-31T10:00Z", "amount": "۱۲۵٫۵"}
    table = Portfolio(payments=[payment], digits="any").tables["payments"]
    assert table.column("amount").tolist() == [125.5]
    for wrong in ("1,5", "nan", "۱۲a"):
        with pytest.raises(ContractError, match="amount: must be a number"):
            Portfolio(payments=[payment | {"amount": wrong}], digits="any")
    with pytest.raises(ContractError, match="amount: must hold numbers, holds text"):
        Portfolio(payments=[payment])


CSV = "applicant_id,event_time\n1,2024-05-31\n1,2024-05-01\n1,\n"
MIDNIGHTS = [datetime(2024, 5, 31), datetime(2024, 5, 1)]  # noqa: DTZ001
ONE_FILE = {
    "polars dates": lambda: pl.read_csv(io.StringIO(CSV), try_parse_dates=True).drop_nulls(),
    "polars datetimes": lambda: ONE_FILE["polars dates"]().cast({"event_time": pl.Datetime}),
    "pandas text": lambda: pd.read_csv(io.StringIO(CSV)).dropna(),
    "pandas dates": lambda: pd.read_csv(io.StringIO(CSV), parse_dates=["event_time"]).dropna(),
    "pandas dates with gaps": lambda: pd.read_csv(io.StringIO(CSV), parse_dates=["event_time"]).iloc[:2],
    "arrow timestamps": lambda: pa.table({"applicant_id": [1, 1], "event_time": pa.array(MIDNIGHTS)}),
    "records of datetimes": lambda: rows(*MIDNIGHTS),
    "records of timestamps": lambda: rows(pd.Timestamp("2024-05-31"), pd.Timestamp("2024-05-01")),
    "records of NumPy days": lambda: rows(np.datetime64("2024-05-31"), np.datetime64("2024-05-01T00:00")),
    "records of text": lambda: rows("2024-05-31", "2024-05-01T00:00:00"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(ONE_FILE))
@pytest.mark.parametrize("zone", ["UTC", "Africa/Lagos", "Asia/Tehran"])
def test_one_file_of_dates_means_one_thing_however_it_is_read(name: str, zone: str) -> None:
    """A day is known when it is over, and at 9 in the morning nobody knows what is booked on it."""
    expected = times(ONE_FILE["polars dates"](), timezone=zone)
    assert times(ONE_FILE[name](), timezone=zone) == expected
    assert [known - begun for begun, known in zip(*expected, strict=True)] == [DAY - 1, DAY - 1]
    assert times(ONE_FILE[name](), timezone=zone, midnight="date") == expected


def test_midnights_beside_other_times_are_moments() -> None:
    table = pd.DataFrame(
        {"applicant_id": 1, "event_time": pd.to_datetime(["2024-05-31 00:00", "2024-05-31 09:30"])}
    )
    begun, known = times(table, timezone="UTC")
    assert begun == known == [micros(2024, 5, 31), micros(2024, 5, 31, 9, 30)]
    only = table.iloc[:1]
    assert times(only, timezone="UTC", midnight="instant")[1] == [micros(2024, 5, 31)]
    assert times(only, timezone="UTC")[1] == [micros(2024, 6, 1) - 1]


def test_midnights_with_a_zone_are_moments_and_a_hint_names_the_setting() -> None:
    table = pd.DataFrame(
        {"applicant_id": 1, "event_time": pd.to_datetime(["2024-05-30", "2024-05-31"], utc=True)}
    )
    plain = Portfolio(inquiries=table)
    assert plain.tables["inquiries"].times[0].tolist() == plain.tables["inquiries"].times[1].tolist()
    assert ["midnight='date'" in hint and "inquiries.event_time" in hint for hint in plain.hints] == [True]
    days = Portfolio(inquiries=table, midnight="date")
    assert not days.hints
    begun, known = days.tables["inquiries"].times[:2].tolist()
    assert begun == [micros(2024, 5, 30), micros(2024, 5, 31)]
    assert known == [micros(2024, 5, 31) - 1, micros(2024, 6, 1) - 1]
    local = table.assign(event_time=pd.to_datetime(["2024-05-30", "2024-05-31"]).tz_localize("Asia/Tehran"))
    days = Portfolio(inquiries=local, midnight="date", timezone="Asia/Tehran")
    assert days.tables["inquiries"].times[1].tolist() == [
        micros(2024, 5, 30, 20, 30) - 1,
        micros(2024, 5, 31, 20, 30) - 1,
    ]
    assert not Portfolio(inquiries=table, midnight="instant").hints


def test_facts_that_are_midnights_are_dates_of_their_own() -> None:
    """The loan is opened at an hour; that it was closed is known of a day alone."""
    loan = {"loan_id": 1, "applicant_id": 1, "event_time": "2024-01-05T10:00", "closed_time": MIDNIGHTS[0]}
    table = Portfolio(loans=[loan], timezone="UTC").tables["loans"]
    assert table.times[table.row("closed_time")].tolist() == [micros(2024, 5, 31)]
    assert table.times[table.row("closed_known_time")].tolist() == [micros(2024, 6, 1) - 1]
    assert table.times[1].tolist() == [micros(2024, 1, 5, 10)]


def test_years_that_cannot_be_are_refused_and_can_be_set_aside() -> None:
    moments = [
        "1899-12-31T23:00Z",
        "1900-01-01T05:00Z",
        "1900-01-02T00:00Z",
        "2200-12-31T23:59Z",
        "2201-01-01T00:00Z",
    ]
    with pytest.raises(ContractError, match=r"years 1900 to 2200, and after 1900-01-01; 3 row"):
        times(rows(*moments))
    kept = Portfolio(inquiries=rows(*moments), on_bad_rows="quarantine")
    assert kept.quarantined["inquiries"].rows.tolist() == [0, 1, 4]
    for far in ("9999-12-31T23:59:59", "0001-01-01T00:00:00"):
        with pytest.raises(ContractError, match="years 1900 to 2200"):
            times(rows(far), timezone="Asia/Tehran")


def test_the_beginning_of_1970_is_a_filler_among_times_of_today_and_a_time_among_those_of_1970() -> None:
    early = rows("1970-01-01T00:00Z", "1970-01-02T10:00Z")
    assert times(early)[0] == [0, micros(1970, 1, 2, 10)]
    for zone, text in (
        ("UTC", "1970-01-01T00:00Z"),
        ("Asia/Tehran", "1970-01-01"),
        ("Asia/Tehran", "1970-01-01T00:00Z"),
    ):
        with pytest.raises(ContractError, match="1970-01-01 stands for no time at all; 1 row"):
            times(rows(text, "2024-05-31T10:00Z"), timezone=zone)


@pytest.mark.parametrize("column", ["closed_time", "written_off_time", "restructured_time", "reported_time"])
def test_what_ends_a_loan_comes_after_its_beginning(column: str) -> None:
    loan = {"loan_id": 1, "applicant_id": 1, "event_time": "2024-05-31T15:00Z"}
    for fine in ("2024-05-31T00:00Z", "2024-05-31T15:00Z", "2025-01-01T00:00Z", None):
        assert Portfolio(loans=[loan | {column: fine}]).n_loans == 1
    with pytest.raises(ContractError, match=f"loans.{column}: must not be before event_time"):
        Portfolio(loans=[loan | {column: "2024-05-30T23:00Z"}])
    kept = Portfolio(loans=[loan | {column: "2024-05-30T23:00Z"}], on_bad_rows="quarantine")
    assert (kept.n_loans, kept.quarantined["loans"].count) == (0, 1)


def test_nothing_happens_to_a_loan_before_it_was_opened() -> None:
    loan = {"loan_id": 1, "applicant_id": 1, "event_time": "2024-05-31T15:00Z"}
    due = {"loan_id": 1, "applicant_id": 1, "due_time": "2024-07-01T00:00Z", "due_amount": 5.0}
    events = {"loan_id": 1, "applicant_id": 1, "event_time": "2024-05-30T10:00Z"}
    cases = {
        "instalments": due | {"paid_time": "2024-05-30T10:00Z"},
        "repayments": events | {"amount": 5.0},
        "statements": events | {"balance": 5.0},
    }
    for name, row in cases.items():
        with pytest.raises(ContractError, match=f"{name}.*must not be before its loan was opened; 1 row"):
            Portfolio(loans=[loan], **{name: [row]})
        kept = Portfolio(loans=[loan], **{name: [row]}, on_bad_rows="quarantine")
        assert kept.quarantined[name].count == 1
    corrected = [
        loan | {"known_time": "2024-06-02T00:00Z"},
        loan | {"event_time": "2024-05-29T10:00Z", "known_time": "2024-06-05T00:00Z"},
    ]
    assert Portfolio(loans=corrected, repayments=[events | {"amount": 5.0}]).n_loans == 1


def test_money_that_was_paid_has_a_day() -> None:
    loan = {"loan_id": 1, "applicant_id": 1, "event_time": "2024-01-31T15:00Z"}
    due = {"loan_id": 1, "applicant_id": 1, "due_time": "2024-07-01T00:00Z", "due_amount": 5.0}
    bill = {"bill_id": 1, "applicant_id": 1, "due_time": "2024-07-01T00:00Z", "due_amount": 5.0}
    for tables in (
        {"loans": [loan], "instalments": [due | {"paid_amount": 5.0}]},
        {"bills": [bill | {"paid_amount": 5.0}]},
    ):
        with pytest.raises(ContractError, match="paid_amount: money was paid and no paid_time says when"):
            Portfolio(**tables)
    assert Portfolio(bills=[bill | {"paid_amount": 0.0}]).n_applicants == 1
    assert NEVER > 0


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("loans", "amount"), ("loans", "limit"), ("loans", "term_days"), ("statements", "limit"),
        ("statements", "minimum_due"), ("statements", "days_past_due"), ("instalments", "due_amount"),
        ("instalments", "paid_amount"), ("bills", "paid_amount"), ("sessions", "duration_s"),
    ],
)  # fmt: skip
def test_what_cannot_be_below_nothing(table: str, column: str) -> None:
    loan = {"loan_id": 1, "applicant_id": 1, "event_time": "2024-01-31T15:00Z"}
    row = {
        "loan_id": 1, "applicant_id": 1, "event_time": "2024-06-01T10:00Z", "due_time": "2024-07-01T00:00Z",
        "due_amount": 5.0, "paid_time": "2024-06-30T10:00Z", "bill_id": 1, "channel": "app",
    }  # fmt: skip
    tables = {"loans": [loan], table: [row | {column: -1.0}]}
    with pytest.raises(ContractError, match=f"{table}.{column}: must be 0 or more; 1 row"):
        Portfolio(**tables)
    tables[table] = [row | {column: 0.0}]
    assert Portfolio(**tables).n_applicants == 1


def test_a_thousand_years_are_no_term() -> None:
    """365243 is what some files write where a number of days is not known."""
    loan = {"loan_id": 1, "applicant_id": 1, "event_time": "2024-01-31T15:00Z", "term_days": 365_243}
    with pytest.raises(ContractError, match=r"term_days: must be 36,525 days \(100 years\) or less"):
        Portfolio(loans=[loan])
    asked = {"application_id": 1, "applicant_id": 1, "as_of": "2024-01-31T15:00Z"}
    for column, wrong in (("term_days", 365_243), ("amount", -5.0), ("term_days", -1)):
        with pytest.raises(ContractError, match=f"applications.{column}"):
            Applications.from_records(asked | {column: wrong})


BEGUN, BEFORE = "2024-05-31T10:00Z", "2024-05-30T10:00Z"
SOURCE = {"applicant_id": 1, "source": "payments"}


@pytest.mark.parametrize(
    "what",
    [
        {"ties": {"person_id": 1, "other_id": 2, "event_time": BEGUN, "end_time": BEFORE}},
        {"memberships": {"person_id": 1, "group_id": 2, "event_time": BEGUN, "end_time": BEFORE}},
        {"connections": SOURCE | {"connected_time": BEGUN, "disconnected_time": BEFORE}},
        {"consents": SOURCE | {"granted_time": BEGUN, "withdrawn_time": BEFORE}},
    ],
    ids=lambda what: next(iter(what)),
)
def test_nothing_ends_before_it_begins(what: dict[str, dict[str, object]]) -> None:
    ((name, row),) = what.items()
    with pytest.raises(ContractError, match=f"{name}.*must not be before"):
        Portfolio(**{name: [row]})
