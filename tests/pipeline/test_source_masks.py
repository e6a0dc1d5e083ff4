"""One model for every combination of sources: what is taken away, what is fitted on it, what is judged."""

from __future__ import annotations

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.presence import COMBINATIONS, groups_in, with_groups_alone
from creditscore.data.sources import SOURCE_GROUPS
from creditscore.errors import FittingError, NameUnknownError, ParameterError
from creditscore.pipeline.dropout import copies_of
from creditscore.pipeline.fitting import default_features
from creditscore.scoring.cell import groups_of_columns
from tests.features.worlds import PRIVACY
from tests.pipeline.conftest import SMALL

TABLES = {
    "payments": {"payments", "bills"},
    "repayments": {"loans", "instalments", "repayments", "statements", "inquiries"},
    "social": {"ties", "persons", "memberships", "activities", "measures", "standings"},
    "digital": {"sessions", "form_events", "registrations", "settings"},
}


def test_there_are_fifteen_combinations_and_all_groups_come_first():
    assert len(COMBINATIONS) == len(set(COMBINATIONS)) == 15
    assert COMBINATIONS[0] == tuple(SOURCE_GROUPS)


@pytest.mark.parametrize("groups", COMBINATIONS)
def test_a_source_that_is_taken_away_leaves_what_never_having_had_its_tables_leaves(case, groups):
    """Portfolios made anew from records without the tables give the same bits, also of mixed features."""
    gone = set().union(*(TABLES[name] for name in SOURCE_GROUPS if name not in groups))
    sources = {source for name in SOURCE_GROUPS if name not in groups for source in SOURCE_GROUPS[name]}
    world = {name: rows for name, rows in case.world.items() if name not in gone}
    if "connections" in world:
        world["connections"] = [row for row in world["connections"] if row["source"] not in sources]
    anew = cs.Portfolio.from_records(world, privacy=PRIVACY)
    some = with_groups_alone(case.portfolio, groups)
    pipeline = cs.CreditPipeline([default_features(case.applications, case.portfolio)], threads=1)
    asked = case.applications.take(np.arange(40))
    found, expected = (pipeline.compute_features(asked, one) for one in (some, anew))
    assert set(groups_in(some)) <= set(groups)
    assert np.array_equal(found.values, expected.values, equal_nan=True)
    assert np.array_equal(found.any_rows, expected.any_rows)


@pytest.mark.as_given
def test_connections_of_what_is_taken_away_go_too():
    when = "2024-01-01T00:00Z"
    world = {
        "payments": [{"applicant_id": who, "event_time": when, "amount": 5.0} for who in (1, 2)],
        "inquiries": [{"applicant_id": 2, "event_time": when}],
        "connections": [
            {"applicant_id": who, "connected_time": when, "source": source}
            for who, source in ((1, "payments"), (2, "inquiries"), (2, "payments"))
        ],
    }
    some = with_groups_alone(cs.Portfolio.from_records(world), ["repayments"])
    assert some.to_frame("connections")[["applicant_id", "source"]].to_numpy().tolist() == [[2, "inquiries"]]
    with pytest.raises(NameUnknownError, match="repayments"):
        with_groups_alone(some, ["repayment"])


