"""Who would gain by hiding a group of sources is counted, and said where it is more than one in a hundred."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.presence import with_groups_alone
from creditscore.data.sources import SOURCE_GROUPS
from creditscore.errors import FittingError, HidingGainsWarning
from creditscore.model.affine import AffineCalibration
from creditscore.model.cells import Cells
from creditscore.pipeline.copies import Copies
from creditscore.pipeline.hiding import hidden_groups, hiding_cautions


@pytest.fixture(scope="module")
def known(case, dropped):
    """Features of some rows, and of the same rows without each group."""
    model, some = dropped.model, case.applications.take(np.arange(80))
    X = model.computer.compute(some, case.portfolio, threads=1).values
    without = {
        name: model.computer.compute(
            some, with_groups_alone(case.portfolio, [one for one in SOURCE_GROUPS if one != name]), threads=1
        ).values
        for name in SOURCE_GROUPS
    }
    rows = np.tile(np.arange(80), len(without))
    copies = Copies(rows, np.concatenate([*without.values()]), np.ones(rows.size), np.zeros(rows.size, int))
    return model, X, copies, without


def test_rows_are_counted_that_come_out_safer_than_the_best_that_the_group_could_say(known):
    model, X, copies, without = known
    groups, names = model.groups, model.computer.features.names
    found = {one.group: one for one in hidden_groups(model.fitted, X, copies, groups)}
    assert set(found) == set(SOURCE_GROUPS)
    for name, values in without.items():
        gaining = rows = 0
        for row, copy in zip(X, values, strict=True):
            before, after = (groups.name(int(groups.codes(one[None])[0])).split("+") for one in (row, copy))
            if set(before) - set(after) != {name} or after == [""] or set(after) - set(before):
                continue
            best = row.copy()
            for column in groups.columns[name]:
                sign, seen = model.fitted.signs[column], X[:, column][~np.isnan(X[:, column])]
                if sign and seen.size:
                    best[column] = min(seen) if sign > 0 else max(seen)
            rows += 1
            gaining += model.fitted.log_odds(copy[None])[0] < model.fitted.log_odds(best[None])[0] - 1e-9
        assert (found[name].rows, found[name].gaining) == (rows, gaining), (name, len(names))


def test_a_line_that_makes_hiding_pay_is_said_with_a_code_and_is_an_error_if_asked(known):
    model, X, copies, _ = known
    groups = model.groups
    safe = {name: AffineCalibration(1.0, -9.0) for name in groups.names()[1:] if "social" not in name}
    common = AffineCalibration(1.0, 0.0)
    fitted = replace(model.fitted, calibration=common, cells=Cells(groups, safe, common))
    said = [one for one in hiding_cautions(fitted, X, copies, groups) if one.subject == "social"]
    assert [one.code for one in said] == ["hiding_gains"]
    assert said[0].category is HidingGainsWarning
    assert "safer without social sources" in said[0].text
    level = replace(fitted, cells=Cells(groups, {}, AffineCalibration(1e-12, 0.0)), calibration=common)
    assert [one.gaining for one in hidden_groups(level, X, copies, groups)] == [0] * len(groups.columns)
    with pytest.raises(FittingError, match="hiding_gains"):
        cs.pipeline.caution.tell(said, strict=True)


def test_without_copies_nothing_is_said(case):
    assert not [one for one in case.pipeline.report.warnings if one.code == "hiding_gains"]
