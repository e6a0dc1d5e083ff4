"""What is seen of the standings of people around one person, as stored rows: bits, never a standing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from creditscore.data.network.index import FOLD
from creditscore.data.network.seen import month_of
from creditscore.data.network.seen_steps import MARKED, UNSEEN
from creditscore.data.portfolio import Portfolio
from creditscore.data.stored.table import Labelled, StoredTable, labelled
from creditscore.data.tables.vocabularies import STANDINGS
from creditscore.errors import ParameterError

TABLE: Final = "standings"
# The columns of the rows that are made here; folds are there where groups are read.
COLUMNS: Final[dict[str, list[str]]] = {"times": ["event_time"], "numbers": [], "labels": ["standing"]}


def stored_bits(
    portfolio: Portfolio, person: int, people: Iterable[int], as_of: int, *, first_id: int
) -> StoredTable | None:
    """Write down what is seen of some people in the month of a moment; None if of nobody anything is.

    Of a default and of good repayment stands what the noisy bit says. The applicant's own bit is never read;
    where it stands among the members of a group, it is written as good.

    Parameters
    ----------
    portfolio : Portfolio
    person : int
        Code of the applicant.
    people : iterable of int
        Codes of those around, one of each person.
    as_of : int
        The moment, in microseconds.
    first_id : int
        What the first row is numbered.
    """
    network = portfolio.network
    if network is None or not network.standings.since.size:
        return None
    month = month_of(as_of)
    states, begun = network.seen.bare(month)
    shown = (network.seen.at(month).known | network.seen.at(as_of).known) & (states != UNSEEN)
    codes = np.array(sorted({person, *people} - {-1}), np.int64)
    nodes = network.identities.nodes(codes, np.full(codes.size, as_of))
    codes, nodes = codes[shown[nodes]], nodes[shown[nodes]]
    if not codes.size:
        return None
    marked = (states[nodes] == MARKED) & (codes != person)
    standing = np.where(marked, STANDINGS.index("defaulted"), STANDINGS.index("good")).astype(np.int32)
    return StoredTable(
        name=TABLE,
        n_rows=len(codes),
        first_id=first_id,
        times={"event_time": begun[nodes]},
        numbers={FOLD: _rounded(network.seen.folds(nodes), _most_folds(portfolio, person, as_of))},
        labels={
            "person_id": labelled(codes, portfolio.applicant_ids),
            "standing": Labelled(standing, STANDINGS),
        },
    )


def privacy_of(portfolio: Portfolio, person: int, as_of: int) -> dict[str, Any]:
    """Write down under which secret and noise bits were made, and the fold of the applicant."""
    network, written = portfolio.network, portfolio.privacy.to_dict()
    if network is None or person < 0:
        return written | {FOLD: None}
    own = network.seen.folds(np.array([network.identities.node(person, as_of)]))
    return written | {FOLD: float(_rounded(own, _most_folds(portfolio, person, as_of))[0])}


def _most_folds(portfolio: Portfolio, person: int, as_of: int) -> int:
    """The largest number of folds of any group that the applicant ever belonged to, a power of two."""
    network = portfolio.network
    if network is None or not network.groups.n_groups:
        return 1
    pairs, node = network.memberships, network.identities.node(person, as_of)
    groups = pairs.targets[pairs.offsets[node] : pairs.offsets[node + 1]]
    folds = np.diff(network.groups.in_month(as_of).offsets)[groups]
    return int(folds.max(initial=1))


def _rounded(folds: Any, n: int) -> Any:
    """Keep as much of where people stand among folds as `n` folds need, and no mark to know them by."""
    return np.floor(folds * n) / n


def check_secret(portfolio: Portfolio) -> None:
    """Refuse to decide by standings under a key that everyone knows."""
    if portfolio.privacy.is_public and "standings" in portfolio.tables:
        raise ParameterError(
            "The model reads standings of other people, and the portfolio has no secret that protects them. "
            "Make one once with creditscore.StandingPrivacy.generate('standings.key'), and give it to every "
            "portfolio: Portfolio(..., privacy=StandingPrivacy.from_file('standings.key'))."
        )
