"""Who is tied to whom, as labels of applications: for splitting them so that no tie leads across."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Int64
from creditscore._ground.asked import check_known
from creditscore.data.applications import Applications
from creditscore.data.door.clock import instant
from creditscore.data.given import check_given
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError
from creditscore.graph.communities import communities, names_of
from creditscore.graph.snapshot import snapshot
from creditscore.graph.structure import components

WAYS: Final = ("components", "communities")


def community_groups(
    applications: Applications,
    portfolio: Portfolio,
    *,
    as_of: datetime | str | np.datetime64 | int | None = None,
    way: Literal["components", "communities"] = "components",
    seed: int = 0,
) -> Int64:
    """Label applications by who is tied to whom, for `CommunitySplit` or another splitter by groups.

    Parameters
    ----------
    applications : Applications
    portfolio : Portfolio
        With `ties`.
    as_of : datetime with a zone, ISO 8601 text with a zone, numpy.datetime64 in UTC, or int, optional
        Ties that counted then; by default at the latest application.
    way : {"components", "communities"}, default "components"
        ``components``: whoever is tied through others is in one group: no tie leads out. Where that makes
        one large group, ``communities`` (Louvain's) cut it where fewest ties are; some lead out of them.
    seed : int, default 0
        Of the communities.

    Returns
    -------
    ndarray of int64, shape (n_applications,)
        A label for each application; whoever has no tie has a label of their own.

    Raises
    ------
    NameUnknownError
        If there is no such way.
    ParameterError
        If there are no ties.

    References
    ----------
    Blondel, Guillaume, Lambiotte and Lefebvre (2008), J. of Statistical Mechanics P10008.

    Examples
    --------
    >>> ties = [{"person_id": a, "other_id": b, "event_time": "2023-01-01T00:00Z"} for a, b in ("ab", "cd")]
    >>> asked = [{"application_id": k, "applicant_id": k, "as_of": "2024-06-01T00:00Z"} for k in "abcde"]
    >>> from creditscore.data.portfolio import Portfolio
    >>> tied = Portfolio.from_records({"ties": ties})
    >>> community_groups(Applications.from_records(asked), tied).tolist()
    [0, 0, 1, 1, 2]
    """
    check_given(applications=applications, portfolio=portfolio, some=True)
    check_known("way to group people", way, WAYS)
    moment = int(applications.as_of.max()) if as_of is None else instant(as_of, "as_of")
    shot = snapshot(portfolio, moment)
    network = portfolio.network
    if network is None:
        raise ParameterError("The portfolio has no ties. Give it the ties table.")
    owners = np.ascontiguousarray(portfolio.people.codes(applications.applicant_ids), np.int64)
    nodes = network.identities.nodes(owners, np.full(owners.size, moment, np.int64))
    names = names_of(network.seen.labels, shot.people)
    label = components(shot.graph) if way == WAYS[0] else communities(shot.graph, seed=seed, names=names)
    known = np.append(shot.nodes_of(network.identities.n_nodes), -1)[nodes]
    _, alone = np.unique(np.array([str(one) for one in applications.applicant_ids]), return_inverse=True)
    tied = np.append(label, -1)[known].astype(np.int64)
    return np.where(known >= 0, tied, int(label.max(initial=-1)) + 1 + _ranked(alone, known < 0))


def _ranked(codes: NDArray[np.intp], those: NDArray[np.bool_]) -> Int64:
    """Number from 0 the codes that some rows have, shape (n_rows,)."""
    found = np.unique(codes[those])
    return np.searchsorted(found, codes).astype(np.int64)
