"""Hold features and generator against what is true; the thresholds stand in docs/simulation.md.

Run: python benchmarks/acceptance.py [--people 12000] [--seeds 1 2 ... 9] [--tests t1 t2 ...]
It writes results_acceptance.md beside this file.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
from scipy.stats import spearmanr

import creditscore as cs
from creditscore.features.compute import FeatureComputer
from creditscore.graph.measures import calendar_grid
from creditscore.simulate import Simulated, SimulationConfig, Truth, simulate_with_truth
from creditscore.simulate.portfolio import MADE_UP
from creditscore.validation.metrics import auc

PLAIN = SimulationConfig(rejected=0.0)
QUIET = replace(PLAIN, rings=0, gaming=0.0)
# A close society, where friends are alike and known: what T2 needs to stand out from a sample of this size.
CLOSE = replace(QUIET, homophily=0.95, ties=16.0, reported=1.0, influence=0.0, frailty=0.0)
SOCIAL = ("ties", "memberships", "activities", "measures")
PAYMENTS = ("payments", "bills")
TREES = {
    "objective": "binary", "learning_rate": 0.05, "num_leaves": 8, "min_child_samples": 50,
    "feature_fraction": 0.4, "lambda_l2": 5.0, "verbose": -1, "num_threads": 2, "seed": 0,
    "monotone_constraints_method": "basic", "deterministic": True, "force_row_wise": True,
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """One simulated lender with everything that a test asks for."""

    made: Simulated
    truth: Truth
    sources: tuple[str, ...] = ()

    @cached_property
    def applications(self) -> cs.Applications:
        """All applications."""
        return self.made.to_applications()

    @cached_property
    def person(self) -> np.ndarray:
        """Number of the person behind each application."""
        return self.made.applications["applicant_id"].to_numpy()

    @cached_property
    def bad(self) -> np.ndarray:
        """True outcome of each application."""
        return self.truth.to_applications(paths=0)["bad"].to_numpy().astype(float)

    def chance(self, paths: int) -> np.ndarray:
        """True probability of default of each application."""
        return self.truth.to_applications(paths=paths)["probability_of_default"].to_numpy()

    @cached_property
    def portfolio(self) -> cs.Portfolio:
        """All tables, with the measures of the graph on the first of each month."""
        return with_measures(dict(self.made.tables), self.made.applications)

    @cached_property
    def matrix(self) -> pd.DataFrame:
        """Built-in features of the sources that the test asks for; of all where it names none."""
        chosen = built_in().where(lambda feature: not self.sources or feature.source in self.sources)
        return features_of(self.applications, self.portfolio, chosen)

    def score(self, *sources: str) -> np.ndarray:
        """Log-odds from features of some sources, cross-fitted in 3 folds of people."""
        chosen = built_in().where(lambda feature: feature.source in sources and feature.in_model)
        rows = self.matrix[list(chosen.names)].to_numpy()
        signs = [feature.sign for feature in chosen]
        fold, out = self.person % 3, np.empty(len(rows))
        for k in range(3):
            data = lightgbm.Dataset(rows[fold != k], self.bad[fold != k])
            grown = lightgbm.train({**TREES, "monotone_constraints": signs}, data, num_boost_round=120)
            out[fold == k] = grown.predict(rows[fold == k], raw_score=True)
        return out


def world(config: SimulationConfig, seed: int, *sources: str) -> World:
    """Simulate one, for features of some sources."""
    return World(*simulate_with_truth(config, seed=seed), sources)


def with_measures(tables: dict[str, pd.DataFrame], applications: pd.DataFrame) -> cs.Portfolio:
    """Compute the measures for the months of the applications and add them to the tables."""
    first, last = applications["as_of"].min(), applications["as_of"].max()
    grid = calendar_grid(first - pd.Timedelta(days=32), last)
    bare = cs.Portfolio(**tables, privacy=MADE_UP)
    tables["measures"] = cs.compute_measures(bare, grid).to_frame()
    return cs.Portfolio(**tables, privacy=MADE_UP)


def built_in() -> cs.FeatureSet:
    """Every built-in feature once."""
    return cs.application_features() + cs.payment_features() + cs.repayment_features() + cs.social_features()


def features_of(
    applications: cs.Applications, portfolio: cs.Portfolio, chosen: cs.FeatureSet | None = None
) -> pd.DataFrame:
    """Features as a frame: all built-in ones, or those that are chosen."""
    matrix = FeatureComputer(chosen or built_in()).compute(applications, portfolio)
    return pd.DataFrame(matrix.values, columns=list(matrix.names))


def t1(people: int, seeds: list[int]) -> tuple[bool, list[str]]:
    """Without a signal the social block predicts nothing."""
    quiet = replace(QUIET, people=people, tie_behaviour=0.0, macro_volatility=0.0)
    nothing = replace(quiet, homophily=0.0, influence=0.0, frailty=0.0)
    found = []
    for seed in seeds:
        one = world(nothing, seed, *SOCIAL)
        found.append(auc(one.bad, one.score(*SOCIAL)))
    told = [f"AUC of S {value:.3f} (seed {seed})" for seed, value in zip(seeds, found, strict=True)]
    return abs(float(np.mean(found)) - 0.5) <= 0.02, [*told, f"mean {np.mean(found):.3f}"]


def t2(people: int, seeds: list[int]) -> tuple[bool, list[str]]:
    """With homophily the social block adds to payments."""
    config = replace(CLOSE, people=people)
    told, good = [], True
    for seed in seeds:
        one = world(config, seed, *SOCIAL, *PAYMENTS)
        known = one.chance(20)
        s, p, both, oracle = (
            auc(one.bad, x)
            for x in (one.score(*SOCIAL), one.score(*PAYMENTS), one.score(*PAYMENTS, *SOCIAL), known)
        )  # fmt: skip
        good &= both - p >= 0.02
        gain = f"P and S {both:.3f}, gain {both - p:+.3f}"
        told.append(f"seed {seed}: S {s:.3f}, P {p:.3f}, {gain}, oracle {oracle:.3f}")
    return good, told


def t3(people: int, seeds: list[int]) -> tuple[bool, list[str]]:
    """Recent exposure tells influence from homophily and frailty, once true reliability is known.

    It must hold for true exposures. What the features show of them, late and blurred, is stated beside it.
    """
    base = replace(QUIET, people=people, homophily=0.0, influence=0.0, frailty=0.0)
    worlds = {
        "influence": replace(base, influence=8.0), "homophily": replace(base, homophily=0.8),
        "frailty": replace(base, frailty=1.0),
    }  # fmt: skip
    told, z, size = [], {}, {}
    for name, config in worlds.items():
        made = [world(config, seed) for seed in seeds]
        size[name], z[name] = pooled([true_effects(one) for one in made])
        told += [f"{name}: {shown(size[name], z[name])}"]
        told += [f"{name}, as features show it: {shown(*pooled([seen_effects(one) for one in made]))}"]
    influence = z["influence"][0] > 2 and (
        size["influence"][1] < size["influence"][0] / 2 or z["influence"][1] < 2
    )
    good = influence and (np.abs(z["homophily"]) < 3).all() and (z["frailty"] > 2).all()
    return bool(good), told


def pooled(fits: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of all seeds by inverse variance, and their z."""
    size, error = np.array([fit[0] for fit in fits]), np.array([fit[1] for fit in fits])
    weight = 1.0 / error**2
    mean = (size * weight).sum(axis=0) / weight.sum(axis=0)
    return mean, mean * np.sqrt(weight.sum(axis=0))


