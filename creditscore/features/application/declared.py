"""What the application itself says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from creditscore.errors import NameUnknownError, ParameterError
from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import Attribute, Ratio
from creditscore.words.labels import AnyLabel, Label, OwnLabel

_UNITS: Final = MappingProxyType({"amount": "money", "term_days": "days", "instalment": "money"})
_GROUPS: Final = MappingProxyType(
    {"amount": "amount_requested", "term_days": "term_requested", "instalment": "price_terms"}
)
_SAID: Final = ("amount", "term_days", "instalment")


def application_features(
    columns: Sequence[str] = ("amount", "term_days"),
    categories: Sequence[str] = (),
    *,
    signs: Mapping[str, int] | None = None,
    labels: Mapping[str, Mapping[str, str]] | None = None,
) -> FeatureSet:
    """Declare features that read the application itself.

    Parameters
    ----------
    columns : sequence of str
        Columns of the applications, in order; each becomes ``application_<column>``. If ``amount`` and
        ``term_days`` are both among them, the amount for each day of the term is added; with ``instalment``
        too, the instalment over that amount, which rises with the price of the loan.
    categories : sequence of str
        Those of `columns`, or further columns, whose values are unordered labels. They take no sign.
    signs : mapping of str to {-1, 0, 1}, optional
        What risk does as a column rises: 1 rises, -1 falls, 0 (the default) either.
    labels : mapping of str to mapping of language to text, optional
        By column, what it is called in English, Persian and Chinese. A column without is called by its name
        in English, and a detail of the application in the others.

    Returns
    -------
    FeatureSet

    Raises
    ------
    ParameterError
        If names are given as one text, a name is given twice or is no identifier, a sign is none of -1, 0,
        1, or a sign is given for a column that is not there or holds labels.

    Examples
    --------
    >>> application_features().names
    ('application_amount', 'application_term_days', 'application_amount_per_day')
    >>> application_features(("amount", "age_of_business"), signs={"age_of_business": -1}).signs
    (0, -1)
    """
    for name, several in (("columns", columns), ("categories", categories)):
        if isinstance(several, str):
            raise ParameterError.must_be(name, f"a sequence of names, such as ({several!r},)", several)
    given = dict(signs or {})
    named = [*columns, *(name for name in categories if name not in columns)]
    _check(named, categories, given)
    words = dict(labels or {})
    for name in words:
        if name not in named:
            raise NameUnknownError.among("column with a label", name, named)
    features = [_attribute(name, name in categories, given.get(name, 0), words.get(name)) for name in named]
    if "amount" in named and "term_days" in named:
        features.append(_per_day())
        if "instalment" in named:
            features.append(_price())
    return FeatureSet(tuple(features))


def _check(named: Sequence[str], categories: Sequence[str], signs: Mapping[str, int]) -> None:
    for name in named:
        if not (isinstance(name, str) and name.isidentifier()):
            raise ParameterError.must_be("columns", "names such as 'amount'", name)
        if named.count(name) > 1:
            raise ParameterError(f"The column {name!r} is given twice. Name it once.")
    for name, sign in signs.items():
        if name not in named or name in categories:
            raise ParameterError(
                f"A sign is given for {name!r}, which is no numeric column among {list(named)!r}."
            )
        if sign not in (-1, 0, 1):
            raise ParameterError.must_be(f"signs[{name!r}]", "-1, 0 or 1", sign)


def _attribute(name: str, category: bool, sign: int, words: Mapping[str, str] | None) -> Feature:
    return Feature(
        name=f"application_{name}",
        formula=Attribute(name, category=category),
        label=_label(name, words),
        definition=f"the column {name} of the application",
        unit="category" if category else _UNITS.get(name, "as given"),
        sign=1 if sign > 0 else -1 if sign < 0 else 0,
        reason_group=_GROUPS.get(name, "applicant_attributes"),
        missing="the application does not say",
        source="application",
        legal_tags=("application_data",),
        reference="application form, lender's practice",
        proxy_risk="low" if name in _UNITS else "medium",
        note=""
        if name in _UNITS
        else "Named by the user of the library: whether it may be used is theirs to judge.",
    )


def _label(name: str, words: Mapping[str, str] | None) -> AnyLabel:
    if words is not None:
        return OwnLabel(words)
    return Label(f"application_{name}") if name in _SAID else name.replace("_", " ")


def _per_day() -> Feature:
    return Feature(
        name="application_amount_per_day",
        formula=Ratio(Attribute("amount"), Attribute("term_days")),
        label=Label("application_amount_per_day"),
        definition="requested amount over requested term in days: the instalment without its price",
        unit="money per day",
        reason_group="amount_requested",
        missing="the application does not say amount or term",
        source="application",
        legal_tags=("application_data",),
        reference="application form, lender's practice",
    )


def _price() -> Feature:
    return Feature(
        name="application_instalment_to_amount_per_day",
        formula=Ratio(Attribute("instalment"), Ratio(Attribute("amount"), Attribute("term_days"))),
        label=Label("application_instalment_to_amount_per_day"),
        definition=(
            "instalment over (requested amount / requested term in days): the days between instalments where "
            "the loan costs nothing, and more the dearer it is"
        ),
        unit="days",
        reason_group="price_terms",
        missing="the application does not say amount, term or instalment",
        source="application",
        legal_tags=("application_data",),
        reference="application form, lender's practice",
        note="Leave it out where the price follows from an earlier score: it would explain itself.",
    )
