"""Write docs/signs.md: the declared sign of each feature beside the sign seen in each real data set.

    python docs/make_signs.py

Real sets but Taiwan are read from the folder beside the project; without them the page is left as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "examples")]

import berka  # noqa: E402
import bitcoin_trust  # noqa: E402
import superlender  # noqa: E402
import superlender_referrals  # noqa: E402
import villages  # noqa: E402
from _common import DATA  # noqa: E402
from scipy.stats import rankdata  # noqa: E402

import creditscore as cs  # noqa: E402
from creditscore.features.digital.declared.catalogue import every_digital_feature  # noqa: E402
from creditscore.features.matrix import FeatureMatrix  # noqa: E402

FEWEST_ROWS, FEWEST_BADS = 100, 10
MARK = {1: "+", -1: "\N{MINUS SIGN}", 0: "0"}
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """AUC of one feature alone, with its 95 % interval."""

    auc: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """+1 or -1 where the interval leaves out one half, else 0."""
        return int(self.low > 0.5) - int(self.high < 0.5)

    def __str__(self) -> str:
        return f"{MARK[self.sign]} {self.auc:.3f} ({self.low:.3f} to {self.high:.3f})"


def seen(values: Array, bad: Array) -> Seen | None:
    """Measure one feature where it is known; None if it is constant or too few rows are left.

    The standard error is that of DeLong, DeLong and Clarke-Pearson (1988).
    """
    known = ~np.isnan(values)
    risk, hit = values[known], bad[known] == 1
    n_bad, n_good = int(hit.sum()), int((~hit).sum())
    if known.sum() < FEWEST_ROWS or min(n_bad, n_good) < FEWEST_BADS or risk.min() == risk.max():
        return None
    everyone = rankdata(risk)
    of_bad = (everyone[hit] - rankdata(risk[hit])) / n_good
    of_good = 1.0 - (everyone[~hit] - rankdata(risk[~hit])) / n_bad
    auc = float(of_bad.mean())
    error = float(np.sqrt(of_bad.var(ddof=1) / n_bad + of_good.var(ddof=1) / n_good))
    return Seen(auc, auc - 1.96 * error, auc + 1.96 * error)


def measured() -> Iterator[tuple[str, dict[str, Seen]]]:
    """Yield each data set with what every signed feature shows in it."""
    cards = cs.datasets.load_taiwan_cards()
    yield (
        "Taiwan",
        _all(cs.repayment_features(), cards.to_applications(), cards.to_portfolio(), cards.bad),
    )
    yield "SuperLender", _all(superlender.features(), *superlender.load(DATA / "superlender"))
    yield "Berka", _all(berka.features(), *berka.load(DATA / "berka"))


def social() -> Iterator[tuple[str, dict[str, Seen]]]:
    """Yield each graph with what every signed social feature shows in it."""
    households, known, took, _ = villages.load(DATA / "microfinance_villages")
    yield "Villages", _all(villages.features(), households, known, took)
    ratings, known, negative = bitcoin_trust.load(DATA / "bitcoin_trust")
    graph = bitcoin_trust.features().where(lambda feature: feature.source == "ties")
    yield "Bitcoin Alpha", _all(graph, ratings, known, negative)
    loans, known, bad = superlender_referrals.load(DATA / "superlender")
    yield "SuperLender referrals", _all(superlender_referrals.social(), loans, known, bad)
    yield "simulated", _all(cs.social_features(), *simulated())


def simulated() -> tuple[cs.Applications, cs.Portfolio, Array]:
    """Make a lender where people who are alike know each other, and defaults spread a little."""
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=20_000, homophily=0.9), seed=1)
    applications, portfolio = made.to_applications(), made.portfolio()
    moments = np.datetime64("1970-01-01", "us") + np.sort(applications.as_of)[[0, -1]]
    grid = cs.calendar_grid(moments[0] - np.timedelta64(31, "D"), moments[1])
    measures = cs.compute_measures(portfolio, grid).to_frame()
    return applications, cs.Portfolio(**made.parts(measures=measures)), made.bad(portfolio)


def digital() -> Iterator[tuple[str, dict[str, Seen]]]:
    """Yield a simulated lender and a shop with what every signed feature of channels shows in them."""
    yield "simulated", _all(every_digital_feature(), *simulated_channels())
    orders = cs.simulate.simulate_orders(seed=1)
    features = every_digital_feature().where(lambda feature: feature.source == "registrations")
    yield "shop", _all(features, orders.to_applications(), orders.to_portfolio(), orders.bad)


def simulated_channels() -> tuple[cs.Applications, cs.Portfolio, Array]:
    """Make a lender of 8,000 people, with few purchases, since no feature here reads them."""
    config = cs.simulate.SimulationConfig(people=8_000, purchases=0.2, activities=0.1)
    made = cs.simulate.simulate_portfolio(config, seed=1)
    portfolio = made.portfolio()
    return made.to_applications(), portfolio, made.bad(portfolio)


def _all(
    features: cs.FeatureSet, applications: cs.Applications, portfolio: cs.Portfolio, bad: Array
) -> dict[str, Seen]:
    matrix: FeatureMatrix = cs.CreditPipeline(features).compute_features(applications, portfolio)
    found = ((feature.name, seen(matrix[feature.name], bad)) for feature in features if feature.sign)
    return {name: one for name, one in found if one is not None}


def page(
    sets: dict[str, dict[str, Seen]], graphs: dict[str, dict[str, Seen]], channels: dict[str, dict[str, Seen]]
) -> str:
    """Return the whole page."""
    return "\n\n".join(
        (
            INTRODUCTION,
            "## Payments and repayments",
            *section(cs.payment_features() + cs.repayment_features(), sets, DISCUSSION),
            f"## Social signals\n\n{SOCIAL}",
            *section(cs.social_features(), graphs, SOCIAL_DISCUSSION),
            f"## Digital channels\n\n{DIGITAL}",
            *section(every_digital_feature(), channels, DIGITAL_DISCUSSION),
        )
    )


def section(
    features: cs.FeatureSet, sets: dict[str, dict[str, Seen]], discussion: str
) -> tuple[str, str, str, str, str]:
    """Return count, contradictions, what lies behind them, the table, and what was not measured."""
    signed = [f for f in features if f.sign]
    told = [f for f in signed if any(f.name in found for found in sets.values())]
    against = [
        f"| `{f.name}` | {MARK[f.sign]} | {name} | {found[f.name]} |"
        for f in told
        for name, found in sets.items()
        if f.name in found and found[f.name].sign == -f.sign
    ]
    agree = sum(found[f.name].sign == f.sign for f in told for found in sets.values() if f.name in found)
    pairs = sum(f.name in found for f in told for found in sets.values())
    silent = ", ".join(f"`{f.name}`" for f in signed if f not in told)
    rows = [
        f"| `{f.name}` | {MARK[f.sign]} | "
        + " | ".join(str(found.get(f.name, "")) for found in sets.values())
        + " |"
        for f in told
    ]
    head = f"| feature | declared | {' | '.join(sets)} |"
    counted = (
        f"Of {len(signed)} signed features {len(told)} can be measured in at least one set: {pairs} pairs.\n"
        f"In {agree} pairs the sign seen is the declared one, in {len(against)} the opposite, and in "
        f"{pairs - agree - len(against)} the interval\nholds one half."
    )
    return (
        counted,
        "### Contradictions\n\n" + (f"{CONTRADICTED}\n" + "\n".join(against) if against else "None."),
        discussion,
        f"### Each feature\n\n{head}\n| --- | --- |{' --- |' * len(sets)}\n" + "\n".join(rows),
        f"Not measured, because no set here has the columns or too few rows differ: {silent or 'none'}.",
    )


CONTRADICTED = "| feature | declared | set | seen |\n| --- | --- | --- | --- |"
INTRODUCTION = """# Declared and seen signs

