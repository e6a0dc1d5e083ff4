"""A bank and a shop find shared customers, and tell each other aggregates of them and nothing else.

Run: python examples/two_parties.py
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import creditscore as cs


def bank_and_shop(seed: int) -> tuple[dict[str, float], dict[str, float]]:
    """E-mail addresses with what each party knows: default or not, and orders in a year."""
    rng = np.random.default_rng(seed)
    people = [f"person{number}@example.org" for number in range(3_000)]
    orders = rng.poisson(6, len(people))
    bad = rng.random(len(people)) < 0.16 - 0.01 * np.minimum(orders, 12)
    at_bank = dict(zip(people[:2_000], bad[:2_000].astype(float).tolist(), strict=True))
    at_shop = dict(zip(people[1_000:], orders[1_000:].astype(float).tolist(), strict=True))
    return at_bank, at_shop


def main() -> None:
    """Join, then release aggregates."""
    at_bank, at_shop = bank_and_shop(seed=1)
    # Each party asks once, so that each knows who is shared and nobody else.
    bank, shop = cs.JoinAsker(at_bank), cs.JoinAsker(at_shop)
    shared = bank.shared(cs.JoinAnswerer(at_shop).reply(bank.request()))
    known_to_shop = shop.shared(cs.JoinAnswerer(at_bank).reply(shop.request()))
    print(f"bank: {len(at_bank):,} customers, shop: {len(at_shop):,}, shared: {len(shared):,}")
    if shared != known_to_shop:
        raise SystemExit("The two parties do not agree on who is shared.")
    # What each tells the other one are counts with noise, each out of a budget of its own.
    with TemporaryDirectory() as folder:
        of_shop = cs.PrivacyBudget.create(Path(folder, "shop.budget"), total=1)
        of_bank = cs.PrivacyBudget.create(Path(folder, "bank.budget"), total=1)
        many = sum(at_shop[one] >= 6 for one in shared)
        orders = {"6 orders or more": many, "fewer": len(shared) - many}
        outcomes = {"defaulted": sum(int(at_bank[one]) for one in shared)}
        print(of_shop.release_counts(orders, epsilon="0.5", what="shared customers by orders"))
        print(of_bank.release_counts(outcomes, epsilon="0.5", what="defaults of shared customers"))
        print(f"left: {of_shop}, {of_bank}")


if __name__ == "__main__":
    main()
