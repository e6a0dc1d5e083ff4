"""Choose the rules by which credit lines step on one simulated lender, and judge them on others.

``python benchmarks/lines_rules.py`` prints `results_lines_rules.md`. What counts is how many newcomers have a
larger line after 24 months without a default, against lines that do not change and lose as much. Rules are
compared on the lender of one seed; the best of them, and the defaults, are then judged on lenders of other
seeds, which nobody looked at before.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import product

import numpy as np
from _lines_world import BUDGET, CAPS, LARGER, TABLE, World, fitted, grades_of
from numpy.typing import NDArray

import creditscore as cs
from creditscore.policy.ability.assess import AbilityRule
from creditscore.simulate import IncomeFalls, LendingTerms, LineRun, MonthsAhead

Floats = NDArray[np.float64]
CHOSEN_ON, JUDGED_ON = 12, (22, 23, 24, 25)
FALL, TESTED = 0.10, 0.10
HALVINGS = 14
RESAMPLES = 400


def candidates() -> Iterator[cs.StepRules]:
    """Every combination of a few values: how much, how soon, after how much use, how long after arrears."""
    for by, between, use, after, months in product(
        (1.5, 2.0), (2, 3), (0.15, 0.30), (3, 6), (3, 6)
    ):
        yield cs.StepRules(
            raise_by=by, months_between=between, raise_use=use, months_after_arrears=after, months=months,
            least_payments=2 if months == 3 else 3,
        )  # fmt: skip


class Lived:
    """The 24 months of one lender, and the lines that are tried in them."""

    def __init__(self, world: World, terms: LendingTerms) -> None:
        self.world, self.terms = world, terms
        self.rule = AbilityRule(BUDGET, income_stress=TESTED)
        self.ahead: MonthsAhead = world.ahead(IncomeFalls(fall=FALL))
        plan = cs.LinePlan(TABLE, CAPS, self.rule, rate=terms.rate)
        self.grades = grades_of(world.risk)
        first = [plan.first(*one).line for one in zip(self.grades, world.means, strict=True)]
        self.first = np.array(first)
        self.who = (self.first > 0) & world.never

    def by(self, rules: cs.StepRules) -> LineRun:
        """Lines that step by rules."""
        plan = cs.LinePlan(TABLE, CAPS, self.rule, rate=self.terms.rate, rules=rules)
        return self.ahead.stepped(self.first, plan, self.grades, self.world.means, self.terms)

    def fixed(self, figure: str, target: float) -> LineRun:
        """Lines that do not change, all larger by the same factor, until a figure is reached."""
        low, high = 0.1, 20.0
        for _ in range(HALVINGS):
            middle = (low * high) ** 0.5
            found = self.ahead.fixed(self.first * middle, self.terms)
            reached = _figures(found)[figure][self.who].sum() <= target
            low, high = (middle, high) if reached else (low, middle)
        return self.ahead.fixed(self.first * low, self.terms)


def _figures(run: LineRun) -> dict[str, Floats]:
    good = run.graduated(LARGER) & ~run.defaulted
    return {
        "mean line": run.lines[:-1].mean(axis=0), "profit": run.profit, "loss": run.loss,
        "defaults": run.defaulted.astype(float), "larger line, no default": good.astype(float),
    }  # fmt: skip


GOOD = "larger line, no default"


def table_of(lenders: list[Lived], rules: cs.StepRules) -> dict[str, dict[str, Floats]]:
    """Figures of each newcomer: stepped, not changed at the same mean line, not changed at the same loss."""
    found: dict[str, list[dict[str, Floats]]] = {}
    for one in lenders:
        stepped = one.by(rules)
        sums = {name: values[one.who].sum() for name, values in _figures(stepped).items()}
        runs = {
            "by the plan": stepped, "fixed, same mean line": one.fixed("mean line", sums["mean line"]),
            "fixed, same loss": one.fixed("loss", sums["loss"]),
        }  # fmt: skip
        for name, run in runs.items():
            kept = {figure: values[one.who] for figure, values in _figures(run).items()}
            found.setdefault(name, []).append(kept)
    return {
        name: {figure: np.concatenate([part[figure] for part in parts]) for figure in parts[0]}
        for name, parts in found.items()
    }


def gain(found: dict[str, dict[str, Floats]]) -> float:
    """How many more have a larger line than with lines that do not change and lose as much, by 1,000."""
    return 1000.0 * float((found["by the plan"][GOOD] - found["fixed, same loss"][GOOD]).mean())


def said(title: str, rules: cs.StepRules, found: dict[str, dict[str, Floats]]) -> None:
    """Print figures and differences with intervals, over resamples of newcomers."""
    names = list(found)
    n = found[names[0]][GOOD].size
    drawn = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), RESAMPLES) * (1000.0 / n)
    print(f"\n### {title}: {n:,} newcomers with a line\n\n`{rules}`\n")
    print(f"| by 1,000 lines | {' | '.join(names)} | plan less same mean line | plan less same loss |")
    print("| --- |" + " --- |" * (len(names) + 2))
    for figure in found[names[0]]:
        scale = 1.0 / n if figure == "mean line" else 1000.0 / n
        cells = [f"{found[name][figure].sum() * scale:,.0f}" for name in names]
        for other in names[1:]:
            apart = found[names[0]][figure] - found[other][figure]
            low, high = np.quantile(drawn @ apart * scale * n / 1000.0, [0.025, 0.975])
            cells.append(f"{apart.sum() * scale:+,.0f} ({low:+,.0f} to {high:+,.0f})")
        print(f"| {figure} | {' | '.join(cells)} |")


def main() -> None:
    """Choose, judge, print."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    pipeline, terms = fitted(), LendingTerms()
    chosen_on = [Lived(World.of(pipeline, CHOSEN_ON), terms)]
    tried = [(gain(table_of(chosen_on, one)), one) for one in candidates()]
    every = sorted(tried, key=lambda one: -one[0])
    print("# Which rules let more newcomers graduate\n")
    judges = ", ".join(map(str, JUDGED_ON))
    print(f"`python benchmarks/lines_rules.py`: chosen on seed {CHOSEN_ON} out of {len(every)}, judged on")
    print(f"seeds {judges}; incomes fall by {FALL:.0%}, the test takes {TESTED:.0%}.")
    defaults = table_of(chosen_on, cs.StepRules())
    print(f"\nOn seed {CHOSEN_ON}, graduates by 1,000 against fixed lines of the same loss: the defaults")
    print(f"{gain(defaults):+.0f}, the best {every[0][0]:+.0f}, the worst {every[-1][0]:+.0f}.")
    judged_on = [Lived(World.of(pipeline, seed), terms) for seed in JUDGED_ON]
    said("Defaults, other seeds", cs.StepRules(), table_of(judged_on, cs.StepRules()))
    said("The best on the one seed, other seeds", every[0][1], table_of(judged_on, every[0][1]))


if __name__ == "__main__":
    main()
