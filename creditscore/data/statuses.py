"""How each source stood for each purpose: one closed vocabulary, one order of precedence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from creditscore.data.tables.vocabularies import PURPOSES

SourceState: TypeAlias = Literal[
    "forbidden", "outage", "not_supplied", "refused", "withdrawn", "voided", "expired", "empty", "too_short",
    "stale", "present",
]  # fmt: skip

# In order of precedence: the first that holds is said.
STATES: Final[tuple[SourceState, ...]] = (
    "forbidden", "outage", "not_supplied", "refused", "withdrawn", "voided", "expired", "empty", "too_short",
    "stale", "present",
)  # fmt: skip

# In these states a source was not read, by nobody's conduct: a law, a fault, or what somebody may refuse.
UNREAD: Final[frozenset[SourceState]] = frozenset({"forbidden", "outage", "refused", "withdrawn"})


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How the sources of one application stood, by purpose.

    Attributes
    ----------
    states : mapping of str to mapping of str to str
        By purpose (``"score"``, ``"ability"``, ``"fraud"``, ``"price"``, ``"monitoring"``) and source: the
        first of the following that holds.

        - ``forbidden``: one of the legal tags of the source is taken out for the purpose.
        - ``outage``, ``not_supplied``: the caller said that it cannot be had.
        - ``not_supplied`` also: none of its tables is there, or by ``connections`` it never was connected.
        - ``refused``: a consent is needed, and none that had begun before the moment ended by then or holds.
        - ``withdrawn``: one was given and ended before the moment, and none holds; or by ``connections`` it
          was connected and no longer is.
        - ``voided``: rows were known, and every one of them was voided or replaced by nothing before then.
        - ``expired``: the same, and at least one is an adverse fact that is too old to be read.
        - ``empty``: no row that counts was known of the applicant before the moment.
        - ``too_short``: the oldest row that counts lies less than 90 days before the moment.
        - ``stale``: the newest lies 180 days or more before it.
        - ``present``: none of these.

    Examples
    --------
    >>> import creditscore as cs
    >>> rows = [{"applicant_id": "a", "event_time": "2024-05-31T12:00Z", "amount": 12.5}]
    >>> portfolio = cs.Portfolio.from_records({"payments": rows})
    >>> asked = {"application_id": 1, "applicant_id": "a", "as_of": "2024-06-03T00:00Z"}
    >>> status = cs.source_status(cs.Applications.from_records([asked]), portfolio)[0]
    >>> status.of("payments"), status.of("bills")
    ('too_short', 'not_supplied')
    """

    states: Mapping[str, Mapping[str, SourceState]]

    def of(self, source: str, purpose: str = "score") -> SourceState:
        """Return the state of one source for one purpose."""
        return self.states[purpose][source]

    def rows(self) -> Iterator[tuple[str, str, SourceState]]:
        """Yield purpose, source and state of each pair, in the order of both lists."""
        for purpose in PURPOSES:
            for source, state in self.states[purpose].items():
                yield purpose, source, state

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {purpose: dict(states) for purpose, states in self.states.items()}
