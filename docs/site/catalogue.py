"""The catalogue of features: each family with its words, its figure and its features."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from html import escape

import numpy as np

from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import Attribute, Condition, Covered, Term
from creditscore.pipeline.fitting import built_in_features
from creditscore.words.labels import Label
from creditscore.words.languages import texts_in
from creditscore.words.wording import said_label
from docs.site.examples import Counted, Example, Part, examples, parts, reach
from docs.site.timeline import Line, picture

RISK = {1: "can only rise", -1: "can only fall", 0: "either way"}

COMPARED = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤", "eq": "="}
MOST_LABELS = 3

INTRO = """
Each family is one quantity, over one or several windows. In the figure time runs to the right, up to the
moment of an application. A stick is a row that was known of one person; it is as tall as its value, a
strong one is counted, a pale one is not. Below are the windows and what comes out for this person, as the
engine computes it. What an application says of itself stands at the moment. Whether a source was there is
told by a connection that holds, or by any row of it; the lender's own loans are always there. The person is
made up or, for cards, out of an open data set. "Risk" says which way risk
may go as the value rises.
"""


def pages() -> dict[str, str]:
    """Every page of the catalogue, by where it lies: a list of all features, and a page for each source."""
    features = built_in_features()
    shown = examples(features)
    families: dict[str, dict[str, list[Feature]]] = defaultdict(lambda: defaultdict(list))
    for feature in features:
        families[feature.source][family(feature)].append(feature)
    made = {"catalogue/index.md": index(features)}
    for source, of in families.items():
        entries = [entry(name, some, shown) for name, some in sorted(of.items())]
        count = sum(map(len, of.values()))
        head = f"# {titled(source)}: {count} features\n{INTRO}"
        made[f"catalogue/{source}.md"] = "\n".join([head, *entries])
    return made


def titled(source: str) -> str:
    """The name of a source as a heading."""
    return source.replace("_", " ").capitalize()


def family(feature: Feature) -> str:
    """What a feature measures, without its window."""
    return feature.label.quantity if isinstance(feature.label, Label) else feature.name


def spanless(feature: Feature) -> Feature:
    """The same feature, said without its window."""
    label = feature.label
    if not isinstance(label, Label):
        return feature
    return replace(feature, label=Label(label.quantity, label.parameters))


def index(features: FeatureSet) -> str:
    """The page of all features: a field that narrows the list as one types, and the list."""
    rows = "\n".join(
        f'<tr><td><a href="{feature.source}.html#{family(feature)}"><code>{feature.name}</code></a></td>'
        f"<td>{escape(said(feature, 'en'))}</td><td>{feature.source}</td></tr>"
        for feature in features
    )
    return (
        f"# Feature catalogue\n\nAll {len(features)} built-in features, by their words and by their names. "
        "How they are declared: [features](../features.md); every detail in one table: "
        "[the dictionary](../dictionary.md).\n\n"
        '<div class="narrow" markdown="0">\n<label for="narrow">Narrow the list</label>\n'
        '<input id="narrow" type="search" autocomplete="off">\n<p role="status" aria-live="polite"></p>\n'
        f"<table><thead><tr><th>name</th><th>what it is</th><th>source</th></tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody></table>\n</div>\n"
    )


def said(feature: Feature, language: str) -> str:
    """A feature in the words of a language."""
    return said_label(feature.label, texts_in(language))


def entry(name: str, features: list[Feature], shown: list[Example]) -> str:
    """One family: its words in three languages, the figure, and a table of its features."""
    first = features[0]
    of = first if len(features) == 1 else spanless(first)
    words = said(of, "en") or first.name
    other = "".join(
        f'<p lang="{language}" dir="{"rtl" if language == "fa" else "ltr"}">{escape(text)}</p>'
        for language in ("fa", "zh")
        if (text := said(of, language))
    )
    rows = "\n".join(
        f"| `{one.name}` | {one.definition} | {one.unit} | {RISK[one.sign]} | {one.missing} |"
        for one in features
    )
    return (
        f"\n## {words[:1].upper()}{words[1:]} {{ #{name} }}\n\n"
        f'<div class="words" markdown="0">{other}</div>\n\n'
        f"{figure(name, features, shown)}\n\n"
        f"| feature | definition | unit | risk | missing |\n| --- | --- | --- | --- | --- |\n{rows}\n"
    )


def figure(name: str, features: list[Feature], shown: list[Example]) -> str:
    """The figure of a family, for a person of whom most of it is known."""
    longest = max(features, key=_window)
    read = list(parts(longest.formula))
    found = _person(features, read, shown)
    if found is None:
        raise LookupError(f"{name}: nobody in docs/site/examples.py has what it reads; add a person who has.")
    example, row = found
    lines = [
        Line(_reach(one, example, row), one.name, float(example.values[one.name][row]))
        for one in sorted(features, key=_window)
    ]
    return picture(f"{name}: what is counted for one person", _lanes(read, example, row), lines)


def _lanes(read: list[tuple[str, Part]], example: Example, row: int) -> list[tuple[str, Counted]]:
    """What each part of a formula reads of one person, by what it is called, as far as the lender has it."""
    lanes: list[tuple[str, Counted | None]] = []
    for part, one in read:
        match one:
            case Term():
                lanes.append((_named(part, one), example.counted(one, row)))
            case Attribute():
                lanes.append((_lane(part, f"{one.column} of the application"), example.said(one, row)))
            case Covered():
                rows = example.shown_by(one.source, row).items()
                lanes += [(_lane(part, f"rows of {table}"), counted) for table, counted in rows]
    return [(name, counted) for name, counted in lanes if counted is not None]


def _window(feature: Feature) -> tuple[float, float]:
    """How far back a feature looks: in days, then in rows; without a limit as far as anything goes."""
    terms = _terms(feature)
    days = [reach(term.window, 0, "UTC") if term.window else np.inf for term in terms]
    return float(max(days, default=0.0)), float(max([term.last or np.inf for term in terms], default=0.0))


def _terms(feature: Feature) -> list[Term]:
    return [part for _, part in parts(feature.formula) if isinstance(part, Term)]


def _reach(feature: Feature, example: Example, row: int) -> float | None:
    """How many days back a feature looks, for one application; None where it looks at all rows.

    Of one that counts so many of the newest rows: as far as the oldest of these; of the application itself:
    nowhere.
    """
    as_of, zone = int(example.applications.as_of[row]), example.portfolio.timezone
    if any(isinstance(part, Covered) for _, part in parts(feature.formula)):
        return None
    terms = _terms(feature)
    if all(term.window for term in terms):
        return max((reach(term.window, as_of, zone) for term in terms if term.window), default=0.0)
    if not all(term.window or term.last for term in terms):
        return None
    found = [counted for term in terms if (counted := example.counted(term, row)) is not None]
    return max((float(one.days[one.inside].max()) for one in found if one.inside.any()), default=None)


def _person(
    features: list[Feature], read: list[tuple[str, Part]], shown: list[Example]
) -> tuple[Example, int] | None:
    """The person of whom most features of a family are known and not zero, with few rows rather than many."""
    best: tuple[tuple[int, int, int], Example, int] | None = None
    for example in shown:
        values = np.array([example.values[one.name] for one in features])
        known = np.isfinite(values).sum(axis=0)
        told = (np.isfinite(values) & (values != 0)).sum(axis=0)
        for row in np.argsort(-(known + told), kind="stable")[:12]:
            lanes = _lanes(read, example, int(row))
            size = sum(counted.days.size for _, counted in lanes)
            rank = (int(known[row] + told[row]), int(size > 1), -size)
            if known[row] and lanes and (best is None or rank > best[0]):
                best = (rank, example, int(row))
    return None if best is None else best[1:]


def _named(part: str, term: Term) -> str:
    """What a lane holds: its part in the formula, the view, the column, and the conditions."""
    column = f", {term.column}" if term.column else ""
    where = f" where {', '.join(map(_condition, term.where))}" if term.where else ""
    return _lane(part, f"{term.statistic} of {term.view}{column}{where}")


def _lane(part: str, said: str) -> str:
    return f"{part}: {said}" if part else said


def _condition(condition: Condition) -> str:
    if not isinstance(condition.value, tuple):
        return f"{condition.column} {COMPARED[condition.comparison]} {condition.value:g}"
    more = " …" if len(condition.value) > MOST_LABELS else ""
    labels = " or ".join(condition.value[:MOST_LABELS])
    return f"{condition.column} is {'not ' if condition.comparison == 'not_in' else ''}{labels}{more}"


def sources() -> list[str]:
    """The sources that have features, in the order of the catalogue."""
    return list(dict.fromkeys(feature.source for feature in built_in_features()))
