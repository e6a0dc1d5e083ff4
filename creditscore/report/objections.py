"""Objections to a report: what is wrong with it, and by when each step is due, by days that are kept."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo

from creditscore._ground.asked import check_known
from creditscore._ground.canonical import canonical_v1, read_json, sha256
from creditscore._ground.instants import moment_or_now
from creditscore.deciding.reviews import MOST_LETTERS
from creditscore.deciding.working_days import WorkingCalendar, WorkingWeek
from creditscore.errors import ArtefactError, NameUnknownError, ParameterError
from creditscore.report.document import Report
from creditscore.words.plain import PLAIN

Step: TypeAlias = Literal["supplementary", "supplier", "answer", "correct"]
SCHEMA: Final = "creditscore.objection/1"


@dataclass(frozen=True, slots=True)
class Clock:
    """How long one step of an objection may take.

    Parameters
    ----------
    step : {"supplementary", "supplier", "answer", "correct"}
        What is due: what holders of supplementary data say, what suppliers of data say, the answer, or the
        correction.
    days : int
        At least 1.
    working : bool
        Whether working days are counted, or all.
    after : {"objection", "answer"}
        What starts it; after the answer, the last day of the answer is taken.
    """

    step: Step
    days: int
    working: bool
    after: Literal["objection", "answer"] = "objection"


@dataclass(frozen=True, slots=True)
class ObjectionRule:
    """What a law says of objections, from a date on.

    Parameters
    ----------
    country : str
        Whose working days are counted.
    since : date
    object_days : int or None
        Days from the issue of the report within which one may object; None where there is no such limit.
    clocks : tuple of Clock
    source : str
        Where it stands.
    """

    country: str
    since: date
    object_days: int | None
    clocks: tuple[Clock, ...]
    source: str


RULES: Final[Mapping[str, ObjectionRule]] = MappingProxyType(
    {
        "IR": ObjectionRule(
            "IR", date(2025, 6, 1), 30,
            (
                Clock("supplementary", 3, working=True), Clock("supplier", 5, working=True),
                Clock("answer", 12, working=True), Clock("correct", 4, working=True, after="answer"),
            ),
            PLAIN["objection.IR"],
        ),
        "CN": ObjectionRule(
            "CN", date(2013, 3, 15), None, (Clock("answer", 20, working=False),),
            PLAIN["objection.CN"],
        ),
        "US": ObjectionRule(
            "US", date(1997, 9, 30), None,
            (
                Clock("supplier", 5, working=True), Clock("answer", 30, working=False),
                Clock("correct", 5, working=True, after="answer"),
            ),
            PLAIN["objection.US"],
        ),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection to a report with its clocks; made by `open_objection`.

    Attributes
    ----------
    objection_id, report_id, report_sha256, decision_id : str
    item : str
        What it is about: names and numbers within the JSON of the report, parted by ``/``.
    stated : object
        What the report says there.
    because : str
        Why it is wrong, in the words of who objects.
    opened_at : str
        ISO 8601, UTC.
    in_time : bool
        Whether it was opened by the last day that the report or the rule names.
    timezone : str
        Of the days.
    rule : mapping
        The rule that was applied.
    clocks : tuple of mapping
        Each with its ``step``, the day on which it is ``due``, and every day that was ``counted``.
    calendar : mapping
        The working days that were used.
    sha256 : str
        Of everything else.
    """

    objection_id: str
    report_id: str
    report_sha256: str
    decision_id: str
    item: str
    stated: Any
    because: str
    opened_at: str
    in_time: bool
    timezone: str
    rule: Mapping[str, Any]
    clocks: tuple[Mapping[str, Any], ...]
    calendar: Mapping[str, Any]
    sha256: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "clocks", tuple(self.clocks))
        found = sha256(
            canonical_v1({name: part for name, part in self.to_dict().items() if name != "sha256"})
        )
        if self.sha256 not in ("", found):
            raise ArtefactError("The objection changed since it was opened. Restore it.")
        object.__setattr__(self, "sha256", found)

    def due(self, step: Step) -> date:
        """Return the last day of a step.

        Raises
        ------
        NameUnknownError
            If the rule has no such step.
        """
        known = {str(clock["step"]): clock for clock in self.clocks}
        if step not in known:
            raise NameUnknownError.among("step", step, list(known))
        return date.fromisoformat(known[step]["due"])

    def overdue(self, at: datetime) -> tuple[str, ...]:
        """Name the steps whose last day is over at a moment, which has a zone."""
        today = at.astimezone(ZoneInfo(self.timezone)).date()
        return tuple(str(clock["step"]) for clock in self.clocks if today > date.fromisoformat(clock["due"]))

    def counted_again(self) -> tuple[Mapping[str, Any], ...]:
        """Count every clock again, from the days that are kept here and from nothing else."""
        opened = datetime.fromisoformat(self.opened_at).astimezone(ZoneInfo(self.timezone)).date()
        clocks = [Clock(**clock) for clock in self.rule["clocks"]]
        return _counted(clocks, opened, WorkingCalendar.from_dict(self.calendar))

    def to_dict(self) -> dict[str, Any]:
        """Write the objection as plain data."""
        return {"schema": SCHEMA, **asdict(self), "clocks": [dict(clock) for clock in self.clocks]}

    def to_json(self) -> str:
        """Write canonical JSON."""
        return canonical_v1(self.to_dict())

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote.

        Raises
        ------
        ArtefactError
            If it is no objection, changed, or its deadlines are not those of the days that it keeps.
        """
        stored = read_json(text, "The objection")
        try:
            if stored["schema"] != SCHEMA or not stored["sha256"]:
                raise ArtefactError(f"An objection has the schema {SCHEMA!r} and a hash.")
            found = cls(**{name: part for name, part in stored.items() if name != "schema"})
            same = [dict(clock) for clock in found.counted_again()] == [dict(clock) for clock in found.clocks]
        except (OverflowError, TypeError, KeyError, ValueError, AttributeError, IndexError) as error:
            if isinstance(error, ArtefactError):
                raise
            raise ArtefactError(f"The objection has not the form of one: {error}.") from error
        if not same:
            raise ArtefactError("The deadlines of the objection are not those of the days that it keeps.")
        return found


def open_objection(
    report: Report,
    *,
    item: str,
    because: str,
    rule: ObjectionRule | str,
    opened_at: datetime | None = None,
    weeks: Sequence[WorkingWeek] | None = None,
) -> Objection:
    """Open an objection to a decision report, and start its clocks.

    Parameters
    ----------
    report : DecisionReport
        The one that is objected to; `creditscore.read_report` reads one from a file.
    item : str
        What is wrong: names and numbers within the JSON of the report, parted by ``/``:
        ``"record/features/0/value"``.
    because : str
        Why, in at most 20,000 letters.
    rule : ObjectionRule or {"IR", "CN", "US"}
        Whose clocks run.
    opened_at : datetime, optional
        With a zone, not before the report; now by default.
    weeks : sequence of WorkingWeek, optional
        Free days of the week, each from its date on, in place of the usual ones of the country.

    Returns
    -------
    Objection
        The day on which it is opened does not count. It keeps the calendar that it was counted by.

    Raises
    ------
    ParameterError
        If the report has no such item, or a parameter is not what it should be.
    NameUnknownError
        If there is no such rule.
    MissingExtraError
        If the package holidays is not installed.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> pipeline = cs.CreditPipeline(features=[cs.application_features(german.columns)])
    >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    >>> when = datetime(2026, 11, 22, tzinfo=UTC)
    >>> record = pipeline.decide(german.applications.take([0]), cs.Portfolio(), decided_at=when)
    >>> report = cs.decision_report(record, issued_at=when)
    >>> objection = cs.open_objection(
    ...     report, item="record/features/0", because="I never borrowed that.", rule="IR",
    ...     opened_at=datetime(2026, 11, 25, 8, tzinfo=UTC),
    ... )
    >>> objection.due("answer").isoformat(), objection.due("correct").isoformat()
    ('2026-12-13', '2026-12-19')
    """
    chosen = _rule(rule)
    at = moment_or_now(opened_at, "opened_at")
    data = report.to_dict()
    if "report_id" not in data:
        raise ParameterError.must_be("report", "a decision report", report)
    if at < datetime.fromisoformat(data["issued_at"]):
        raise ParameterError.must_be("opened_at", f"not before the report of {data['issued_at']}", at)
    if not (because.strip() and len(because) <= MOST_LETTERS):
        raise ParameterError.must_be(
            "because", f"a text of words, of at most {MOST_LETTERS:,} letters", because[:90]
        )
    zone = str(data["timezone"])
    opened = at.astimezone(ZoneInfo(zone)).date()
    if opened < chosen.since:
        raise ParameterError.must_be(
            "opened_at", f"on {chosen.since} or later, as the rule holds from then", at
        )
    calendar = WorkingCalendar.of(chosen.country, opened, weeks=weeks)
    return Objection(
        objection_id=str(uuid.uuid4()),
        report_id=data["report_id"],
        report_sha256=data["sha256"],
        decision_id=str(data["record"]["decision_id"]),
        item=item,
        stated=_stated(data, item),
        because=because,
        opened_at=at.astimezone(UTC).isoformat(),
        in_time=_in_time(data, chosen, opened, zone),
        timezone=zone,
        rule=_plain(chosen),
        clocks=_counted(chosen.clocks, opened, calendar),
        calendar=calendar.to_dict(),
    )


def _rule(rule: ObjectionRule | str) -> ObjectionRule:
    if isinstance(rule, ObjectionRule):
        return rule
    check_known("rule of objection", rule, sorted(RULES))
    return RULES[rule]


def _plain(rule: ObjectionRule) -> dict[str, Any]:
    clocks = [asdict(clock) for clock in rule.clocks]
    return asdict(rule) | {"since": rule.since.isoformat(), "clocks": clocks}


def _in_time(data: Mapping[str, Any], rule: ObjectionRule, opened: date, zone: str) -> bool:
    last = data["rights"]["object_by"]
    if last is not None:
        return opened <= date.fromisoformat(last)
    if rule.object_days is None:
        return True
    issued = datetime.fromisoformat(data["issued_at"]).astimezone(ZoneInfo(zone)).date()
    return opened <= issued + timedelta(days=rule.object_days)


def _counted(
    clocks: Sequence[Clock], opened: date, calendar: WorkingCalendar
) -> tuple[Mapping[str, Any], ...]:
    due = {"objection": opened}
    found = []
    for clock in sorted(clocks, key=lambda one: one.after == "answer"):
        begin = due[clock.after]
        if clock.working:
            days = calendar.after(begin, clock.days)
        else:
            days = tuple(begin + timedelta(days=number) for number in range(1, clock.days + 1))
        due[clock.step] = days[-1]
        counted = [day.isoformat() for day in days]
        found.append({"step": clock.step, "due": days[-1].isoformat(), "counted": counted})
    return tuple(found)


def _stated(data: Any, item: str) -> Any:
    found = data
    for name in item.split("/"):
        try:
            found = found[int(name)] if isinstance(found, list) else found[name]
        except (KeyError, IndexError, ValueError, OverflowError, TypeError) as error:
            inside = (
                [*found] if isinstance(found, dict) else range(len(found) if isinstance(found, list) else 0)
            )
            known = list(inside)[:40]
            raise ParameterError.must_be("item", f"within the report: {known}", item) from error
    return found
