"""Write peers.md from what the runs found."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import Any

from environments import BUILD, absent
from tasks import TASKS, Task

HEAD = """# This library beside its peers

Written by `make bench-peers` (`python benchmarks/peers/run.py`; `--only explain features` for some of it).
Each peer has an environment of its own under `build/peers`, made with pip as `peers/environments.toml` asks;
each contestant has one thread, a process of its own, the same inputs and fixed seeds, and is one short script
in `peers/`. **Whoever wins a row stands in bold**: by processor seconds, or by what the section names.
Beside them is the time by the clock, which on a busy machine is longer (the load of the machine when a
contestant was done is in the column *load*). The least of some calls counts, or for single rows the median.
*Part* says that only so much of the work was done, and its time scaled up. Differences are from this
library's values: relative above 1, absolute below. What peers are asked is in words of ours: whoever knows a
faster way of asking is welcome to it.
"""
FACTS = {"off": "largest difference", "auc": "AUC", "less": "less ours, over splits"}


def spelled(seconds: float) -> str:
    """Seconds with three digits, in a unit that suits them."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size or unit == "us":
            told = seconds / size
            return f"{told:,.3g} {unit}" if told < 1_000 else f"{told:,.0f} {unit}"
    return ""


def cell(name: str, fact: Any) -> str:
    """One fact in words."""
    if name in {"cpu", "clock"}:
        return spelled(fact)
    if name == "off":
        return "0" if fact == 0 else f"{fact:.0e}"
    return f"{fact:.4f}" if isinstance(fact, float) else str(fact)


def best_of(lines: dict[str, dict[str, Any]], best: str) -> str:
    """Whose row it is."""
    told = {who: facts[best] for who, facts in lines.items() if best in facts}
    if not told:
        return ""
    return min(told, key=lambda who: told[who] * sign(best))


def sign(best: str) -> int:
    """1 where the least is best, -1 where the greatest is."""
    return 1 if best in {"cpu", "error"} else -1


def row_table(task: Task, found: dict[str, Any], row: str) -> list[str]:
    """One row of work as a table of contestants, the best first."""
    lines = {who: told["rows"][row] for who, told in found["told"].items() if row in told.get("rows", {})}
    if not lines:
        return []
    winner, ours = best_of(lines, task.best), lines.get(task.reference, {}).get("cpu")
    extra = sorted({name for facts in lines.values() for name in facts} - {"cpu", "clock", "share", "note"})
    heads = ["", "processor", "times ours", "clock", *(FACTS.get(name, name) for name in extra), "load", ""]
    title = f"\n### {task.short}: {title_of(task, found, row)}\n"
    table = [title, joined(heads), joined(["---"] * len(heads))]
    for who, facts in sorted(lines.items(), key=lambda one: one[1][task.best] * sign(task.best)):
        name = found["told"][who]["name"]
        times = f"{facts['cpu'] / ours:.2f}" if ours else ""
        part = f"part: {facts['share']:.2%}" if facts.get("share", 1.0) != 1.0 else ""
        notes = "; ".join(one for one in (part, facts.get("note", "")) if one)
        cells = [
            f"**{name}**" if who == winner else name, cell("cpu", facts["cpu"]), times,
            cell("clock", facts["clock"]), *(cell(key, facts[key]) if key in facts else "" for key in extra),
            f"{found['told'][who]['load']:.1f}", notes,
        ]  # fmt: skip
        table.append(joined(cells))
    return table


def title_of(task: Task, found: dict[str, Any], row: str) -> str:
    """What a row is called."""
    titles = task.rows | found["settings"].get("sets", {})
    title: str = titles.get(row, row).format(**found["settings"])
    return title


def rows_of(found: dict[str, Any]) -> list[str]:
    """Rows that anybody told of."""
    return list(dict.fromkeys(row for told in found["told"].values() for row in told.get("rows", {})))


def at_a_glance(every: dict[str, dict[str, Any]]) -> list[str]:
    """A line for each row of every task: who wins, and the best other contestant beside this library."""
    heads = ["", "wins", "this library", "best of the others", "", "theirs by ours"]
    lines = [glance(TASKS[name], found, row) for name, found in every.items() for row in rows_of(found)]
    return [joined(heads), joined(["---"] * len(heads)), *(line for line in lines if line)]


def glance(task: Task, found: dict[str, Any], row: str) -> str:
    """One line; empty where there is nobody to compare with."""
    told = {who: one["rows"][row] for who, one in found["told"].items() if row in one.get("rows", {})}
    ours = told.pop(task.reference, None)
    other = best_of(told, task.best)
    if ours is None or not other:
        return ""
    mine, theirs = ours[task.best], told[other][task.best]
    winner = task.reference if mine * sign(task.best) <= theirs * sign(task.best) else other
    cells = [
        f"{task.short}: {title_of(task, found, row)}", f"**{found['told'][winner]['name']}**",
        cell(task.best, mine), cell(task.best, theirs), found["told"][other]["name"],
        f"{theirs / mine:.3g}" if task.best == "cpu" else f"{theirs / mine:.4f}",
    ]  # fmt: skip
    return joined(cells)


def joined(cells: list[str]) -> str:
    """A line of a Markdown table."""
    return "| " + " | ".join(cells) + " |"


def versions_of(found: dict[str, Any]) -> str:
    """Versions of everything that a task's contestants told of."""
    every = {name: one for told in found["told"].values() for name, one in told.get("versions", {}).items()}
    return ", ".join(f"{name} {one}" for name, one in sorted(every.items()))


def section(name: str, found: dict[str, Any]) -> list[str]:
    """One task: its tables, and who is missing and why."""
    task = TASKS[name]
    lines = [f"\n## {task.title.format(**found['settings'])}\n"]
    where = f"Measured {found['day']} (`{found.get('asked', f'--only {name}')}`). {found['machine']}."
    lines.append(f"{where} Versions: {versions_of(found)}.")
    if task.said:
        lines.append(f"\n{task.said}")
    for row in rows_of(found):
        lines += row_table(task, found, row)
    missing = {who: found["told"].get(who, {"error": "not run"}).get("error") for who in task.scripts}
    missing = {who: why for who, why in missing.items() if why}
    if missing:
        lines += ["\nNot measured:\n", *(f"- {who.partition('_')[2]}: {why}" for who, why in missing.items())]
    return lines


def write(path: Path) -> None:
    """Write the page from all that was ever measured on this machine."""
    every = {}
    for name, task in TASKS.items():
        record = BUILD / f"{name}.json"
        if record.exists():
            found = json.loads(record.read_text(encoding="utf-8"))
            found["told"] = {who: told for who, told in found["told"].items() if who in task.scripts}
            every[name] = found
    lines = [HEAD, *at_a_glance(every)]
    for name, found in every.items():
        lines += section(name, found)
    never = [f"{task.short} (`--only {name}`)" for name, task in TASKS.items() if name not in every]
    if never:
        lines.append(f"\nNot run yet on this machine: {', '.join(never)}.")
    lines += ["\n## Who takes no part\n", *(f"- {who}: {why}" for who, why in absent().items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path} written, Python {platform.python_version()}")
