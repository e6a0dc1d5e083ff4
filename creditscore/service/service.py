"""The service without a network: what it holds, and for each route one function from a call to an answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.deciding.ledger.ledger import Ledger
from creditscore.errors import CreditScoreError
from creditscore.service import decisions, looking, scores, subjects
from creditscore.service.logs import tell
from creditscore.service.messages import (
    Added,
    Asked,
    AskedMany,
    AskedToObject,
    AskedWho,
    AskedWhy,
    Events,
    Subject,
    read,
    written,
)
from creditscore.service.metrics import Metrics
from creditscore.service.models import Models
from creditscore.service.problems import RefusedError
from creditscore.service.store import Known, PortfolioStore
from creditscore.service.traces import Traces
from creditscore.signing.keys import SigningKey

if TYPE_CHECKING:
    from creditscore.words.languages import Language

JSON = "application/json"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked, as no network has it.

    Attributes
    ----------
    body : bytes
    path, query : mapping of str to str
        Parameters by name.
    key : str
        The idempotency key; empty where none was given.
    """

    body: bytes = b""
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered.

    Attributes
    ----------
    status : int
    content : bytes
    media : str
    headers : mapping of str to str
    aside : callable, optional
        What is done once the answer has left; nobody waits for it.
    """

    status: int
    content: bytes
    media: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    aside: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """What answers.

    Attributes
    ----------
    models : Models
    known : Known
    ledger : Ledger, optional
        Without it nothing is decided.
    ledger_at : (path or address, bytes), optional
        Its file and key, for a process that opens it anew.
    sign_with : SigningKey, optional
        Who vouches for records and heads.
    metrics : Metrics
    traces : Traces
        Where the time of a request went; by default nowhere.
    """

    models: Models
    known: Known = field(default_factory=Known)
    ledger: Ledger | None = None
    ledger_at: tuple[str | Path, bytes] | None = None
    sign_with: SigningKey | None = None
    metrics: Metrics = field(default_factory=Metrics)
    traces: Traces = field(default_factory=Traces)

    def score(self, call: Call) -> Answer:
        """Score one application, with reasons."""
        served = self.models.champion
        one, portfolio = self._inputs(call)
        with self.traces.step("score"):
            result = served.model.score(one, portfolio)
        self.metrics.outcome("score", result.status)
        return Answer(200, written(result.to_dict()), aside=self._beside(one, portfolio, result.score))

    def score_batch(self, call: Call) -> Answer:
        """Score several applications."""
        found = scores.score_batch(self.models.champion.model, self.known, read(call.body, AskedMany))
        return Answer(200, written(found))

    def explain(self, call: Call) -> Answer:
        """Say what a score is made of."""
        return Answer(
            200, written(scores.explain(self.models.champion.model, self.known, read(call.body, AskedWhy)))
        )

    def decide(self, call: Call) -> Answer:
        """Decide on one application, once for each idempotency key."""
        ledger, served = self.opened(), self.models.champion
        one, portfolio = self._inputs(call)
        with self.traces.step("decide"):
            decision, is_new = decisions.decide(
                served, one, portfolio, ledger=ledger, key=call.key, sign_with=self.sign_with
            )
        self.metrics.outcome("decide", decision.decision if is_new else "repeated")
        where = {"Location": f"/v1/decisions/{decision.decision_id}"}
        aside = self._beside(one, portfolio, decision.score) if is_new else None
        return Answer(201 if is_new else 200, written(decision), headers=where, aside=aside)

    def decision(self, call: Call) -> Answer:
        """Give the record of a decision, as it was written."""
        record = decisions.record_of(self.opened(), call.path["decision_id"])
        return Answer(200, record.to_json().encode())

    def report(self, call: Call) -> Answer:
        """Report a decision, as JSON or as a page."""
        form = call.query.get("format", "json")
        if form not in ("json", "html"):
            raise RefusedError.of(422, "parameter", "The 'format' is json or html.")
        asked = {name: value for name, value in call.query.items() if name != "format"}
        report = decisions.report_of(self.opened(), call.path["decision_id"], asked)
        if form == "html":
            return Answer(200, report.to_html().encode(), HTML)
        return Answer(200, report.to_json().encode())

    def dashboard(self, call: Call) -> Answer:
        """Show all decisions together: sums over cells of enough people, and no row of a person."""
        self.opened()
        if self.ledger_at is None:
            raise RefusedError.of(503, "not-configured", "The ledger of this service is no file.")
        policy = self.models.champion.policy
        plain = None if policy is None else policy.to_dict()
        language = cast("Language", call.query.get("language", "en"))
        page = looking.dashboard(self.ledger_at, plain, language)
        return Answer(200, page.encode(), HTML, {"Content-Security-Policy": "sandbox allow-scripts"})

    def proof(self, call: Call) -> Answer:
        """Prove that a decision is in the ledger."""
        ledger = self.opened()
        if self.sign_with is None:
            raise RefusedError.of(503, "not-configured", "This service was started without a signing key.")
        return Answer(200, written(decisions.proof_of(ledger, call.path["decision_id"], self.sign_with)))

    def objection(self, call: Call) -> Answer:
        """Open an objection to the report of a decision."""
        asked = read(call.body, AskedToObject)
        found = decisions.objection_to(self.opened(), call.path["decision_id"], asked)
        return Answer(201, written(found))

    def ingest(self, call: Call) -> Answer:
        """Add records to the portfolio."""
        events = read(call.body, Events)
        self.known.count(events.tables)
        store = self.known.changeable()
        with self.traces.step("append"):
            added = store.append(events.tables)
        aside = partial(_fold, store) if store.is_long else None
        return Answer(201, written(Added(dict(added))), aside=aside)

    def subject(self, call: Call) -> Answer:
        """Say what the ledger calls an applicant."""
        asked = read(call.body, AskedWho)
        return Answer(200, written(Subject(self.opened().pseudonym(self.known.called(asked.applicant_id)))))

    def export(self, call: Call) -> Answer:
        """Hand out everything that is kept of a person."""
        ledger = self.opened()
        if self.ledger_at is None:
            raise RefusedError.of(503, "not-configured", "The ledger of this service is no file.")
        asked = dict(call.query)
        found = subjects.export(call.path["pseudonym"], self.known, ledger, self.ledger_at, asked)
        return Answer(200, found.to_json().encode())

    def erase(self, call: Call) -> Answer:
        """Take a person out of everything."""
        return Answer(200, written(subjects.erase(call.path["pseudonym"], self.known, self.opened())))

    def opened(self) -> Ledger:
        """Return the ledger.

        Raises
        ------
        RefusedError
            If there is none.
        """
        if self.ledger is None:
            raise RefusedError.of(503, "not-configured", "This service was started without a ledger.")
        return self.ledger

    def reload(self) -> bool:
        """Read the folders of the models again; True if another model answers now."""
        try:
            changed = self.models.reload()
        except CreditScoreError:
            self.metrics.reloaded("refused")
            raise
        self.metrics.reloaded("changed" if changed else "same")
        self.say_models()
        return changed

    def say_models(self) -> None:
        """Let the metrics say which models are at work."""
        beside = self.models.challenger
        self.metrics.at_work(
            self.models.champion.model.model_id, None if beside is None else beside.model.model_id
        )

    def _inputs(self, call: Call) -> tuple[Applications, Portfolio]:
        """The application that is asked for, and what is known of the applicant."""
        with self.traces.step("inputs"):
            return scores.inputs_of(read(call.body, Asked), self.known)

    def _beside(self, one: Applications, portfolio: Portfolio, score: int | None) -> Any:
        """What the challenger is to do with the same application, if there is one."""
        challenger = self.models.challenger
        if challenger is None:
            return None

        def shadow() -> None:
            try:
                other = challenger.model.score(one, portfolio).score
            except Exception:  # noqa: BLE001 - a challenger may fail in any way, and harms nobody
                self.metrics.shadowed("failed")
                return
            both = other is not None and score is not None
            self.metrics.shadowed(
                "compared" if both else "unscorable",
                other - score if both else None,  # type: ignore[operator]
            )

        return shadow


def _fold(store: PortfolioStore) -> None:
    """Fold what was added, and say in the log how it went: nobody waits for it."""
    try:
        folded = store.fold()
    except (CreditScoreError, OSError, RuntimeError) as error:
        tell(logging.ERROR, "not_folded", error)
    else:
        if folded:
            tell(logging.INFO, "folded")
