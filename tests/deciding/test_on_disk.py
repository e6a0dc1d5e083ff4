"""A decision out of a portfolio on disk, appended to or not, is the decision out of memory."""

from __future__ import annotations

import creditscore as cs
from tests.data.folder.splitting import cut
from tests.features.worlds import PRIVACY

# When it was taken, what it is called, whom it is about by a number of its own, and the hash of all that.
OWN = ("decision_id", "decided_at", "created_at", "subject", "sha256")


def content(record: cs.DecisionRecord) -> dict[str, object]:
    return {name: part for name, part in record.content.items() if name not in OWN}


def test_decisions_scores_and_explanations_are_the_same(case, tmp_path):
    first, *later = cut(case.world, 5, 3)
    cs.Portfolio.from_records(first, privacy=PRIVACY).write(tmp_path / "p")
    folder = cs.PortfolioFolder(tmp_path / "p", privacy=PRIVACY)
    for part in later:
        folder.append(part)
    grown = folder.portfolio()
    folder.compact()
    for portfolio in (grown, cs.Portfolio.open(tmp_path / "p", privacy=PRIVACY)):
        for row in range(8):
            asked = case.applications.take([row])
            wanted = case.pipeline.decide(asked, case.portfolio)
            found = case.pipeline.decide(asked, portfolio)
            assert content(found) == content(wanted)
            assert case.pipeline.score(asked, portfolio) == case.pipeline.score(asked, case.portfolio)
        one, other = (case.pipeline.explain(case.applications, of) for of in (portfolio, case.portfolio))
        assert one.values.tobytes() == other.values.tobytes()
