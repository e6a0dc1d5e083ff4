"""Reject inference where the truth is known: what it gives, what it seems to give, and what exploring gives.

    python benchmarks/rejects.py methods    # five ways, an oracle and an exploration, on four worlds
    python benchmarks/rejects.py cycles     # retraining on the approved: what is seen, and what is true

Worlds: simulated lenders, whose declined have an outcome all the same, and the two shipped data sets with an
old decision made up: once by columns that the model has too, once also by something of the outcome that only
the old decision knew.
"""

from __future__ import annotations

import argparse

import numpy as np

import creditscore as cs
from creditscore.features.compute import FeatureComputer
from creditscore.model.baseline import LogisticBaseline
from creditscore.validation import auc
from creditscore.validation.rejects import (
    SelectionModel,
    compare_rejection,
    infer_rejects,
    performance_with_rejects,
    rejection_quality,
)

WAYS = ("none", "parcelling", "fuzzy", "reweighting", "bivariate")
EXPLORED = 0.03


def simulated(seed):
    """Values, outcomes of everyone, and who the old policy of a simulated lender accepted."""
    dials = cs.simulate.SimulationConfig(people=2_000, rejected=0.35, bad_rate=0.15, random_accepts=0.0)
    made, truth = cs.simulate.simulate_with_truth(dials, seed=seed)
    features = cs.payment_features() + cs.repayment_features()
    X = FeatureComputer(features).compute(made.to_applications(), made.to_portfolio(), threads=1).values
    told = truth.to_applications(paths=0)
    order = {one: k for k, one in enumerate(told["application_id"].tolist())}
    rows = [order[one] for one in made.to_applications().application_ids]
    bad, accepted = told["bad"].to_numpy(float)[rows], told["accepted"].to_numpy(bool)[rows]
    return strongest(X, bad), bad, accepted


def strongest(X, bad, most=12):
    """The columns that say most, of which a scorecard would be made; shape (n, most)."""
    from creditscore.model.dropping import auc_alone

    share = (~np.isnan(X)).mean(axis=0)
    order = np.argsort(-np.abs(auc_alone(X, bad) - 0.5) * (share > 0.5), kind="stable")
    return X[:, order[:most]]