Written by `python docs/make_signs.py`. Each cell is the AUC of the feature alone, for the probability that a
random bad has a higher value than a random good, with its 95 % interval: + above one half, \N{MINUS SIGN}
below, 0 where the interval holds one half. A feature alone says nothing about its sign given everything else,
which is what a constraint imposes; but a clear contradiction deserves an explanation."""

DISCUSSION = """What lies behind them:

- `repayment_roll_60_90`, Taiwan. It is known for cards that were two months late, and the riskiest of
  these stay two months late month after month without rolling on: with 1 such month half of them roll and
  25 % default, with 6 months 38 % roll and 78 % default. The number of months, which has the declared
  sign, tells it better.
- `repayment_days_on_book_newest`, SuperLender. The sign is meant for loans that run: a seasoned one is
  safer. Here loans last two to four weeks and all are repaid before the next, so the age of the newest
  says how long the borrower has been away, and those who were away for long repay worse.
- `repayment_loans_opened_30d`, SuperLender. The sign is meant for stacking, several loans at once. Here
  loans follow each other: a loan opened in the last month was also repaid in it.
- `repayment_outstanding`, Taiwan. Who owes more has the higher limit, and limits were given to the safer.
  Set against the limit (`statements_utilisation_now`) the declared sign returns.
- `statements_utilisation_slope_6m` and `_12m` (here the same six statements), Taiwan. The balance of
  cards in arrears stands still, while that of healthy cards in use grows a little; among cards that were
  never late the slope says nothing (AUC 0.507). Late payments say it more directly.

The constraint holds in each of these: the model may then not use the feature against its sign, and loses
at most what the feature alone knew. Who lends only short loans one after the other may free such a
feature with `dataclasses.replace(feature, sign=0)`. Nothing was freed in the examples."""


SOCIAL = """Villages: taking a micro-loan stands for default. Bitcoin Alpha: a negative rating stands for it.
SuperLender referrals: real defaults, few referrals. Simulated: 20,000 people, homophily 0.9, influence 4."""

SOCIAL_DISCUSSION = """What lies behind them:

- Age, new ties and churn, Bitcoin Alpha. The signs are meant for ties that people make, some of them in a
  hurry before they apply. Here a tie is a rating that follows a trade: who trades much at the moment has
  many new ones and is trusted, and a rating after a long silence is more often a complaint.
- `ties_new_count_30d`, SuperLender. A referral is made when a customer joins, so a new one marks a customer
  of the first weeks, not one who collects friends; the interval is close to one half.

Everything that rests on the standing of others has the declared sign or none, in every set: exposures to
defaults raise the risk, exposures to good payers lower it."""

DIGITAL = """No public data set with outcomes has sessions, forms or registrations, so both sets are made up.
Simulated: 8,000 people, who deal with the lender the more steadily the more reliable they are. Shop: 270,000
orders on invoice whose default rates by footprint are published ones ([the digital channels](digital.md))."""

DIGITAL_DISCUSSION = """What lies behind them:

- Rights that were used, and the wish not to be tracked, follow reliability in neither set. Their sign is
  \N{MINUS SIGN} so that using a right can never raise the risk, and says nothing of anybody."""


if __name__ == "__main__":
    needed = ("superlender", "berka", "microfinance_villages", "bitcoin_trust")
    if not all((DATA / name).is_dir() for name in needed):
        sys.exit(f"{DATA} does not hold {', '.join(needed)}; docs/signs.md is left as it is.")
    text = page(dict(measured()), dict(social()), dict(digital()))
    Path(__file__).with_name("signs.md").write_text(text + "\n", encoding="utf-8")
