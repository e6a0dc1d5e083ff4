"""A dashboard of scores: made from rows, and holding none of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

from creditscore._ground.files import write_by_ending
from creditscore.dashboard.beside import names_beside
from creditscore.dashboard.counted import Counted, Named, check_once, counted
from creditscore.dashboard.page import cells_of_page, page
from creditscore.errors import ParameterError
from creditscore.policy.rules import Policy
from creditscore.segments.columns import segment_columns
from creditscore.segments.withholding import FEWEST_PEOPLE
from creditscore.words.languages import LANGUAGES, Language

SCHEMA: Final = "creditscore.dashboard/1"
MOST_CUTOFFS: Final = 100
_APPLICATION: Final = "application_id"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Dashboard:
    """A page for people without code, and the sums that it shows.

    Attributes
    ----------
    data : mapping
        All that the page holds: columns with the values that can be chosen, and sums by cell.
    language : {"en", "fa", "zh"}
        In which it opens.
    applications, people, cells : int
    fewest_people : int
        How many people stand in each cell at least.
    against : int
        Applications whose chance of default is above that of one with fewer points: 0 where score and chance
        are of one model. The page says whether there are any.
    """

    data: Mapping[str, Any]
    language: Language
    applications: int
    people: int
    cells: int
    fewest_people: int
    against: int

    def to_html(self) -> str:
        """Write the page: one file that fetches nothing and runs nothing but what is in it."""
        return page(dict(self.data), self.language)

    def save(self, path: str | Path) -> None:
        """Write the page to a file that ends with ``.html``, whole or not at all."""
        write_by_ending(path, {".html": self.to_html})

    def __repr__(self) -> str:
        return (
            f"Dashboard({self.applications:,} applications of {self.people:,} people in {self.cells:,} cells "
            f"of {self.fewest_people} people or more)"
        )

    def _repr_html_(self) -> str:
        content = escape(self.to_html())
        style = "width:100%;height:48rem;border:1px solid #8886;border-radius:6px"
        head = f'<iframe sandbox="allow-scripts allow-downloads" title="{escape(repr(self))}" style="{style}"'
        return f'{head} srcdoc="{content}"></iframe>'


def make_dashboard(
    rows: Any,
    *,
    by: Sequence[str],
    person: str | None = "applicant_id",
    score: str = "score",
    probability: str = "probability_of_default",
    bad: str | None = None,
    decision: str | None = None,
    amount: str | None = None,
    edges: Mapping[str, Sequence[float]] | None = None,
    policy: Policy | None = None,
    most_cutoffs: int | None = None,
    fewest_people: int = FEWEST_PEOPLE,
    language: Language = "en",
    title: str = "",
) -> Dashboard:
    """Make a page on which a person without code defines segments, sets a cut-off and plans a test.

    The page holds sums over cells of at least `fewest_people` people, which do not overlap, so that no
    difference of two segments tells of fewer. Where values stand too rarely beside each other, as few of
    them as can be are withheld, those of the columns named last first; the page says of how many.

    Parameters
    ----------
    rows : dataframe or mapping of str to array-like, shape (n,)
        One row for each application: scores with the columns of the applications beside them. Where there
        is a column ``application_id``, each stands once.
    by : sequence of str
        Columns to choose from, at most ten, those that matter most first: level, age band, use of channels,
        coverage of sources, product, grade, quarter, main reason, own columns. A column of times named
        ``as_of`` is chosen from as ``as_of_month`` or ``as_of_quarter``.
    person : str or None, default "applicant_id"
        Column of whose application it is. None: each row is a person of its own.
    score, probability : str
        Columns of the points (missing for who got none) and of the chance of default, within 0 and 1.
    bad : str, optional
        Column of the outcome: 1 bad, 0 good, missing where it is not known.
    decision : str, optional
        Column of what was decided: ``"approve"``, ``"counter_offer"``, ``"refer"`` or ``"decline"``,
        ``"accepted"`` or ``"rejected"`` (as `creditscore.simulate` writes), or 1 for approved and 0 for not.
    amount : str, optional
        Column of the money asked for; profit is then counted on it, else on each loan.
    edges : mapping of str to sequence of float, optional
        Where the bands of a column of numbers begin. Default: a few whole numbers one by one, others at
        rounded fifths.
    policy : Policy, optional
        The one in use: its cut-off is one that can be chosen, and the policy that is taken away keeps its
        other parts. The page holds all of it.
    most_cutoffs : int, optional
        How many cut-offs can be chosen from, at most, 2 to 100: fewer of them withhold fewer values. Default:
        one for each 1,000 people, 10 to 40. They are round numbers.
    fewest_people : int, default 5
        1 withholds nothing: for those alone who may see every row.
    language : {"en", "fa", "zh"}, default "en"
        In which the page opens; its reader can change it.
    title : str, optional

    Returns
    -------
    Dashboard

    Raises
    ------
    NameUnknownError
        If a column is not there.
    ParameterError
        If a column holds what it must not, points rise with the chance of default, an application stands
        twice, or there are too few people.

    Examples
    --------
    >>> import numpy as np
    >>> draw = np.random.default_rng(1)
    >>> chance = draw.beta(1, 9, 900)
    >>> rows = {
    ...     "applicant_id": np.arange(900), "probability_of_default": chance,
    ...     "score": np.round(600 - 30 * np.log(chance / (1 - chance))),
    ...     "bad": draw.random(900) < chance, "channel": draw.choice(["app", "branch"], 900),
    ... }
    >>> made = make_dashboard(rows, by=["channel"], bad="bad")
    >>> made.applications, made.cells <= 900 // 5
    (900, True)
    """
    if language not in LANGUAGES:
        raise ParameterError.must_be("language", f"one of {', '.join(LANGUAGES)}", language)
    if isinstance(fewest_people, bool) or not isinstance(fewest_people, int) or fewest_people < 1:
        raise ParameterError.must_be("fewest_people", "a whole number, 1 or more", fewest_people)
    if most_cutoffs is not None and not (isinstance(most_cutoffs, int) and 2 <= most_cutoffs <= MOST_CUTOFFS):
        raise ParameterError.must_be("most_cutoffs", f"a whole number, 2 to {MOST_CUTOFFS}", most_cutoffs)
    names, cuts = _names(by), dict(edges or {})
    unused = sorted(set(cuts) - set(names))
    if unused:
        raise ParameterError.must_be("edges", "of columns that stand in 'by'", unused)
    named = Named(person, score, probability, bad, decision, amount)
    if not (policy is None or isinstance(policy, Policy)):
        raise ParameterError.must_be("policy", "a Policy", policy)
    cutoff = None if policy is None else policy.cutoff
    there = _named_in(rows)
    once = {_APPLICATION} & there
    columns = segment_columns(rows, only={*names, *named.given, *once, *names_beside(there)})
    for name in once:
        check_once(columns, name)
    found = counted(columns, named, names, cuts, cutoff, fewest_people, most_cutoffs)
    data = _data(found, policy, money=amount is not None) | {"language": language, "title": title}
    cells = len(found.cells.codes)
    return Dashboard(data, language, found.applications, found.people, cells, fewest_people, found.against)


def _named_in(rows: Any) -> set[str]:
    from creditscore.data.door.frames import is_frame, names_in  # plain arrays need no dataframes

    return set(map(str, rows if isinstance(rows, Mapping) else names_in(rows) if is_frame(rows) else ()))


def _names(by: Sequence[str]) -> tuple[str, ...]:
    listed = isinstance(by, Iterable) and not isinstance(by, str)
    names = tuple(by) if listed else ()
    if not listed or not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise ParameterError.must_be("by", "a list of names of columns that differ", by)
    return names


def _data(found: Counted, policy: Policy | None, *, money: bool) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "applications": found.applications,
        "people": found.people,
        "fewest_people": found.fewest,
        "money": money,
        "against": found.against > 0,
        "columns": [one.to_dict() for one in found.dimensions],
        "score": {"edges": list(found.scores.values)},
        "beside": found.beside.to_dict(),
        "policy": None if policy is None else policy.to_dict(),
        "cells": cells_of_page(found),
    }
