"""Measure what social signals tell on real graphs and write ``benchmarks/results_social.md``.

    python benchmarks/social_accuracy.py

The sets are looked for beside the project; where one is not there, the page is left as it is.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "examples")]

import bitcoin_trust  # noqa: E402
import superlender_referrals  # noqa: E402
import villages  # noqa: E402
from _common import DATA  # noqa: E402

import creditscore as cs  # noqa: E402
from creditscore.validation import auc  # noqa: E402

SEEDS = (0, 1, 2)
HEAD = """# Social signals on real graphs

Written by `python benchmarks/social_accuracy.py`. None of these sets says who repaid because of whom: people
who are alike know each other, and what a neighbour did is told here as a signal, not as a cause.
"""


def of_villages(folder: Path) -> str:
    """Leave one village out, for each seed."""
    applications, portfolio, took, village = villages.load(folder)
    matrix = cs.CreditPipeline(villages.features()).compute_features(applications, portfolio)
    alone = villages.neighbour_share(matrix["neighbours_defaulted_share"], took, village)
    runs = villages.evaluate(folder, SEEDS)
    within = [run.auc for run in runs]
    pooled = [auc(run.bad, run.log_odds) for run in runs]
    return f"""## Indian villages: who took the micro-loan, from ties between households alone

{len(took):,} households in {len(np.unique(village))} villages; each village is predicted by a model of the
others, and its labels enter only as those of neighbours, never as a household's own. Take-up, not default.

| | mean AUC within villages | AUC over all |
| --- | ---: | ---: |
| share of neighbours who took it, shrunk | {alone:.4f} | |
| {len(matrix.names)} graph features, seeds 0, 1, 2 | {_told(within)} | {_told(pooled)} |

The share of neighbours alone, not shrunk, was given as 0.644 within villages; asked for: 0.66.
"""


def of_bitcoin(folder: Path) -> str:
    """Predict the next rating from those before it."""
    found, permuted = (bitcoin_trust.evaluate(folder, permuted=permuted) for permuted in (False, True))
    rows = "\n".join(f"| {name} | {found[name]:.4f} | {permuted[name]:.4f} |" for name in found)
    return f"""## Bitcoin Alpha: is the next rating that a member receives negative

24,186 ratings, each as of its own moment, among members who were rated before. In time: each later fifth is
predicted by a model of all that came before it. Across members: each fifth of the members by the others.

| | AUC | targets permuted |
| --- | ---: | ---: |
{rows}

Asked for: 0.78. That ratings of the future change no feature is a test
(`tests/examples/test_social_real.py`).
"""


def of_referrals(folder: Path) -> str:
    """Compare repayment history with and without the referral layer."""
    applications, portfolio, _ = superlender_referrals.load(folder)
    matrix = cs.CreditPipeline(superlender_referrals.social()).compute_features(applications, portfolio)
    linked, known = (int((matrix[name] > 0).sum()) for name in ("ties_count", "neighbours_known_share"))
    difference = superlender_referrals.evaluate(folder, SEEDS)
    return f"""## SuperLender: what referrals add to the repayment history

Of {len(applications):,} applicants {linked:,} have a referral and {known:,} one of known standing.
Five folds, three seeds, the same folds with and without: {difference}
(model: with referrals, reference: without; 95 % interval). A layer this thin cannot be expected to add much.
"""


def _told(values: list[float]) -> str:
    return ", ".join(f"{value:.4f}" for value in values) + f" (mean {np.mean(values):.4f})"


def main() -> None:
    """Write the page, with a line for each set that is not there."""
    parts = [HEAD]
    for name, measure in (
        ("microfinance_villages", of_villages), ("bitcoin_trust", of_bitcoin), ("superlender", of_referrals),
    ):  # fmt: skip
        if not (DATA / name).is_dir():
            sys.exit(f"{DATA / name} is not there: results_social.md is left as it is.")
        parts.append(measure(DATA / name))
        print(parts[-1])
    (ROOT / "benchmarks" / "results_social.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
