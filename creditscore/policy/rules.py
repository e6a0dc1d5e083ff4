"""A lender's policy: rules that decline by themselves, then the cut-off.

Every rule that fires is named, in the order of the policy, before any reason of the model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, Protocol, Self, TypeAlias

from creditscore._ground.asked import check_made, checked_each
from creditscore._ground.canonical import canonical_v1, not_in, read_json, sha256
from creditscore._ground.files import read_bounded, write_whole
from creditscore._ground.numbers import is_finite_number
from creditscore.data.retention.kinds import Retention
from creditscore.errors import ArtefactError, CreditScoreError, ParameterError
from creditscore.policy.comparing import COMPARISONS, ORDERED, checked_value, compared, is_number
from creditscore.policy.lawful import check_protected
from creditscore.policy.shown import Shown
from creditscore.policy.strategy.strategy import Strategy
from creditscore.reasons.facts import Fact
from creditscore.reasons.reason import Reason
from creditscore.signing.keys import SigningKey
from creditscore.signing.signatures import PART, Signature, check, sign
from creditscore.signing.trust import Trust
from creditscore.words.languages import LANGUAGES

Comparison: TypeAlias = Literal["<", "<=", ">", ">=", "==", "!=", "in", "not in"]
Outcome: TypeAlias = Literal["approve", "refer", "decline", "counter_offer"]
Value: TypeAlias = float | int | str | bool | None

_MOST_BYTES: Final = 1 << 24
_CODE: Final = re.compile(r"P(?!00)\d{2,4}")


@dataclass(frozen=True, slots=True)
class DeclineRule:
    """One condition on which a lender declines, whatever the score.

    Parameters
    ----------
    key : str
        Its name, an identifier.
    code : str
        ``P`` and at least two digits, from ``P01``. A number belongs to one rule for ever: give a new rule a
        new one.
    subject : str
        Name of a feature of the model, of an attribute of the application, or ``result.score``,
        ``result.probability_of_default`` or ``result.grade``.
    comparison : {"<", "<=", ">", ">=", "==", "!=", "in", "not in"}
        The rule fires if ``subject comparison value`` holds.
    value : float, str, tuple of float or tuple of str
        What the subject is compared with: a number for a number (a text that is written as one will do), a
        text for a text; a tuple for ``in`` and ``not in``.
    texts : mapping of language to text
        What the applicant is told; English is needed. In a language without a text the number of the rule is
        told.
    when_missing : {"pass", "fire"}, default "pass"
        What a missing subject does.
    legal_basis : str, optional
        The ground on which the law allows a rule on a protected characteristic: ``"legal capacity"`` for a
        minimum age. It stands in the policy, in every record and in the report.

    Raises
    ------
    ParameterError
        If a part is not what it should be, or the subject is named after a protected characteristic and no
        ground is named on which the law allows that.

    Examples
    --------
    >>> rule = DeclineRule("least_income", "P01", "income", "<", 500, {"en": "Your income is too low"})
    >>> rule.fires({"income": 400}), rule.fires({"income": 500}), rule.fires({})
    (True, False, False)
    """

    key: str
    code: str
    subject: str
    comparison: Comparison
    value: float | str | tuple[str, ...] | tuple[float, ...]
    texts: Mapping[str, str]
    when_missing: Literal["pass", "fire"] = "pass"
    legal_basis: str = ""

    def __post_init__(self) -> None:
        if not self.key.isidentifier():
            raise ParameterError.must_be("key", "an identifier, like 'minimum_age'", self.key)
        if not _CODE.fullmatch(self.code):
            raise ParameterError.must_be("code", "P and a number from 01 on, like 'P01'", self.code)
        if self.comparison not in COMPARISONS:
            raise ParameterError.must_be("comparison", f"one of {', '.join(COMPARISONS)}", self.comparison)
        if self.when_missing not in ("pass", "fire"):
            raise ParameterError.must_be("when_missing", "'pass' or 'fire'", self.when_missing)
        object.__setattr__(self, "value", checked_value(self.comparison, self.value))
        check_protected((self.subject,), self.legal_basis)
        if not self.texts.get("en") or not set(self.texts) <= set(LANGUAGES):
            raise ParameterError.must_be("texts", f"a text in English, and others of {LANGUAGES}", self.texts)
        object.__setattr__(self, "texts", MappingProxyType(dict(self.texts)))

    def fires(self, values: Mapping[str, Value]) -> bool:
        """Tell whether the rule declines an applicant with these values.

        Raises
        ------
        ParameterError
            If a number is compared with something that is none.
        """
        found = values.get(self.subject)
        if found is None or found != found:
            return self.when_missing == "fire"
        limits = self.numbers if is_number(found) else self.labels
        if limits is None:
            kind = "a text" if is_number(found) else "a number"
            raise ParameterError.must_be(self.subject, f"{kind}, which rule {self.code} compares", found)
        given = float(found) if is_number(found) else str(found)
        if self.comparison in ORDERED:
            return compared(float(found), self.comparison, limits[0])
        return (given in limits) is (self.comparison in ("in", "=="))

    @property
    def numbers(self) -> tuple[float, ...] | None:
        """What a number is compared with: texts that are all written as numbers will do; else None."""
        try:
            return tuple(float(one) for one in self._values)
        except ValueError:
            return None

    @property
    def labels(self) -> tuple[str, ...] | None:
        """What a text is compared with; None where the rule names numbers."""
        found = tuple(one for one in self._values if isinstance(one, str))
        return found if len(found) == len(self._values) else None

    @property
    def _values(self) -> tuple[float | str, ...]:
        return self.value if isinstance(self.value, tuple) else (self.value,)

    def reason(self, values: Mapping[str, Value]) -> Reason:
        """Return the rule as a reason of kind ``"policy"``."""
        found = values.get(self.subject)
        number = float(found) if found is not None and is_number(found) and found == found else None
        fact = Fact(self.subject, self.subject.replace("_", " "), number, "", 0)
        words = tuple(sorted(self.texts.items()))
        return Reason(self.code, self.key, 0.0, 0.0, (self.subject,), fact, "rule", "policy", "own", words)

    def to_dict(self) -> dict[str, Any]:
        """Write the rule as plain data."""
        return {
            "key": self.key,
            "code": self.code,
            "subject": self.subject,
            "comparison": self.comparison,
            "value": list(self.value) if isinstance(self.value, tuple) else self.value,
            "texts": dict(self.texts),
            "when_missing": self.when_missing,
            **({"legal_basis": self.legal_basis} if self.legal_basis else {}),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        value = stored["value"]
        return cls(**{**stored, "value": tuple(value) if isinstance(value, list) else value})


class Straddling(Protocol):
    """The interval of a score."""

    def straddles(self, cutoff: float) -> bool:
        """Whether some of it lies below a cut-off and some does not."""


@dataclass(frozen=True, slots=True)
class PolicyDecision:
    """What a policy says of one applicant.

    Attributes
    ----------
    decision : {"approve", "refer", "decline", "counter_offer"}
    reasons : tuple of Reason
        Every rule that fired, in the order of the policy.
    """

    decision: Outcome
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Policy(Shown):
    """Rules, a cut-off, and a band that a person looks at.

    Parameters
    ----------
    name, version : str
    cutoff : float
        Scores below it are declined.
    rules : sequence of DeclineRule, optional
        Each declines by itself. Keys and codes are unique.
    refer_below : float, optional
        Scores from the cut-off up to this one are referred to a person.
    strategy : Strategy, optional
        What is asked for besides: ability to pay, cut-offs by segment, price and offer. A policy without one
        has the same id as before there were strategies.
    retention_days : int or mapping of str to int, optional
        For how many days an adverse fact is read after it ended, of every kind or by kind: ``"arrears"``,
        ``"written_off"``, ``"restructured"``, ``"returned_payment"``, ``"defaulted_standing"``, and
        ``"inferred_facts"`` for payments, of which bills that did not come and overdrafts are inferred. Of a
        law and a policy the stricter counts.
    refer_straddling : bool, default False
        Whether who is approved or declined by a score is referred to a person where the interval of the score
        lies on both sides of the cut-off. A policy that does not say so has the same id as before.

    Attributes
    ----------
    retention : Retention
        The same, by kind.
    policy_id : str
        The sha256 of all that, 64 hexadecimal digits.

    Examples
    --------
    >>> texts = {"en": "You must be 18 or older"}
    >>> adult = DeclineRule("minimum_age", "P01", "age", "<", 18, texts, legal_basis="legal capacity")
    >>> policy = Policy("consumer", "2026-11", cutoff=580, rules=(adult,), refer_below=600)
    >>> policy.decide(590, {"age": 30}).decision
    'refer'
    >>> decided = policy.decide(700, {"age": 17})
    >>> decided.decision, [reason.text for reason in decided.reasons]
    ('decline', ['You must be 18 or older'])
    >>> Policy.from_dict(policy.to_dict()).policy_id == policy.policy_id
    True
    """

    name: str
    version: str
    cutoff: float
    rules: tuple[DeclineRule, ...] = ()
    refer_below: float | None = None
    strategy: Strategy | None = None
    retention_days: int | Mapping[str, int] | None = None
    refer_straddling: bool = False
    retention: Retention = field(init=False)
    policy_id: str = field(init=False)

    def __post_init__(self) -> None:
        rules = checked_each("rules", self.rules, DeclineRule, "a sequence of DeclineRule(...)")
        object.__setattr__(self, "rules", rules)
        check_made("strategy", self.strategy, (Strategy, type(None)), "a Strategy, or None")
        if not is_finite_number(self.cutoff):
            raise ParameterError.must_be("cutoff", "a finite number of points", self.cutoff)
        object.__setattr__(self, "cutoff", float(self.cutoff))
        if self.refer_below is not None:
            if not (is_finite_number(self.refer_below) and self.refer_below >= self.cutoff):
                raise ParameterError.must_be("refer_below", "at least the cut-off", self.refer_below)
            object.__setattr__(self, "refer_below", float(self.refer_below))
        for name in ("key", "code"):
            given = [getattr(rule, name) for rule in self.rules]
            twice = sorted({one for one in given if given.count(one) > 1})
            if twice:
                raise ParameterError(f"The {name} {twice[0]!r} belongs to two rules. Give each its own.")
        object.__setattr__(self, "retention", Retention.of(self.retention_days))
        if not isinstance(self.refer_straddling, bool):
            raise ParameterError.must_be("refer_straddling", "True or False", self.refer_straddling)
        object.__setattr__(self, "policy_id", sha256(self.to_json()))

    def decide(
        self, score: float | None, values: Mapping[str, Value], interval: Straddling | None = None
    ) -> PolicyDecision:
        """Decide on one applicant.

        Parameters
        ----------
        score : float or None
            Printed score; None or NaN if there is none, which refers the applicant to a person.
        values : mapping of str to value
            Features and attributes of the application that the rules name.
        interval : ScoreInterval, optional
            Of the score; asked for by `refer_straddling` alone.
        """
        fired = tuple(rule.reason(values) for rule in self.rules if rule.fires(values))
        if fired:
            return PolicyDecision("decline", fired)
        if score is None or score != score:
            return PolicyDecision("refer", ())
        if self.straddles(interval, self.cutoff):
            return PolicyDecision("refer", ())
        if score < self.cutoff:
            return PolicyDecision("decline", ())
        referred = self.refer_below is not None and score < self.refer_below
        return PolicyDecision("refer" if referred else "approve", ())

    def straddles(self, interval: Straddling | None, cutoff: float) -> bool:
        """Tell whether a person has to look because an interval lies on both sides of a cut-off."""
        return self.refer_straddling and interval is not None and interval.straddles(cutoff)

    def to_dict(self) -> dict[str, Any]:
        """Write the policy as plain data."""
        return {
            "name": self.name,
            "version": self.version,
            "cutoff": self.cutoff,
            "refer_below": self.refer_below,
            "rules": [rule.to_dict() for rule in self.rules],
            **({} if self.strategy is None else {"strategy": self.strategy.to_dict()}),
            **({"retention_days": self.retention.to_dict()} if self.retention else {}),
            **({"refer_straddling": True} if self.refer_straddling else {}),
        }

    def to_json(self) -> str:
        """Write the policy as canonical JSON, in the form of the records that hold it."""
        return canonical_v1(self.to_dict())

    def sign(self, key: SigningKey) -> Signature:
        """Vouch for the policy, as `to_json` writes it."""
        return sign("policy", self.to_json().encode(), key)

    def to_file(self, path: str | Path, *, sign_with: SigningKey | None = None) -> None:
        """Write the policy, whole or not at all, with the signature of who vouches for it."""
        content = self.to_dict()
        if sign_with is not None:
            content[PART] = self.sign(sign_with).to_plain()
        write_whole(Path(path), canonical_v1(content).encode())

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        rules = tuple(DeclineRule.from_dict(rule) for rule in stored["rules"])
        plan = stored.get("strategy")
        return cls(
            stored["name"], stored["version"], stored["cutoff"], rules, stored["refer_below"],
            None if plan is None else Strategy.from_dict(plan), stored.get("retention_days"),
            stored.get("refer_straddling", False),
        )  # fmt: skip

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote.

        Raises
        ------
        ArtefactError
            If the text holds no policy, or something in it would be left unread, such as a part whose name is
            misspelt.
        """
        try:
            stored = read_json(text, "The policy")
            policy = cls.from_dict(stored)
            unread = not_in(policy.to_dict(), {name: stored[name] for name in stored if name != PART})
        except CreditScoreError:
            raise
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise ArtefactError(
                f"The text holds no policy: {error!r:.200}. Write one with to_json()."
            ) from error
        if unread:
            raise ArtefactError(
                f"The policy has parts that nothing reads: {', '.join(unread)[:200]}. Name them as to_json() "
                "does, or leave them out."
            )
        return policy

    @classmethod
    def from_file(cls, path: str | Path, *, trust: Trust | None = None) -> Self:
        """Read a file that holds what `to_file` or `to_json` wrote.

        Parameters
        ----------
        path : path
        trust : Trust, optional
            Whose signature the policy must have.

        Raises
        ------
        ArtefactError
            If it cannot be read, holds anything else, or nobody trusted signed it.
        """
        try:
            text = read_bounded(Path(path), _MOST_BYTES).decode()
        except (OSError, UnicodeDecodeError) as error:
            raise ArtefactError(f"The policy {path} cannot be read: {error}.") from error
        policy = cls.from_json(text)
        if trust is not None:
            signature = read_json(text, "The policy").get(PART)
            checked = check("policy", policy.to_json().encode(), signature, trust)
            if not checked.is_good:
                raise ArtefactError(
                    f"The policy {path} is {checked}. Read only what somebody trusted signed."
                )
        return policy
