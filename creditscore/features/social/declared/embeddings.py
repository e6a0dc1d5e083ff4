"""Embeddings of events as features: coordinates that stand in the table `measures`, told as one whole."""

from __future__ import annotations

from collections.abc import Sequence

from creditscore.data.sources import find_source
from creditscore.data.tables.vocabularies import EMBEDDING_MEASURES
from creditscore.errors import ParameterError
from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import AtLeast, Covered
from creditscore.features.social.declared.measures import GIVEN, MEASURES, newest
from creditscore.features.social.declared.terms import TAGS, social
from creditscore.words.labels import Label

_TAKEN = frozenset(measure.name for measure in (*MEASURES, *GIVEN))


def embedding_features(
    measures: Sequence[str] = EMBEDDING_MEASURES, *, source: str = "payments"
) -> FeatureSet:
    """Declare the coordinates of an embedding of events as features: in no catalogue, only where asked for.

    Each coordinate is a measure of the table `measures`: those of `compute_embeddings`, or of a model of
    your own that writes rows of `subject_id`, `measure`, `value` and `event_time` (when the row was known),
    for every date made of what was known before it, on axes that mean the same at every date. All count to
    one reason group, which is told as a whole: no coordinate, value or direction is ever said, nor a change
    of one proposed. No sign is declared. Whoever's events may not be read has no value either.

    Such a reason is hardly specific, and what others buy stands behind it: ask whether your law lets you give
    it before you use them (in the United States, 12 CFR 1002.9(b)(2)).

    Parameters
    ----------
    measures : sequence of str, default those of `compute_embeddings`
        Names of the measures; identifiers, each given once.
    source : str, default "payments"
        Of which source the events are, so that its legal tags and its coverage count as well.

    Returns
    -------
    FeatureSet

    Raises
    ------
    ParameterError
        If a name is given twice, is no identifier, or is a measure of the graph, which has its own rules.
    NameUnknownError
        If there is no such source.

    Examples
    --------
    >>> features = embedding_features(("tastes_0", "tastes_1"))
    >>> features.names, {one.reason_group for one in features}
    (('embedding_tastes_0', 'embedding_tastes_1'), {'event_pattern'})
    """
    named = tuple(measures)
    if isinstance(measures, str) or not named or not all(_is_name(name) for name in named):
        raise ParameterError.must_be("measures", "names of measures that are identifiers", measures)
    if len(set(named)) < len(named):
        raise ParameterError.must_be("measures", "names, each given once", measures)
    for name in named:
        if name in _TAKEN:
            raise ParameterError.must_be(
                "measures", "no measures of the graph, which social_features() declares", name
            )
    tags = (*find_source(source).legal_tags, *TAGS)
    return FeatureSet(tuple(_coordinate(name, source, tuple(dict.fromkeys(tags))) for name in named))


def _is_name(name: object) -> bool:
    return isinstance(name, str) and name.isidentifier()


def _coordinate(measure: str, source: str, tags: tuple[str, ...]) -> Feature:
    return social(
        name=f"embedding_{measure}",
        formula=AtLeast(newest(measure), Covered(source), 1.0),
        label=Label("event_pattern"),
        definition=f"newest value known of the measure {measure}, where {source} may be read",
        unit="index",
        legal_tags=tags,
        reason_group="event_pattern",
        missing=f"the measure was not known, was no longer defined, or {source} were not there",
        source="measures",
        reference="Church and Hanks (1990), Computational Linguistics 16(1)",
        refresh="grid",
        note="A coordinate of an embedding: told as a whole with all others, never alone.",
    )
