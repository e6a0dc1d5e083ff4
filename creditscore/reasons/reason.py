"""A reason as plain data, and the reasons of one applicant with those that were suppressed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Literal, Self

from creditscore.data.sources import Supplier
from creditscore.reasons.facts import Fact
from creditscore.reasons.guards import Suppressed
from creditscore.words.languages import LANGUAGES
from creditscore.words.plain import PLAIN
from creditscore.words.speech import speak


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an applicant lost points, or which rule of a policy was not met.

    Attributes
    ----------
    code : str
        Number of the reason; never reused for another.
    group : str
        Reason group of the fact, ``insufficient_<source>`` when a source was not there at all, or the key of
        a rule.
    points_lost : float
        Score points that the family cost, above 0; 0 for a rule.
    share : float
        The family's part of all points lost, within 0 and 1.
    features : tuple of str
        The features that cost points, most harmful first.
    fact : Fact or None
        What was known of the leading feature.
    basis : {"fact", "missing", "group", "source", "rule"}
        Whether a known fact is told, one that is missing, that nothing of the group or of the whole source
        was known, or a rule.
    kind : {"model", "policy", "ability", "offer", "parties"}
    source : {"own", "third_party", "bureau"}
        Who supplied the data; of a rule always the lender, whose rule it is, whatever the rule reads.
    texts : tuple of (language, text)
        The words of a rule that brings its own.
    family : str
        The family of reason groups that is told, by which reasons are ranked; empty for a source that was not
        there, for a rule, and in records that were written before there were families.
    inside : tuple of (group, points)
        What each group of the family cost, most first; below 0 where it earned points. They add up to
        `points_lost`.
    """

    code: str
    group: str
    points_lost: float
    share: float
    features: tuple[str, ...]
    fact: Fact | None = None
    basis: Literal["fact", "missing", "group", "source", "rule"] = "fact"
    kind: Literal["model", "policy", "ability", "offer", "parties"] = "model"
    source: Supplier = "own"
    texts: tuple[tuple[str, str], ...] = ()
    family: str = ""
    inside: tuple[tuple[str, float], ...] = ()

    @property
    def text(self) -> str:
        """One sentence in English for the applicant; see `speak` for other languages and for dates."""
        return speak(self, dated=False)

    def to_dict(self) -> dict[str, Any]:
        """Write the reason as plain data, with its English text."""
        return {
            "kind": self.kind,
            "code": self.code,
            "group": self.group,
            "text": self.text,
            "points_lost": self.points_lost,
            "share": self.share,
            "features": list(self.features),
            "fact": None if self.fact is None else self.fact.to_dict(),
            "told": self.basis,
            "source": self.source,
            **self._of_family(),
        }

    def _of_family(self) -> dict[str, Any]:
        inside = [{"group": group, "points_lost": lost} for group, lost in self.inside]
        return {"family": self.family, "inside": inside} if self.family else {}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read a reason of a decision record, to say it once more: with other dates, for instance.

        Examples
        --------
        >>> from creditscore.words.labels import Label
        >>> fact = Fact("repayment_dpd_now", Label("repayment_dpd_now"), 34.0, "days", 1)
        >>> reason = Reason("R21", "current_arrears", 9.5, 0.5, ("repayment_dpd_now",), fact)
        >>> Reason.from_dict(reason.to_dict()) == reason
        True
        """
        own = stored["kind"] != "model"
        return cls(
            code=stored["code"],
            group=stored["group"],
            points_lost=stored["points_lost"],
            share=stored["share"],
            features=tuple(stored["features"]),
            fact=None if stored["fact"] is None else Fact.from_dict(stored["fact"], stored["group"]),
            basis=stored["told"],
            kind=stored["kind"],
            source=stored["source"],
            texts=tuple(sorted(stored.get("texts", {}).items())) if own else (),
            family=stored.get("family", ""),
            inside=tuple((one["group"], one["points_lost"]) for one in stored.get("inside", ())),
        )


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons of one applicant, and those that a guard suppressed.

    Attributes
    ----------
    given : tuple of Reason
        Most harmful first, ties by group.
    suppressed : tuple of Suppressed
        Every other harmful group, most harmful first, with the guard that suppressed it and why.
    """

    given: tuple[Reason, ...]
    suppressed: tuple[Suppressed, ...]

    def to_dict(self) -> dict[str, Any]:
        """Write the reasons as plain data, each said in every language, and those suppressed."""
        given = [
            {"rank": rank} | reason.to_dict() | {"texts": {name: speak(reason, name) for name in LANGUAGES}}
            for rank, reason in enumerate(self.given, 1)
        ]
        return {"reasons": given, "dropped_reasons": [one.to_dict() for one in self.suppressed]}

    def __len__(self) -> int:
        return len(self.given)

    def __iter__(self) -> Iterator[Reason]:
        return iter(self.given)

    def __str__(self) -> str:
        return "\n".join(
            PLAIN["reason"].format(points=reason.points_lost, reason=reason.text) for reason in self.given
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        given = "".join(f"<li>{escape(reason.text)}</li>" for reason in self.given)
        rest = "".join(
            f"<li>{escape(one.group)} ({one.guard}): {escape(one.why)}</li>" for one in self.suppressed
        )
        head = PLAIN["suppressed"].format(number=len(self.suppressed))
        more = f"<details><summary>{head}</summary><ul>{rest}</ul></details>"
        return f"<ol>{given}</ol>{more if rest else ''}"
