"""Agreement of leading reasons, by hand and at its limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kendalltau

from creditscore.errors import ParameterError
from creditscore.explain.contributions import Contributions
from creditscore.explain.stability import as_reasons_are_given, gives_the_same_bits, reason_stability, rows_of

GROUPS = ("arrears", "bills", "cash", "debt", "", "arrears")


def explained(values: list[list[float]]) -> Contributions:
    table = np.array(values)
    ids = tuple(f"A{k}" for k in range(len(table)))
    names = tuple(f"f{k}" for k in range(table.shape[1]))
    return Contributions(table, 0.0, table.sum(axis=1), names, np.zeros_like(table), ids, GROUPS)


def test_agreement_by_hand() -> None:
    in_use = explained(
        [
            [0.3, 0.2, 0.1, -0.5, 9.0, 0.1],  # arrears 0.4, bills, cash; what has no group does not count
            [0.0, 0.0, 0.0, -0.1, 0.0, 0.0],  # no reason at all
            [1.0, 0.001, 0.0, 0.5, 0.0, 0.0],  # arrears, debt; bills are below 2 % of all harm
        ]
    )
    other = explained(
        [
            [0.1, 0.3, -0.1, 0.2, 0.0, 0.1],  # bills, arrears 0.2 and debt 0.2: the tie goes by name
            [-0.2, 0.0, 0.0, 0.0, 0.0, 0.1],  # arrears -0.1: still none
            [0.6, 0.0, 0.0, 0.5, 0.0, 0.0],
        ]
    )
    found = reason_stability(in_use, {"refit 1": other, "itself": in_use}, across="bootstrap refits")
    first, itself = found.agreements
    assert first.overlap == pytest.approx((2 / 3 + 1 + 1) / 3)
    assert first.same_first == pytest.approx(2 / 3)
    assert first.same_order == pytest.approx(2 / 3)
    assert first.of_three == pytest.approx((2 + 0 + 2) / 3)
    assert found.to_dict()["of_three"] == pytest.approx((first.of_three + itself.of_three) / 2)
    assert (itself.overlap, itself.same_first, itself.same_order) == (1.0, 1.0, 1.0)
    assert found.overlap == pytest.approx((first.overlap + 1) / 2)
    assert found.to_dict()["agreements"][0]["name"] == "refit 1"
    assert "2 bootstrap refits, 3 applicants, top 4" in repr(found)
    assert "<table" in found._repr_html_()


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_all_groups_is_compared_by_kendalls_tau(seed) -> None:
    """Against SciPy, with ties; the feature without a group takes no part."""
    random = np.random.default_rng(seed)
    one, two = (np.round(random.normal(size=(8, 6)), 1 if seed % 2 else 0) for _ in range(2))
    one[0], two[1] = 0.0, 0.0
    one[2] = two[2] = 0.0
    expected = []
    for a, b in zip(one, two, strict=True):
        pair = [[row[0] + row[5], *row[1:4]] for row in (a, b)]
        tau = kendalltau(*pair).statistic
        flat = [len({*row}) == 1 for row in pair]
        expected.append(float(all(flat)) if any(flat) else tau)
    found = reason_stability(explained(one.tolist()), {"x": explained(two.tolist())}, across="refits")
    assert found.rank_tau == pytest.approx(float(np.mean(expected)), abs=1e-12)
    assert found.to_dict()["agreements"][0]["rank_tau"] == found.to_dict()["rank_tau"]


def test_only_the_top_counts() -> None:
    one = explained([[0.4, 0.3, 0.2, 0.1, 0.0, 0.0]])
    two = explained([[0.4, 0.1, 0.2, 0.3, 0.0, 0.0]])
    assert reason_stability(one, {"x": two}, across="refits", top=1).overlap == 1.0
    assert reason_stability(one, {"x": two}, across="refits", top=2).overlap == 0.5
    assert reason_stability(one, {"x": two}, across="refits", top=4).overlap == 1.0


def test_those_who_are_declined_are_measured_against_the_others() -> None:
    table = np.random.default_rng(2).normal(size=(50, 6))
    whole = explained(table.tolist())
    given = as_reasons_are_given(whole, 0.3)
    safest = np.argsort(table.sum(axis=1))[:35]
    assert given.values == pytest.approx(table - table[safest].mean(axis=0))
    assert given.values.sum(axis=1) + given.base == pytest.approx(whole.log_odds)
    few = rows_of(given, np.array([7, 3]))
    assert few.values.tolist() == given.values[[7, 3]].tolist()
    assert list(few.application_ids) == [whole.application_ids[row] for row in (7, 3)]
    with pytest.raises(ParameterError, match="declined_share"):
        as_reasons_are_given(whole, 1.0)


def test_what_cannot_be_compared_is_refused() -> None:
    one = explained([[0.4, 0.3, 0.2, 0.1, 0.0, 0.0]])
    with pytest.raises(ParameterError, match="'others' is empty"):
        reason_stability(one, {}, across="refits")
    with pytest.raises(ParameterError, match="top"):
        reason_stability(one, {"x": one}, across="refits", top=0)
    for other in (replace(one, application_ids=("B",)), replace(one, reason_groups=("z",) * 6)):
        with pytest.raises(ParameterError, match="'x' explains other applicants or reason groups"):
            reason_stability(one, {"x": other}, across="refits")


def test_a_last_bit_is_noticed() -> None:
    one = explained([[0.4, 0.3, 0.2, 0.1, 0.0, 0.0]])
    moved = one.values.copy()
    moved[0, 0] = np.nextafter(moved[0, 0], 1.0)
    assert gives_the_same_bits(lambda: explained([[0.4, 0.3, 0.2, 0.1, 0.0, 0.0]]), times=3)
    answers = iter([one, replace(one, values=moved)])
    assert not gives_the_same_bits(lambda: next(answers))
