"""Cells: enough people in each, nothing lost, as little withheld as a plain search finds."""

from __future__ import annotations

import numpy as np
import pytest

import creditscore as cs
from creditscore.dashboard.cube import cells_of
from creditscore.dashboard.dimensions import WITHHELD, bands_of_scores, dimension_of
from creditscore.segments.withholding import withheld
from tests.dashboard.worlds import BY, rows


def drawn(seed: int, n: int = 400):
    draw = np.random.default_rng(seed)
    sizes = [3, 4, 5, 3]
    columns = [draw.integers(0, size, n).astype(np.uint8) for size in sizes]
    return columns, sizes, draw.integers(0, n // 2, n)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("fewest", [1, 2, 5, 12])
def test_each_cell_holds_enough_people_and_each_row_stands_in_one_that_says_nothing_untrue(
    seed, fewest
) -> None:
    columns, sizes, people = drawn(seed)
    cells = cells_of(columns, sizes, people, fewest, firm=1)
    told = cells.codes[cells.cell]
    for place, codes in enumerate(columns):
        assert ((told[:, place] == codes) | (told[:, place] == WITHHELD)).all()
    heads = [len(set(people[cells.cell == cell].tolist())) for cell in range(len(cells.codes))]
    assert heads == cells.people.tolist()
    assert min(heads) >= fewest
    assert len(np.unique(cells.codes, axis=0)) == len(cells.codes)


def test_one_person_withholds_nothing_of_ones_own() -> None:
    columns, sizes, people = drawn(1)
    cells = cells_of(columns, sizes, people, 1, firm=1)
    assert (cells.codes != WITHHELD).all()


@pytest.mark.parametrize("seed", range(6))
def test_no_value_is_withheld_that_stood_beside_the_others_often_enough(seed) -> None:
    """What is whole in the raw rows stays whole, and a row loses no more values than it must."""
    columns, sizes, people = drawn(seed)
    cells = cells_of(columns, sizes, people, 5, firm=1)
    told, table = cells.codes[cells.cell], np.column_stack(columns)
    hidden = (told == WITHHELD).sum(axis=1)
    for row in np.flatnonzero(hidden == 0):
        same = (table == table[row]).all(axis=1)
        assert len(set(people[same].tolist())) >= 5
    for row in np.flatnonzero(hidden > 0):
        same = (table == table[row]).all(axis=1)
        assert len(set(people[same].tolist())) < 5 or (told[row] == WITHHELD).all()


@pytest.mark.parametrize("seed", range(4))
def test_sums_and_differences_of_segments_tell_of_nobody_or_of_enough(seed) -> None:
    """Every union of cells, less every other, is empty or holds enough people."""
    columns, sizes, people = drawn(seed, 200)
    cells = cells_of(columns, sizes, people, 5, firm=1)
    draw = np.random.default_rng(seed)
    for _ in range(200):
        one, other = draw.random((2, len(cells.codes))) < draw.random((2, 1))
        apart = np.isin(cells.cell, np.flatnonzero(one & ~other))
        assert not apart.any() or len(set(people[apart].tolist())) >= 5


@pytest.mark.parametrize("seed", range(4))
def test_the_rule_for_lists_of_segments_has_nothing_to_withhold(seed) -> None:
    """What is shown of the cells passes the rule by which lists of segments are withheld."""
    columns, sizes, people = drawn(seed, 300)
    cells = cells_of(columns, sizes, people, 5, firm=1)
    draw = np.random.default_rng(seed)
    chosen = [np.flatnonzero(draw.random(len(cells.codes)) < draw.random()) for _ in range(12)]
    chosen += [one[:-1] for one in chosen if len(one) > 1]
    assert not withheld([np.isin(cells.cell, one) for one in chosen], 5).any()


def test_the_few_who_are_left_are_put_with_the_smallest_cell() -> None:
    shop = np.array([1] * 9 + [2] * 6 + [3] * 2, np.uint8)
    cells = cells_of([shop], [4], np.arange(17), 5, firm=0)
    assert cells.codes.tolist() == [[1], [WITHHELD]]
    assert sorted(cells.people.tolist()) == [8, 9]


def test_fewer_people_than_that_are_refused() -> None:
    with pytest.raises(cs.errors.ParameterError, match=r"rows.*at least 5 people.*4"):
        cells_of([np.zeros(9, np.uint8)], [1], np.arange(9) % 4, 5, firm=0)


def test_a_label_of_few_people_is_not_named_and_numbers_have_rounded_bands() -> None:
    people = np.arange(100)
    names = np.array(["web"] * 60 + ["app"] * 35 + ["Zoe"] * 2 + [None] * 3, dtype=object)
    found = dimension_of("channel", names, people, 5)
    assert found.values == ("app", "web")
    assert found.others
    assert np.bincount(found.codes).tolist() == [3, 35, 60, 2]
    income = np.linspace(100, 1990, 100)
    assert dimension_of("income", income, people, 5).values == (480.0, 860.0, 1200.0, 1600.0)
    level = dimension_of("level", np.repeat([1.0, 2.0], 50), people, 5)
    assert (level.kind, level.values) == ("levels", (1.0, 2.0))
    rare = np.array([1.0] * 96 + [2.0] * 4)
    assert dimension_of("level", rare, people, 5).kind == "bands"


def test_labels_with_numbers_are_in_the_order_of_the_numbers() -> None:
    grades = np.array(["10", "9", "11", "2022Q10", "2022Q9", "A2", "A10"], dtype=object).repeat(10)
    found = dimension_of("grade", grades, np.arange(70), 5)
    assert found.values == ("9", "10", "11", "2022Q9", "2022Q10", "A2", "A10")


def test_decisions_as_the_simulated_lender_writes_them_are_read() -> None:
    given, said = rows(400), {"approve": "accepted", "decline": "rejected"}
    texts = np.array(["approve", "decline"] * 200, dtype=object)
    made = [
        cs.make_dashboard(given | {"decision": words}, by=["level"], decision="decision")
        for words in (texts, np.array([said[one] for one in texts], dtype=object))
    ]
    assert made[0].to_html() == made[1].to_html()


def test_scores_are_cut_at_round_numbers_and_at_the_cutoff_in_use() -> None:
    scores = np.random.default_rng(0).normal(600, 60, 4000)
    bands = bands_of_scores(scores, 20, 613.0)
    assert 613.0 in bands.values
    assert {value % 20 for value in bands.values if value != 613.0} == {0.0}
    assert 10 < len(bands.values) <= 21


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"bad": [2.0]}, "bad.*0, 1 or missing"),
        ({"score": [np.inf]}, "score.*finite"),
        ({"probability_of_default": [1.5]}, "probability_of_default.*within 0 and 1"),
        ({"decision": ["maybe"]}, "decision.*maybe"),
        ({"amount": [-1.0]}, "amount.*0 or more"),
        ({"applicant_id": [np.nan]}, "applicant_id.*known in every row"),
    ],
)
def test_rows_that_are_wrong_are_refused(changed, message) -> None:
    given = rows(200)
    for name, values in changed.items():
        column = given[name].astype(object if isinstance(values[0], str) else np.float64)
        column[np.flatnonzero(~np.isnan(given["score"]))[:1]] = values
        given[name] = column
    with pytest.raises(cs.errors.ParameterError, match=message):
        cs.make_dashboard(given, by=["level"], bad="bad", decision="decision", amount="amount")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"by": ["nothing"]}, "nothing"),
        ({"by": "level"}, "by"),
        ({"by": ["level", "level"]}, "by"),
        ({"person": "who"}, "who"),
        ({"fewest_people": 0}, "fewest_people"),
        ({"most_cutoffs": 1}, "most_cutoffs"),
        ({"language": "de"}, "language"),
        ({"by": None}, "by"),
        ({"by": [1]}, "by"),
        ({"policy": {"cutoff": 600.0}}, "policy.*a Policy"),
        ({"edges": {"age": (1, 2)}}, "edges.*age"),
        ({"edges": {"level": (2, 1)}}, "edges of 'level'"),
        ({"edges": {"product": (2, 3)}, "by": ["product"]}, "product.*texts"),
    ],
)
def test_a_call_that_is_wrong_is_refused(given, message) -> None:
    with pytest.raises((cs.errors.ParameterError, cs.errors.NameUnknownError), match=message):
        cs.make_dashboard(rows(200), **{"by": ["level"], **given})


