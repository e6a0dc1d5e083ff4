"""The registers of models and policies: what was in force when, by the order of entries."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from creditscore._ground.canonical import canonical
from creditscore.deciding.ledger.chain import MODEL, POLICY, RETIREMENT, Entry, Head
from creditscore.deciding.ledger.entering import commitment_of, entered, noted
from creditscore.deciding.ledger.keys import KeyRing
from creditscore.deciding.record import DecisionRecord
from creditscore.errors import LedgerError, ParameterError
from creditscore.policy.rules import Policy

if TYPE_CHECKING:
    from creditscore.deciding.ledger.store import Store, Writer

SCHEMA: Final = "creditscore.registered/1"
What = Literal["model", "policy"]
_KINDS: Final[Mapping[What, int]] = {"model": MODEL, "policy": POLICY}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ID_DIGITS: Final = 64


@dataclass(slots=True)
class Span:
    """A time in which a model or a policy may decide.

    Attributes
    ----------
    what : {"model", "policy"}
    known_as : str
        The id of the model, or of the policy.
    start : int
        Microseconds since 1970, never before it was registered.
    stop : int, optional
        The same of its end, never before that was registered.
    """

    what: What
    known_as: str
    start: int
    stop: int | None = None

    @property
    def since(self) -> datetime:
        """The start as a moment."""
        return _EPOCH + timedelta(microseconds=self.start)

    @property
    def until(self) -> datetime | None:
        """The end as a moment."""
        return None if self.stop is None else _EPOCH + timedelta(microseconds=self.stop)


@dataclass(slots=True)
class Spans:
    """All that was registered, entry by entry.

    Attributes
    ----------
    spans : list of Span
    """

    spans: list[Span] = field(default_factory=list)

    def enter(self, entry: Entry, text: bytes) -> None:
        """Take in what an entry registers or retires.

        Raises
        ------
        LedgerError
            If it says so in another form.
        """
        try:
            said = json.loads(text)
            what, known_as, moment = said["what"], said["id"], said["moment"]
            at = entry.appended_at if moment is None else max(_micros(moment), entry.appended_at)
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            raise LedgerError("what it registers is damaged.") from error
        if said["schema"] != SCHEMA or what not in _KINDS or entry.kind not in (_KINDS[what], RETIREMENT):
            raise LedgerError("what it registers is of another form.")
        if entry.kind == RETIREMENT:
            for span in self.spans:
                if (span.what, span.known_as, span.stop) == (what, known_as, None):
                    span.stop = at
        else:
            self.spans.append(Span(what, known_as, at))

    def admit(self, records: Iterable[DecisionRecord]) -> None:
        """Check decisions that are to be appended; see `check`."""
        for record in records:
            try:
                self.check(record)
            except LedgerError as error:
                raise LedgerError(f"The decision {record.decision_id} is not appended: {error}") from error

    def check(self, record: DecisionRecord) -> None:
        """Check that a decision names a model and a policy that were in force, where any is registered.

        Raises
        ------
        LedgerError
            If it names another.
        """
        if not self.spans:
            return
        content = record.content
        model, policy = content["model"] or {}, content["policy"]
        named: list[tuple[What, Any]] = [("model", model.get("model_id"))]
        if policy is not None:
            named.append(("policy", policy.get("policy_id")))
        try:
            at = _micros(content["decided_at"])
        except (TypeError, ValueError) as error:
            raise LedgerError("it does not say when it was decided.") from error
        for what, known_as in named:
            if not self._is_in_force(what, known_as, at):
                raise LedgerError(
                    f"the {what} {str(known_as)[:12]} was not registered and in force when it was decided."
                )

    def is_open(self, what: What, known_as: str) -> bool:
        """Whether it is registered and not retired."""
        return any((one.what, one.known_as, one.stop) == (what, known_as, None) for one in self.spans)

    def _is_in_force(self, what: What, known_as: Any, at: int) -> bool:
        return any(
            (span.what, span.known_as) == (what, known_as)
            and span.start <= at
            and (span.stop is None or at < span.stop)
            for span in self.spans
        )


class Registry:
    """The registers of a ledger: which models and policies may decide, and from when to when.

    Once anything is registered, the ledger takes only decisions that name a model and a policy in force when
    they were decided, and `Ledger.verify` finds any other. What is registered holds from its entry on, never
    from an earlier moment, so that nothing can be registered after the fact.

    Parameters
    ----------
    store : Store
    keys : callable
        Returns the ring of keys, after checking that it still fits.

    Examples
    --------
    >>> import tempfile, creditscore as cs
    >>> folder = tempfile.TemporaryDirectory()
    >>> policy = cs.Policy("consumer", "2026-11", cutoff=520)
    >>> with cs.Ledger.open(folder.name + "/decisions.db", key=cs.Ledger.new_key()) as ledger:
    ...     head = ledger.registry.add_policy(policy)
    ...     [(span.what, span.known_as == policy.policy_id) for span in ledger.registry.spans()]
    [('policy', True)]
    >>> folder.cleanup()
    """

    def __init__(self, store: Store, keys: Callable[[], KeyRing]) -> None:
        self._store = store
        self._keys = keys

    def spans(self) -> list[Span]:
        """List what was registered, in the order of entries."""
        keys = self._keys()
        return spans_of((entry for entry, _ in self._store.named(registers_name(keys))), keys).spans

    def add_model(self, model: Any, *, in_force_from: datetime | None = None) -> Head:
        """Register a model.

        Parameters
        ----------
        model : path, str, CreditPipeline or ScoringModel
            A saved model's folder, whose files are registered too; or its id; or the model.
        in_force_from : datetime, optional
            With a zone, not before now; by default now.
        """
        known_as, files = _model(model)
        return self._enter("model", known_as, MODEL, in_force_from, {"files": files})

    def add_policy(self, policy: Policy, *, in_force_from: datetime | None = None) -> Head:
        """Register a policy, with all its rules; see `add_model`."""
        if not isinstance(policy, Policy):
            raise ParameterError.must_be("policy", "a Policy, such as Policy.from_file(path)", policy)
        return self._enter("policy", policy.policy_id, POLICY, in_force_from, {"policy": policy.to_json()})

    def retire(self, known_as: str, *, until: datetime | None = None) -> Head:
        """Say that a model or policy decides no more.

        Parameters
        ----------
        known_as : str
            The id of what is registered.
        until : datetime, optional
            With a zone, not before now; by default now.

        Raises
        ------
        LedgerError
            If no such thing is registered, or it is retired already.
        """
        what = next((s.what for s in self.spans() if (s.known_as, s.stop) == (known_as, None)), None)
        if what is None:
            raise LedgerError(f"No model or policy {known_as!r:.90} is registered and in force.")
        return self._enter(what, known_as, RETIREMENT, until, {})

    def _enter(
        self, what: What, known_as: str, kind: int, moment: datetime | None, more: Mapping[str, Any]
    ) -> Head:
        if moment is not None and (not isinstance(moment, datetime) or moment.tzinfo is None):
            raise ParameterError.must_be("in_force_from", "a datetime with a zone", moment)
        stamp = None if moment is None else moment.astimezone(UTC).isoformat()
        text = canonical({"schema": SCHEMA, "what": what, "id": known_as, "moment": stamp, **more}).encode()

        def enter(writer: Writer) -> tuple[Sequence[Entry], None]:
            keys = self._keys()
            before = spans_of(writer.named(registers_name(keys)), keys)
            if kind != RETIREMENT and before.is_open(what, known_as):
                raise LedgerError(f"The {what} {known_as[:12]} is registered already.")
            entry = noted(writer, keys, kind, b"", text)
            names = {entry.sequence: register_names(keys, entry)}
            writer.add([entry], [commitment_of(text)], names=names)
            return [entry], None

        (entry,), _ = entered(self._store, enter)
        return Head(entry.sequence, entry.hash)


def spans_of(entries: Iterable[Entry], keys: KeyRing) -> Spans:
    """Read what entries register."""
    found = Spans()
    for entry in entries:
        found.enter(entry, keys.vouched_for(entry.bound, entry.payload))
    return found


def register_names(keys: KeyRing, entry: Entry) -> tuple[bytes, bytes]:
    """Return what an entry of a register is found by: its own name, and that of all of them."""
    return keys.name_of(b"register", entry.entry_id), registers_name(keys)


def registers_name(keys: KeyRing) -> bytes:
    """Return what all entries of registers are found by."""
    return keys.name_of(b"registers", "all")


def _model(given: Any) -> tuple[str, dict[str, str] | None]:
    if isinstance(given, str) and len(given) == _ID_DIGITS and not set(given) - set("0123456789abcdef"):
        return given, None
    if isinstance(given, str | Path):
        from creditscore.scoring.loading import read_parts

        parts = read_parts(Path(given))
        return parts.model_id, dict(parts.files)
    found = getattr(getattr(given, "model", given), "model_id", None)
    if not isinstance(found, str):
        raise ParameterError.must_be("model", "a saved model's folder, its id, or a model", given)
    return found, None


def _micros(text: str) -> int:
    """Microseconds since 1970 of a moment with a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return (moment - _EPOCH) // timedelta(microseconds=1)
