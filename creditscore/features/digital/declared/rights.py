"""Rights that a person used: off unless asked for by name, and never more than neutral."""

from __future__ import annotations

from typing import Final

from creditscore.data.tables.vocabularies import RIGHTS
from creditscore.features.definition import Feature
from creditscore.features.formula import Condition, Term
from creditscore.words.labels import Label, within

_YEAR: Final = "365d"
_ECOA: Final = "15 U.S.C. 1691(a)(3): the good-faith exercise of rights"
_NOTE: Final = (
    "The sign forbids that using a right raises the risk. It is never a reason, and no other feature reads "
    "the table."
)


def right_features() -> tuple[Feature, ...]:
    """Return how often rights were used."""
    contacts = Condition("kind", "in", ("contact",))
    rights = Condition("kind", "in", tuple(kind for kind in RIGHTS if kind != "contact"))
    return tuple(
        Feature(
            name=f"complaints_{name}_{_YEAR}",
            formula=Term("complaints", "count", where=(where,), window=_YEAR),
            label=Label(f"complaints_{name}", span=within(_YEAR)),
            definition=f"{words}, {_YEAR}",
            unit="count",
            sign=-1,
            missing="no complaint or request was known",
            source="complaints",
            legal_tags=("exercise_of_right",),
            proxy_risk="high",
            reference=_ECOA,
            note=_NOTE,
        )
        for name, where, words in (
            ("rights_count", rights, "complaints, objections and requests about own data"),
            ("contacts_count", contacts, "contacts with the lender"),
        )
    )
