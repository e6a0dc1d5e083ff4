"""Make the list of declarations that the twin was written from: ``python -m tests.verify.declaring``."""

from __future__ import annotations

import json
from pathlib import Path

from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import terms
from creditscore.features.loans.declared.catalogue import repayment_features
from creditscore.features.payments.declared.catalogue import payment_features
from creditscore.features.registry import view_of
from creditscore.verify.twin.computed import DECLARED, hash_of, is_twinned

FILE = Path(__file__).resolve().parents[2] / "creditscore" / "verify" / "twin" / DECLARED


def needs_of(feature: Feature) -> list[str]:
    """Columns of tables without which a feature is not there."""
    needed: set[str] = set()
    for term in terms(feature.formula):
        view = view_of(term.view)
        needed |= {f"{table}." for table in ((term.view,) if view is None else view.tables)}
        used = {term.column, term.by, *(condition.column for condition in term.where)} - {None}
        if view is None:  # the rows of a table as they are
            needed |= {f"{term.view}.{name}" for name in used}
            continue
        needed |= {
            one for column in (*view.values, *view.codes) if column.name in used for one in column.needs
        }
    return sorted(needed)


def declared() -> str:
    features = FeatureSet((*repayment_features(every=True), *payment_features(every=True)))
    plain = {feature["name"]: feature for feature in json.loads(features.to_json())}
    known = {
        one.name: [hash_of(plain[one.name]), *needs_of(one)]
        for one in features
        if is_twinned(one.name, plain[one.name]["formula"])
    }
    rows = [f"{json.dumps(name)}: {json.dumps(known[name])}" for name in sorted(known)]
    return "{\n" + ",\n".join(rows) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(declared(), encoding="utf-8")
