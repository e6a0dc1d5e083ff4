"""What is computed in parts, of some tables and some of a conduct, is what all tables give."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.sources import CONNECTIONS, source_of
from creditscore.deciding.afterwards import recourse_of
from creditscore.features.compute import FeatureComputer
from creditscore.features.formula import Term
from creditscore.features.registry import DERIVED, VIEWED_TABLES
from creditscore.recourse.conduct import AS_IS, after, until_when
from creditscore.recourse.counterfactual import _Search
from creditscore.recourse.own_rows import CONDUCT_TABLES, OwnRows, side_by_side
from creditscore.recourse.plans import Options, Plan
from tests.features.worlds import AS_OF, PRIVACY, applications, filled, random_world
from tests.pipeline.conftest import case  # noqa: F401

BOTH = {"debts", "card_bills"}
# A loan is read with all that belongs to it.
OF_LOANS = frozenset({"loans", "instalments", "repayments", "statements"})
OWN = [
    name
    for name in (*DERIVED, *VIEWED_TABLES)
    if set(DERIVED[name].tables if name in DERIVED else (name,)) <= set(CONDUCT_TABLES)
]


def test_every_conduct_in_parts_is_the_conduct_on_all_tables(case):  # noqa: F811
    recourse, compared = recourse_of(case.pipeline.model), 0
    views = frozenset(recourse.own.plan.terms)
    for number in range(25):
        one = cs.Applications.from_records([case.asked[number]])
        own = OwnRows.of(one, case.portfolio)
        stated = {name: float(column[0]) for name, column in one.numeric.items()}
        conducts = (AS_IS, *Options.of(own, recourse.form, stated).conducts)
        until = np.array([until_when(own, conduct) for conduct in conducts])
        asked = one.repeated(tuple(range(len(conducts))), until, {})
        whole = side_by_side(own, [after(own, conduct) for conduct in conducts], until)
        expected = recourse.own.slots(asked, whole, views)
        for part in recourse.parts:
            made = side_by_side(own, [part.made(own, part.matters(one)) for one in conducts], until)
            found = recourse.own.slots(asked, made, part.views)[:, part.slots]
            np.testing.assert_array_equal(found, expected[:, part.slots])
            compared += found.size
    assert compared > 100_000


def test_parts_share_no_slot_and_leave_none_out(case):  # noqa: F811
    recourse = recourse_of(case.pipeline.model)
    plan = recourse.own.plan
    filled_in = sorted(slot for slotted in plan.terms.values() for _, slot in slotted)
    filled_in += [slot for _, slot in plan.coverages]
    slots = [slot for part in recourse.parts for slot in part.slots.tolist()]
    assert sorted(slots) == sorted(filled_in)
    views = [part.views for part in recourse.parts]
    assert sorted(name for names in views for name in names) == sorted(plan.terms)
    assert BOTH in views


@pytest.fixture(scope="module")
def world():
    return filled(random_world(11, 40))


def everything_of(name: str) -> FeatureComputer:
    """How many rows a view has, and the sum and the newest of each of its columns."""
    view = DERIVED.get(name)
    columns = [] if view is None else [column.name for column in view.values]
    terms = [Term(name, "count")]
    terms += [Term(name, how, column=column) for column in columns for how in ("sum", "newest")]
    source = source_of(name).name if view is None else view.source
    return FeatureComputer(
        cs.FeatureSet(
            tuple(
                cs.Feature(
                    f"part_{number}", term, "made up", "made up", "count", 0, "cash_flow", source=source
                )
                for number, term in enumerate(terms)
            )
        )
    )


@pytest.mark.parametrize("name", OWN)
def test_a_view_reads_no_table_but_those_that_it_names(world, name):
    view = DERIVED.get(name)
    read = {name} if view is None else {*view.tables, *view.also}
    read |= OF_LOANS if read & OF_LOANS else set()
    kept = {table: rows for table, rows in world.items() if table in read | {CONNECTIONS}}
    asked = [*applications(40, AS_OF), *applications(40, AS_OF - timedelta(90))]
    asked = cs.Applications.from_records([row | {"application_id": k} for k, row in enumerate(asked)])
    computer = everything_of(name)
    whole, some = (
        computer.compute(asked, cs.Portfolio.from_records(tables, privacy=PRIVACY)).values
        for tables in (world, kept)
    )
    np.testing.assert_array_equal(some, whole)
    assert (whole[:, 0] > 0).any()


def test_plans_without_some_kinds_are_those_of_all_that_lack_them(case):  # noqa: F811
    recourse, left_out = recourse_of(case.pipeline.model), 0
    for number in range(5):
        one = cs.Applications.from_records([case.asked[number]])
        stated = {name: float(column[0]) for name, column in one.numeric.items()}
        options = Options.of(OwnRows.of(one, case.portfolio), recourse.form, stated)
        for without in ([frozenset({"months"})], [frozenset({"amount"}), frozenset({"months", "term_days"})]):
            every = [plan for size in (1, 2, 3) for plan in options.of_size(size)]
            expected = [plan for plan in every if not any(kinds <= plan.kinds for kinds in without)]
            assert [plan for size in (1, 2, 3) for plan in options.of_size(size, without)] == expected
            left_out += len(every) - len(expected)
    assert left_out


def test_everything_between_the_steps_lies_between_the_ends_that_a_skip_goes_by(case):  # noqa: F811
    """How uneven the use of cards is turns between two balances; what reads cards may be anything."""
    recourse, with_cards, opened = recourse_of(case.pipeline.model), 0, 0
    for number in range(20):
        one = cs.Applications.from_records([case.asked[number]])
        own = OwnRows.of(one, case.portfolio)
        stated = {name: float(column[0]) for name, column in one.numeric.items()}
        values = recourse.computer.compute(one, case.portfolio).values[0]
        search = _Search(recourse, one, own, stated, values, 0.0, Options.of(own, recourse.form, stated))
        conducts = list(dict.fromkeys(conduct.at_full_balance() for conduct in search.number))
        closer = replace(search, options=Options.of(own, recourse.form, stated, between=conducts))
        for conduct in conducts:
            ends = search.ends(conduct)
            alike = [other for other in closer.number if other.at_full_balance() == conduct]
            rows = closer.features([Plan(other, form) for other in alike for form in closer.options.forms()])
            least = recourse.fitted.least_log_odds(ends)
            assert recourse.fitted.log_odds(rows, threads=1).min() >= least - 1e-9
            anything = np.isnan(ends).any(axis=0) & ~np.isnan(ends).all(axis=0)
            low, high = np.fmin.reduce(ends, axis=0), np.fmax.reduce(ends, axis=0)
            inside = ((rows >= low) & (rows <= high)) | (np.isnan(rows) & np.isnan(ends).all(axis=0))
            assert inside[:, ~anything].all()
            with_cards += len(alike) > 1
            opened += bool((~inside).any())
    assert with_cards > 10
    assert opened > 5