def public(name, *, unseen):
    """A shipped data set with an old decision on it."""

    def drawn(seed):
        rng = np.random.default_rng([seed, unseen])
        X, bad = tables(name)
        rows = rng.choice(len(bad), min(len(bad), 4_000), replace=False)
        X, bad = X[rows], bad[rows]
        some = rng.choice(X.shape[1], max(2, X.shape[1] // 3), replace=False)
        early = rng.random(len(bad)) < 0.3
        old = LogisticBaseline().fit(X[early][:, some], bad[early].astype(int)).log_odds(X[:, some])
        spread = old.std()
        old = old + 0.3 * spread * rng.normal(size=len(bad))
        if unseen:
            old = old + spread * (0.6 * bad + rng.normal(size=len(bad)))
        return X, bad, old < np.quantile(old, 0.6)

    return drawn


def tables(name):
    """Values and outcomes of a shipped data set."""
    if name == "german":
        data = cs.datasets.load_german()
        features = cs.application_features(data.columns)
        X = FeatureComputer(features).compute(data.applications, cs.Portfolio(), threads=1).values
        return X, np.asarray(data.bad, float)
    data = cs.datasets.load_taiwan_cards()
    asked, rows = data.to_applications(), np.arange(0, 30_000, 3)
    X = (
        FeatureComputer(cs.repayment_features())
        .compute(asked.take(rows), data.to_portfolio(), threads=1)
        .values
    )
    bad = np.asarray(data.to_outcomes(), float)[rows]
    return strongest(X, bad), bad


KEPT: dict[str, tuple] = {}


def kept(name):
    """Tables that were read once."""
    if name not in KEPT:
        KEPT[name] = tables_of(name)
    return KEPT[name]


tables_of, tables = tables, kept
WORLDS = {
    "simulated lender": simulated,
    "german, seen": public("german", unseen=False),
    "german, unseen": public("german", unseen=True),
    "taiwan, seen": public("taiwan", unseen=False),
    "taiwan, unseen": public("taiwan", unseen=True),
}


def judged(world, seed):
    """For each way the AUC on all of the other half, on its accepted, and expected less true bad rate."""
    X, bad, accepted = WORLDS[world](seed)
    rng = np.random.default_rng([seed, 5])
    first = rng.random(len(bad)) < 0.5
    seen = np.where(accepted, bad, np.nan)[first]
    explored = np.where(accepted[first] | (rng.random(first.sum()) < EXPLORED), bad[first], np.nan)
    weight = np.where(accepted[first], 1.0, 1.0 / EXPLORED)
    other = ~first
    found = {}
    for way in (*WAYS, "explored", "explored, all 1", "oracle"):
        if way == "oracle":
            model = LogisticBaseline().fit(X[first], bad[first].astype(int))
        elif way.startswith("explored"):
            rows = np.flatnonzero(~np.isnan(explored))
            counts = weight[rows] if way == "explored" else np.ones(rows.size)
            model = LogisticBaseline().fit(X[first][rows], explored[rows].astype(int), counts)
        else:
            made = infer_rejects(X[first], seen, LogisticBaseline(), method=way, seed=seed)
            model = LogisticBaseline().fit(X[first][made.rows], made.bad.astype(int), made.weight)
        score = model.log_odds(X[other])
        inside = accepted[other]
        risk = 1.0 / (1.0 + np.exp(-score))
        found[way] = (
            auc(bad[other], score),
            auc(bad[other][inside], score[inside]),
            risk[~inside].mean() - bad[other][~inside].mean(),
        )
    return found, evaluated(X, bad, accepted, first)


def evaluated(X, bad, accepted, first):
    """What is said of a model of the accepted on all: by them alone, with a prior, and by the truth."""
    known = np.where(accepted, bad, np.nan)
    rows = first & accepted
    model = LogisticBaseline().fit(X[rows], bad[rows].astype(int))
    own = 1.0 / (1.0 + np.exp(-model.log_odds(X[~first])))
    joint = SelectionModel.fitted(X[first], known[first]).probability_declined(X[~first])
    score = model.log_odds(X[~first])
    inside = accepted[~first]
    by = [auc(bad[~first][inside], score[inside])]
    by += [performance_with_rejects(known[~first], score, p, resamples=20)["auc"].value for p in (own, joint)]
    return (*by, auc(bad[~first], score))


def methods(seeds):
    """Print a table for each world: mean over seeds, with the standard error of the change against none."""
    for world in WORLDS:
        runs = [judged(world, seed) for seed in range(seeds)]
        print(f"\n{world}, {seeds} draws")
        print("way            AUC, all             change  AUC, accepted   level")
        base = np.array([one["none"] for one, _ in runs])
        for way in runs[0][0]:
            values = np.array([one[way] for one, _ in runs])
            change = values[:, 0] - base[:, 0]
            error = change.std(ddof=1) / np.sqrt(seeds)
            everyone, accepted, level = values.mean(axis=0)
            changed = f"{change.mean():>+8.4f} +- {error:.4f}"
            print(f"{way:<14} {everyone:>8.4f} {changed} {accepted:>14.4f} {level:>+7.3f}")
        said = np.array([two for _, two in runs])
        names = ("by the accepted", "prior of its own", "prior by selection", "truth")
        errors = np.abs(said - said[:, -1:]).mean(axis=0)
        lines = zip(names, said.mean(axis=0).tolist(), errors.tolist(), strict=True)
        print(
            "evaluation: " + ", ".join(f"{name} {mean:.3f} (off {error:.3f})" for name, mean, error in lines)
        )


COURSES = (("none", 0.0), ("parcelling", 0.0), ("fuzzy", 0.0), ("none", 0.02), ("none", 0.05))


def cycles(seeds, rounds=6, size=4_000, cutoff=0.25):
    """Retrain each cycle on those who were lent to in it, and decline at one fixed probability."""
    X, bad = tables("taiwan")
    for way, share in COURSES:
        rows = [one_course(X, bad, seed, rounds, size, cutoff, way, share) for seed in range(seeds)]
        print(f"\n{way}, {share:.0%} of the declined explored; {seeds} courses")
        print("cycle  seen: accuracy    AUC   true: approved  bad rate  caught    AUC  warned")
        for k, line in enumerate(np.nanmean(rows, axis=0)):
            accuracy, area, approved, rate, caught, truth, warned = line
            print(
                f"{k:>5}  {accuracy:>14.3f}  {area:.3f}  {approved:>14.3f}  {rate:>8.3f}  {caught:>6.3f}  "
                f"{truth:.3f}  {warned:>6.2f}"
            )


def one_course(X, bad, seed, rounds, size, cutoff, way, share):
    """One lender: what each model shows on those it was made of, and what it does to the next applicants."""
    rng, limit = np.random.default_rng(seed), np.log(cutoff / (1.0 - cutoff))
    rows = rng.choice(len(bad), size, replace=False)
    lent, weight, lines, first = np.ones(size, bool), np.ones(size), [], None
    for _ in range(rounds):
        tested = lent & (rng.random(size) < 1 / 3)
        known = np.where(lent & ~tested, bad[rows], np.nan)
        used = ~tested
        made = infer_rejects(
            X[rows[used]], known[used], LogisticBaseline(), sample_weight=weight[used],
            method=way if np.isnan(known[used]).any() else "none", seed=seed,
        )  # fmt: skip
        model = LogisticBaseline().fit(X[rows[used]][made.rows], made.bad.astype(int), made.weight)
        score, truth = model.log_odds(X[rows[tested]]), bad[rows[tested]]
        seen = np.average((score >= limit) == truth, weights=weight[tested]), auc(truth, score)
        rows = rng.choice(len(bad), size, replace=False)
        score = model.log_odds(X[rows])
        approved = score < limit
        lent = approved | (rng.random(size) < share)
        weight = np.where(approved, 1.0, 1.0 / share if share else 1.0)
        quality = rejection_quality(np.where(lent, bad[rows], np.nan), approved, weight=weight, resamples=60)
        first = first or quality
        warned = compare_rejection(first, quality).verdict in ("illusion", "worse")
        caught = bad[rows][~approved].sum() / bad[rows].sum()
        rate = bad[rows][approved].mean()
        lines.append((*seen, approved.mean(), rate, caught, auc(bad[rows], score), float(warned)))
    return lines


def main():
    """Run one of the two."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("methods", "cycles"))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--only", choices=WORLDS)
    asked = parser.parse_args()
    for name in [one for one in WORLDS if asked.only and one != asked.only]:
        WORLDS.pop(name)
    (methods if asked.what == "methods" else cycles)(asked.seeds)


if __name__ == "__main__":
    main()