def test_copies_depend_on_the_application_alone_and_none_is_the_row_itself(case):
    computer = case.pipeline.model.computer
    matrix = computer.compute(case.applications, case.portfolio, threads=1)
    given = computer, case.applications, case.portfolio, matrix
    copies = copies_of(*given, 2, fewest=10**6, threads=1)
    assert 0 < copies.rows.size <= 2 * len(matrix)
    assert np.bincount(copies.rows).max() <= 2
    pairs = zip(copies.rows.tolist(), copies.values, strict=True)
    assert not any(np.array_equal(matrix.values[row], values, equal_nan=True) for row, values in pairs)
    order = np.arange(len(matrix))[::-1]
    other = copies_of(
        computer, case.applications.take(order), case.portfolio,
        computer.compute(case.applications.take(order), case.portfolio, threads=1), 2, fewest=10**6,
        threads=1,
    ).of(order)  # fmt: skip
    by_row = {}
    for rows, values in ((copies.rows, copies.values), (other.rows, other.values)):
        each = {}
        for row, value in zip(rows.tolist(), values, strict=True):
            each.setdefault(row, []).append(value.tobytes())
        by_row[len(by_row)] = {row: sorted(found) for row, found in each.items()}
    assert by_row[0] == by_row[1]
    some = np.array([7, 3, 11])
    part = copies.of(some)
    assert set(part.rows.tolist()) <= {0, 1, 2}
    for position, row in enumerate(some.tolist()):
        taken, every = part.values[part.rows == position], copies.values[copies.rows == row]
        assert np.array_equal(taken, every, equal_nan=True)
    assert copies_of(*given, 0, fewest=100, threads=1).rows.size == 0


def test_of_few_rows_every_combination_calibrates_and_trees_grow_on_as_many_as_was_asked(case):
    computer = case.pipeline.model.computer
    asked = case.applications.take(np.arange(60))
    matrix = computer.compute(asked, case.portfolio, threads=1)
    every, some = (
        copies_of(computer, asked, case.portfolio, matrix, 2, fewest=n, threads=1) for n in (60, 10**6)
    )
    grown = every.weight > 0
    assert np.array_equal(every.rows[grown], some.rows)
    assert np.array_equal(every.values[grown], some.values, equal_nan=True)
    assert np.array_equal(every.weight[grown], some.weight)
    groups = groups_in(case.portfolio)
    combinations = [*(one for one in COMBINATIONS if set(one) < set(groups)), ()]
    sources = groups_of_columns(computer.features)
    names = {sources.name(code) for code in sources.codes(every.values).tolist()}
    assert names == {"+".join(one) for one in combinations}
    row = int(every.rows[0])
    found = {values.tobytes() for values in every.values[every.rows == row]}
    alone = [
        computer.compute(asked.take([row]), with_groups_alone(case.portfolio, one), threads=1)
        for one in combinations
    ]
    whole = matrix.values[row].tobytes()
    # Without any source, and where a source says nothing of the row, the application tells.
    assert not np.isnan(matrix.values[row, [one.source == "application" for one in computer.features]]).all()
    assert found == {one.values[0].tobytes() for one in alone} - {whole}


def test_a_fit_with_copies_reports_on_the_rows_alone_and_is_the_same_twice(case, dropped, tmp_path):
    assert len(dropped.held_out) <= len(case.applications)
    assert dropped.held_out.index.max() < len(case.applications)
    assert dropped.report.used == len(case.applications)
    again = cs.CreditPipeline(scorer=dropped.scorer, source_dropout=2, threads=1)
    again.fit(case.applications, case.portfolio, case.bad)
    assert again.model.model_id == dropped.model.model_id
    dropped.save(tmp_path / "model")
    loaded = cs.load(tmp_path / "model")
    assert loaded.source_dropout == 2
    assert loaded.model.model_id == dropped.model.model_id
    found = [one.source_masks(case.applications, case.portfolio, case.bad) for one in (loaded, dropped)]
    assert str(found[0]) == str(found[1])


