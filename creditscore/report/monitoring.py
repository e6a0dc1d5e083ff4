"""The monitoring report: what a watch found, and how loans do before they are mature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

import numpy as np

from creditscore._ground.instants import moment_or_now
from creditscore.assess.values import plain
from creditscore.data.loans.aging import DEFAULTED
from creditscore.data.periods import name_of
from creditscore.errors import ParameterError
from creditscore.monitoring.following import MaturingReport
from creditscore.monitoring.nowcasting import Nowcast
from creditscore.monitoring.rolls import RollRates
from creditscore.monitoring.vintages import VintageTable
from creditscore.monitoring.watch import Watch, alert_plain
from creditscore.report.contents import not_included
from creditscore.report.document import Report, environment, hashed
from creditscore.report.pages.monitoring import monitoring_page
from creditscore.report.writing import Calendar, Writer
from creditscore.words.languages import Language

SCHEMA: Final = "creditscore.monitoring-report/1"
# Columns whose course is kept: those with an alert, then those that lie furthest off now.
_COURSES: Final = 4
_PARTS: Final = {
    "watch": Watch,
    "defaults": MaturingReport,
    "vintages": VintageTable,
    "rolls": RollRates,
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MonitoringReport(Report):
    """What a watch found and how loans do, as JSON, HTML and PDF; made by `monitoring_report`."""

    SCHEMA_FILE: ClassVar[str] = "monitoring-report.schema.json"

    def _page(self) -> str:
        return monitoring_page(self.data)


def monitoring_report(
    *,
    watch: Watch | None = None,
    defaults: MaturingReport | None = None,
    nowcasts: Mapping[str, Nowcast] | None = None,
    vintages: VintageTable | None = None,
    rolls: RollRates | None = None,
    calendar_months: bool = True,
    language: Language = "en",
    calendar: Calendar = "gregorian",
    generated_at: datetime | None = None,
) -> MonitoringReport:
    """Report what comes in and how loans do; what is not given is named as left out.

    Parameters
    ----------
    watch : Watch, optional
        After its last look.
    defaults : MaturingReport, optional
        What `follow_defaults` found.
    nowcasts : mapping of str to Nowcast, optional
        By what the loans are called.
    vintages : VintageTable, optional
    rolls : RollRates, optional
    calendar_months : bool, default True
        Whether the months of `defaults` are counted from January 1970, as
        `VintageTable.entered_and_defaulted` counts them. Otherwise they are written as numbers.
    language : {"en", "fa", "zh"}
    calendar : {"gregorian", "jalali"}
    generated_at : datetime, optional
        With a zone; default: now.

    Returns
    -------
    MonitoringReport

    Raises
    ------
    ParameterError
        If nothing is given, a part is of another kind, the watch has not looked yet, or `generated_at` has
        no zone.

    Examples
    --------
    >>> import creditscore as cs
    >>> rng = np.random.default_rng(1)
    >>> bins = cs.FrozenBins.learned({"score": rng.normal(600, 50, 5000)})
    >>> watch = cs.Watch.begun(bins).look({"score": rng.normal(570, 50, 900)}, at="2026-11-29T00:00:00Z")
    >>> report = cs.monitoring_report(watch=watch)
    >>> [one["column"] for one in report.data["watch"]["alerts"]]
    ['score']
    """
    at = moment_or_now(generated_at, "generated_at")
    given = {"watch": watch, "defaults": defaults, "vintages": vintages, "rolls": rolls}
    for name, part in given.items():
        if part is not None and not isinstance(part, _PARTS[name]):
            raise ParameterError.must_be(name, f"a {_PARTS[name].__name__}", type(part).__name__)
    if not nowcasts and all(part is None for part in given.values()):
        raise ParameterError(f"There is nothing to report. Give one of {', '.join((*given, 'nowcasts'))}.")
    writer = Writer(language, calendar)
    found: dict[str, Any] = {
        "watch": None if watch is None else _watch(watch),
        "defaults": None if defaults is None else _defaults(defaults, calendar_months),
        "nowcasts": {str(name): _nowcast(name, one) for name, one in (nowcasts or {}).items()} or None,
        "vintages": None if vintages is None else _vintages(vintages),
        "rolls": None if rolls is None else _rolls(rolls),
    }
    missing = [(f"monitoring.{name}", "not_given") for name, part in found.items() if part is None]
    body: dict[str, Any] = {name: part for name, part in found.items() if part is not None} | {
        "schema": SCHEMA,
        "language": writer.language,
        "calendar": writer.calendar,
        "generated_at": at.isoformat(),
        "environment": environment(),
        "names": {"groups": {}},
        "not_included": not_included(missing, writer),
    }
    return MonitoringReport(hashed(body))


def _watch(watch: Watch) -> dict[str, Any]:
    if watch.table is None:
        raise ParameterError.must_be("watch", "a watch that has looked", repr(watch))
    alerts = [one.column for one in watch.alerts]
    furthest = [one.name for one in watch.table.columns if one.name not in alerts]
    shown = [*alerts, *furthest][:_COURSES]
    return {
        "bins_sha256": watch.bins.sha256,
        "reference_rows": watch.bins.rows,
        "settings": watch.settings.to_dict(),
        "looks": [{"at": one.at.isoformat(), "rows": one.rows} for one in watch.looks],
        "courses": {name: [one.psi[name] for one in watch.looks] for name in shown},
        "columns": watch.table.to_dict()["columns"],
        "alerts": [alert_plain(one) for one in watch.alerts],
        "ended": [alert_plain(one) for one in watch.ended],
    }


def _defaults(found: MaturingReport, calendar_months: bool) -> dict[str, Any]:
    def named(month: int | None) -> str | None:
        if month is None:
            return None
        return name_of(month, "month") if calendar_months else str(month)

    body: dict[str, Any] = plain(found.to_dict())
    months = [one | {"month": named(one["month"])} for one in body["months"]]
    return body | {"months": months, "since": named(found.since)}


def _nowcast(name: object, one: object) -> dict[str, Any]:
    if not isinstance(one, Nowcast):
        raise ParameterError.must_be(f"nowcasts[{name!r}]", "a Nowcast", type(one).__name__)
    return asdict(one)


def _vintages(table: VintageTable) -> dict[str, Any]:
    return {
        "as_of": table.as_of.isoformat(),
        "period": table.period,
        "months": table.months,
        "vintages": [
            {
                "name": one.name,
                "loans": one.loans,
                "unobserved": one.unobserved,
                "shares": [float(share) for share in one.shares[DEFAULTED][: one.mature]],
            }
            for one in table.vintages
        ],
    } | {"measure": DEFAULTED}


def _rolls(found: RollRates) -> dict[str, Any]:
    return {
        "as_of": found.as_of.isoformat(),
        "months": len(found.month_starts),
        "states": list(found.states),
        "loans": found.counts.sum(axis=(0, 2)).tolist(),
        "rates": plain(np.asarray(found.rates)),
    }