def shown(size: np.ndarray, z: np.ndarray) -> str:
    """Both coefficients in words."""
    return f"recent {size[0]:+.2f} (z {z[0]:+.1f}), old {size[1]:+.2f} (z {z[1]:+.1f})"


def true_effects(one: World) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds and standard errors of true exposures, at the last application of everybody."""
    everyone = np.arange(len(one.truth.people))
    return exposure_effects(one, np.column_stack(one.truth.exposures()), everyone, one.truth.people.month,
                            one.truth.bad.astype(float))  # fmt: skip


def seen_effects(one: World) -> tuple[np.ndarray, np.ndarray]:
    """The same of what the features say, at every application."""
    names = ["neighbours_defaulted_share_recent", "neighbours_defaulted_share_old"]
    chosen = cs.social_features().select(names)
    shares = FeatureComputer(chosen).compute(one.applications, one.made.portfolio()).values
    return exposure_effects(one, shares, one.person, one.truth.people.requests.month, one.bad)


def exposure_effects(
    one: World, shares: np.ndarray, person: np.ndarray, month: np.ndarray, bad: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds and standard errors of recent and old exposure, given reliability, capacity and month."""
    people = one.truth.people
    time = month / 12.0
    x = np.column_stack(
        [shares, people.theta[person], people.capacity[person], time, time**2, np.ones(len(shares))]
    )
    there = np.isfinite(x).all(axis=1)
    coefficient, error = logistic_regression(x[there], bad[there])
    return coefficient[:2], error[:2]