def test_every_dataframe_gives_the_same_page() -> None:
    import pandas
    import polars
    import pyarrow

    given = rows(500)
    frame = pandas.DataFrame(given)
    table = pyarrow.Table.from_pandas(frame)
    pages = {
        cs.make_dashboard(one, by=BY, bad="bad").to_html()
        for one in (given, frame, table, polars.from_arrow(table))
    }
    assert len(pages) == 1


def test_the_order_of_rows_changes_nothing_that_is_counted() -> None:
    given = rows(800)
    order = np.random.default_rng(2).permutation(800)
    first = cs.make_dashboard(given, by=BY)
    again = cs.make_dashboard({name: values[order] for name, values in given.items()}, by=BY)
    assert first.data["columns"] == again.data["columns"]
    assert first.cells == again.cells


def test_which_values_are_withheld_follows_the_order_of_the_columns() -> None:
    columns, sizes, people = drawn(3)
    told = cells_of(columns, sizes, people, 5, firm=0)
    hidden = (told.codes[told.cell] == WITHHELD).sum(axis=0)
    assert hidden[3] > hidden[0]


def test_columns_that_nobody_asks_for_may_hold_anything() -> None:
    import pandas

    frame = pandas.DataFrame(rows(200))
    frame["notes"] = [["a", 1]] * 200
    made = cs.make_dashboard(frame, by=["level", "asked_month"])
    assert [one["name"] for one in made.data["columns"]] == ["level", "asked_month"]
    with pytest.raises(cs.errors.ParameterError, match="notes"):
        cs.make_dashboard(frame, by=["notes"])
    with pytest.raises(cs.errors.NameUnknownError, match=r"asked.*asked_month"):
        cs.make_dashboard(frame, by=["asked"])