def test_the_report_of_the_fit_keeps_each_combination_as_rows_out_of_fold_show_it(case, dropped, tmp_path):
    masks = dropped.report.masks
    sources = dropped.model.groups
    assert [mask.groups for mask in masks.masks] == [*COMBINATIONS, ()]
    matrix = dropped.model.computer.compute(case.applications, case.portfolio, threads=1)
    copies = copies_of(
        dropped.model.computer, case.applications, case.portfolio, matrix, 2, fewest=160, threads=1
    )
    codes = sources.codes(np.concatenate([matrix.values, copies.values])).tolist()
    bad = np.concatenate([case.bad, case.bad[copies.rows]])
    for mask in masks.masks:
        here = np.array([sources.name(code) == "+".join(mask.groups) for code in codes])
        assert mask.scored == mask.applications == int(here.sum())
        assert mask.bads == int(bad[here].sum())
        assert mask.ratio == pytest.approx(1.0, abs=0.25)
    dropped.save(tmp_path / "model")
    loaded = cs.load(tmp_path / "model").report
    assert str(loaded.masks) == str(masks)
    assert str(masks) in str(loaded)
    assert loaded.masks.masks == masks.masks
    assert "<td>payments + digital</td>" in loaded._repr_html_()
    assert case.pipeline.report.masks is None
    assert "masks" not in case.pipeline.report.to_dict()


def test_each_fold_of_a_cross_validation_is_fitted_with_its_copies(case, dropped):
    found = dropped.cross_validate(case.applications, case.portfolio, case.bad, folds=2)
    judged = np.flatnonzero(found.fold == 0)
    others = np.setdiff1d(np.arange(len(case.bad)), judged)
    alone = cs.CreditPipeline(scorer=dropped.scorer, source_dropout=2, threads=1)
    alone.fit(case.applications.take(others), case.portfolio, case.bad[others])
    scores = alone.score_many(case.applications.take(judged), case.portfolio, on_mismatch="count")
    assert np.array_equal(scores.log_odds, found.log_odds[judged])


def test_the_table_says_of_each_combination_what_scoring_it_alone_says(case, dropped):
    masks = dropped.source_masks(case.applications, case.portfolio, case.bad)
    assert len(masks) == 2 ** len(groups_in(case.portfolio)) - 1
    whole = dropped.score_many(case.applications, case.portfolio)
    first = masks.masks[0]
    assert first.scored == int(whole.scored.sum())
    assert first.predicted == pytest.approx(whole.probability_of_default[whole.scored].mean(), abs=1e-15)
    assert first.bad_rate == pytest.approx(case.bad[whole.scored].mean())
    goods, bads = (whole.log_odds[whole.scored & (case.bad == label)] for label in (0, 1))
    wins = (bads[:, None] > goods).mean() + 0.5 * (bads[:, None] == goods).mean()
    assert first.auc.value == pytest.approx(wins)
    alone = masks["repayments"]
    assert alone.groups == ("repayments",)
    assert alone.ratio == alone.predicted / alone.bad_rate
    assert masks[("payments", "repayments")].groups == ("payments", "repayments")
    assert str(masks).count("\n") == len(masks)
    assert masks._repr_html_().count("<tr>") == len(masks) + 1
    with pytest.raises(KeyError):
        masks["bills"]


def test_outcomes_that_are_not_known_are_left_out_and_none_at_all_is_an_error(case, dropped):
    bad = case.bad.copy()
    bad[::2] = np.nan
    masks = dropped.source_masks(case.applications, case.portfolio, bad)
    assert masks.masks[0].applications == int((~np.isnan(bad)).sum())
    goods = dropped.source_masks(case.applications, case.portfolio, np.where(bad == 0, 0.0, np.nan))
    assert all(mask.auc is None and mask.slope is None for mask in goods.masks)
    assert np.isnan(goods.masks[0].ratio)
    with pytest.raises(FittingError, match="nothing to judge"):
        dropped.source_masks(case.applications, case.portfolio, np.full(len(bad), np.nan))


@pytest.mark.parametrize("copies", [-1, 0.5, True, "2", None])
def test_copies_are_counted_in_whole_numbers(copies):
    with pytest.raises(ParameterError, match="source_dropout"):
        cs.CreditPipeline(source_dropout=copies)


def test_without_copies_the_model_is_to_the_bit_what_it_was(case):
    same = cs.CreditPipeline(scorer=cs.CreditScorer(**SMALL), source_dropout=0)
    same.fit(case.applications, case.portfolio, case.bad)
    assert same.model.model_id == case.pipeline.model.model_id
