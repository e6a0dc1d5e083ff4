"""Find how each source stood for each purpose, for many applications at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Flags, Int64
from creditscore._ground.compiled import compiled
from creditscore._ground.instants import DAY, NEVER
from creditscore.data.applications import Applications
from creditscore.data.consented import consents_to
from creditscore.data.given import check_given
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import CONNECTIONS, CONSENTS, OF_PERSONS, SOURCES, Source
from creditscore.data.statuses import STATES, UNREAD, SourceState, SourceStatus
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.vocabularies import PURPOSES
from creditscore.data.visible import HAPPENED, is_visible, was_known
from creditscore.features.coverage import any_connected

# A source whose oldest row is younger is too short; one whose newest row is as old as that is stale.
SHORT_DAYS: Final = 90
STALE_DAYS: Final = 180
_ALWAYS: Final = "always"
_CODE: Final = {state: code for code, state in enumerate(STATES)}
_VOIDED: Final = STATES.index("voided")
_EMPTY: Final = STATES.index("empty")
_TOO_SHORT: Final = STATES.index("too_short")
_STALE: Final = STATES.index("stale")
_PRESENT: Final = STATES.index("present")
# rows of spans
OLDEST, NEWEST, LEARNED = range(3)


@compiled
def mark_span(offsets: Int64, times: Int64, owners: Int64, as_of: Int64, spans: Int64, first: bool) -> None:
    """Find the oldest and the newest row that counts of each owner, and whether any was ever known.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_owners + 1,)
    times : ndarray of int64, shape (n_times, n_rows)
        Microseconds.
    owners, as_of : ndarray of int64, shape (n,)
        Their codes, -1 for nobody, and moments in microseconds.
    spans : ndarray of int64, shape (3, n)
        The oldest row, the newest, at most the moment, and 1 where a row was known, whether it counts or not:
        widened where a row lies outside.
    first : bool
        Whether nothing stands in the spans yet.
    """
    for r in range(owners.size):
        if first:
            spans[OLDEST, r], spans[NEWEST, r], spans[LEARNED, r] = NEVER, -NEVER, 0
        if owners[r] < 0:
            continue
        for row in range(offsets[owners[r]], offsets[owners[r] + 1]):
            if was_known(times, row, as_of[r]):
                spans[LEARNED, r] = 1
            if is_visible(times, row, as_of[r]):
                spans[OLDEST, r] = min(spans[OLDEST, r], times[HAPPENED, row])
                spans[NEWEST, r] = max(spans[NEWEST, r], min(times[HAPPENED, row], as_of[r]))


@compiled
def mark_states(spans: Int64, as_of: Int64, found: NDArray[np.int8]) -> None:
    """Put for each owner what their rows alone make.

    Parameters
    ----------
    spans : ndarray of int64, shape (3, n)
        From `mark_span`.
    as_of : ndarray of int64, shape (n,)
        Moments in microseconds.
    found : ndarray of int8, shape (n,)
        Written over with numbers of `STATES`.
    """
    for r in range(found.size):
        if spans[NEWEST, r] == -NEVER:
            found[r] = _VOIDED if spans[LEARNED, r] > 0 else _EMPTY
        elif as_of[r] - spans[OLDEST, r] < SHORT_DAYS * DAY:
            found[r] = _TOO_SHORT
        elif as_of[r] - spans[NEWEST, r] >= STALE_DAYS * DAY:
            found[r] = _STALE
        else:
            found[r] = _PRESENT


def source_status(applications: Applications, portfolio: Portfolio) -> tuple[SourceStatus, ...]:
    """Say how each source stood at the moment of each application, for each purpose.

    Parameters
    ----------
    applications : Applications
    portfolio : Portfolio
        Its `terms` (see `Portfolio.with_sources`) name what is forbidden, out of reach, or needs a consent.

    Returns
    -------
    tuple of SourceStatus
        One an application, in their order; the states and their precedence are those of `SourceStatus`.
    """
    check_given(applications=applications, portfolio=portfolio)
    owners, as_of = portfolio.people.codes(applications.applicant_ids), applications.as_of
    codes = {
        name: _of_source(source, portfolio, owners, as_of, PURPOSES)
        for name, source in SOURCES.items()
        if source.coverage != _ALWAYS
    }
    return tuple(
        SourceStatus(
            {
                purpose: {name: _state(found[at, k]) for name, found in codes.items()}
                for at, purpose in enumerate(PURPOSES)
            }
        )
        for k in range(len(as_of))
    )


def states_of(
    applications: Applications, portfolio: Portfolio, sources: Iterable[str], purpose: str = "score"
) -> dict[str, NDArray[np.int8]]:
    """Say how some sources stood for one purpose, as numbers of `STATES`, shape (n_applications,) each.

    Parameters
    ----------
    applications : Applications
    portfolio : Portfolio
    sources : iterable of str
        Sources that are always there, such as the application itself, and unknown ones are left out.
    purpose : str, default "score"
    """
    owners, as_of = portfolio.people.codes(applications.applicant_ids), applications.as_of
    asked = (SOURCES[name] for name in sources if name in SOURCES)
    return {
        source.name: _of_source(source, portfolio, owners, as_of, (purpose,))[0]
        for source in asked
        if source.coverage != _ALWAYS
    }


def unread_sources(
    applications: Applications, portfolio: Portfolio, sources: Iterable[str]
) -> tuple[tuple[str, ...], ...]:
    """Name the sources that were not read of each: forbidden, out of reach, refused or withdrawn.

    Parameters
    ----------
    applications : Applications
    portfolio : Portfolio
        Its terms name the purpose.
    sources : iterable of str

    Returns
    -------
    tuple of tuple of str
        One an application, sorted. A source of which nothing is stored was read, and is not among them; nor
        is one that never was connected.

    Examples
    --------
    >>> import creditscore as cs
    >>> rows = [{"applicant_id": "a", "event_time": "2024-05-31T12:00Z", "amount": 12.5}]
    >>> asked = {"application_id": 1, "applicant_id": "a", "as_of": "2024-06-03T00:00Z"}
    >>> one, known = cs.Applications.from_records([asked]), cs.Portfolio.from_records({"payments": rows})
    >>> unread_sources(one, known, ["payments"])
    ((),)
    >>> unread_sources(one, known.with_sources(consent_needed={"payments"}), ["payments"])
    (('payments',),)
    """
    terms = portfolio.terms
    found = sorted(states_of(applications, portfolio, sources, terms.purpose).items())
    unread = {name: [terms.bars(name) or STATES[code] in UNREAD for code in codes] for name, codes in found}
    return tuple(
        tuple(name for name, flags in unread.items() if flags[row]) for row in range(len(applications))
    )


def _state(code: int) -> SourceState:
    return STATES[code]


def _of_source(
    source: Source, portfolio: Portfolio, owners: Int64, as_of: Int64, purposes: Sequence[str]
) -> NDArray[np.int8]:
    """Codes of the states of one source by purpose, shape (n_purposes, n)."""
    base = _of_rows(source, portfolio, owners, as_of)
    found = np.empty((len(purposes), owners.size), np.int8)
    terms = portfolio.terms
    for at, purpose in enumerate(purposes):
        found[at] = base
        if source.name in terms.consent_needed or CONSENTS in portfolio.tables:
            holding, withdrawn = consents_to(portfolio, source.name, purpose, owners, as_of)
            if source.name in terms.consent_needed:
                _put(found[at], ~holding & ~withdrawn, "refused")
            _put(found[at], ~holding & withdrawn, "withdrawn")
        said = terms.state_of(source.name)
        if said is not None:
            found[at] = _CODE[said]
        if terms.forbids(source, purpose):
            found[at] = _CODE["forbidden"]
    return found


def _of_rows(source: Source, portfolio: Portfolio, owners: Int64, as_of: Int64) -> NDArray[np.int8]:
    """Codes of the states that rows and connections alone make, shape (n,)."""
    n = owners.size
    tables = [portfolio.tables[name] for name in source.shown_by if name in portfolio.tables]
    if not tables:
        return np.full(n, _CODE["not_supplied"], np.int8)
    spans, first = np.empty((3, n), np.int64), True
    for table in tables:
        network = portfolio.network if table.name in OF_PERSONS else None
        for some in (owners,) if network is None else network.identities.each_id(owners, as_of):
            mark_span(table.offsets, table.times, some, as_of, spans, first)
            first = False
    found = np.empty(n, np.int8)
    mark_states(spans, as_of, found)
    for table in (one for one in tables if one.expires is not None):
        _put_expired(found, table, owners, as_of)
    if CONNECTIONS in portfolio.tables:
        _put_connected(found, source.name, portfolio, owners, as_of)
    return found


def _put_expired(found: NDArray[np.int8], table: EventTable, owners: Int64, as_of: Int64) -> None:
    """Write over the codes of those of whose rows none counts any more, and one because it is too old."""
    if table.expires is None:
        return
    for k in np.flatnonzero((found == _VOIDED) & (owners >= 0)).tolist():
        rows = slice(int(table.offsets[owners[k]]), int(table.offsets[owners[k] + 1]))
        if (table.expires[rows] < as_of[k]).any():
            found[k] = _CODE["expired"]


def _put_connected(
    found: NDArray[np.int8], source: str, portfolio: Portfolio, owners: Int64, as_of: Int64
) -> None:
    """Write over the codes of those who by `connections` never were connected, or no longer are."""
    connections = portfolio.tables[CONNECTIONS]
    labels, ended = connections.vocabularies["source"], connections.row("disconnected_time")
    now, ever = np.zeros((2, owners.size), np.bool_)
    if source in labels:
        codes, code = connections.codes[connections.row("source")], labels.index(source)
        for end, flags in ((ended, now), (-1, ever)):
            any_connected(connections.offsets, connections.times, end, codes, code, owners, as_of, flags)
    _put(found, ~ever, "not_supplied")
    _put(found, ever & ~now, "withdrawn")


def _put(found: NDArray[np.int8], where: Flags, state: SourceState) -> None:
    found[where] = _CODE[state]
