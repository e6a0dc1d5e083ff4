"""The shape of a text table: what every language must say about every reason group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupText:
    """What is said about one reason group.

    Attributes
    ----------
    code : str
        Numbered once and for all; a number is never given to another group, also not after its group is gone.
    title : str
        Short name of the group, for tables and charts.
    too_much : str
        Opening when risk rises with the leading feature and its value is above zero.
    too_little : str
        Opening when risk falls with the leading feature.
    otherwise : str
        Opening that claims no direction: the feature has no declared sign, or the directed opening would
        contradict its value.
    """

    code: str
    title: str
    too_much: str
    too_little: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Texts:
    """All words that reasons are made of, in one language.

    Templates are filled with named fields only; no text is ever evaluated.

    Attributes
    ----------
    groups : mapping of str to GroupText
        By reason group.
    insufficient : mapping of str to (code, text)
        By source that was absent altogether.
    units : mapping of str to (singular, plural)
        How a number of a unit is written, with the field ``{value}``.
    windows : mapping of str to (singular, plural)
        How a window of days, months or years is written, with the field ``{number}``.
    durations : mapping of str to (singular, plural)
        How a mere length of time is written, with the field ``{number}``.
    fact, fact_without_value : str
        The whole sentence, with the fields ``{opening}``, ``{label}`` and ``{value}``.
    unknown_fact : str
        What is said when the leading feature could not be computed, with ``{title}`` and ``{label}``.
    unknown_group : str
        What is said when nothing of a group was known though its source was there, with ``{title}``.
    unknown_source : tuple of (code, text)
        For a source without a text of its own, with ``{source}``.
    generic : GroupText
        For a reason group without a text of its own.
    yes, no : str
        Values of a 0/1 feature.
    """

    groups: Mapping[str, GroupText]
    insufficient: Mapping[str, tuple[str, str]]
    units: Mapping[str, tuple[str, str]]
    windows: Mapping[str, tuple[str, str]]
    durations: Mapping[str, tuple[str, str]]
    fact: str
    fact_without_value: str
    unknown_fact: str
    unknown_group: str
    unknown_source: tuple[str, str]
    generic: GroupText
    yes: str
    no: str
