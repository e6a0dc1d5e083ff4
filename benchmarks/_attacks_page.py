"""The page of the attacks: one row for each attack, one column for each design."""

from __future__ import annotations

import math
import re
from typing import Any

HEAD = """# What attackers learn from social values

Written by `python benchmarks/privacy_attacks.py page` from the runs that `... run` stores. One simulated
world of 6,000 people (homophily 0.6, influence 4), {seeds} seeds, their mean below; as many targets as the
last column says. Every attacker is a boosted model trained on labelled examples of the same attack and
cross-fitted in five folds. Numbers are AUC where nothing else is said; 0.5 says that nothing is learned, the
standard error is about 0.02. Observers are people who have a value under the design, which makes attacks
easier. What attackers want to know is how the target stands today; *settled* are targets for whom that has
been the same for eight months, so that it is published for sure. *Before* is commit {before}, *after* is
{after}; both are attacked in the same world. What the attacks mean, what bounds them, and what is not
protected: [the graph](../docs/graph.md).
"""
NOTES = """
The column *asked* is what is to be reached at eps 2, within 0.05. Points are those of a scale with 20 points
to double the odds, of a model of payments and all social features that a model may read; payments stay as
they were, so that every move is the attack's.
"""
# Title, cell, what was asked at eps 2, and how the number is written.
ROWS: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...] = (
    (
        "One tie",
        (
            ("own values of the observer alone, no attack", "own values alone", "", ".2f"),
            ("A one tie taken away, both worlds computed", "A same month", "0.83", ".2f"),
            ("A tie ended, first month without it", "A in time", "0.64", ".2f"),
            ("A the same, every month seen", "A in time, every month", "", ".2f"),
            ("A by exposures alone", "A by exposures", "", ".2f"),
            ("A by influence alone", "A by influence", "", ".2f"),
            ("A by the community alone", "A by community", "", ".2f"),
            ("A by two hops alone", "A by two hops", "", ".2f"),
            ("a tie restarted: with, without and with it again", "restarted tie", "", ".2f"),
            ("B score, tie ended, in time", "B score, in time", "0.60", ".2f"),
            ("B score, both worlds computed", "B score, same month", "", ".2f"),
        ),
    ),
    (
        "Accounts of one's own",
        (
            ("C fresh account and four own good ones, accepted", "C new accounts", "0.50", ".2f"),
            ("C nine of them, ties 600 days old, six months", "C patient", "0.85", ".2f"),
            ("look-alikes: bought where the target buys", "look-alikes", "", ".2f"),
        ),
    ),
    (
        "Values that several share",
        (
            ("D lowest level of a community, precision", "D lowest level, precision", "0.32", ".2f"),
            (
                "D own community value alone, no attack",
                "D community default share: own value alone",
                "",
                ".2f",
            ),
            (
                "D own community value beside friends'",
                "D community default share: beside friends'",
                "",
                ".2f",
            ),
            (
                "D the same, precision in a tenth",
                "D community default share: precision in a tenth",
                "0.32",
                ".2f",
            ),
            ("D two hops alone, no attack", "D default share two hops: own value alone", "", ".2f"),
            ("D two hops beside friends'", "D default share two hops: beside friends'", "", ".2f"),
            ("D influence alone, no attack", "D default influence: own value alone", "", ".2f"),
            ("D influence beside friends'", "D default influence: beside friends'", "", ".2f"),
            ("D exposure alone, no attack", "D neighbours defaulted share: own value alone", "", ".2f"),
            ("D exposures of all friends", "D neighbours defaulted share: beside friends'", "", ".2f"),
            ("E all other members of a group compare", "E all others", "0.84", ".2f"),
        ),
    ),
    (
        "News of a default",
        (
            ("F features, next month", "F features, one month", "0.57", ".2f"),
            ("F features, eight months later", "F features, eight months", "0.63", ".2f"),
            (
                "F exposures every month, nobody else's news is new",
                "F others' news known, eight months",
                "",
                ".2f",
            ),
            ("F score, next month", "F score, one month", "", ".2f"),
            ("F score, eight months later", "F score, eight months", "", ".2f"),
        ),
    ),
)
_MOVES = (
    ("G ten strangers, one-sided", "0"),
    ("G ten defaulters, accepted", "-2"),
    ("G ten defaulters, accepted, 300 d", "-2"),
    ("G ten defaulters, accepted, 400 d", ""),
    ("H ten friends, accepted", "3 / 10"),
    ("H ten friends, aged 300 d", "3 / 10"),
    ("H ten friends, a year and more", ""),
    ("H ten friends, bought", "3 / 10"),
    ("H ten friends, backdated", "3 / 10"),
    ("H ten friends, one-sided", "3 / 10"),
)


