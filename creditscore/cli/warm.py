"""Compile every kernel that scoring needs, so that the first score of a fresh process is fast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any, Final
from warnings import catch_warnings, simplefilter

from creditscore._ground.compiled import Compilation, compilations
from creditscore.data.applications import Applications
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import FitWarning
from creditscore.model.scorer import CreditScorer
from creditscore.pipeline.facade import CreditPipeline
from creditscore.policy.rules import Policy

_START: Final = datetime(2020, 1, 1, tzinfo=UTC)
_APPLICANTS: Final = 60
_PRIVACY: Final = StandingPrivacy(secret=bytes(range(32)), secret_name="warm")  # noqa: S106 (a name)
_PAYMENTS_A_MONTH: Final = 8


@dataclass(frozen=True, slots=True)
class Warmed:
    """What warming up did.

    Attributes
    ----------
    seconds : float
        That it took in all.
    compiled : tuple of Compilation
        Every kernel that was compiled rather than found on disk, once for each list of argument types.
    """

    seconds: float
    compiled: tuple[Compilation, ...]

    def by_kernel(self) -> list[tuple[str, int, float]]:
        """Kernel, number of lists of argument types and seconds, the slowest first."""
        found: dict[str, list[float]] = {}
        for compilation in self.compiled:
            found.setdefault(compilation.kernel, []).append(compilation.seconds)
        rows = [(kernel, len(seconds), sum(seconds)) for kernel, seconds in found.items()]
        return sorted(rows, key=lambda row: -row[2])


def warm_up() -> Warmed:
    """Fit a handful of made-up applicants once, score, explain and decide, and leave the kernels on disk.

    Returns
    -------
    Warmed
        What was compiled; nothing, and a few seconds, when all was there.
    """
    begun = perf_counter()
    with compilations() as found, catch_warnings():
        simplefilter("ignore", FitWarning)  # of made-up applicants nobody needs to be told
        applications = Applications.from_records([_application(k) for k in range(_APPLICANTS)])
        bad = [float(k * 2_654_435_761 % 1_009 < 400) for k in range(_APPLICANTS)]  # nothing tells them apart
        pipeline = CreditPipeline(scorer=CreditScorer(n_estimators=4), threads=1)
        pipeline.fit(applications, Portfolio.from_records(_records(timedelta(0)), privacy=_PRIVACY), bad)
        policy = Policy("warming up", "1", cutoff=500.0)
        for late in (timedelta(0), timedelta(days=1)):
            portfolio = Portfolio.from_records(_records(late), privacy=_PRIVACY)
            pipeline.score_many(applications, portfolio)
            pipeline.explain(applications, portfolio)
            pipeline.score(_application(0), portfolio)
            pipeline.decide(_application(0), portfolio, policy=policy)
    return Warmed(perf_counter() - begun, tuple(found))


def _application(k: int) -> dict[str, Any]:
    return {
        "application_id": k,
        "applicant_id": f"a{k}",
        "as_of": _START + timedelta(days=400),
        "amount": 100.0 + k,
    }


def _records(late: timedelta) -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in _TABLES}
    for k in range(_APPLICANTS):
        for month in range(12):
            when = _START + timedelta(days=30 * month + k % 7)
            for name, make in _TABLES.items():
                tables[name].append(
                    {CONTRACTS[name].owner: f"a{k}", "known_time": when + late} | make(k, month, when)
                )
    tables["payments"] += _more_payments(late)
    return {name: rows[::-1] for name, rows in tables.items()}


def _more_payments(late: timedelta) -> list[dict[str, Any]]:
    """So many payments of the first two applicants that putting them in order takes the longer way."""
    return [
        {"applicant_id": f"a{k}", "known_time": when + late}
        | _payment(k, month, when)
        | {"event_id": f"more-{k}-{month}-{number}"}
        for k in range(2)
        for month in range(12)
        for number in range(_PAYMENTS_A_MONTH)
        for when in (_START + timedelta(days=30 * month + 2 * number),)
    ]


def _payment(k: int, month: int, when: datetime) -> dict[str, Any]:
    amount = 900.0 + k if month % 2 else -300.0 - k
    return {
        "event_time": when, "event_id": f"p{k}-{month}", "amount": amount, "balance": 50.0 * month - k,
        "account_id": "one", "kind": "salary" if amount > 0 else "purchase", "category": "groceries",
        "counterparty_id": "shop", "counterparty_kind": "merchant", "status": "settled", "channel": "app",
        "method": "card", "order_id": f"o{k}-{month}",
    }  # fmt: skip


def _bill(k: int, month: int, when: datetime) -> dict[str, Any]:
    paid = when + timedelta(days=k % 20)
    return {
        "bill_id": f"b{k}-{month}",
        "due_time": when,
        "due_amount": 40.0,
        "paid_time": paid,
        "paid_amount": 40.0,
    }


def _loan(k: int, month: int, when: datetime) -> dict[str, Any]:
    return {
        "loan_id": f"l{k}-{month}", "event_time": when, "amount": 500.0, "term_days": 90.0, "limit": 900.0,
        "kind": "instalment", "role": "borrower", "lender": "us", "closed_time": when + timedelta(days=99),
        "restructured_time": None, "written_off_time": None,
    }  # fmt: skip


def _instalment(k: int, month: int, when: datetime) -> dict[str, Any]:
    even = month % 2 == 0
    return {
        "loan_id": f"l{k}-{month}", "due_time": when + timedelta(days=30), "due_amount": 170.0,
        "instalment_no": 1, "paid_time": when + timedelta(days=28 + k % 9) if even else None,
        "paid_amount": 170.0 if even else None,
    }  # fmt: skip


def _repayment(k: int, month: int, when: datetime) -> dict[str, Any]:
    loan = f"l{k}-{month if month % 2 else 1}"
    return {
        "loan_id": loan,
        "event_time": when + timedelta(days=33),
        "amount": 170.0,
        "event_id": f"r{k}-{month}",
    }


def _statement(k: int, month: int, when: datetime) -> dict[str, Any]:
    return {
        "loan_id": f"l{k}-{month}", "event_time": when + timedelta(days=20), "balance": 300.0, "limit": 900.0,
        "minimum_due": 20.0, "payment": 25.0, "cash_advances": 0.0, "days_past_due": float(k % 40),
    }  # fmt: skip


def _inquiry(k: int, month: int, when: datetime) -> dict[str, Any]:
    return {"event_time": when, "lender": f"lender {(k + month) % 4}"}


def _tie(k: int, month: int, when: datetime) -> dict[str, Any]:
    return {
        "other_id": f"a{(k + month + 1) % _APPLICANTS}", "event_time": when, "end_time": None,
        "layer": "friend", "weight": 1.0 + month, "directed": month % 2 == 0,
    }  # fmt: skip


def _membership(k: int, month: int, when: datetime) -> dict[str, Any]:
    return {"group_id": f"g{(k + month) % 3}", "event_time": when, "end_time": None, "role": "member"}


def _activity(k: int, month: int, when: datetime) -> dict[str, Any]:
    return {"event_time": when, "kind": "post", "other_id": f"a{month}", "group_id": f"g{k % 3}"}


def _standing(k: int, month: int, when: datetime) -> dict[str, Any]:
    return {"event_time": when, "standing": "defaulted" if (k + month) % 5 == 0 else "good"}


def _measure(k: int, month: int, when: datetime) -> dict[str, Any]:
    return {"event_time": when, "measure": "clustering" if month % 2 else "pagerank", "value": k / 7.0}


def _session(k: int, month: int, when: datetime) -> dict[str, Any]:
    reminder = month % 3 == 0
    return {
        "event_time": when, "channel": "app" if k % 2 else "web", "outcome": "success", "device": f"d{k}",
        "action": "reminder" if reminder else "login", "function": f"f{month % 4}", "device_class": "mobile",
        "os_family": "android", "os_release": "1", "region": "north", "duration_s": 60.0 + k,
        "device_age_days": 30.0, "os_age_days": 9.0,
        "answered_time": when + timedelta(days=1) if reminder else None,
        "due_time": when + timedelta(days=5) if reminder else None,
    }  # fmt: skip


def _form_event(k: int, month: int, when: datetime) -> dict[str, Any]:
    action = ("start", "edit", "submit")[month % 3]
    return {
        "event_time": when, "application_id": f"f{k}-{month // 3}", "action": action, "field": "amount",
        "value": 100.0 + k, "duration_s": 2.0,
    }  # fmt: skip


def _registration(k: int, month: int, when: datetime) -> dict[str, Any]:
    return {
        "event_time": when, "first_touch": "direct", "device_class": "mobile", "os_family": "ios",
        "email_host": "free", "email_digits": month % 2 == 0, "do_not_track": k % 2 == 0,
    }  # fmt: skip


def _setting(k: int, month: int, when: datetime) -> dict[str, Any]:
    return {"event_time": when, "setting": "autopay", "enabled": (k + month) % 2 == 0}


_TABLES: Final = {
    "payments": _payment,
    "bills": _bill,
    "loans": _loan,
    "instalments": _instalment,
    "repayments": _repayment,
    "statements": _statement,
    "inquiries": _inquiry,
    "ties": _tie,
    "memberships": _membership,
    "activities": _activity,
    "standings": _standing,
    "measures": _measure,
    "sessions": _session,
    "form_events": _form_event,
    "registrations": _registration,
    "settings": _setting,
}
