"""A feature as a declaration: its formula and all that a data dictionary prints about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, InitVar, dataclass, fields
from html import escape
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from creditscore._ground.canonical import canonical, read_json, sha256
from creditscore._ground.looks import searched, table
from creditscore.errors import CreditScoreError, FeatureError, NameUnknownError
from creditscore.features.formula import (
    Attribute,
    Difference,
    Formula,
    Ratio,
    from_dict,
    operands,
    terms,
    to_dict,
)
from creditscore.features.registry import view_version
from creditscore.features.vocabulary import check_groups, check_names
from creditscore.words.labels import AnyLabel, OwnLabel, from_plain, to_plain

Risk: TypeAlias = Literal["low", "medium", "high"]
Bounds: TypeAlias = tuple[float | None, float | None]
UNBOUNDED: Final[Bounds] = (None, None)
_SHOWN: Final = 3
POSITIVE: Final[Bounds] = (0.0, None)
WITHIN_ONE: Final[Bounds] = (0.0, 1.0)
# Of each unit whose values cannot lie elsewhere, unless a declaration says so.
RANGES: Final[Mapping[str, Bounds]] = MappingProxyType(
    {
        "share": WITHIN_ONE, "0/1": WITHIN_ONE, "count": POSITIVE, "seconds": POSITIVE, "days": POSITIVE,
        "months": POSITIVE,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: a pure function of what was known about one applicant before a moment.

    Parameters
    ----------
    name : str
        Source, what, statistic, window: ``payments_income_median_6m``.
    formula : Formula
        How it is computed.
    label : Label, mapping of language to text, or str
        What it measures: a quantity that has words in every language, with its parameters and its span; own
        words in English, Persian and Chinese; or own words in English alone, which no other language can
        say.
    definition : str
        The formula in words, precise enough to recompute by hand.
    unit : str
        ``money``, ``days``, ``count``, ``share``, ``ratio``, ``months``, ``0/1``, ``per month``, ...
    sign : {-1, 0, 1}
        +1 if risk may only rise with the value, -1 if it may only fall, 0 if unconstrained.
    reason_group : str
        The reason that it counts to; empty if it is never a reason by itself.
    missing : str
        What NaN means.
    source : str
        Whose coverage decides: application, payments, bills, loans, inquiries, ...
    legal_tags : tuple of str
        What a jurisdiction may forbid it by.
    proxy_risk : {"low", "medium", "high"}
        How likely it stands in for a protected attribute.
    reference : str
        The practice or paper that it comes from.
    refresh : str
        When the value changes: ``event`` with every event, ``grid`` with the calendar grid.
    note : str
        Anything else a reader should know.
    version : int
        Raised whenever the formula changes.
    in_model : bool
        False: computed, listed and shown, and never given to a model.
    bounds : (float or None, float or None), optional
        The smallest and the largest value that it can have, None where there is no such limit. Left out, the
        unit says: shares and yes or no lie within 0 and 1, counts, days and months are 0 or more.
    follows : Formula, optional
        For a column of the application that others determine: how, out of `Attribute`, `Difference` and
        `Ratio`. The column is read as given; where a change is proposed to one that it follows from, it moves
        along, so that unused credit stays the limit less the balance.
    higher, lower : mapping of language to text, optional
        With own words in every language: what a reason says first where the value is above, or below, what is
        usual. They are kept in `label`.
    unit_words, group_title : mapping of language to text, optional
        With own words in every language: how a value in a unit of one's own is written, such as
        ``"{value} kWh"``, and what a reason group of one's own is called. They are kept in `label`.
    """

    name: str
    formula: Formula
    label: AnyLabel
    definition: str
    unit: str
    sign: Literal[-1, 0, 1] = 0
    reason_group: str = ""
    missing: str = "the source was not there"
    source: str = ""
    legal_tags: tuple[str, ...] = ()
    proxy_risk: Risk = "low"
    reference: str = ""
    refresh: str = "event"
    note: str = ""
    version: int = 1
    in_model: bool = True
    bounds: Bounds | None = None
    follows: Formula | None = None
    higher: InitVar[Mapping[str, str] | None] = None
    lower: InitVar[Mapping[str, str] | None] = None
    unit_words: InitVar[Mapping[str, str] | None] = None
    group_title: InitVar[Mapping[str, str] | None] = None

    @property
    def range(self) -> Bounds:
        """The smallest and the largest value that it can have, by its bounds or else by its unit."""
        return RANGES.get(self.unit, UNBOUNDED) if self.bounds is None else self.bounds

    def __post_init__(
        self,
        higher: Mapping[str, str] | None,
        lower: Mapping[str, str] | None,
        unit_words: Mapping[str, str] | None,
        group_title: Mapping[str, str] | None,
    ) -> None:
        own = [words or () for words in (higher, lower, unit_words, group_title)]
        if isinstance(self.label, Mapping):
            object.__setattr__(self, "label", OwnLabel(self.label, *own))
        elif any(own):
            raise FeatureError(
                f"Feature {self.name!r} has words of its own for one thing and not for its label. Give the "
                "label as a mapping of language to text."
            )
        _check_form(self)
        check_names(self)

    def to_dict(self) -> dict[str, Any]:
        """Write the declaration as plain data, and what version the views that it reads have."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        if self.follows is None:
            del plain["follows"]  # what was declared before it could be keeps its digest
        else:
            plain["follows"] = to_dict(self.follows)
        return plain | {
            "formula": to_dict(self.formula),
            "label": to_plain(self.label),
            "legal_tags": list(self.legal_tags),
            "bounds": None if self.bounds is None else list(self.bounds),
            "views": {term.view: view_version(term.view) for term in terms(self.formula)},
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Feature:
        """Read a declaration back from plain data.

        Names are taken as they stand: what was saved under an older vocabulary can still be read.
        """
        known = {field.name for field in fields(cls)}
        data = {name: value for name, value in data.items() if name != "views"}
        extra = sorted(set(data) - known)
        if extra:
            raise FeatureError(f"A feature has no field {extra[0]!r}. Known: {', '.join(sorted(known))}.")
        given = data | {
            "formula": from_dict(data["formula"]),
            "legal_tags": tuple(data.get("legal_tags", ())),
        }
        if data.get("bounds") is not None:
            given["bounds"] = tuple(data["bounds"])
        if data.get("follows") is not None:
            given["follows"] = from_dict(data["follows"])
        if "label" in data:
            given["label"] = from_plain(data["label"])
        read = cls.__new__(cls)
        for field in fields(cls):
            if field.name not in given and field.default is MISSING:
                raise FeatureError(f"A feature needs the field {field.name!r}.")
            object.__setattr__(read, field.name, given.get(field.name, field.default))
        _check_form(read)
        return read

    def _repr_html_(self) -> str:
        risk = {1: "rises with it", -1: "falls with it", 0: "not constrained"}
        said = (
            ("what it is", self.definition),
            ("unit", self.unit),
            ("risk", risk[self.sign]),
            ("missing", self.missing),
            ("source", self.source),
            ("reason group", self.reason_group),
            ("reference", self.reference),
            ("note", self.note),
        )
        return table((self.name, ""), [pair for pair in said if pair[1]])


def _check_form(feature: Feature) -> None:
    name, sign = feature.name, feature.sign
    if not name.isidentifier():
        raise FeatureError(f"The feature name {name!r} must be an identifier, like 'payments_net_6m'.")
    if sign not in (-1, 0, 1):
        raise FeatureError(f"The sign of {name!r} must be -1, 0 or 1. Got {sign!r} instead.")
    if feature.follows is not None and not (
        isinstance(feature.formula, Attribute) and _of_form(feature.follows)
    ):
        raise FeatureError(
            f"The feature {name!r} follows from something else than columns of the application. Make it an "
            "Attribute, and 'follows' of Attribute, Difference and Ratio alone."
        )
    low, high = feature.range
    if low is not None and high is not None and low > high:
        raise FeatureError(f"The bounds of {name!r} must be in order. Got {feature.bounds!r} instead.")


def _of_form(formula: Formula) -> bool:
    """Tell whether a formula reads columns of the application alone."""
    if isinstance(formula, Difference | Ratio):
        return all(map(_of_form, operands(formula)))
    return isinstance(formula, Attribute)


def declared_twice(names: Sequence[str]) -> str:
    """Name features that are declared more than once: how many, and the first three."""
    if len(names) == 1:
        return f"Feature {first_names(names)} is declared twice"
    return f"{len(names):,} features are declared twice: {first_names(names)}"


def first_names(names: Sequence[str]) -> str:
    """List the first three names, and say how many more there are."""
    shown = ", ".join(map(repr, names[:_SHOWN]))
    return f"{shown} and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else shown


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """An ordered set of features with unique names.

    Examples
    --------
    >>> from creditscore.features.formula import Term
    >>> count = Term("loan_states", "count")
    >>> catalogue = FeatureSet((Feature("loans_count", count, "loans so far", "number of loans", "count"),))
    >>> FeatureSet.from_json(catalogue.to_json()) == catalogue
    True
    """

    features: tuple[Feature, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "features", tuple(self.features))
        twice = [name for name, count in Counter(self.names).items() if count > 1]
        if twice:
            raise FeatureError(
                f"{declared_twice(twice)}. Leave out one of each, such as with "
                "other.where(lambda feature: feature.name not in one.names) for one + other, or rename one."
            )
        check_groups(self.features)

    def __len__(self) -> int:
        return len(self.features)

    def __repr__(self) -> str:
        sources = Counter(feature.source for feature in self.features)
        listed = ", ".join(f"{source or 'no source'} {count}" for source, count in sources.items())
        return f"FeatureSet({len(self)} features{': ' if listed else ''}{listed})"

    def _repr_html_(self) -> str:
        heads = ("feature", "what it is", "unit", "risk", "reason group", "source")
        risk = {1: "rises", -1: "falls", 0: "not constrained"}
        rows = [
            (one.name, one.definition, one.unit, risk[one.sign], one.reason_group, one.source) for one in self
        ]
        return f"<p dir='auto'>{escape(repr(self))}</p>{searched('words of a feature', table(heads, rows))}"

    def __iter__(self) -> Iterator[Feature]:
        return iter(self.features)

    def __add__(self, other: FeatureSet) -> FeatureSet:
        return FeatureSet(self.features + other.features)

    def __getitem__(self, name: str) -> Feature:
        for feature in self.features:
            if feature.name == name:
                return feature
        raise NameUnknownError.among("feature", name, self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in order."""
        return tuple(feature.name for feature in self.features)

    @property
    def signs(self) -> tuple[int, ...]:
        """The declared signs, in order."""
        return tuple(feature.sign for feature in self.features)

    def where(self, keep: Callable[[Feature], bool]) -> FeatureSet:
        """Keep the features for which ``keep(feature)`` is true."""
        return FeatureSet(tuple(feature for feature in self.features if keep(feature)))

    def select(self, names: Iterable[str]) -> FeatureSet:
        """Keep the named features, in the order given; an unknown name is an error."""
        return FeatureSet(tuple(self[name] for name in names))

    @classmethod
    def joined(cls, parts: Iterable[FeatureSet | Feature]) -> FeatureSet:
        """Put sets and single features together, in order."""
        sets = [part if isinstance(part, FeatureSet) else cls((part,)) for part in parts]
        return cls(tuple(feature for one in sets for feature in one))

    @property
    def for_model(self) -> FeatureSet:
        """Those that a model may be given."""
        return self.where(lambda feature: feature.in_model)

    def to_json(self) -> str:
        """Write all declarations as canonical JSON (RFC 8785)."""
        data = [feature.to_dict() for feature in self.features]
        return canonical(data)

    @classmethod
    def from_json(cls, text: str) -> FeatureSet:
        """Read what ``to_json`` wrote.

        Raises
        ------
        ArtefactError
            If the text is no JSON.
        FeatureError
            If it holds no features.
        """
        data = read_json(text, "The feature set")
        if not isinstance(data, list):
            raise FeatureError(f"A feature set is a list of features. Got {data!r:.200}.")
        try:
            return cls(tuple(map(Feature.from_dict, data)))
        except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as error:
            if isinstance(error, CreditScoreError):
                raise
            raise FeatureError(
                f"The text holds no features: {error!r:.200}. Write them with to_json()."
            ) from error

    @property
    def digest(self) -> str:
        """The sha256 of the canonical JSON, 64 hexadecimal digits."""
        return sha256(self.to_json())
