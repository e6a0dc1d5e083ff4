"""How long making a portfolio takes, and how much memory. Run: python benchmarks/simulate.py."""

from __future__ import annotations

import argparse
import resource
import sys
import time

from creditscore.simulate import SimulationConfig, simulate_portfolio


def main() -> None:
    """Make a small portfolio to compile kernels, then the one that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    simulate_portfolio(SimulationConfig(people=500), seed=0)
    begin = time.perf_counter()
    made = simulate_portfolio(SimulationConfig(people=asked.people), seed=asked.seed)
    seconds = time.perf_counter() - begin
    rows = sum(len(table) for table in made.tables.values())
    begin = time.perf_counter()
    made.portfolio()
    checked = time.perf_counter() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    sys.stdout.write(
        f"{asked.people:,} people, default dials: {rows:,} rows ({len(made.tables['payments']):,} payments)\n"
        f"simulate_portfolio {seconds:.1f} s; Portfolio (checking, linking, ordering) {checked:.1f} s; "
        f"peak memory {memory:.1f} GiB\n"
    )


if __name__ == "__main__":
    main()