def test_an_application_that_stands_twice_is_refused_and_so_are_ids_that_floats_do_not_tell_apart() -> None:
    given = rows(300) | {"application_id": np.arange(300)}
    assert cs.make_dashboard(given, by=["level"]).applications == 300
    given["application_id"][7] = 8
    with pytest.raises(cs.errors.ParameterError, match="application_id.*1 repeats"):
        cs.make_dashboard(given, by=["level"])
    given["application_id"] = np.arange(300) + 2**60
    with pytest.raises(cs.errors.ParameterError, match="more than 15 digits"):
        cs.make_dashboard(given, by=["level"])
    given["application_id"] = given["application_id"].astype(str).astype(object)
    assert cs.make_dashboard(given, by=["level"]).applications == 300


def test_points_against_predictions_are_told_and_refused_where_the_scale_is_turned() -> None:
    given = rows(400)
    assert cs.make_dashboard(given, by=["level"]).against == 0
    with pytest.raises(cs.errors.ParameterError, match="rise as 'probability_of_default' falls"):
        cs.make_dashboard(given | {"score": -given["score"]}, by=["level"])
    draw = np.random.default_rng(5)
    for seed in range(20):
        given = rows(40 + seed, seed)
        given["score"] = np.round(given["score"] + draw.normal(0, 8 * (seed % 4), 40 + seed), -1)
        some = ~np.isnan(given["score"])
        score, chance = given["score"][some], given["probability_of_default"][some]
        expected = sum((chance[score < one] < other).any() for one, other in zip(score, chance, strict=True))
        made = cs.make_dashboard(given, by=["level"])
        assert (made.against, made.data["against"]) == (expected, expected > 0)
