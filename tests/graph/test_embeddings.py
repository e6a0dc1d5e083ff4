"""Embeddings of purchases, against counting in plain Python; what they know, and when."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore.data.tables.vocabularies import PAYMENT_CATEGORIES
from creditscore.errors import ParameterError

NOW = pd.Timestamp("2024-01-01", tz="UTC")
DATES = ("2023-07-01T00:00Z", "2023-10-01T00:00Z", "2024-01-01T00:00Z")
FEW = cs.EmbeddingSettings(window="60d", alongside="7d", min_customers=1, prior_weight=2.0)
KINDS = ("leisure", "groceries", "gambling", None)
COLUMNS = ("applicant_id", "counterparty_id", "category", "ago", "amount", "status")


def shopping(rows: list[tuple[Any, ...]], **tables: Any) -> cs.Portfolio:
    """A portfolio of payments: person, merchant, category, days before now, amount and status."""
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame["event_time"] = NOW - pd.to_timedelta(frame.pop("ago"), unit="D")
    frame["kind"] = "purchase"
    return cs.Portfolio(payments=frame, **tables)


def embedded(portfolio: cs.Portfolio, date: str = DATES[-1], setting: cs.EmbeddingSettings = FEW) -> Any:
    """Values by person and category."""
    frame = cs.compute_embeddings(portfolio, [date], settings=setting).to_frame()
    keys = zip(frame["subject_id"], frame["measure"].str.removeprefix("alongside_"), strict=True)
    return dict(zip(keys, frame["value"], strict=True))


def world(seed: int, n: int = 30, rows: int = 400) -> list[tuple[Any, ...]]:
    rng = np.random.default_rng(seed)
    return [
        (int(rng.integers(n)), int(rng.integers(12)), str(rng.choice(PAYMENT_CATEGORIES[:6])),
         float(rng.integers(1, 300)), -5.0, "settled")
        for _ in range(rows)
    ]  # fmt: skip


def by_hand(rows: list[tuple[Any, ...]], least: int, weight: float) -> dict[tuple[int, str], float]:
    """Count as the documentation says."""
    real = [row for row in rows if 0 < row[3] <= 60 and row[4] < 0 and row[5] == "settled"]
    around: dict[tuple[int, int], set[str]] = {}
    often: dict[tuple[int, int], int] = {}
    for k, (who, shop, _bought, ago, *_rest) in enumerate(real):
        if shop is None:
            continue
        seen = around.setdefault((who, shop), set())
        often[who, shop] = often.get((who, shop), 0) + 1
        for j, (other, _, category, then, _, _) in enumerate(real):
            if j != k and other == who and category is not None and abs(then - ago) <= 7:
                seen.add(category)
    found = {}
    for category in PAYMENT_CATEGORIES:
        payers = {who for (who, _), seen in around.items() if category in seen}
        if len(payers) <= least:
            continue
        usual = sum(category in seen for seen in around.values()) / len(around)
        for person in {who for who, _ in around}:
            total = summed = 0.0
            for (who, shop), count in often.items():
                others = [seen for (o, s), seen in around.items() if s == shop and o != person]
                if who == person and len(others) >= least:
                    share = sum(category in seen for seen in others) + weight * usual
                    total += math.log1p(count)
                    summed += math.log1p(count) * math.log(share / (len(others) + weight) / usual)
            if total:
                found[person, category] = summed / total
    return found


ROW = st.tuples(
    st.integers(0, 5),
    st.sampled_from([0, 1, 2, 3, None]),
    st.sampled_from(KINDS),
    st.sampled_from([-3.0, 0.0, 1.0, 5.0, 8.0, 8.5, 15.0, 16.0, 59.0, 60.0, 61.0]),
    st.sampled_from([-5.0, -5.0, -5.0, 5.0]),
    st.sampled_from(["settled", "settled", "declined"]),
)


@pytest.mark.as_given
@given(st.lists(ROW, min_size=1, max_size=40), st.integers(1, 2), st.sampled_from([0.5, 2.0]))
@settings(max_examples=40, deadline=None)
def test_values_are_those_that_counting_gives(rows, least, weight):
    setting = cs.EmbeddingSettings(window="60d", min_customers=least, prior_weight=weight)
    rows = [(0, 0, "groceries", 1.0, -5.0, "settled"), *rows]  # so that the columns have a type
    found = embedded(shopping(rows), setting=setting)
    wanted = by_hand(rows, least, weight)
    assert set(found) == set(wanted)
    for key, value in found.items():
        assert abs(value - wanted[key]) <= 0.005 + 1e-9


def test_the_order_of_rows_changes_no_bit():
    rows = world(0)
    plain = cs.compute_embeddings(shopping(rows), DATES).to_frame()
    again = cs.compute_embeddings(shopping(rows[::-1]), DATES).to_frame()
    assert len(plain) > 200
    pd.testing.assert_frame_equal(plain, again)


def test_only_what_was_known_before_a_date_counts():
    """What happens from a date on, or is known from it on, changes nothing at it."""
    rows = world(1)
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame["event_time"] = NOW - pd.to_timedelta(frame.pop("ago"), unit="D")
    frame["known_time"], frame["kind"] = frame["event_time"], "purchase"
    late = frame.sample(80, random_state=0).copy()
    late["known_time"] = pd.Timestamp(DATES[1])
    late["category"] = "gambling"
    early = frame["event_time"] < pd.Timestamp(DATES[1])
    before = embedded(cs.Portfolio(payments=frame[early]), DATES[1])
    both = pd.concat([frame, late], ignore_index=True)
    assert embedded(cs.Portfolio(payments=both), DATES[1]) == before
    assert embedded(cs.Portfolio(payments=both), DATES[2]) != embedded(cs.Portfolio(payments=frame), DATES[2])


def test_no_outcome_and_no_standing_is_read():
    rows = world(2)
    opened = [{"loan_id": k, "applicant_id": k, "event_time": NOW - pd.Timedelta("200D"),
               "written_off_time": NOW - pd.Timedelta("90D")} for k in range(15)]  # fmt: skip
    known = [{"person_id": k, "event_time": NOW - pd.Timedelta("200D"), "standing": "defaulted"}
             for k in range(9)]  # fmt: skip
    tables = {"loans": pd.DataFrame(opened), "standings": pd.DataFrame(known)}
    privacy = cs.StandingPrivacy(secret=bytes(range(32)), secret_name="trial")
    assert embedded(shopping(rows, **tables, privacy=privacy)) == embedded(shopping(rows))


@pytest.mark.as_given
def test_what_one_buys_tells_of_others_and_not_of_oneself():
    """Two who buy at the same shops as often have the same value, whatever else they pay for."""
    rows = [(k, shop, "leisure", float(10 + k), -5.0, "settled") for k in range(20) for shop in ("a", "b")]
    rows += [(k, None, "gambling", float(10 + k), -5.0, "settled") for k in range(2, 12)]
    told = embedded(shopping(rows))
    assert told[0, "gambling"] == told[1, "gambling"] == told[15, "gambling"]
    assert told[5, "gambling"] < told[0, "gambling"]  # of whose other customers one gambles less


@pytest.mark.as_given
def test_few_customers_say_nothing():
    rows = [
        (k, "a" if k < 6 else "b", "leisure", 10.0 + day, -5.0, "settled")
        for k in range(30) for day in (0, 1)
    ]
    five = cs.EmbeddingSettings(min_customers=5)
    assert {who for who, _ in embedded(shopping(rows), setting=five)} == set(range(30))
    six = cs.EmbeddingSettings(min_customers=6)
    assert {who for who, _ in embedded(shopping(rows), setting=six)} == set(range(6, 30))


def test_nothing_is_read_of_whoever_withdrew_the_consent():
    rows = world(3)
    consents = [{"applicant_id": 4, "source": "payments", "granted_time": NOW - pd.Timedelta("900D"),
                 "withdrawn_time": NOW - pd.Timedelta("5D")}]  # fmt: skip
    others = [row for row in rows if row[0] != 4]
    agreed = [{"applicant_id": k, "source": "payments", "granted_time": NOW - pd.Timedelta("900D")}
              for k in range(30) if k != 4]  # fmt: skip
    asked = pd.DataFrame([*consents, *agreed])
    assert embedded(shopping(rows, consents=asked)) == embedded(shopping(others))


@pytest.mark.as_given
def test_every_id_of_a_person_has_the_value_of_all():
    rows = world(4)
    linked = pd.DataFrame([{"person_id": 3, "other_id": 7, "event_time": NOW - pd.Timedelta("800D")}])
    joined = [(3 if row[0] == 7 else row[0], *row[1:]) for row in rows]
    ties = pd.DataFrame([{"person_id": 1, "other_id": 2, "event_time": NOW - pd.Timedelta("800D")}])
    found = embedded(shopping(rows, persons=linked, ties=ties))
    wanted = embedded(shopping(joined))
    assert {key: value for key, value in found.items() if key[0] != 7} == wanted
    assert {key[1]: value for key, value in found.items() if key[0] == 7} == {
        key[1]: value for key, value in wanted.items() if key[0] == 3
    }


def test_a_grid_is_continued_from_the_measures_that_are_there():
    rows = world(5)
    whole = cs.compute_embeddings(shopping(rows), DATES, settings=FEW).to_frame()
    first = cs.compute_embeddings(shopping(rows), DATES[:1], settings=FEW).to_frame()
    rest = cs.compute_embeddings(shopping(rows, measures=first), DATES[1:], settings=FEW).to_frame()
    pd.testing.assert_frame_equal(
        whole, pd.concat([first, rest], ignore_index=True).astype(dict(whole.dtypes)), check_like=True
    )
    assert whole["value"].isna().any()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("window", "0d", "longer than 0"), ("alongside", "0d", "longer than 0"),
     ("min_customers", 0, "1 or more"), ("prior_weight", 0.0, "above 0"),
     ("prior_weight", "much", "a number")],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(name, value, words):
    with pytest.raises(ParameterError, match=f"'{name}'.*{words}"):
        cs.EmbeddingSettings(**{name: value})


def test_payments_without_merchants_are_refused():
    payments = pd.DataFrame({"applicant_id": [1], "event_time": [NOW], "amount": [-1.0]})
    with pytest.raises(ParameterError, match="'counterparty_id' and 'category'"):
        cs.compute_embeddings(cs.Portfolio(payments=payments), DATES)
    with pytest.raises(ParameterError, match="a date twice"):
        cs.compute_embeddings(shopping(world(6)), (DATES[0], DATES[0]))
