"""Which features leave under a law, and by which rules: by their tags and by all that they read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from creditscore.data.sources import LEGAL_TAGS, PERSONS, SOURCES, find_source, source_of
from creditscore.errors import ArtefactError, JurisdictionError, NameUnknownError
from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import Covered, Formula, attributes, operands, terms
from creditscore.features.registry import view_of
from creditscore.law.jurisdiction import Jurisdiction
from creditscore.law.named import tags_of_name
from creditscore.law.parts import tags_of_term

# Read before tags had their names, by what they are called now.
_FORMERLY: Final = {old: tag.name for tag in LEGAL_TAGS.values() for old in tag.formerly}
_SHOWN: Final = 8
# The reason group of embeddings of events, whose source and its tags `embedding_features` asks for.
_EMBEDDED: Final = "event_pattern"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A feature that a law removes.

    Attributes
    ----------
    feature : str
    tags : tuple of str
        Which of its tags are forbidden.
    rules : tuple of str
        Names of the rules, each with the jurisdiction before it: ``"DE bdsg-37a-payments"``.
    """

    feature: str
    tags: tuple[str, ...]
    rules: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {"feature": self.feature, "tags": list(self.tags), "rules": list(self.rules)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        try:
            return cls(str(stored["feature"]), tuple(stored["tags"]), tuple(stored["rules"]))
        except (KeyError, OverflowError, TypeError) as error:
            raise ArtefactError(f"What the law left out cannot be read: {error!r}.") from error

    def __str__(self) -> str:
        return f"{self.feature}: {', '.join(self.tags)} ({'; '.join(self.rules)})"


def tags_of(feature: Feature) -> frozenset[str]:
    """Return every legal tag of a feature: its own, and those of what it reads.

    These are tags of sources, of columns and labels of their tables, and of names of columns of the
    application. So a feature of one's own that was declared without tags has those of what it reads.
    """
    sources = {source for source in (feature.source, *_covered(feature.formula)) if source in SOURCES}
    for term in terms(feature.formula):
        view = view_of(term.view)
        tables = (term.view,) if view is None else (*view.tables, *view.also)
        sources |= {name for table in tables for name in _source(table)}
    tags = {_FORMERLY.get(tag, tag) for tag in feature.legal_tags}
    embedded = feature.reason_group == _EMBEDDED
    tags |= {tag for term in terms(feature.formula) for tag in tags_of_term(term, embedded=embedded)}
    tags |= {tag for name in sources for tag in find_source(name).legal_tags}
    columns = {one.column for one in attributes(feature.formula)}
    return frozenset(tags).union(*(tags_of_name(column) for column in columns))


def left_out(features: FeatureSet, law: Jurisdiction, purpose: str = "score") -> tuple[LeftOut, ...]:
    """Return the features that a law removes for a purpose, in their order.

    Parameters
    ----------
    features : FeatureSet
    law : Jurisdiction
    purpose : {"score", "ability", "fraud", "price", "monitoring"}, default "score"

    Examples
    --------
    >>> from creditscore.features.payments.declared.catalogue import payment_features
    >>> one = payment_features().select(["payments_covered"])
    >>> print(left_out(one, Jurisdiction.load("DE", as_of="2026-11-21"))[0])
    payments_covered: payment_data (DE bdsg-37a-payments)
    """
    forbidden = law.forbidden(purpose)
    found = []
    for feature in features:
        tags = sorted(tags_of(feature) & forbidden)
        rules = dict.fromkeys(
            f"{rule.jurisdiction} {rule.name}" for tag in tags for rule in law.because(purpose, tag)
        )
        if tags:
            found.append(LeftOut(feature.name, tuple(tags), tuple(rules)))
    return tuple(found)


def refuse_wider(features: FeatureSet, law: Jurisdiction) -> None:
    """Refuse features that a law forbids in a score.

    Raises
    ------
    JurisdictionError
        It names the tags, the rules and the features.
    """
    found = left_out(features, law)
    if not found:
        return
    tags = sorted({tag for one in found for tag in one.tags})
    rules = dict.fromkeys(rule for one in found for rule in one.rules)
    named = ", ".join(one.feature for one in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    raise JurisdictionError(
        f"The model reads what {law.name} forbids in a score on {law.as_of}: {', '.join(tags)} "
        f"({'; '.join(rules)}), by {len(found)} feature(s): {named}{more}. Fit a model under that law: "
        f"CreditPipeline(jurisdiction=Jurisdiction.load({law.name!r}, as_of='{law.as_of}'))."
    )


def tables_of_tags(tags: Iterable[str]) -> frozenset[str]:
    """Return the tables whose every row is of a forbidden kind: those of sources with such a tag.

    Which ids are one person stays: what somebody consented to, or withdrew, holds under each of them.

    Examples
    --------
    >>> sorted(tables_of_tags({"payment_data", "bureau"}))
    ['inquiries', 'payments']
    """
    forbidden = frozenset(tags)
    found = (one.tables for one in SOURCES.values() if forbidden.intersection(one.legal_tags))
    return frozenset(table for tables in found for table in tables if table != PERSONS)


def _covered(formula: Formula) -> tuple[str, ...]:
    if isinstance(formula, Covered):
        return (formula.source,)
    return tuple(name for part in operands(formula) for name in _covered(part))


def _source(table: str) -> tuple[str, ...]:
    try:
        return (source_of(table).name,)
    except NameUnknownError:
        return ()
