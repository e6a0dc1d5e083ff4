"""The record of one decision: all that a replay, an auditor or a letter needs, in canonical JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from importlib.resources import files
from json.encoder import encode_basestring
from types import MappingProxyType
from typing import Any, Final, Self

from creditscore._ground.canonical import canonical_v1, read_json, sha256
from creditscore.errors import ArtefactError, SigningError
from creditscore.signing.keys import SigningKey
from creditscore.signing.signatures import PART, Checked, Signature, check_document, sign, signed_document
from creditscore.signing.trust import Trust

SCHEMA: Final = "creditscore.decision/2"
# Records of the first schema state contributions against the training rows whatever their reference, and
# their reasons are no comparisons; they are still read, replayed, verified and reported.
FIRST_SCHEMA: Final = "creditscore.decision/1"
SCHEMAS: Final = (SCHEMA, FIRST_SCHEMA)
PARTS: Final = frozenset(
    {
        "schema",
        "decision_id",
        "application_id",
        "subject",
        "as_of",
        "decided_at",
        "outcome",
        "calibration",
        "scale",
        "raw_score",
        "base",
        "features",
        "groups",
        "reference",
        "reasons",
        "dropped_reasons",
        "counterfactuals",
        "sources",
        "inputs",
        "model",
        "policy",
        "environment",
    }
)
# What records have held since they were first written; older ones lack it.
LATER_PARTS: Final = frozenset(
    {"cell", "families", "interval", "law", "parties", "payments", "strategy", "unread"}
)
# What the hash of a record does not cover: itself, and a signature of all the rest.
_BESIDE: Final = frozenset({"sha256", PART})


@dataclass(frozen=True)
class DecisionRecord:
    """One decision, frozen: its text is its value, and carries the hash of its own content.

    Make one with `CreditPipeline.decide`, read one with `from_json`. `schema` is its JSON Schema.

    Attributes
    ----------
    text : str
        Canonical JSON. Floats are written so that they return bit for bit; a missing value is ``null``.
    """

    text: str

    def __post_init__(self) -> None:
        self.__dict__["content"] = MappingProxyType(_checked(self.text))

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The record as plain data, each part read once; for data of your own to change, take `to_dict`."""
        return MappingProxyType(_Parts(self.text, self.__dict__["_spans"]))

    @property
    def enough(self) -> Mapping[str, Any]:
        """All of the content that the version of the person concerned is made of; it may hold less than all.

        Of a record that was just written, long parts need not be read again for that.
        """
        extract: Mapping[str, Any] = self.__dict__.get("_extract", {})
        return _Parts(self.text, self.__dict__["_spans"], extract) if extract else self.content

    @classmethod
    def sealed(
        cls,
        parts: Mapping[str, str],
        *,
        sign_with: SigningKey | None = None,
        extract: Mapping[str, Any] = MappingProxyType({}),
    ) -> Self:
        """Make a record of parts that are canonical JSON already, sealing it with its hash.

        Parameters
        ----------
        parts : mapping of str to str
        sign_with : SigningKey, optional
            Who vouches for it.
        extract : mapping, optional
            Of long parts, as plain data what the version of the person concerned is made of.

        Raises
        ------
        ArtefactError
            If a part is missing or unexpected.
        """
        _check_parts(parts)
        digest, before = hashlib.sha256(), "{"
        for name in sorted(parts):
            digest.update(f'{before}"{name}":'.encode())
            digest.update(parts[name].encode())
            before = ","
        digest.update(b"}")
        made = object.__new__(cls)
        whole = {**parts, "sha256": f'"{digest.hexdigest()}"'}
        if sign_with is not None:
            signature = sign("record", joined(whole).encode(), sign_with).to_plain()
            whole[PART] = canonical_v1(signature)
        made.__dict__.update(text=joined(whole), _spans=_spans(whole), _extract=extract)
        return made

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """Make a record of plain data, sealing it with its hash (a hash that it carries must be right).

        Raises
        ------
        ArtefactError
            If a part is missing or unexpected, or the hash is another.
        """
        body = {name: part for name, part in content.items() if name not in _BESIDE}
        found = content.get("sha256") or sha256(canonical_v1(body))
        return cls(canonical_v1({**content, "sha256": found}))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote.

        Raises
        ------
        ArtefactError
            If a byte was changed.
        """
        return cls(text)

    def signed(self, key: SigningKey) -> Self:
        """Return the record with a signature, in the stead of any that it has."""
        return type(self).from_dict(signed_document("record", self.content, key))

    def check_signature(self, trust: Trust) -> Checked:
        """Judge who vouches for the record.

        Parameters
        ----------
        trust : Trust

        Returns
        -------
        Checked
            Only ``verdict == "signed_by"`` is good.
        """
        return check_document("record", self.content, trust)

    def to_json(self) -> str:
        """Return the canonical JSON."""
        return self.text

    def to_dict(self) -> dict[str, Any]:
        """Return the content as new plain data."""
        content: dict[str, Any] = json.loads(self.text)
        return content

    @staticmethod
    def schema() -> dict[str, Any]:
        """Return the JSON Schema (draft 2020-12) of the record."""
        file = files("creditscore.deciding") / "record.schema.json"
        schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return schema

    @property
    def decision_id(self) -> str:
        """What identifies the decision."""
        return str(self.content["decision_id"])

    @property
    def subject(self) -> str:
        """The pseudonym of the applicant."""
        return str(self.content["subject"])

    @property
    def sha256(self) -> str:
        """Hash of everything else in the record, its signature apart."""
        return str(self.content["sha256"])

    @property
    def status(self) -> str:
        """``"scored"`` or ``"unscorable"``."""
        return str(self.content["outcome"]["status"])

    @property
    def decision(self) -> str:
        """What was decided: ``"approve"``, ``"refer"``, ``"decline"`` or ``"counter_offer"``.

        Of a credit line that was looked at again: ``"raise"``, ``"offer"`` (a raise that waits for consent),
        ``"keep"``, ``"lower"``, ``"close"`` or ``"refer"``. ``"none"`` where no policy was given.
        """
        return str(self.content["outcome"]["decision"])

    @property
    def score(self) -> int | None:
        """Points, rounded and clamped; more is safer."""
        score: int | None = self.content["outcome"]["score"]
        return score

    @property
    def probability_of_default(self) -> float | None:
        """Calibrated, in (0, 1)."""
        probability: float | None = self.content["outcome"]["probability_of_default"]
        return probability

    def __repr__(self) -> str:
        outcome = self.content["outcome"]
        score = f"{self.score} points, grade {outcome['grade']}" if self.status == "scored" else self.status
        return f"DecisionRecord({self.decision_id}, {self.content['as_of']}, {score}, {self.decision})"

    def _repr_html_(self) -> str:
        reasons = "".join(f"<li>{escape(reason['texts']['en'])}</li>" for reason in self.content["reasons"])
        return f"<p dir='auto'>{escape(repr(self))}</p><ol>{reasons}</ol>"


def joined(parts: Mapping[str, str]) -> str:
    """Write an object whose parts are canonical JSON already, in the form of records."""
    pieces = [piece for name in sorted(parts) for piece in (",", encode_basestring(name), ":", parts[name])]
    return "".join(["{", *pieces[1:], "}"])


class _Parts(Mapping[str, Any]):
    """The parts of a text that was just written, each read when it is asked for, and once."""

    __slots__ = ("_read", "_spans", "_text")

    def __init__(
        self, text: str, spans: Mapping[str, slice], known: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        self._text, self._spans = text, spans
        self._read: dict[str, Any] = dict(known)

    def __getitem__(self, name: str) -> Any:
        if name not in self._read:
            self._read[name] = json.loads(self._text[self._spans[name]])
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._spans

    def __iter__(self) -> Iterator[str]:
        return iter(self._spans)

    def __len__(self) -> int:
        return len(self._spans)

    def __or__(self, other: Mapping[str, Any]) -> dict[str, Any]:
        return {**self, **other}

    def __ror__(self, other: Mapping[str, Any]) -> dict[str, Any]:
        return {**other, **self}

    def __repr__(self) -> str:
        return repr(dict(self))

    def copy(self) -> dict[str, Any]:
        """Return the parts as a new dict."""
        return dict(self)


def _spans(parts: Mapping[str, str]) -> dict[str, slice]:
    """Say where each part stands in what `joined` writes."""
    found, at = {}, 0
    for name in sorted(parts):
        at += len(encode_basestring(name)) + 2
        found[name] = slice(at, at + len(parts[name]))
        at += len(parts[name])
    return found


def _check_parts(content: Mapping[str, object]) -> None:
    missing = sorted(PARTS - set(content))
    unexpected = sorted(set(content) - PARTS - LATER_PARTS - _BESIDE)
    if missing or unexpected:
        raise ArtefactError(f"The decision record lacks {missing} and has the unexpected {unexpected}.")


def _checked(text: str) -> dict[str, Any]:
    content = read_json(text, "The decision record")
    if not isinstance(content, dict) or content.get("schema") not in SCHEMAS:
        found = content.get("schema") if isinstance(content, dict) else type(content).__name__
        raise ArtefactError(f"A decision record has the schema {SCHEMA!r}. Got {found!r}.")
    _check_parts(content)
    body = {name: part for name, part in content.items() if name not in _BESIDE}
    if content.get("sha256") != sha256(canonical_v1(body)) or canonical_v1(content) != text:
        raise ArtefactError("The decision record changed since it was written. Restore it.")
    try:
        signature = Signature.from_plain(content[PART]) if PART in content else None
    except SigningError as error:
        raise ArtefactError(f"The signature of the decision record is damaged: {error}") from error
    if signature is not None and signature.kind != "record":
        raise ArtefactError(f"The decision record carries the signature of a {signature.kind}.")
    return content
