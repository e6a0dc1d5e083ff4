"""All measures of the graph at one date of the calendar grid."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Float64, Int32, Int64
from creditscore._ground.instants import parse_duration
from creditscore.errors import ParameterError
from creditscore.graph import communities, structure
from creditscore.graph.labels import Bits, bits_at, ids_of_nodes
from creditscore.graph.lookalikes import can_look_alike, merchant_vectors, weighed_lookalikes
from creditscore.graph.reach import LONGEST, weighed_by_walks
from creditscore.graph.settings import GraphSettings
from creditscore.graph.shared import Shared, Sharing, can_share, folds_of, shared_by, weighed_by_sharing
from creditscore.graph.shares import Prior, Weighed, default_shares
from creditscore.graph.snapshot import Snapshot, snapshot
from creditscore.graph.walks import pagerank

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio

# A share two ties away, and one of a community, rests on so many times the fewest known.
_TWO_HOPS_TIMES: Final = 3
_COMMUNITY_TIMES: Final = 2
_TWO_STEPS, _THREE_STEPS = np.eye(2)


@dataclass(frozen=True)
class GridDate:
    """What is needed for the measures of one date; each part is computed when it is first asked for.

    Attributes
    ----------
    portfolio : Portfolio
    moment : int
        Microseconds since 1970-01-01 UTC; only what was known before counts.
    settings : GraphSettings
    threads : int
    quarter : GridDate, optional
        The first date of the quarter, if it was computed before.
    """

    portfolio: Portfolio
    moment: int
    settings: GraphSettings
    threads: int
    quarter: GridDate | None = None

    @cached_property
    def shot(self) -> Snapshot:
        """The graph."""
        settings = self.settings
        age = parse_duration(settings.min_tie_age)
        return snapshot(self.portfolio, self.moment, min_tie_age=age, without_layers=settings.without_layers)

    @cached_property
    def everyone(self) -> Bits:
        """Bits of all persons."""
        return bits_at(self.portfolio, self.moment)

    @cached_property
    def bits(self) -> Bits:
        """Bits of the nodes."""
        return self.everyone.of(self.shot.people)

    @cached_property
    def triangles(self) -> Int64:
        """Triangles of each node.

        Returns shape (n_nodes,).
        """
        return structure.triangles(self.shot.graph, threads=self.threads)

    @cached_property
    def of_quarter(self) -> GridDate:
        """The first date of the quarter: the structure of the graph is that of this day."""
        moment = quarter_of(self.moment)
        if moment == self.moment:
            return self
        return self.quarter or type(self)(self.portfolio, moment, self.settings, self.threads)

    @cached_property
    def community(self) -> Int32:
        """Community of each node.

        Returns shape (n_nodes,).
        """
        return communities.communities(
            self.shot.graph,
            seed=self.settings.seed,
            resolution=self.settings.resolution,
            names=communities.names_of(self.portfolio.network.seen.labels, self.shot.people),  # type: ignore[union-attr]
        )

    def reached(self, steps: Float64) -> Weighed:
        """Known persons whom walks over ties reach.

        Arrays: ``steps`` shape (2,), weights of walks of two and of three steps.
        """
        rule = {"hub_ties": self.settings.hub_ties, "threads": self.threads}
        return weighed_by_walks(self.shot.votes, self.bits, steps, **rule)

    @cached_property
    def shared(self) -> Shared:
        """What persons share."""
        window = parse_duration(self.settings.lookalike_window)
        rule = Sharing(window, self.settings.merchant_customers)
        return shared_by(self.portfolio, self.moment, self.everyone, rule)

    def reached_by_sharing(self, *, over_ties: bool) -> Weighed:
        """Known persons whom walks over what is shared reach, and over ties too."""
        shot = self.shot if "ties" in self.portfolio.tables else None
        rule = {
            "least_known": _COMMUNITY_TIMES * self.settings.min_known,
            "hub_ties": self.settings.hub_ties if over_ties else 0,
            "threads": self.threads,
        }
        folds = folds_of(self.portfolio, self.shared)
        return weighed_by_sharing(self.shared, self.everyone, folds, shot, **rule)

    def share(self, around: Weighed, least: int) -> Float64:
        """Share of defaults among known persons.

        Returns shape (n,).
        """
        settings = self.settings
        prior = Prior(settings.prior_share, settings.prior_weight)
        return default_shares(around, self.everyone.flip, prior, least=least, min_known=settings.min_known)

    def rows(self) -> Iterator[tuple[str, Int32, Float64]]:
        """Name of each measure, codes of the persons who have it, and its values, shape (n_having,) each."""
        columns = {name: table.columns for name, table in self.portfolio.tables.items()}
        for name in measurable(self.settings.measures, columns):
            source = _SOURCES[name]
            if source.of_everyone is not None:
                yield name, *ids_of_nodes(self.portfolio, *_there(source.compute(self)))
            else:
                at = self.of_quarter if source.quarterly else self
                codes, values = _there(source.compute(at))
                yield name, *ids_of_nodes(self.portfolio, at.shot.people[codes], values)


def measurable(measures: Sequence[str], columns: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Which of some measures tables tell of.

    Parameters
    ----------
    measures : sequence of str
    columns : mapping of str to collection of str
        Of each table: the names of its columns.

    Raises
    ------
    ParameterError
        If they tell of none.
    """
    found = tuple(name for name in measures if (_SOURCES[name].of_everyone or _has_ties)(columns))
    if found:
        return found
    if not {"ties", "payments"} & set(columns) and not {"memberships", "standings"} <= set(columns):
        raise ParameterError(
            "The portfolio has neither ties nor payments, nor groups of people of known standing. Give it "
            "one of these tables."
        )
    raise ParameterError.must_be(
        "settings.measures",
        "one or more that the tables tell of: lookalike_default_share reads payments with a counterparty_id, "
        "bipartite_default_share and multilayer_default_share these or memberships, and all others ties",
        tuple(measures),
    )


