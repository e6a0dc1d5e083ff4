"""What the application itself says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from creditscore.errors import NameUnknownError, ParameterError
from creditscore.features.application.form import ALL, FormColumn, OpenFeatures
from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import Attribute, Ratio
from creditscore.words.labels import AnyLabel, Label, OwnLabel
from creditscore.words.languages import LANGUAGES

_UNITS: Final = MappingProxyType({"amount": "money", "term_days": "days", "instalment": "money"})
_GROUPS: Final = MappingProxyType(
    {"amount": "amount_requested", "term_days": "term_requested", "instalment": "price_terms"}
)
_OWN: Final = "applicant_attributes"
_SAID: Final = ("amount", "term_days", "instalment")
_USUAL: Final = ("amount", "term_days")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the application form, and how it is read.

    Parameters
    ----------
    name : str
    label : mapping of language to text, or str, optional
        What it is called, in English, Persian and Chinese; a text is English alone. Left out: its name.
    sign : {-1, 0, 1}, default 0
        What risk does as it rises: 1 rises, -1 falls, 0 either. Labels take none.
    unit : str, optional
        Left out: money or days for amount, term_days and instalment, else ``"as given"``. One of your own has
        `unit_words`.
    group : str, optional
        The reason group that it counts to; left out, it is a reason by itself. One of your own has
        `group_title`.
    category : bool, default False
        Whether its values are unordered labels.
    as_ : {"", "age_in_days"}, default ""
        Of a column of times: how many days before the moment of the application it lies.
    fold : bool, default False
        Whether labels that differ in upper and lower letters alone are one.
    unit_words, group_title : mapping of language to text, optional
        With a label in every language: how a value in a unit of your own is written (``"{value} kWh"``), and
        what a reason group of your own is called.

    Raises
    ------
    ParameterError
        If the name is none that a feature can have, the sign is none of -1, 0, 1, or labels have a sign.
    NameUnknownError
        If unit, group or reading is unknown; the closest known one is named.

    Examples
    --------
    >>> job = Column("employed_since", {"en": "time in the job", "fa": "سابقهٔ کار", "zh": "工龄"},
    ...              sign=-1, as_="age_in_days")
    >>> application_features([job, "amount"]).names
    ('application_employed_since', 'application_amount')
    """

    name: str
    label: Mapping[str, str] | str | None = None
    sign: Literal[-1, 0, 1] = 0
    unit: str = ""
    group: str = ""
    category: bool = False
    as_: Literal["", "age_in_days"] = ""
    fold: bool = False
    unit_words: Mapping[str, str] | None = None
    group_title: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if not (isinstance(self.name, str) and self.name.isidentifier()):
            raise ParameterError.must_be("columns", "names such as 'amount'", self.name)
        if self.sign not in (-1, 0, 1):
            raise ParameterError.must_be(f"signs[{self.name!r}]", "-1, 0 or 1", self.sign)
        if self.category and self.sign:
            raise ParameterError(f"A sign is given for {self.name!r}, which holds labels. Leave it out.")

    def _said(self) -> AnyLabel:
        """Its words; a column that is a reason by itself has them for the title of that reason too."""
        if isinstance(self.label, Mapping):
            alone = not self.group and self.name not in _GROUPS
            title = self.group_title or (self.label if alone else ())
            return OwnLabel(self.label, unit=self.unit_words or (), group=title)
        if self.unit_words or self.group_title:
            raise ParameterError.must_be(
                "label", f"a text in each of {', '.join(LANGUAGES)} where other words are given", self.label
            )
        if self.label is not None:
            return self.label
        return Label(f"application_{self.name}") if self.name in _SAID else self.name.replace("_", " ")

    def feature(self) -> Feature:
        """Return the feature that reads it."""
        name, usual = self.name, self.name in _UNITS
        unit = "days" if self.as_ else _UNITS.get(name, "as given")
        return Feature(
            name=f"application_{name}",
            formula=Attribute(name, category=self.category, as_=self.as_, fold=self.fold),
            label=self._said(),
            definition=f"days from the column {name} of the application to its moment"
            if self.as_
            else f"the column {name} of the application",
            unit="category" if self.category else self.unit or unit,
            sign=self.sign,
            reason_group=self.group or _GROUPS.get(name, f"{_OWN}.{name}"),
            missing="the application does not say",
            source="application",
            legal_tags=("application_data",),
            reference="application form, lender's practice",
            proxy_risk="low" if usual else "medium",
            note=""
            if usual
            else "Named by the user of the library: whether it may be used is theirs to judge.",
            bounds=(None, None) if self.as_ else None,
        )


def application_features(
    columns: Sequence[str | Column] | str | None = None,
    categories: Sequence[str] = (),
    *,
    signs: Mapping[str, int] | None = None,
    labels: Mapping[str, Mapping[str, str]] | None = None,
) -> FeatureSet:
    """Declare features that read the application itself.

    Parameters
    ----------
    columns : sequence of str and Column, or "all", optional
        Columns of the applications, in order; each becomes ``application_<column>``. If ``amount`` and
        ``term_days`` are both among them, the amount for each day of the term is added; with ``instalment``
        too, the instalment over that amount, which rises with the price of the loan. ``"all"``: every column
        that is neither protected, free text nor called as what is known only after the loan; the report of
        the fit lists what stayed out. Left out: ``amount`` and ``term_days``, and applications with further
        columns are refused at fit, with a list that can be pasted.
    categories : sequence of str
        Those of `columns`, or further columns, whose values are unordered labels. They take no sign.
    signs : mapping of str to {-1, 0, 1}, optional
        What risk does as a column rises: 1 rises, -1 falls, 0 (the default) either.
    labels : mapping of str to mapping of language to text, optional
        By column, what it is called in English, Persian and Chinese. A column without is called by its name,
        and in Persian and Chinese said to be called so by the lender; the report of the fit lists it.

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
    if columns == ALL:
        return OpenFeatures((), everything=True, declare=_of_form)
    for name, several in (("columns", columns), ("categories", categories)):
        if isinstance(several, str):
            raise ParameterError.must_be(name, f"a sequence of names, such as ({several!r},)", several)
    listed = _USUAL if columns is None else tuple(columns)
    own = {one.name: one for one in listed if isinstance(one, Column)}
    first = [one.name if isinstance(one, Column) else one for one in listed]
    named = [*first, *(name for name in categories if name not in first)]
    given, words = dict(signs or {}), dict(labels or {})
    _check(named, categories, given)
    for name in words:
        if name not in named:
            raise NameUnknownError.among("column with a label", name, named)
    features = [
        (own.get(name) or _column(name, name in categories, given.get(name, 0), words.get(name))).feature()
        for name in named
    ]
    plain = [name for name in named if name not in own or not (own[name].category or own[name].as_)]
    found = tuple(features) + _derived(plain)
    return OpenFeatures(found) if columns is None and not categories else FeatureSet(found)


def _column(name: str, category: bool, sign: int, words: Mapping[str, str] | None) -> Column:
    return Column(name, words, sign=1 if sign > 0 else -1 if sign < 0 else 0, category=category)


def _derived(named: Sequence[str]) -> tuple[Feature, ...]:
    if not {"amount", "term_days"} <= set(named):
        return ()
    return (_per_day(), _price()) if "instalment" in named else (_per_day(),)


def _of_form(columns: tuple[FormColumn, ...]) -> FeatureSet:
    """Read each column as what it holds."""
    readable = [one for one in columns if one.name.isidentifier()]
    return application_features(
        [
            Column(one.name, category=one.kind == "label", as_="age_in_days" if one.kind == "time" else "")
            for one in readable
        ]
    )


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
