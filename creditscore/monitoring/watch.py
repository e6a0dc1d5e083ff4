"""One look after the other at what comes in: a state that a nightly run keeps, with alerts told once.

References
----------
Dunn (1961), Multiple comparisons among means, J. of the American Statistical Association 56: chances of error
add up at most, over columns as over looks, however they hang together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from types import MappingProxyType
from typing import Any, Final, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from creditscore._ground.canonical import canonical, sha256
from creditscore.data.door.clock import instant, moment
from creditscore.errors import ArtefactError, NameUnknownError, ParameterError
from creditscore.monitoring.drift import ColumnDrift, DriftTable, FrozenBins
from creditscore.monitoring.settings import WatchSettings
from creditscore.words.plain import PLAIN

News: TypeAlias = Literal["new", "worse", "same"]

SCHEMA: Final = "creditscore.watch/1"
_BROKEN: Final = (
    KeyError, OverflowError, TypeError, ValueError, AttributeError, NameUnknownError, ParameterError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DriftAlert:
    """One column that moved and has not come back.

    Attributes
    ----------
    column : str
    verdict : {"moved", "shifted"}
        The worst since it began.
    since : datetime
        The look that first found it.
    looks : int
        How many looks it stands for, that one among them.
    psi : float
        At the last look.
    news : {"new", "worse", "same"}
        What the last look made of it: found it, found it worse than before, or found nothing new.
    """

    column: str
    verdict: Literal["moved", "shifted"]
    since: datetime
    looks: int
    psi: float
    news: News


@dataclass(frozen=True, slots=True)
class PastLook:
    """What is kept of an earlier look.

    Attributes
    ----------
    at : datetime
    rows : int
    psi : mapping of str to float
        By column.
    """

    at: datetime
    rows: int
    psi: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Watch:
    """Frozen bins, all looks at what came in so far, and the alerts that stand.

    Attributes
    ----------
    bins : FrozenBins
    settings : WatchSettings
    looks : tuple of PastLook
        Oldest first.
    table : DriftTable or None
        Of the last look; None before the first.
    alerts : tuple of DriftAlert
        Those that stand, by column.
    ended : tuple of DriftAlert
        Those that the last look found to be over.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> watch = Watch.begun(FrozenBins.learned({"score": rng.normal(600, 50, 5000)}))
    >>> for day, mean in (("2026-11-01", 600), ("2026-11-02", 565), ("2026-11-03", 565)):
    ...     watch = watch.look({"score": rng.normal(mean, 50, 2000)}, at=f"{day}T00:00:00Z")
    ...     print([(one.column, one.verdict, one.news) for one in watch.alerts])
    []
    [('score', 'shifted', 'new')]
    [('score', 'shifted', 'same')]
    """

    bins: FrozenBins
    settings: WatchSettings
    looks: tuple[PastLook, ...]
    table: DriftTable | None
    alerts: tuple[DriftAlert, ...]
    ended: tuple[DriftAlert, ...]

    @classmethod
    def begun(cls, bins: FrozenBins, settings: WatchSettings | None = None) -> Self:
        """Begin without any look.

        Parameters
        ----------
        bins : FrozenBins
        settings : WatchSettings, optional

        Raises
        ------
        NameUnknownError
            If the settings name a column that the bins do not have.
        """
        chosen = settings or WatchSettings()
        chosen.check(bins.names)
        return cls(bins, chosen, (), None, (), ())

    @property
    def news(self) -> tuple[DriftAlert, ...]:
        """Alerts that the last look raised or found worse."""
        return tuple(one for one in self.alerts if one.news != "same")

    def look(
        self, columns: Mapping[str, ArrayLike], *, at: datetime | str | np.datetime64 | int
    ) -> Self:
        """Hold a batch against the bins.

        The k-th look has a ``1 / (k (k + 1))`` of the level of the settings, so that the chance of any false
        alert in all looks together is at most that level, however many there are. An alert stands until its
        index is below the limit again: too few rows do not end it.

        Parameters
        ----------
        columns : mapping of str to array-like, shape (n,)
            As for `FrozenBins.compare`.
        at : datetime with a zone, ISO 8601 text with a zone, numpy.datetime64 in UTC, or int
            When the batch came in, later than the look before. An int is microseconds since 1970-01-01 UTC.

        Returns
        -------
        Watch
            With this look; the one that was given stays as it is.

        Raises
        ------
        ParameterError
            If a column is missing or unknown, or `at` is not later than the look before.
        """
        when = moment(instant(at, "at"))
        if self.looks and when <= self.looks[-1].at:
            last = self.looks[-1].at.isoformat()
            raise ParameterError.must_be("at", f"later than the look before, {last}", when.isoformat())
        number = len(self.looks) + 1
        level = self.settings.level / (number * (number + 1))
        table = self.bins.compare(columns, level=level, limits=self.settings.limits(self.bins.names))
        before = {one.column: one for one in self.alerts}
        standing = [self._standing(found, before.get(found.name), when) for found in table.columns]
        alerts = tuple(sorted((one for one in standing if one is not None), key=lambda one: one.column))
        kept = {one.column for one in alerts}
        psi = {one.name: one.psi for one in table.columns}
        return replace(
            self,
            looks=(*self.looks, PastLook(when, table.rows, MappingProxyType(dict(sorted(psi.items()))))),
            table=table,
            alerts=alerts,
            ended=tuple(
                replace(one, psi=psi[name], news="same") for name, one in before.items() if name not in kept
            ),
        )

    def _standing(
        self, found: ColumnDrift, before: DriftAlert | None, when: datetime
    ) -> DriftAlert | None:
        if before is None:
            if found.verdict not in ("moved", "shifted"):
                return None
            return DriftAlert(found.name, found.verdict, when, 1, found.psi, "new")
        if found.verdict != "few" and found.psi < self.settings.limit_of(found.name)[0]:
            return None
        worse = found.verdict == "shifted" and before.verdict == "moved"
        return replace(
            before,
            verdict="shifted" if worse else before.verdict,
            looks=before.looks + 1,
            psi=found.psi,
            news="worse" if worse else "same",
        )

    def to_dict(self) -> dict[str, Any]:
        """Write the state as plain data, with its hash."""
        return self._plain() | {"sha256": sha256(canonical(self._plain()))}

    def _plain(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "bins": self.bins.to_dict(),
            "settings": self.settings.to_dict(),
            "looks": [
                {"at": one.at.isoformat(), "rows": one.rows, "psi": dict(one.psi)} for one in self.looks
            ],
            "table": None if self.table is None else self.table.to_dict(),
            "alerts": [alert_plain(one) for one in self.alerts],
            "ended": [alert_plain(one) for one in self.ended],
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        ArtefactError
            If it is none, or was changed.
        """
        try:
            found = cls(
                FrozenBins.from_dict(stored["bins"]),
                WatchSettings.from_dict(stored["settings"]),
                tuple(
                    PastLook(_moment(one["at"]), int(one["rows"]), MappingProxyType(dict(one["psi"])))
                    for one in stored["looks"]
                ),
                None if stored["table"] is None else _table(stored["table"]),
                tuple(map(_alert, stored["alerts"])),
                tuple(map(_alert, stored["ended"])),
            )
            same = found.to_dict() == dict(stored)
        except _BROKEN as error:
            raise ArtefactError(f"The state of a watch cannot be read: {error!r}.") from error
        if not same:
            raise ArtefactError("The state of the watch was changed, or is of another version. Begin anew.")
        return found

    def __repr__(self) -> str:
        return PLAIN["watch"].format(
            columns=len(self.bins.names), looks=len(self.looks), standing=len(self.alerts),
            news=len(self.news),
        )  # fmt: skip

    def __str__(self) -> str:
        lines = [repr(self)]
        lines += [
            PLAIN["watch_alert"].format(
                column=one.column, verdict=one.verdict, since=f"{one.since:%Y-%m-%d}", psi=one.psi,
                looks=one.looks, news=one.news,
            )
            for one in self.alerts
        ]  # fmt: skip
        lines += [PLAIN["watch_ended"].format(column=one.column, psi=one.psi) for one in self.ended]
        return "\n  ".join(lines)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def alert_plain(one: DriftAlert) -> dict[str, Any]:
    """Write an alert as plain data."""
    return {name: getattr(one, name) for name in one.__slots__} | {"since": one.since.isoformat()}


def _alert(stored: Mapping[str, Any]) -> DriftAlert:
    return DriftAlert(**{**stored, "since": _moment(stored["since"])})


def _table(stored: Mapping[str, Any]) -> DriftTable:
    columns = tuple(ColumnDrift(**one) for one in stored["columns"])
    if not all(math.isfinite(one.psi) for one in columns):
        raise ValueError("an index is no number")
    return DriftTable(columns, int(stored["rows"]), float(stored["level"]))


def _moment(text: str) -> datetime:
    return moment(instant(text, "at"))