def logistic_regression(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Maximum likelihood by Newton's method: coefficients and standard errors."""
    beta = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1.0 / (1.0 + np.exp(-x @ beta))
        information = (x * (p * (1 - p))[:, None]).T @ x
        beta = beta + np.linalg.solve(information, x.T @ (y - p))
    return beta, np.sqrt(np.diag(np.linalg.inv(information)))


def t4(people: int, seeds: list[int]) -> tuple[bool, list[str]]:
    """Features go with the true probability of default as declared."""
    told, good = [], True
    for seed in seeds:
        one = world(replace(PLAIN, people=people), seed)
        chance = one.chance(200)
        kept, wrong, constant = sign_check(one.matrix, chance)
        share = 1.0 - len(wrong) / kept
        good &= share >= 0.95
        told.append(f"seed {seed}: {share:.1%} of {kept} signed features that vary; constant: {constant}")
        told += [f"  against its sign: {line}" for line in wrong]
    return good, told


def sign_check(matrix: pd.DataFrame, chance: np.ndarray) -> tuple[int, list[str], list[str]]:
    """How many signed features vary, which go against their sign, and which are constant."""
    wrong, constant, kept = [], [], 0
    for feature in built_in().where(lambda feature: feature.sign != 0):
        values = matrix[feature.name].to_numpy()
        there = np.isfinite(values)
        if there.sum() < 2 or np.ptp(values[there]) == 0.0:
            constant.append(feature.name)
            continue
        kept += 1
        found = spearmanr(values[there], chance[there])[0]
        if not found * feature.sign > 0:
            wrong.append(f"{feature.name} ({feature.sign:+d}): {found:+.4f} of {there.sum():,}")
    return kept, wrong, constant


def t10(people: int, seeds: list[int]) -> tuple[bool, list[str]]:
    """The queue finds rings, and rings leave others alone."""
    told, good = [], True
    for seed in seeds:
        one = world(replace(PLAIN, people=people), seed)
        signals = cs.fraud_signals(one.applications, one.portfolio, shared=one.made.shared)
        ring = one.truth.people.ring[one.person] >= 0
        recall, precision = signals.in_queue[ring].mean(), ring[signals.in_queue].mean()
        moved = ring_effect(one, ring)
        good &= recall >= 0.9 and precision >= 0.5 and moved.max() <= 0.05
        told.append(
            f"seed {seed}: recall {recall:.2f}, precision {precision:.2f}, queue {signals.in_queue.sum()}; "
            f"largest move of an outsider's PD {moved.max():.4f}, mean {moved.mean():.6f}"
        )
    return good, told


def ring_effect(one: World, ring: np.ndarray) -> np.ndarray:
    """How far each outsider's probability moves when the ties inside the rings are taken out."""
    of = one.truth.people.ring
    ties = one.made.tables["ties"]
    a, b = of[ties["person_id"].to_numpy()], of[ties["other_id"].to_numpy()]
    inside = (a >= 0) & (a == b) & (ties["layer"] == "p2p").to_numpy()
    tables = {**one.made.tables, "ties": ties[~inside]}
    without = features_of(one.applications, with_measures(tables, one.made.applications))
    chosen = built_in().for_model
    names, signs = list(chosen.names), list(chosen.signs)
    data = lightgbm.Dataset(one.matrix[names].to_numpy(), one.bad)
    grown = lightgbm.train({**TREES, "monotone_constraints": signs}, data, num_boost_round=120)
    moved = np.abs(grown.predict(one.matrix[names].to_numpy()) - grown.predict(without[names].to_numpy()))
    return moved[~ring]


def t11(people: int, seeds: list[int]) -> tuple[bool, list[str]]:
    """What became known later changes nothing; a builder that looks at the happened time is caught."""
    told, good = [], True
    for seed in seeds:
        one = world(replace(PLAIN, people=min(people, 4_000)), seed)
        moment = one.made.applications["as_of"].quantile(0.5)
        rows = one.made.applications[one.made.applications["as_of"] <= moment].drop(columns="decision")
        asked = cs.Applications(rows)
        tables = dict(one.made.tables)
        grid = calendar_grid(rows["as_of"].min() - pd.Timedelta(days=32), moment)
        honest = leak_check(asked, tables, known_before(tables, moment), grid)
        leaky = {name: happened_is_known(frame) for name, frame in tables.items()}
        cheating = leak_check(asked, leaky, happened_is_known_before(tables, moment), grid)
        good &= honest == 0 and cheating > 0
        caught = f"{cheating} do when happened counts as known"
        told.append(f"seed {seed}: {honest} values change without the future; {caught}")
    return good, told


def leak_check(
    applications: cs.Applications, tables: dict[str, pd.DataFrame], past: dict[str, pd.DataFrame], grid: tuple
) -> int:  # fmt: skip
    """Values that differ between two sets of tables."""
    values = []
    for chosen in (tables, past):
        measures = cs.compute_measures(cs.Portfolio(**chosen, privacy=MADE_UP), grid).to_frame()
        full = cs.Portfolio(**chosen, measures=measures, privacy=MADE_UP)
        values.append(FeatureComputer(built_in()).compute(applications, full).values)
    return int((~((values[0] == values[1]) | (np.isnan(values[0]) & np.isnan(values[1])))).sum())


def known_before(tables: dict[str, pd.DataFrame], moment: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """What was known before a moment: rows, and facts inside rows."""
    past = {}
    for name, frame in tables.items():
        contract = cs_contracts()[name]
        first = contract.row_time if name != "instalments" else None
        known = frame["known_time"] if "known_time" in frame else (frame[first] if first else None)
        kept = frame.copy() if known is None else frame[known < moment].copy()
        for fact in contract.facts:
            if fact in kept:
                late = kept[fact].notna() & (kept[fact] >= moment)
                kept.loc[late, fact] = pd.NaT
                if fact == "paid_time":
                    kept.loc[late, "paid_amount"] = np.nan
        past[name] = kept
    loans = past["loans"]["loan_id"]
    past["instalments"] = past["instalments"][past["instalments"]["loan_id"].isin(loans)]
    return past


def cs_contracts() -> dict:
    """The declared tables."""
    from creditscore.data.tables.contracts import CONTRACTS

    return dict(CONTRACTS)


def happened_is_known(frame: pd.DataFrame) -> pd.DataFrame:
    """A careless builder: what happened counts as known at once."""
    if "known_time" not in frame or "event_time" not in frame:
        return frame
    kept = frame[~frame["event_id"].duplicated(keep="last")] if "event_id" in frame else frame
    return kept.drop(columns="known_time")


def happened_is_known_before(
    tables: dict[str, pd.DataFrame], moment: pd.Timestamp
) -> dict[str, pd.DataFrame]:
    """What that builder would have had at the moment: only rows that had come in by then."""
    return {name: happened_is_known(frame) for name, frame in known_before(tables, moment).items()}


def t14(people: int, seeds: list[int]) -> tuple[bool, list[str]]:
    """Ten new friends of good standing change no exposure."""
    told, good = [], True
    for seed in seeds:
        one = world(replace(QUIET, people=min(people, 4_000)), seed)
        rows, plain, with_friends = gamed(one)
        asked = cs.Applications(rows.drop(columns="decision"))
        before, after = features_of(asked, plain), features_of(asked, with_friends)
        social = [feature.name for feature in cs.social_features()]
        same = (before == after) | (before.isna() & after.isna())
        changed = [name for name in social if not same[name].all()]
        exposures = [name for name in changed if "default" in name or "good" in name or "known" in name]
        others = [name for name in changed if not name.startswith("ties_")]
        good &= not exposures and not others and not same.drop(columns=social).eq(False).any().any()
        head = f"seed {seed}, {len(rows)} who game: of {len(social)} social features change"
        told.append(f"{head} {', '.join(changed)}")
    return good, told


def gamed(one: World) -> tuple[pd.DataFrame, cs.Portfolio, cs.Portfolio]:
    """Applications of nine days; the portfolio; and the same with ten new friends for each of them.

    The friends are made in the 80 days before, so that no such tie is 90 days old for anybody among them.
    """
    rows = one.made.applications
    begin = rows["as_of"].quantile(0.6)
    rows = rows[(rows["as_of"] >= begin) & (rows["as_of"] < begin + pd.Timedelta(days=9))]
    known = one.made.tables["standings"]
    good = np.unique(known.loc[known["standing"] == "good", "person_id"])
    random = np.random.default_rng(0)
    who = np.repeat(rows["applicant_id"].to_numpy(), 10)
    days = pd.Series(pd.to_timedelta(random.uniform(1, 80, who.size), unit="D").floor("s"))
    friends = pd.DataFrame(
        {
            "person_id": who, "other_id": random.choice(good, who.size), "layer": "friend", "weight": 1.0,
            "event_time": rows["as_of"].repeat(10).reset_index(drop=True) - days, "directed": False,
        }
    )  # fmt: skip
    ties = one.made.tables["ties"].astype({"layer": str})
    pairs = [set(zip(t["person_id"], t["other_id"], strict=True)) for t in (ties, friends)]
    old = pairs[0] | {(b, a) for a, b in pairs[0]}  # nobody makes a friend of an old friend, or of themselves
    fresh = [
        a != b and (a, b) not in old for a, b in zip(friends["person_id"], friends["other_id"], strict=True)
    ]
    friends = friends[fresh]
    more = pd.concat([ties, friends], ignore_index=True)
    plain = with_measures(dict(one.made.tables), rows)
    return rows, plain, with_measures({**one.made.tables, "ties": more}, rows)


TESTS = {"t1": t1, "t2": t2, "t3": t3, "t4": t4, "t10": t10, "t11": t11, "t14": t14}


def main() -> int:
    """Run the tests that are asked for, print and write what they found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=12_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(1, 10)))
    parser.add_argument("--tests", nargs="+", choices=list(TESTS), default=list(TESTS))
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("results_acceptance.md"))
    asked = parser.parse_args()
    command = "python benchmarks/acceptance.py"
    lines = [
        "# Acceptance on simulated data", "",
        f"`{command}`, {asked.people:,} people, seeds {asked.seeds}; thresholds in docs/simulation.md.", "",
    ]  # fmt: skip
    everything = True
    for name in asked.tests:
        good, told = TESTS[name](asked.people, asked.seeds)
        everything &= good
        head = f"## {name.upper()} {'holds' if good else 'DOES NOT HOLD'}"
        sys.stdout.write("\n".join([head, *told, ""]) + "\n")
        sys.stdout.flush()
        lines += [head, "", (TESTS[name].__doc__ or "").strip(), "", *(f"- {line}" for line in told), ""]
    asked.out.write_text("\n".join(lines), encoding="utf-8")
    return 0 if everything else 1


if __name__ == "__main__":
    sys.exit(main())
