"""How often leaks are missed, and how often clean data are taken for leaking.

Clean sets are simulated lenders and the two shipped data sets; leaks are planted into them, each under a name
that says nothing. With `--lending-club FILE` and `--sba FILE` (Parquet) the known leaks of these public sets
are looked for too, once by name and once under another one. Run with `python benchmarks/leaks.py`.
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np

import creditscore as cs
from creditscore.features.compute import FeatureComputer
from creditscore.pipeline.cautions import outcome_alarms

ROWS = 5_000


def rounded(rng, bad):
    """The outcome, of which 1 % of the values are shuffled among themselves."""
    values = bad.copy()
    some = rng.choice(bad.size, max(2, bad.size // 100), replace=False)
    values[some] = rng.permutation(values[some])
    return values


def worded(rng, bad):
    """Twelve labels, each of which only bads or only goods have."""
    return np.where(bad == 1, rng.integers(0, 6, bad.size) * 2, rng.integers(0, 6, bad.size) * 2 + 1)


def gapped(rng, bad):
    """A number that says nothing, and is missing for all goods but 1 %."""
    return np.where((bad == 1) | (rng.random(bad.size) < 0.01), rng.random(bad.size), np.nan)


def paid(rng, bad):
    """What was paid back of an amount that another column says: all of it, or a part where it went bad."""
    amount = rng.lognormal(8.0, 0.6, bad.size)
    return np.column_stack([amount, amount * np.where(bad == 1, rng.uniform(0.1, 0.9, bad.size), 1.1)])


PLANTED = {"rounded": rounded, "worded": worded, "gapped": gapped, "paid": paid}


def german(seed):
    """700 of the 1,000 German applications."""
    data = cs.datasets.load_german()
    rows = drawn(seed, len(data.applications), 700)
    features = cs.application_features(data.columns, data.categories)
    return computed(features, data.applications.take(rows), cs.Portfolio()), data.bad[rows], features


def taiwan(seed):
    """3,000 of the card holders of Taiwan."""
    data = cs.datasets.load_taiwan_cards()
    rows = drawn(seed, 30_000, 3_000)
    features = cs.repayment_features()
    asked = data.to_applications().take(rows)
    return computed(features, asked, data.to_portfolio()), data.to_outcomes()[rows], features


def simulated(seed):
    """A simulated lender of 800 people, its own loans and payments."""
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=800), seed=seed)
    features = cs.repayment_features() + cs.payment_features()
    bad = made.to_outcomes()
    X = computed(features, made.to_applications(), made.to_portfolio())
    return X[~np.isnan(bad)], bad[~np.isnan(bad)], features


def computed(features, applications, portfolio):
    """Values of features, shape (n_applications, n_features)."""
    return FeatureComputer(features).compute(applications, portfolio, threads=1).values


def drawn(seed, everyone, size):
    """Rows drawn without replacement, shape (size,)."""
    return np.sort(np.random.default_rng(seed).choice(everyone, size, replace=False))


def planted(X, bad, features, kind, seed):
    """The same with one or two columns more, the last of which knows the outcome."""
    more = np.column_stack([PLANTED[kind](np.random.default_rng([seed, 1]), bad)])
    names = [f"column_{k}" for k in range(more.shape[1])]
    extra = cs.application_features(names, names if kind == "worded" else ())
    return np.column_stack([X, more]), bad, features + extra


def alarms(X, bad, features):
    """Features that are named, by name, alone or when dropped."""
    step = max(1, -(-bad.size // ROWS))
    return {one.subject for one in outcome_alarms(X[::step], bad[::step], features)}


SETS = {"german": german, "taiwan": taiwan, "simulated": simulated}


def main():
    """Print for each kind of set how often clean data ring, and how often each leak is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=20)
    parser.add_argument("--only", choices=SETS, action="append")
    parser.add_argument("--lending-club")
    parser.add_argument("--sba")
    asked = parser.parse_args()
    for name in asked.only or SETS:
        missed, false = Counter(), 0
        for seed in range(asked.sets):
            made = SETS[name](seed)
            false += bool(alarms(*made))
            for kind in PLANTED:
                X, bad, features = planted(*made, kind, seed)
                missed[kind] += features.names[-1] not in alarms(X, bad, features)
        counts = ", ".join(f"{kind} {missed[kind]}" for kind in PLANTED)
        print(f"{name}: {asked.sets} sets, {false} false alarms; missed: {counts}")
    for path, read in ((asked.lending_club, lending_club), (asked.sba, sba)):
        if path:
            print(read(path))


def lending_club(path):
    """What rings on finished loans of Lending Club, with names and without."""
    import pandas as pd

    frame = pd.read_parquet(path)
    return real(frame.drop(columns="loan_status"), frame["loan_status"].to_numpy(float))


def sba(path):
    """What rings on loans of the Small Business Administration."""
    import pandas as pd

    frame = pd.read_parquet(path)
    for name in ("ChgOffDate", "ApprovalDate", "DisbursementDate"):
        frame[name] = (frame[name] - pd.Timestamp("2000-01-01")) / pd.Timedelta(days=1)
    return real(frame.drop(columns="MIS_Status"), (frame["MIS_Status"] != "P I F").to_numpy(float))


def real(frame, bad):
    """Alarms by name of the column, and those that remain under other names."""
    texts = [name for name in frame if frame[name].dtype.kind not in "biuf"]
    columns = [
        frame[n].astype("category").cat.codes.where(lambda code: code >= 0) if n in texts else frame[n]
        for n in frame
    ]
    X = np.column_stack([np.asarray(column, float) for column in columns])
    plain = {f"column_{k}": name for k, name in enumerate(frame)}
    by_name = alarms(X, bad, cs.application_features(list(frame), texts))
    hidden = alarms(X, bad, cs.application_features(list(plain), [k for k, v in plain.items() if v in texts]))
    return sorted(by_name), sorted(plain[one.removeprefix("application_")] for one in hidden)


if __name__ == "__main__":
    main()
