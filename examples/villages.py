"""Indian villages: which households took a micro-loan, told from the ties between households alone.

This is take-up and not default, so the words of credit are borrowed: a household that took the loan has the
standing ``defaulted``, one that did not has ``good``. The labels of a village that is left out enter only as
those of neighbours, never as a household's own. Data: Banerjee, Chandrasekhar, Duflo and Jackson (2013), "The
Diffusion of Microfinance", Science 341, 1236498.

    python examples/villages.py
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from _common import Array, CrossValidated, Fit, credit_scorer, data_folder

import creditscore as cs
from creditscore.validation import auc

# A secret that is written down protects nobody: make your own with cs.StandingPrivacy.generate(...).
PRIVACY = cs.StandingPrivacy(secret=b"written down for an example", secret_name="example")


# The survey has no times: ties are taken to be old, the loans known, and the question asked later.
TIES_BEGAN = pd.Timestamp("2000-01-01", tz="UTC")
LOANS_KNOWN = pd.Timestamp("2007-01-01", tz="UTC")
MEASURED = pd.Timestamp("2007-12-01", tz="UTC")
ASKED = pd.Timestamp("2007-12-02", tz="UTC")

# What ties of one day and one weight can tell; everything about age, direction and strength stays away.
TOLD_BY = ("ties_count", "neighbours_", "network_")
SHALLOW = {"max_depth": 3, "num_leaves": 4, "learning_rate": 0.02, "feature_fraction": 0.4}


def tables(households: pd.DataFrame, edges: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Turn households and edges (stored both ways) into ties and standings."""
    once = edges[edges["hh1"] < edges["hh2"]]
    took = households["loan"].to_numpy(np.bool_)
    return {
        "ties": pd.DataFrame({"person_id": once["hh1"], "other_id": once["hh2"], "event_time": TIES_BEGAN}),
        "standings": pd.DataFrame(
            {
                "person_id": households["hh"],
                "event_time": LOANS_KNOWN,
                "standing": np.where(took, "defaulted", "good"),
            }
        ),
    }


def assemble(
    households: pd.DataFrame, edges: pd.DataFrame, privacy: cs.StandingPrivacy = PRIVACY
) -> tuple[cs.Applications, cs.Portfolio]:
    """Bring the tables through the contracts, and measure the graph."""
    known = tables(households, edges)
    measures = cs.compute_measures(cs.Portfolio(**known, privacy=privacy), [MEASURED])
    applications = pd.DataFrame(
        {"application_id": households["hh"], "applicant_id": households["hh"], "as_of": ASKED}
    )
    return cs.Applications(applications), cs.Portfolio(**known, measures=measures.to_frame(), privacy=privacy)


def load(folder: Path) -> tuple[cs.Applications, cs.Portfolio, Array, Array]:
    """Read the tables; the last two are who took the loan, and the village."""
    households = pd.read_parquet(folder / "households.parquet")
    applications, portfolio = assemble(households, pd.read_parquet(folder / "edges.parquet"))
    return applications, portfolio, households["loan"].to_numpy(np.int64), households["village"].to_numpy()


def features() -> cs.FeatureSet:
    """Return the social features that ties without times can feed."""
    return cs.social_features().where(lambda feature: feature.name.startswith(TOLD_BY))


def leave_one_village_out(X: Array, took: Array, village: Array, fit: Fit) -> CrossValidated:
    """Predict each village with a model of all the others."""
    log_odds = np.full(len(took), np.nan)
    for left_out in np.unique(village):
        others = village != left_out
        log_odds[~others] = fit(X[others], took[others])(X[~others])
    return CrossValidated(took, log_odds, village)


def neighbour_share(matrix: Array, took: Array, village: Array) -> float:
    """Mean within-village AUC of the share of neighbours who took the loan."""
    share = np.where(np.isnan(matrix), np.nanmean(matrix), matrix)
    return float(np.mean([auc(took[village == v], share[village == v]) for v in np.unique(village)]))


def evaluate(folder: Path, seeds: Sequence[int] = (0,), threads: int | None = None) -> list[CrossValidated]:
    """Leave each village out in turn, once for each seed of the scorer."""
    applications, portfolio, took, village = load(folder)
    matrix = cs.CreditPipeline(features(), threads=threads).compute_features(applications, portfolio)
    return [
        leave_one_village_out(
            matrix.values, took, village, credit_scorer(features(), SHALLOW | {"seed": seed}, threads=threads)
        )
        for seed in seeds
    ]


def main() -> None:
    """Print how well ties tell who took the loan."""
    folder = data_folder("microfinance_villages")
    applications, portfolio, took, village = load(folder)
    print(portfolio)
    matrix = cs.CreditPipeline(features()).compute_features(applications, portfolio)
    share = neighbour_share(matrix["neighbours_defaulted_share"], took, village)
    run = evaluate(folder)[0]
    print(f"mean AUC within villages: {run.auc:.4f}, the share of neighbours alone {share:.4f}")
    print(f"AUC over all villages: {auc(run.bad, run.log_odds):.4f}")


if __name__ == "__main__":
    main()