def is_of_everyone(measure: str) -> bool:
    """Whether a measure leads from everybody to everybody, and not by ties alone."""
    return _SOURCES[measure].of_everyone is not None


def quarter_of(moment: int) -> int:
    """The first instant of the quarter of a moment, in microseconds since 1970-01-01 UTC.

    Examples
    --------
    >>> quarter_of(100 * 86_400_000_000) // 86_400_000_000
    90
    """
    month = np.datetime64(moment, "us").astype("M8[M]").astype(np.int64)
    return int(np.datetime64(int(month - month % 3), "M").astype("M8[us]").astype(np.int64))


def _has_ties(columns: Mapping[str, Collection[str]]) -> bool:
    return "ties" in columns


def _there(values: Float64) -> tuple[Int32, Float64]:
    """Where values are finite, and those values."""
    there = np.flatnonzero(np.isfinite(values)).astype(np.int32)
    return there, values[there]


def _floats(values: Int32 | Int64) -> Float64:
    return values.astype(np.float64)


def _hundredths(values: Float64) -> Float64:
    """Rounded, so that what hardly changes is not written anew at every date."""
    return np.asarray(np.rint(values * 100.0) / 100.0, np.float64)


def _two_figures(values: Int32 | Int64) -> Float64:
    """Counts of 100 or more rounded to two figures."""
    scale = np.array([10.0**k for k in range(19)])
    digits = np.searchsorted(scale, values, side="right") - 1
    grain = scale[np.maximum(digits - 1, 0)]
    return np.asarray(np.rint(values / grain) * grain, np.float64)


def _community(at: GridDate) -> Float64:
    return at.share(at.reached(_THREE_STEPS), _COMMUNITY_TIMES * at.settings.min_known)


def _two_hops(at: GridDate) -> Float64:
    return at.share(at.reached(_TWO_STEPS), _TWO_HOPS_TIMES * at.settings.min_known)


def _influence(at: GridDate) -> Float64:
    settings = at.settings
    onward = settings.damping if settings.hops == LONGEST else 0.0
    return at.share(at.reached(np.array([1.0, onward])), settings.min_known)


def _lookalikes(at: GridDate) -> Float64:
    settings = at.settings
    window = parse_duration(settings.lookalike_window)
    vectors = merchant_vectors(at.portfolio, at.moment, window, settings.merchant_customers)
    around = weighed_lookalikes(vectors, at.everyone, most=settings.lookalikes, threads=at.threads)
    return at.share(around, settings.min_known)


def _by_sharing(at: GridDate, *, over_ties: bool) -> Float64:
    return at.share(at.reached_by_sharing(over_ties=over_ties), _COMMUNITY_TIMES * at.settings.min_known)


def _pagerank(at: GridDate) -> Float64:
    return _tenths(np.log10(pagerank(at.shot.graph, threads=at.threads)))


def _tenths(values: Float64) -> Float64:
    return np.asarray(np.rint(values * 10.0) / 10.0, np.float64)


class _Source(NamedTuple):
    """How a measure is computed, and whether once in a quarter.

    One that is of everyone, and not of those who have a tie alone, tells whether tables have what it needs.
    """

    compute: Callable[[GridDate], Float64]
    of_everyone: Callable[[Mapping[str, Collection[str]]], bool] | None = None
    quarterly: bool = True


_monthly = partial(_Source, quarterly=False)
# In the order in which they are written.
_SOURCES: Final[Mapping[str, _Source]] = MappingProxyType(
    {
        "clustering": _Source(lambda at: _hundredths(structure.clustering(at.shot.graph, at.triangles))),
        "triangles": _Source(lambda at: _two_figures(at.triangles)),
        "core_number": _Source(lambda at: _floats(structure.core_numbers(at.shot.graph))),
        "component_size": _Source(
            lambda at: _two_figures(communities.sizes(structure.components(at.shot.graph)))
        ),
        "community_size": _Source(lambda at: _two_figures(communities.sizes(at.community))),
        "community_density": _Source(
            lambda at: _hundredths(communities.densities(at.shot.graph, at.community))
        ),
        "community_default_share": _monthly(_community),
        "participation": _Source(
            lambda at: _hundredths(communities.participation(at.shot.graph, at.community))
        ),
        "constraint": _Source(
            lambda at: _hundredths(structure.constraint(at.shot.graph, threads=at.threads))
        ),
        "effective_size": _Source(lambda at: _tenths(structure.effective_size(at.shot.graph, at.triangles))),
        "pagerank": _Source(_pagerank),
        "default_share_two_hops": _monthly(_two_hops),
        "default_influence": _monthly(_influence),
        "lookalike_default_share": _monthly(_lookalikes, of_everyone=can_look_alike),
        "bipartite_default_share": _monthly(partial(_by_sharing, over_ties=False), of_everyone=can_share),
        "multilayer_default_share": _monthly(partial(_by_sharing, over_ties=True), of_everyone=can_share),
    }
)
