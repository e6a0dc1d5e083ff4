"""What a person decided after looking at a decision: who, what, why and when; it stands beside the record."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, Self, TypeAlias

from creditscore._ground.asked import check_made, checked_each
from creditscore._ground.canonical import canonical_v1, read_json, sha256
from creditscore._ground.instants import moment_or_now
from creditscore.deciding.record import DecisionRecord
from creditscore.errors import ArtefactError, ParameterError

Ruling: TypeAlias = Literal["approve", "decline"]
SCHEMA: Final = "creditscore.review/1"
RULINGS: Final = ("approve", "decline")
# What the person concerned is told of a review: who reviewed is for auditors and authorities.
SHOWN: Final = ("decision", "before", "reason", "role", "heard", "reviewed_at", "overrides")
# Of what somebody says against a decision: some ten pages.
MOST_LETTERS: Final = 20_000
_LETTERS: Final = re.compile(r"\w.*\w", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Review:
    """One look of a person at one decision; made by `review_decision`.

    Attributes
    ----------
    review_id : str
    decision_id, record_sha256 : str
        The decision that was looked at.
    reviewer, role : str
        Who looked at it, and as what.
    before, decision : str
        What was decided before, and by the reviewer: ``"approve"`` or ``"decline"``.
    reason : str
        Why, in the reviewer's words.
    reviewed_at : str
        ISO 8601, UTC.
    heard : str
        What the applicant said for themselves; empty where they said nothing.
    after : str or None
        Hash of the review that this one follows.
    sha256 : str
        Of everything else.
    """

    review_id: str
    decision_id: str
    record_sha256: str
    reviewer: str
    role: str
    before: str
    decision: str
    reason: str
    reviewed_at: str
    heard: str
    after: str | None
    sha256: str = ""

    def __post_init__(self) -> None:
        found = sha256(
            canonical_v1({name: part for name, part in self.to_dict().items() if name != "sha256"})
        )
        if self.sha256 not in ("", found):
            raise ArtefactError("The review changed since it was made. Restore it.")
        if self.decision not in RULINGS:
            raise ParameterError.must_be("decision", f"one of {', '.join(map(repr, RULINGS))}", self.decision)
        for name in ("reviewer", "reason"):
            value = getattr(self, name)
            if not isinstance(value, str) or not _LETTERS.search(value):
                raise ParameterError.must_be(name, "a text of words", value)
        for name in ("review_id", "role", "heard", "before"):
            if not isinstance(getattr(self, name), str):
                raise ParameterError.must_be(name, "a text", getattr(self, name))
        _moment(self.reviewed_at)
        object.__setattr__(self, "sha256", found)

    @property
    def overrides(self) -> bool:
        """Whether the reviewer decided otherwise than was decided before."""
        return self.before in RULINGS and self.decision != self.before

    @property
    def shown(self) -> dict[str, Any]:
        """What the person concerned is told of it."""
        return {name: getattr(self, name) for name in SHOWN}

    def to_dict(self) -> dict[str, Any]:
        """Write the review as plain data."""
        return {"schema": SCHEMA, **asdict(self)}

    def to_json(self) -> str:
        """Write canonical JSON."""
        return canonical_v1(self.to_dict())

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        ArtefactError
            If it is no review, or changed.
        """
        body = {name: part for name, part in stored.items() if name != "schema"}
        try:
            if stored.get("schema") != SCHEMA or not body["sha256"]:
                raise ArtefactError(f"A review has the schema {SCHEMA!r} and a hash.")
            return cls(**body)
        except (ParameterError, TypeError, KeyError) as error:
            raise ArtefactError(f"The review has not the form of one: {error}") from error

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote."""
        found = read_json(text, "The review")
        if not isinstance(found, dict):
            raise ArtefactError(f"A review has the schema {SCHEMA!r} and a hash.")
        return cls.from_dict(found)


def review_decision(
    record: DecisionRecord,
    *,
    reviewer: str,
    decision: Ruling,
    reason: str,
    role: str = "",
    heard: str = "",
    reviewed_at: datetime | None = None,
    earlier: Sequence[Review] = (),
) -> Review:
    """Write down what a person decided after looking at a decision.

    The record stays as it is: `decision_report(record, reviews=...)` says both.

    Parameters
    ----------
    record : DecisionRecord
    reviewer : str
        Who decides now.
    decision : {"approve", "decline"}
    reason : str
        Why; also where the decision stands.
    role : str, optional
        As what the reviewer decides.
    heard : str, optional
        What the applicant said for themselves.
    reviewed_at : datetime, optional
        With a zone, not before the decision; now by default.
    earlier : sequence of Review, optional
        Reviews of the same decision so far, oldest first.

    Returns
    -------
    Review

    Raises
    ------
    ParameterError
        If nobody or no reason is named, or the moment lies before what is reviewed.
    ArtefactError
        If the earlier reviews are of another decision, or not all of them; if the record does not say when it
        was decided.

    References
    ----------
    Regulation (EU) 2024/1689, Article 14: whoever oversees a system must be able to override its output.

    Examples
    --------
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> pipeline = cs.CreditPipeline(features=[cs.application_features(german.columns)])
    >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    >>> policy = cs.Policy("consumer", "1", cutoff=700)
    >>> record = pipeline.decide(german.applications.take([0]), cs.Portfolio(), policy=policy)
    >>> seen = cs.review_decision(record, reviewer="A. B.", decision="approve", reason="A guarantor signed.")
    >>> seen.before, seen.decision, seen.overrides
    ('decline', 'approve', True)
    """
    at = moment_or_now(reviewed_at, "reviewed_at")
    in_order(record, earlier)
    last = earlier[-1] if earlier else None
    since = str(record.content["decided_at"]) if last is None else last.reviewed_at
    if at < _moment(since):
        raise ParameterError.must_be("reviewed_at", f"not before {since}", at)
    return Review(
        review_id=str(uuid.uuid4()),
        decision_id=record.decision_id,
        record_sha256=record.sha256,
        reviewer=reviewer,
        role=role,
        before=record.decision if last is None else last.decision,
        decision=decision,
        reason=reason,
        reviewed_at=at.astimezone(UTC).isoformat(),
        heard=heard,
        after=None if last is None else last.sha256,
    )


def _moment(text: Any) -> datetime:
    found: datetime | None = None
    with suppress(TypeError, ValueError):
        found = datetime.fromisoformat(text)
    if found is None or found.tzinfo is None:
        raise ArtefactError(
            "A decision says when it was decided, and a review when it was made, with a time zone. "
            f"Got {text!r:.90}."
        )
    return found


def shown_reviews(reviews: Sequence[Review]) -> str:
    """Hash all reviews of a decision so far, oldest first, as the person concerned is told of them.

    The entry of the last one in a ledger commits to it, so that one receipt proves how many there are.
    """
    last = reviews[-1]
    return shown_reviews_in(last.decision_id, last.record_sha256, [review.shown for review in reviews])


def shown_reviews_in(decision_id: str, record_sha256: str, reviews: Sequence[Mapping[str, Any]]) -> str:
    """Do as `shown_reviews` does with reviews as they stand in a report, whichever version of it."""
    shown = [{name: review[name] for name in SHOWN} for review in reviews]
    return sha256(
        canonical_v1({"decision_id": decision_id, "record_sha256": record_sha256, "reviews": shown})
    )


def in_order(record: DecisionRecord, reviews: Sequence[Review]) -> None:
    """Refuse reviews that are of another decision, not all reviews of it, or not dated in their order.

    Raises
    ------
    ArtefactError
    """
    check_made("record", record, DecisionRecord, "a DecisionRecord")
    before, after = record.decision, None
    since = record.content.get("decided_at")
    for review in checked_each("reviews", reviews, Review, "a sequence of reviews of the decision"):
        if (review.record_sha256, review.decision_id) != (record.sha256, record.decision_id):
            raise ArtefactError(f"The review {review.review_id} is of another decision.")
        if (review.before, review.after) != (before, after):
            raise ArtefactError(f"A review before {review.review_id} is missing. Give all, oldest first.")
        if since is not None and _moment(review.reviewed_at) < _moment(since):
            raise ArtefactError(f"The review {review.review_id} is dated before what it looks at, {since}.")
        before, after, since = review.decision, review.sha256, review.reviewed_at
