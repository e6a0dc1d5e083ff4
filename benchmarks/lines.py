"""Lend to simulated people by score alone, and by a strategy with an ability to pay and small lines.

``python benchmarks/lines.py`` prints `results_lines.md` (about five minutes on two busy cores).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from _lines_world import BUDGET, LARGER, Lent, Ways, World, fitted
from numpy.typing import NDArray

from creditscore.policy.ability.assess import AbilityRule
from creditscore.simulate import IncomeFalls, LendingTerms, LineRun

Floats = NDArray[np.float64]
RESAMPLES = 200
# Shares that the score alone approves.
APPROVED = (0.35, 0.5)
# By how much incomes fall, and by how much in the test of the ability to pay.
SETTINGS = ((0.0, 0.10), (0.10, 0.10), (0.25, 0.10), (0.25, 0.25))


def joined(parts: list[Ways]) -> Ways:
    """Put the applicants of several seeds together."""

    def one(name: str) -> Lent:
        given = [getattr(part, name) for part in parts]
        return Lent(*(np.concatenate([getattr(g, f) for g in given]) for f in Lent.__slots__))

    flat = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("risk", "never", "stressed")
    }
    return Ways(**flat, asked=one("asked"), payable=one("payable"), line=one("line"))


def by_score(ways: Ways, weight: Floats, share: float) -> dict[str, float]:
    """Lend as asked to the safest share."""
    order = np.argsort(ways.risk, kind="stable")
    inside = np.zeros(len(order))
    inside[order] = np.cumsum(weight[order]) <= share * weight.sum()
    return figures(ways, weight, inside, np.zeros(len(order)), ways.asked)


def by_strategy(ways: Ways, weight: Floats, key: str, target: float, lines: bool = True) -> dict[str, float]:
    """Lend what can be paid, the safest first, and lines to other newcomers, up to a figure in all."""
    able, small = ways.payable.amount > 0, (ways.line.amount > 0) & ways.never & lines
    order = np.argsort(ways.risk, kind="stable")
    each = {
        "lent": (np.ones(len(order)), np.ones(len(order))),
        "loss": (ways.payable.loss, ways.line.loss),
    }[key]
    loan, line = weight * able * each[0], weight * small * each[1]
    # Up to each position: loans of the able before it, lines of the newcomers who have no loan.
    so_far = np.cumsum(loan[order]) + line.sum() - np.cumsum((line * able)[order])
    reach = np.flatnonzero(so_far <= target)
    stop = int(reach[-1]) + 1 if reach.size else 0
    inside = np.zeros(len(order))
    inside[order[:stop]] = 1.0
    return figures(ways, weight, inside * able, (1 - inside * able) * small, ways.payable)


def figures(ways: Ways, weight: Floats, loan: Floats, line: Floats, lent: Lent) -> dict[str, float]:
    """What came of it, by 1,000 applicants."""
    thousand = weight.sum() / 1000.0

    def total(of_loan: Floats, of_line: Floats, who: Floats | NDArray[np.bool_] | float = 1.0) -> float:
        return float((weight * who * (loan * of_loan + line * of_line)).sum() / thousand)

    ones = np.ones(len(weight))
    return {
        "lent": total(ones, ones), "of them small lines": total(0 * ones, ones),
        "defaults": total(lent.default, ways.line.default), "loss": total(lent.loss, ways.line.loss),
        "profit": total(lent.profit, ways.line.profit),
        "newcomers lent to": total(ones, ones, ways.never),
        "newcomers with a larger line at the end": total(0 * ones, ways.line.larger, ways.never),
        "stressed lent to": total(ones, ones, ways.stressed),
        "defaults of the stressed": total(lent.default, ways.line.default, ways.stressed),
        "the same within 12 months": total(lent.early, ways.line.early, ways.stressed),
        "loss on the stressed": total(lent.loss, ways.line.loss, ways.stressed),
        "defaults by 100 stressed lent to": 100.0 * total(lent.default, ways.line.default, ways.stressed)
        / max(1e-9, total(ones, ones, ways.stressed)),
    }  # fmt: skip


def compared(
    n: int, ask: Callable[[Floats], dict[str, dict[str, float]]], title: str, by: str,
    pairs: tuple[tuple[int, int], ...],
) -> None:  # fmt: skip
    """Print figures of each way and intervals of differences, over resamples of applicants."""
    found = ask(np.ones(n))
    names = list(found)
    random = np.random.default_rng(0)
    drawn = [ask(random.multinomial(n, np.full(n, 1 / n)).astype(float)) for _ in range(RESAMPLES)]
    apart = [f"{names[one]} less {names[other]} (95 % interval)" for one, other in pairs]
    print(f"\n### {title}\n\n| by {by} | {' | '.join([*names, *apart])} |")
    print("| --- |" + " --- |" * (len(names) + len(pairs)))
    for figure in found[names[0]]:
        cells = [f"{found[name][figure]:,.1f}" for name in names]
        for one, other in pairs:
            change, *drawn_changes = (
                each[names[one]][figure] - each[names[other]][figure] for each in (found, *drawn)
            )
            low, high = np.quantile(drawn_changes, [0.025, 0.975])
            cells.append(f"{change:+,.1f} ({low:+,.1f} to {high:+,.1f})")
        print(f"| {figure} | {' | '.join(cells)} |")


def ways_to_lend(ways: Ways, approved: float) -> None:
    """Score alone against the strategy, at equal approval and at equal loss."""

    def equal_approval(weight: Floats) -> dict[str, dict[str, float]]:
        alone = by_score(ways, weight, approved)
        asked = alone["lent"] * weight.sum() / 1000.0
        return {
            "score alone": alone,
            "with ability": by_strategy(ways, weight, "lent", asked, lines=False),
            "with ability and lines": by_strategy(ways, weight, "lent", asked),
        }

    def equal_loss(weight: Floats) -> dict[str, dict[str, float]]:
        alone = by_score(ways, weight, approved)
        lost = alone["loss"] * weight.sum() / 1000.0
        return {
            "score alone": alone,
            "with ability": by_strategy(ways, weight, "loss", lost, lines=False),
            "with ability and lines": by_strategy(ways, weight, "loss", lost),
        }

    compared(
        len(ways.risk),
        equal_approval,
        f"At equal approval, {approved:.0%}",
        "1,000 applicants",
        ((1, 0), (2, 0)),
    )
    compared(
        len(ways.risk),
        equal_loss,
        f"At equal loss, {approved:.0%} approved by the score",
        "1,000 applicants",
        ((1, 0), (2, 0)),
    )


def lines_alone(
    worlds: list[World], falls: IncomeFalls | None, rule: AbilityRule, terms: LendingTerms
) -> None:
    """Lines by the plan against lines that do not change, for newcomers."""
    parts = []
    for world in worlds:
        ahead = world.ahead(falls)
        first, grown = world.stepped(ahead, rule, terms)
        who = (first > 0) & world.never
        mean = np.where(who, grown.lines[:-1].mean(axis=0), 0.0).sum()
        kept = ahead.fixed(first, terms)
        # Lines that do not change and come to the same on average over the months.
        same = mean / max(1.0, np.where(who, kept.lines[:-1].mean(axis=0), 0.0).sum())
        runs = (kept, ahead.fixed(first * same, terms), grown)
        parts.append([_of_lines(run, who) for run in runs])
    names = ("first line kept", "fixed, the same on average", "by the plan")
    columns = {name: np.concatenate([part[i] for part in parts]) for i, name in enumerate(names)}

    def ask(weight: Floats) -> dict[str, dict[str, float]]:
        total = weight.sum() / 1000.0
        return {
            name: dict(zip(_OF_LINES, (weight @ given / total).tolist(), strict=True))
            for name, given in columns.items()
        }

    compared(
        len(columns[names[0]]), ask, "Lines of newcomers over 24 months", "1,000 lines", ((2, 0), (2, 1))
    )


_OF_LINES = ("mean line", "profit", "loss", "defaults", "lines of 500 or more at the end, no default")


def _of_lines(run: LineRun, who: NDArray[np.bool_]) -> Floats:
    columns = (
        run.lines[:-1].mean(axis=0) / 1000.0, run.profit, run.loss, run.defaulted,
        run.graduated(LARGER) & ~run.defaulted,
    )  # fmt: skip
    return np.column_stack(columns)[who].astype(float)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=4)
    chosen = parser.parse_args()
    print("# Lending by score, by ability to pay, and small lines\n")
    print("`python benchmarks/lines.py`; what is compared stands in [docs/lines.md](../docs/lines.md).")
    pipeline, terms = fitted(), LendingTerms()
    worlds = [World.of(pipeline, seed) for seed in range(2, 2 + chosen.seeds)]
    for fall, tested in SETTINGS:
        falls, rule = IncomeFalls(fall=fall) if fall else None, AbilityRule(BUDGET, income_stress=tested)
        ways = joined([world.ways(falls, rule, terms) for world in worlds])
        print(
            f"\n## Incomes fall by {fall:.0%}, the test takes {tested:.0%}: {len(ways.risk):,} applicants of "
            f"{chosen.seeds} seeds, {ways.never.mean():.0%} newcomers, {ways.stressed.mean():.0%} stressed"
        )
        for approved in APPROVED:
            ways_to_lend(ways, approved)
        lines_alone(worlds, falls, rule, terms)


if __name__ == "__main__":
    main()
