"""Nothing that others see reads a standing: only what makes the noisy bits of them does."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import modules

# What makes steps of standings, bits of steps, and rows of bits.
MAKERS = {
    "data.network.index",
    "data.network.lives",
    "data.network.seen",
    "data.network.seen_steps",
    "data.network.standing_events",
    "data.stored.bits",
}
# What tries how far friends move a score bends the lender's own rows, and has to know who stands well: the
# worlds that it makes are read through the bits, as any are.
TRIALS = {"gaming.friends"}
# Indexes of raw standings, what makes them, and what reads them.
RAW = {"standings", "raw", "Steps", "make_steps", "step_at", "standing_events"}


def raw_reads(tree: ast.AST) -> list[str]:
    """Attributes of a network, and imports, that lead to a standing."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).endswith("standing_events"):
            found += [f"line {node.lineno}: {node.module}"]
        if isinstance(node, ast.Attribute) and node.attr in RAW and leads_from_network(node.value):
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            tables = isinstance(node.value, ast.Attribute) and node.value.attr == "tables"
            if tables and node.slice.value == "standings":
                found.append(f"line {node.lineno}: {ast.unparse(node)}")
    return found


def leads_from_network(node: ast.AST) -> bool:
    return any(
        getattr(inside, "attr", getattr(inside, "id", "")) in {"network", "seen"} for inside in ast.walk(node)
    )


def test_no_value_that_others_see_is_made_of_a_standing() -> None:
    found = {
        module.name: reads
        for module in modules()
        if module.name not in MAKERS | TRIALS and (reads := raw_reads(module.tree))
    }
    assert found == {}


@pytest.mark.parametrize(
    "leak",
    [
        "portfolio.network.standings",
        "network.seen.raw.states",
        "from creditscore.data.network.standing_events import step_at",
        "portfolio.tables['standings'].codes",
    ],
)
def test_the_check_finds_a_leak(leak: str) -> None:
    assert raw_reads(ast.parse(leak))
