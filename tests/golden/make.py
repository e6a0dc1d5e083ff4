"""Make the stored decisions anew: ``python tests/golden/make.py`` from the root of the repository.

Do so only when a change of features, scores or records is meant; a diff says that old decisions
would come out differently. Words are not compared, so better wording needs no new files.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

import creditscore as cs  # noqa: E402 - found only now
from creditscore.pipeline.fitting import default_features  # noqa: E402
from tests.features.worlds import AS_OF, PRIVACY, applications, filled, random_world  # noqa: E402

EACH = 18
SMALL = {"n_estimators": 25, "learning_rate": 0.1, "min_child_samples": 10}
DECIDED = datetime(2026, 11, 22, tzinfo=UTC)
POLICY = cs.Policy("golden", "1", cutoff=520.0, refer_below=540.0)


def store(name: str, pipeline: cs.CreditPipeline, asked: Sequence[Any], portfolio: cs.Portfolio) -> None:
    """Write the model and its decisions into one compressed file."""
    records = [
        pipeline.decide(one, portfolio, policy=POLICY if k % 2 else None, decided_at=DECIDED)
        for k, one in enumerate(asked)
    ]
    with tempfile.TemporaryDirectory() as folder:
        pipeline.save(Path(folder) / "model")
        files = {path.name: path.read_text("utf-8") for path in sorted((Path(folder) / "model").iterdir())}
    content = {"model": files, "decisions": [record.to_dict() for record in records]}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    (HERE / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def chosen(features: cs.FeatureSet, every: int) -> cs.FeatureSet:
    """Take every so many features, so that all sources are there and files stay small."""
    return cs.FeatureSet(tuple(features)[::every])


def german() -> None:
    """Applications alone, with categories."""
    data = cs.datasets.load_german()
    pipeline = cs.CreditPipeline([cs.application_features(data.columns)], scorer=cs.CreditScorer(**SMALL))
    pipeline.fit(data.applications, cs.Portfolio(), data.bad)
    store("german", pipeline, [data.applications.take([k]) for k in range(EACH)], cs.Portfolio())


def taiwan() -> None:
    """Statements and repayments of cards."""
    cards = cs.datasets.load_taiwan_cards()
    asked, portfolio = cards.to_applications(), cards.to_portfolio()
    some = np.arange(0, 30_000, 10)
    features = chosen(default_features(asked, portfolio), 4)
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(**SMALL))
    pipeline.fit(asked.take(some), portfolio, np.asarray(cards.bad)[some])
    store("taiwan", pipeline, [asked.take([k]) for k in range(1, EACH + 1)], portfolio)


def made_up() -> None:
    """Every table, with corrections, late knowledge, ties, groups and standings."""
    people = 120
    rows = applications(people, AS_OF)
    asked, portfolio = (
        cs.Applications.from_records(rows),
        cs.Portfolio.from_records(filled(random_world(11, people)), privacy=PRIVACY),
    )
    features = default_features(asked, portfolio)
    values = cs.CreditPipeline(features).compute_features(asked, portfolio)
    late = np.nan_to_num(values["repayment_worst_dpd_ever"], nan=20.0) + np.random.default_rng(7).normal(
        0, 9, people
    )
    pipeline = cs.CreditPipeline(chosen(features, 6), scorer=cs.CreditScorer(**SMALL))
    pipeline.fit(asked, portfolio, (late > np.quantile(late, 0.7)).astype(float))
    nobody = rows[0] | {"application_id": 999, "applicant_id": "nobody"}
    store("made_up", pipeline, [*rows[: EACH - 1], nobody], portfolio)


if __name__ == "__main__":
    for make in (german, taiwan, made_up):
        make()