def page(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Write the page from two files of results."""
    named = {**before["cells"], **after["cells"]}
    cells = {name: named[name] for name in sorted(named, key=_order)}
    seeds = sorted({seed for design in cells.values() for cell in design.values() for seed in cell})
    words = {"1": "one", "2": "two", "3": "three"}
    attack_seeds = len([seed for seed in seeds if seed in {"1", "2"}])
    parts = [
        HEAD.format(seeds=words[str(attack_seeds)], before=before["commit"], after=after["commit"]),
        NOTES,
    ]
    for title, rows in ROWS:
        lines = [_line(cells, row) for row in rows]
        parts.append(f"\n## {title}\n\n{_top(cells)}\n" + "\n".join(lines) + "\n")
    parts.append(f"\n## Points\n\nMean, and the tenth that moves most (its edge).\n\n{_top(cells)}\n")
    parts.append("\n".join(_moves(cells, name, asked) for name, asked in _MOVES) + "\n")
    parts.append(f"\n## What is kept\n\n{_gain(cells)}\n")
    return "".join(parts)


def _order(name: str) -> tuple[bool, float, str]:
    """Before, then by falling epsilon; no noise is an infinite one."""
    found = re.search(r"eps ([\d.]+)", name)
    return name.startswith("rules"), -float(found[1]) if found else -math.inf, name


def _top(cells: dict[str, Any]) -> str:
    names = " | ".join(cells)
    return f"| attack | asked | {names} | targets |\n| --- | ---: |{' ---: |' * (len(cells) + 1)}"


def _mean(runs: dict[str, Any]) -> float:
    values = [run["value"] for run in runs.values()]
    return sum(values) / len(values)


def _line(cells: dict[str, Any], row: tuple[str, str, str, str]) -> str:
    title, name, asked, form = row
    shown = [f"{_mean(design[name]):{form}}" if name in design else "" for design in cells.values()]
    many = [run["targets"] for design in cells.values() for run in design.get(name, {}).values()]
    return f"| {title} | {asked} | {' | '.join(shown)} | {_span(many)} |"


def _moves(cells: dict[str, Any], name: str, asked: str) -> str:
    tenth = "lowest tenth" if name.startswith("G") else "best tenth"
    shown = [
        f"{_mean(design[f'{name}: mean']):+.1f} / {_mean(design[f'{name}: {tenth}']):+.1f}"
        if f"{name}: mean" in design
        else ""
        for design in cells.values()
    ]
    many = [run["targets"] for design in cells.values() for run in design.get(f"{name}: mean", {}).values()]
    return f"| {name} | {asked} | {' | '.join(shown)} | {_span(many)} |"


def _span(many: list[int]) -> str:
    if not many:
        return ""
    low, high = min(many), max(many)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _gain(cells: dict[str, Any]) -> str:
    kinds = sorted({name for design in cells.values() for name in design if name.startswith("gain: ")})
    lines = [
        "AUC of payments and the social group less that of payments alone, 8,000 people, mean of the seeds.",
        "",
        "| design | " + " | ".join(kind.removeprefix("gain: ") for kind in kinds) + " |",
        "| --- |" + " ---: |" * len(kinds),
    ]
    for name, design in cells.items():
        shown = [
            f"{_mean(design[kind]):+.3f} ({len(design[kind])})" if kind in design else "" for kind in kinds
        ]
        lines.append(f"| {name} | " + " | ".join(shown) + " |")
    lines += [
        "",
        "In brackets the number of seeds. Villages and Bitcoin: `python benchmarks/social_accuracy.py`.",
    ]
    return "\n".join(lines)
