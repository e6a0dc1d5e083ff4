"""A budget that cannot be overdrawn, and noise that is what it says."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import creditscore as cs
from creditscore.errors import ParameterError, PrivacyError


@pytest.fixture
def budget(tmp_path: Path) -> cs.PrivacyBudget:
    return cs.PrivacyBudget.create(tmp_path / "2026.budget", total="1.0")


def test_costs_add_up_exactly_and_the_rest_is_never_overdrawn(budget: cs.PrivacyBudget) -> None:
    for number in range(10):
        budget.release_counts({"a": 5}, epsilon=0.1, what=f"release {number}")
    assert budget.remaining == 0
    assert [one.what for one in budget.history] == [f"release {number}" for number in range(10)]
    with pytest.raises(PrivacyError, match="0.001 was asked for, and 0"):
        budget.release_counts({"a": 5}, epsilon="0.001", what="one more")
    assert budget.spent == Decimal(1)


def test_what_is_spent_outlives_the_process_and_cannot_be_taken_back(
    budget: cs.PrivacyBudget, tmp_path: Path
) -> None:
    budget.release_counts({"a": 5}, epsilon="0.25", what="first")
    again = cs.PrivacyBudget(tmp_path / "2026.budget")
    assert again.remaining == Decimal("0.75")
    store = sqlite3.connect(tmp_path / "2026.budget")
    for change in ("DELETE FROM spent", "UPDATE spent SET epsilon = '0'", "UPDATE budget SET total = '9'"):
        with pytest.raises(sqlite3.IntegrityError, match="stay as they are"):
            store.execute(change)
    store.close()


def test_threads_cannot_spend_the_same_rest(budget: cs.PrivacyBudget) -> None:
    def release(number: int) -> bool:
        try:
            budget.release_counts({"a": number}, epsilon="0.3", what=str(number))
        except PrivacyError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(release, range(12))) == 3
    assert budget.remaining == Decimal("0.1")


def test_the_noise_is_the_two_sided_geometric_one(tmp_path: Path) -> None:
    """Against its closed form: P(x) = (1 - r) / (1 + r) * r^|x| with r = exp(-epsilon / people)."""
    epsilon, people, groups = 1.5, 2, 20_000
    budget = cs.PrivacyBudget.create(tmp_path / "b", total=2)
    counts = {str(number): 1000 for number in range(groups)}
    released = budget.release_counts(counts, epsilon=epsilon, what="noise", people=people)
    found = Counter(count - 1000 for count in released.counts.values())
    r = math.exp(-epsilon / people)
    for value in range(-6, 7):
        chance = (1 - r) / (1 + r) * r ** abs(value)
        error = math.sqrt(chance * (1 - chance) / groups)
        assert abs(found[value] / groups - chance) < 5 * error
    beyond = sum(number for value, number in found.items() if abs(value) > released.within) / groups
    tighter = sum(number for value, number in found.items() if abs(value) > released.within - 1) / groups
    assert beyond <= 0.05 + 0.005
    assert tighter > 0.05 - 0.005


def test_large_counts_come_through(budget: cs.PrivacyBudget) -> None:
    released = budget.release_counts({"a": 10**12}, epsilon=1, what="large")
    assert abs(released.counts["a"] - 10**12) < 100


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"counts": {}}, "counts"),
        ({"counts": {"a": 1.5}}, "counts"),
        ({"counts": {"a": True}}, "counts"),
        ({"counts": {"a": -1}}, "counts"),
        ({"epsilon": 0}, "epsilon"),
        ({"epsilon": "many"}, "epsilon"),
        ({"epsilon": float("nan")}, "epsilon"),
        ({"epsilon": 11}, "epsilon"),
        ({"epsilon": True}, "epsilon"),
        ({"what": " "}, "what"),
        ({"people": 0}, "people"),
        ({"people": 2}, "people"),
    ],
)
def test_what_is_wrong_is_refused_before_anything_is_spent(
    budget: cs.PrivacyBudget, given: dict[str, Any], named: str
) -> None:
    with pytest.raises(ParameterError, match=named):
        budget.release_counts(**({"counts": {"a": 1}, "epsilon": 0.1, "what": "x"} | given))
    assert budget.spent == 0


def test_a_budget_is_made_once_and_only_read_where_it_is(tmp_path: Path, budget: cs.PrivacyBudget) -> None:
    with pytest.raises(ParameterError, match="not there yet"):
        cs.PrivacyBudget.create(tmp_path / "2026.budget", total=5)
    with pytest.raises(PrivacyError, match="create"):
        cs.PrivacyBudget(tmp_path / "2027.budget")
    (tmp_path / "empty").touch()
    (tmp_path / "text").write_text("no budget, " * 100)
    for name in ("empty", "text"):
        with pytest.raises(PrivacyError):
            cs.PrivacyBudget(tmp_path / name)


def test_a_release_says_what_it_cost(budget: cs.PrivacyBudget) -> None:
    released = budget.release_counts({"app": 120, "branch": 30}, epsilon="0.5", what="channels")
    assert "95 % chance, epsilon 0.5" in str(released)
    assert repr(budget) == "PrivacyBudget(0.5 of 1.0 left)"
