"""What scoring gives back: one result, or many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.looks import falling, histogram
from creditscore.data.statuses import STATES, SourceState
from creditscore.reasons.reason import Reason
from creditscore.scoring.interval import ScoreInterval, ScoreIntervals
from creditscore.scoring.mismatch import Mismatches
from creditscore.words.calendars import Calendar
from creditscore.words.languages import TAGS, texts_in
from creditscore.words.plain import PLAIN
from creditscore.words.reasons._entries import Texts
from creditscore.words.speech import speak
from creditscore.words.wording import in_digits, said_date, spoken_number, spoken_value

if TYPE_CHECKING:
    import pandas as pd

Status: TypeAlias = Literal["scored", "unscorable"]


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """The score of one application, and what it rests on.

    Attributes
    ----------
    status : {"scored", "unscorable"}
    code : str
        Why there is no score: ``"no_data"`` if nothing at all was known, ``"too_little_data"`` if less than
        the model asks for, or the code of the mismatch that forbids one. With a score it is empty, or
        the code of a mismatch for which a policy refers.
    application_id : str or int
    as_of : datetime
        The moment, in UTC; only what was known before it counts.
    probability_of_default : float or None
        Calibrated, in (0, 1).
    score : int or None
        Points, rounded half to even and clamped to the scale; more is safer.
    score_unrounded : float or None
        Points before rounding and clamping.
    grade : str or None
        On the master scale; the first grade is the safest.
    reasons : tuple of Reason
        Up to four, most harmful first.
    sources : mapping of str to bool
        Which sources were there at the moment.
    model_id, feature_digest : str
        The model and the feature set that made it.
    mismatches : tuple of Mismatch
        Where what was given parts from what the model was fitted on.
    jurisdiction, jurisdiction_sha256 : str
        The law that it was scored under, and its hash; empty for none.
    unavailable : mapping of str to str
        Sources that were left out as the caller said, with ``"outage"``, ``"not_supplied"`` or
        ``"forbidden"``: see `Portfolio.with_sources`.
    source_mask : str
        The cell that the score stands in: the groups of sources of which the model knew something, joined by
        ``+`` in the order payments, repayments, social, digital; empty where the application alone tells.
    source_status : mapping of str to str
        How each source that the model reads stood for a score, as `SourceStatus` says it.
    retention_days : mapping of str to int
        For how many days adverse facts of each kind were read after they ended, by the law; empty for ever.
    interval : ScoreInterval or None
        How low and how high the true chance of default may lie; None without a score, and for a model without
        intervals, such as those that were saved before there were any.
    """

    status: Status
    code: str
    application_id: str | int
    as_of: datetime
    sources: Mapping[str, bool]
    model_id: str
    feature_digest: str
    probability_of_default: float | None = None
    score: int | None = None
    score_unrounded: float | None = None
    grade: str | None = None
    reasons: tuple[Reason, ...] = ()
    mismatches: Mismatches = ()
    jurisdiction: str = ""
    jurisdiction_sha256: str = ""
    unavailable: Mapping[str, str] = field(default_factory=dict)
    source_mask: str = ""
    source_status: Mapping[str, SourceState] = field(default_factory=dict)
    retention_days: Mapping[str, int] = field(default_factory=dict)
    interval: ScoreInterval | None = None

    def to_dict(self) -> dict[str, Any]:
        """Write the result as plain data that JSON can hold; the moment in ISO form."""
        plain = {one.name: getattr(self, one.name) for one in fields(self)}
        return plain | {
            "as_of": self.as_of.isoformat(),
            "reasons": [reason.to_dict() for reason in self.reasons],
            "sources": dict(self.sources),
            "unavailable": dict(self.unavailable),
            "source_status": dict(self.source_status),
            "retention_days": dict(self.retention_days),
            "mismatches": [one.to_dict() for one in self.mismatches],
            "interval": None if self.interval is None else self.interval.to_dict(),
        }

    def __str__(self) -> str:
        if self.status == "unscorable":
            head = PLAIN["unscorable"].format(application=self.application_id, code=self.code)
            return "\n  ".join([head, *_left_out(self), *map(str, self.mismatches)])
        head = PLAIN["scored"].format(
            application=self.application_id,
            score=self.score,
            grade=self.grade,
            probability=self.probability_of_default,
        )
        lines = [] if self.interval is None else [PLAIN["interval"].format(**self.interval.to_dict())]
        lines += [PLAIN["reason"].format(points=one.points_lost, reason=one.text) for one in self.reasons]
        return "\n  ".join([head, *lines, *_left_out(self), *map(str, self.mismatches)])

    def __repr__(self) -> str:
        return f"ScoreResult({self})"

    def to_html(self, language: str = "en", calendar: Calendar = "gregorian") -> str:
        """Draw the result as a small table in English, Persian (right to left) or Chinese.

        Parameters
        ----------
        language : {"en", "fa", "zh"}, default "en"
        calendar : {"gregorian", "jalali"}, default "gregorian"
            For the date.
        """
        texts = texts_in(language)
        who = f"<b dir='ltr'>{escape(str(self.application_id))}</b>"
        date = said_date(self.as_of, texts, calendar)
        script = texts.script
        start = f"<div lang='{TAGS[script.language]}' dir='{script.direction}'>"
        if self.status == "unscorable":
            line = texts.page.unscorable.format(application=who, date=date)
            return f"{start}<p>{line}</p></div>"
        lost = falling([reason.points_lost for reason in self.reasons])
        rows = "".join(
            f"<tr><td dir='ltr' style='text-align:right'>{spoken_number(-reason.points_lost, texts)}</td>"
            f"<td style='text-align:start'>{escape(speak(reason, language, dated=False))}</td>"
            f"<td style='width:12em'>{bar}</td></tr>"
            for reason, bar in zip(self.reasons, lost, strict=True)
        )
        probability = spoken_value(self.probability_of_default or 0.0, "share", texts)
        head = texts.page.scored.format(
            application=who,
            date=date,
            score=f"<b>{in_digits(str(self.score), texts)}</b>",
            grade=f"<b>{escape(in_digits(str(self.grade), texts))}</b>",
            probability=probability,
        )
        columns = f"<tr><th>{texts.page.points}</th><th>{texts.page.reason}</th><th></th></tr>"
        if self.interval is not None:
            head += "<br>" + said_interval(self.interval, texts)
        if not self.reasons:
            return f"{start}<p>{head}</p></div>"
        return f"{start}<p>{head}</p><table><thead>{columns}</thead><tbody>{rows}</tbody></table></div>"

    def _repr_html_(self) -> str:
        return self.to_html()


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The scores of many applications, one element each.

    Attributes
    ----------
    application_ids : sequence
    scored : ndarray of bool, shape (n_applications,)
        False where nothing at all was known; then the numbers are NaN and the grade is empty.
    log_odds : ndarray of float64, shape (n_applications,)
        Calibrated log-odds of default; more is riskier.
    probability_of_default : ndarray of float64, shape (n_applications,)
        In (0, 1).
    score : ndarray of float64, shape (n_applications,)
        Whole points, clamped; more is safer.
    grade : tuple of str
    model_id : str
    mismatches : tuple of Mismatch
        Where what was given parts from what the model was fitted on, counted.
    jurisdiction, jurisdiction_sha256 : str
        The law that they were scored under, and its hash; empty for none.
    unavailable : mapping of str to str
    retention_days : mapping of str to int
        As for `ScoreResult`.
    source_mask : tuple of str
        The cell that each stands in, as for `ScoreResult`.
    source_states : mapping of str to ndarray of int8, shape (n_applications,)
        By source that the model reads, how it stood for each: numbers of the list of states.
        `source_status` says it in words.
    intervals : ScoreIntervals or None
        How low and how high each true chance of default may lie; None for a model without intervals.
    """

    application_ids: Sequence[str | int]
    scored: NDArray[np.bool_]
    log_odds: NDArray[np.float64]
    probability_of_default: NDArray[np.float64]
    score: NDArray[np.float64]
    grade: tuple[str, ...]
    model_id: str
    mismatches: Mismatches = ()
    jurisdiction: str = ""
    jurisdiction_sha256: str = ""
    unavailable: Mapping[str, str] = field(default_factory=dict)
    source_mask: tuple[str, ...] = ()
    source_states: Mapping[str, NDArray[np.int8]] = field(default_factory=dict)

    def source_status(self, row: int) -> dict[str, SourceState]:
        """Return how each source stood for one of the applications, by its number."""
        return {source: STATES[codes[row]] for source, codes in self.source_states.items()}

    retention_days: Mapping[str, int] = field(default_factory=dict)
    intervals: ScoreIntervals | None = None

    def __len__(self) -> int:
        return len(self.application_ids)

    def to_frame(self, *, intervals: bool = False) -> pd.DataFrame:
        """Return a pandas frame: application_id, status, probability_of_default, score, grade.

        Parameters
        ----------
        intervals : bool, default False
            Also probability_low, probability_high, score_low and score_high; missing for a model without
            intervals.
        """
        import pandas as pd

        frame = pd.DataFrame(
            {
                "application_id": list(self.application_ids),
                "status": np.where(self.scored, "scored", "unscorable"),
                "probability_of_default": self.probability_of_default,
                "score": pd.array(self.score, dtype="Float64").astype("Int64"),
                "grade": list(self.grade),
            }
        )
        if not intervals:
            return frame
        nothing, found = np.full(len(self), np.nan), self.intervals
        for end in ("low", "high"):
            frame[f"probability_{end}"] = nothing if found is None else getattr(found, end)
        for end in ("low", "high"):
            points = nothing if found is None else getattr(found, f"score_{end}")
            frame[f"score_{end}"] = pd.array(points, dtype="Float64").astype("Int64")
        return frame

    def __repr__(self) -> str:
        return "\n  ".join([self._head(), *_left_out(self), *map(str, self.mismatches)])

    def _head(self) -> str:
        if not self.scored.any():
            return PLAIN["no_scores"].format(number=len(self), model=self.model_id[:12])
        return PLAIN["scores"].format(
            number=len(self),
            unscorable=int((~self.scored).sum()),
            median=np.median(self.score[self.scored]),
            probability=self.probability_of_default[self.scored].mean(),
            model=self.model_id[:12],
        )

    def _repr_html_(self) -> str:
        frame = self.to_frame(intervals=self.intervals is not None).head(10)
        picture = histogram(self.score[self.scored], "How the points are spread; the middle is dashed.")
        more = f"<p dir='auto'>10 of {len(self):,}</p>" if len(self) > 10 else ""
        said = "<br>".join(map(escape, repr(self).splitlines()))
        rows = frame.to_html(index=False, border=0)
        return f"<p dir='auto'>{said}</p>{picture}<div dir='ltr'>{rows}</div>{more}"


def said_interval(interval: ScoreInterval, texts: Texts) -> str:
    """Say an interval in a language, as HTML."""
    points = (in_digits(str(one), texts) for one in (interval.score_low, interval.score_high))
    low, high, level = (
        spoken_value(one, "share", texts) for one in (interval.low, interval.high, interval.level)
    )
    return texts.page.interval.format(
        low=low, high=high, level=level, score_low=next(points), score_high=next(points)
    )


def _left_out(found: ScoreResult | Scores) -> list[str]:
    sources = [
        PLAIN["left_out"].format(source=name, state=state) for name, state in found.unavailable.items()
    ]
    return sources + [PLAIN["retained"].format(kind=k, days=d) for k, d in found.retention_days.items()]
