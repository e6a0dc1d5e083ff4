"""Vintages, survival and roll rates against ledgers worked out by hand and a walk day by day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ContractError, NameUnknownError, ParameterError
from creditscore.monitoring.course import DefaultCourse
from creditscore.monitoring.nowcasting import nowcast
from creditscore.monitoring.rolls import roll_rates
from creditscore.monitoring.survival import survival_of
from creditscore.monitoring.vintages import vintages


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def loan(loan_id, opened, **more):
    return {
        "loan_id": loan_id,
        "applicant_id": f"p{loan_id}",
        "event_time": at(opened),
        "amount": 100.0,
    } | more


def due(loan_id, on, **more):
    row = {"loan_id": loan_id, "applicant_id": f"p{loan_id}", "due_time": at(on), "due_amount": 50.0}
    return row | {name: at(value) if isinstance(value, str) else value for name, value in more.items()}


# Loan 1 never pays what is due on 10 February: 30 days late on 11 March (2024 is a leap year), in its third
# month on book, which began on 10 March; 60 on 10 April at midnight, still before its fourth month, which
# begins at 9:00 of that day; 90 on 10 May. Loan 2 pays in time. Loan 3 is of the next quarter.
TABLES = {
    "loans": [
        loan(1, "2024-01-10T09:00"),
        loan(2, "2024-03-20T09:00", amount=300.0),
        loan(3, "2024-04-02T09:00", amount=None),
    ],
    "instalments": [
        due(1, "2024-02-10"),
        due(2, "2024-04-20", paid_time="2024-04-19"),
        due(3, "2024-05-02", paid_time="2024-06-20"),
    ],
}


def test_a_table_worked_out_by_hand():
    table = vintages(Portfolio.from_records(TABLES), at("2024-07-01"), months=8)
    first = table["2024-Q1"]
    nan = np.nan
    # loan 2 is three months old: the vintage is mature for three
    assert first.loans, first.mature == (2, 3)
    np.testing.assert_array_equal(first.shares["dpd_30"], [0, 0, 0.5, nan, nan, nan, nan, nan])
    np.testing.assert_array_equal(first.shares["dpd_60"], [0, 0, 0.5, nan, nan, nan, nan, nan])
    np.testing.assert_array_equal(first.shares["dpd_90"], [0, 0, 0, nan, nan, nan, nan, nan])
    np.testing.assert_array_equal(first.amount_shares["dpd_30"], [0, 0, 0.25, nan, nan, nan, nan, nan])
    assert first.amount == 400.0
    second = table["2024-Q2"]
    # due on 2 May, unpaid to 20 June: 30 days late on 1 June, in the second month, which ends on 2 June
    np.testing.assert_array_equal(second.shares["dpd_30"], [0, 1] + 6 * [nan])
    assert np.isnan(second.amount_shares["dpd_30"]).all()


def test_what_was_not_known_does_not_count():
    late = {"paid_time": "2024-02-09", "paid_known_time": "2024-05-30"}
    tables = {"loans": [loan(1, "2024-01-10T09:00")], "instalments": [due(1, "2024-02-10", **late)]}
    portfolio = Portfolio.from_records(tables)
    before, after = (vintages(portfolio, at(on), months=4)["2024-Q1"] for on in ("2024-05-30", "2024-05-31"))
    assert before.shares["dpd_30"].tolist() == [0, 0, 1, 1]
    assert after.shares["dpd_30"].tolist() == [0, 0, 0, 0]
    assert roll_rates(portfolio, at("2024-05-30"), months=2).counts.sum(axis=0)[2, 3] == 1
    assert roll_rates(portfolio, at("2024-05-31"), months=2).counts.sum(axis=0)[0, 0] == 2


def test_loans_that_were_sold_written_off_or_never_seen():
    tables = {
        "loans": [
            loan(1, "2024-01-01"),
            loan(2, "2024-01-01", sold_time=at("2024-03-15")),
            loan(3, "2024-01-01", written_off_time=at("2024-02-20")),
            loan(4, "2024-01-01", role="guarantor"),
            loan(5, "2024-01-01"),
        ],
        "instalments": [due(1, "2025-01-01"), due(2, "2025-01-01"), due(4, "2024-01-15")],
    }
    one = vintages(Portfolio.from_records(tables), at("2024-05-10"), months=4, period="year")["2024"]
    assert (one.loans, one.unobserved, one.mature) == (4, 1, 4)
    # two months: 1 and 2 are good and 3 is lost; from the third on nothing is known of 2
    np.testing.assert_allclose(one.shares["defaulted"], [0, 1 / 3, 1 / 2, 1 / 2])
    np.testing.assert_array_equal(one.shares["dpd_30"], [0, 0, 0, 0])
    rates = roll_rates(Portfolio.from_records(tables), at("2024-05-10"), months=3)
    assert rates.states[-3:] == ("written_off", "closed", "sold")
    assert (rates.rate("current", "written_off"), rates.rate("current", "sold")) == (0.0, 0.2)


def test_the_months_are_those_of_the_local_calendar():
    tables = {
        "loans": [loan(1, "2024-03-31T20:00")],
        "instalments": [due(1, "2025-03-31")],
    }
    local, utc = (Portfolio.from_records(tables, timezone=zone) for zone in ("Asia/Tehran", "UTC"))
    names = [vintages(one, at("2024-06-01"), period="month").vintages[0].name for one in (local, utc)]
    assert names == ["2024-03", "2024-03"]
    tables["loans"] = [loan(1, "2024-03-31T21:00")]
    tehran = Portfolio.from_records(tables, timezone="Asia/Tehran")
    assert vintages(tehran, at("2024-06-01"), period="month").vintages[0].name == "2024-04"


def test_closed_and_paid_loans_leave_and_are_not_bad_later():
    tables = {
        "loans": [loan(1, "2024-01-10", closed_time=at("2024-02-05")), loan(2, "2024-01-10", amount=50.0)],
        "instalments": [due(1, "2024-02-10"), due(2, "2024-02-10", paid_time="2024-02-10")],
    }
    portfolio = Portfolio.from_records(tables)
    rates = roll_rates(portfolio, at("2024-05-02"), months=3)
    assert rates.counts.sum() == 2
    assert rates.rate("current", "closed") == 1.0
    assert not np.nansum(vintages(portfolio, at("2024-08-01"))["2024-Q1"].shares["dpd_30"])


def walked(seed, people=40):
    """Random loans with monthly instalments, each paid some days late or never, and a walk day by day."""
    random = np.random.default_rng(seed)
    loans, instalments, late = [], [], {}
    start = at("2023-01-01")
    for who in range(people):
        opened = start + timedelta(days=int(random.integers(0, 300)), hours=10)
        loans.append({"loan_id": who, "applicant_id": f"p{who}", "event_time": opened, "amount": 1e6})
        dues = []
        for k in range(1, int(random.integers(3, 12))):
            on = (opened + timedelta(days=30 * k)).replace(hour=0)
            delay = random.choice([0, 0, 5, 40, 70, 10_000])
            paid = max([on + timedelta(days=int(delay), hours=12), *(p for _, p in dues)])
            dues.append((on, paid))
            row = {"loan_id": who, "applicant_id": f"p{who}", "due_time": on, "due_amount": 10.0}
            instalments.append(row | ({"paid_time": paid} if paid < at("2030-01-01") else {}))
        late[who] = (opened, dues)
    return Portfolio.from_records({"loans": loans, "instalments": instalments}), late


def dpd_on(dues, now):
    unpaid = [on for on, paid in dues if on <= now and paid >= now]
    return max(0, (now.date() - min(unpaid).date()).days) if unpaid else 0


def months_later(moment, months):
    year, month = divmod(moment.month - 1 + months, 12)
    first = moment.replace(year=moment.year + year, month=month + 1, day=1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(moment.day, last.day))


@pytest.mark.parametrize("seed", range(3))
def test_against_a_walk_day_by_day(seed):
    portfolio, late = walked(seed)
    as_of, months = at("2024-02-14T15:00"), 10
    table = vintages(portfolio, as_of, period="month", months=months, dpd=(30, 60))
    for vintage in table.vintages:
        mine = [one for one in late.values() if one[0].strftime("%Y-%m") == vintage.name]
        for limit in (30, 60):
            for month in range(1, months + 1):
                ends = [months_later(opened, month) for opened, _ in mine]
                got = vintage.shares[f"dpd_{limit}"][month - 1]
                if max(ends) > as_of:
                    assert np.isnan(got)
                    continue
                worst = [
                    max(
                        dpd_on(dues, min(opened + timedelta(days=d / 2), end))
                        for d in range(2 * (end - opened).days + 1)
                    )
                    for (opened, dues), end in zip(mine, ends, strict=True)
                ]
                assert got == pytest.approx(np.mean([one >= limit for one in worst]))
    rates = roll_rates(portfolio, as_of, months=4, edges=(1, 30, 60))
    ends = [at(text) for text in ("2023-10-01", "2023-11-01", "2023-12-01", "2024-01-01", "2024-02-01")]
    expected = np.zeros(rates.counts.shape, int)
    for opened, dues in late.values():
        for k in range(4):
            if opened < ends[k]:
                states = [
                    np.searchsorted([1, 30, 60], dpd_on(dues, end), side="right") for end in ends[k : k + 2]
                ]
                expected[k][states[0], states[1]] += 1
    np.testing.assert_array_equal(rates.counts, expected)


def test_defaults_are_those_of_the_outcome_rule():
    """A month before the end of the window or after it, the two differ by those who default in between."""
    from creditscore.data.applications import Applications

    portfolio, late = walked(11, people=120)
    asked = [
        {"application_id": k, "applicant_id": f"p{k}", "as_of": opened, "loan_id": k}
        for k, (opened, _) in late.items()
    ]
    rule = OutcomeRule(bad_dpd=60, window="365d", indeterminate_dpd=None)
    outcomes = rule.label(Applications.from_records(asked), portfolio, at("2026-01-01"))
    table = vintages(portfolio, at("2026-01-01"), period="year", rule=rule, months=13)["2023"]
    assert table.shares["defaulted"][10] <= outcomes.bad_rate <= table.shares["defaulted"][12]


def test_rows_in_another_order_give_the_same_bits():
    portfolio, _ = walked(5)
    frame = {
        name: portfolio.to_frame(name).sample(frac=1.0, random_state=3) for name in ("loans", "instalments")
    }
    other = Portfolio(**frame)
    one, two = (vintages(p, at("2024-02-14")).to_frame() for p in (portfolio, other))
    assert one.equals(two)


def test_survival_equals_plain_shares_where_all_are_old_and_uses_the_young_otherwise():
    portfolio, _ = walked(7, people=200)
    rule = OutcomeRule(bad_dpd=30)
    old = vintages(portfolio, at("2026-06-01"), rule=rule, months=12)
    for name, found in old.survival().items():
        if name != "all":
            np.testing.assert_allclose(found.share, old[name].shares["defaulted"])
            assert (found.low <= found.share).all()
            assert (found.share <= found.high).all()
    young = vintages(portfolio, at("2023-12-20"), rule=rule, months=12)
    last = young.vintages[-1]
    seen = np.count_nonzero(~np.isnan(young.survival()[last.name].share))
    assert seen > last.mature
    with pytest.raises(NameUnknownError):
        young.survival("dpd_29")


def test_survival_by_hand_and_its_cover():
    # 5 at risk, 1 bad; one leaves after month 1: of 3, 1 is bad: 1 - 4/5 * 2/3
    found = survival_of([1, 2, 0, 0, 0], [1, 2, 1, 2, 2], months=3)
    assert found.at_risk.tolist() == [5, 3, 0]
    np.testing.assert_allclose(found.share, [0.2, 1 - 4 / 5 * 2 / 3, np.nan])
    random, inside = np.random.default_rng(0), 0
    truth = 1 - (1 - 0.01) ** 12
    for _ in range(400):
        month = random.geometric(0.01, 300)
        seen = random.integers(3, 15, 300)
        event = np.where(month <= seen, month, 0)
        one = survival_of(event, np.where(event > 0, event, seen), months=12)
        inside += one.low[-1] <= truth <= one.high[-1]
    assert 0.925 <= inside / 400 <= 0.98


def test_the_nowcast_reads_the_same_loans():
    portfolio, _ = walked(9, people=150)
    rule = OutcomeRule(bad_dpd=60)
    table = vintages(portfolio, at("2023-12-20"), rule=rule, months=12)
    entered, defaulted = table.entered_and_defaulted()
    now = (2023 - 1970) * 12 + 10  # November 2023
    seen = nowcast(
        DefaultCourse.learned(np.arange(2, 11), months=12), np.full(150, 0.5), entered, defaulted, now
    )
    assert seen.loans == int((entered < now).sum())
    assert 0 < seen.defaults <= int(np.isfinite(defaulted).sum())


@pytest.mark.parametrize(
    "wrong",
    [
        {"period": "week"},
        {"months": 0},
        {"months": True},
        {"dpd": ()},
        {"dpd": (30, 30)},
        {"dpd": "30"},
        {"dpd": (0,)},
    ],
)
def test_what_is_refused(wrong):
    portfolio = Portfolio.from_records(TABLES)
    with pytest.raises((ParameterError, NameUnknownError)):
        vintages(portfolio, at("2024-07-01"), **wrong)
    with pytest.raises(ContractError):
        vintages(Portfolio(), at("2024-07-01"))
    with pytest.raises(ParameterError):
        roll_rates(portfolio, "2024-07-01")
    for more in ({"edges": (-1, 30)}, {"materiality": -1.0}, {"materiality": float("nan")}, {"months": 0}):
        with pytest.raises(ParameterError):
            roll_rates(portfolio, at("2024-07-01"), **more)


def test_before_the_first_loan_there_is_nothing():
    portfolio = Portfolio.from_records(TABLES)
    assert len(vintages(portfolio, at("2020-01-01"))) == 0
    assert vintages(portfolio, at("2020-01-01")).to_frame().empty
    assert not roll_rates(portfolio, at("2020-01-01")).counts.any()
    assert "as of" in repr(vintages(portfolio, at("2020-01-01")))
    assert "<table" in vintages(portfolio, at("2024-07-01"))._repr_html_()


def test_years_of_small_business_loans_by_their_charge_offs(real_data):
    """Nothing but charge-offs says how these loans did; each share is counted once more in pandas."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_parquet(real_data("sba/loans.parquet")).iloc[::40]
    frame = frame[frame["DisbursementDate"].notna() & (frame["DisbursementDate"] >= "1985-01-01")]
    known = frame["ChgOffDate"].where(frame["ChgOffDate"] > frame["DisbursementDate"])
    loans = pandas.DataFrame(
        {
            "loan_id": frame["LoanNr_ChkDgt"], "applicant_id": frame["LoanNr_ChkDgt"],
            "event_time": frame["DisbursementDate"].dt.tz_localize("UTC"),
            "written_off_time": known.dt.tz_localize("UTC"), "amount": frame["DisbursementGross"],
        }
    )  # fmt: skip
    portfolio = Portfolio(loans=loans, midnight="instant")
    table = vintages(portfolio, at("2002-01-01"), period="year", months=60)
    years = frame["DisbursementDate"].dt.year
    compared = 0
    for year in (1990, 1995, 1996, 1997):
        for month in (12, 36, 60):
            rows = years == year
            ends = frame["DisbursementDate"][rows] + pandas.DateOffset(months=month)
            got = table[str(year)].shares["defaulted"][month - 1]
            if ends.max() > pandas.Timestamp("2002-01-01"):
                assert np.isnan(got)
                continue
            compared += 1
            assert got == pytest.approx((known[rows] <= ends).mean(), abs=1e-12)
    assert compared >= 10
    assert np.isnan(table["1995"].shares["dpd_90"]).all()
