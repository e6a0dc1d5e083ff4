"""Every view that is written in SQL, and what it is written from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from creditscore.data.sources import SOURCES
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.warehouse.given import Given
from creditscore.warehouse.views import (
    activity,
    arrears,
    bills,
    courses,
    digital,
    feeds,
    flows,
    forms,
    loans,
    months,
    pairing,
    payments,
    plain,
    proving,
    refunds,
    standing,
    statements,
)


@dataclass(frozen=True, slots=True)
class SqlView:
    """One view.

    Attributes
    ----------
    write : callable
        From what is given to the query of its rows: ``app``, ``as_of``, ``t``, ``n``, and columns ``v_``
        (numbers) and ``c_`` (labels).
    known : tuple of str
        Tables whose known rows it reads, as far as they are there.
    views : tuple of str
        Other views that it reads.
    numbers : tuple of str
        Columns of its table that it hands on, beside those that the view declares.
    without : mapping of str to str
        Columns of the view that are not written, and why.
    version : int
        Of the view that is written: of another one nothing is, until this follows.
    recursive : bool
        Whether it reads itself, round after round.
    """

    write: Callable[[Given], str]
    known: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    without: Mapping[str, str] = field(default_factory=dict)
    version: int = 1
    recursive: bool = False


def _plain(table: str) -> SqlView:
    return SqlView(lambda given: plain.plain(given, table), (table,), numbers=_declared(table))


def _declared(table: str) -> tuple[str, ...]:
    return tuple(column.name for column in CONTRACTS[table].columns)


_RATE: Final = MappingProxyType({"annual_rate": "a rate is found by trying, and SQL does not try"})
_STREAMS: Final = MappingProxyType(
    dict.fromkeys(
        (
            "found", "amount", "monthly_amount", "gap", "regularity", "gaps_since", "half_spent", "hits",
            "tenure", "to_next", "streams", "all_monthly",
        ),
        "what recurs is found by search, and SQL does not search",
    )
)  # fmt: skip
_LEDGER: Final = SOURCES["loans"].tables
# What several views of loans are written from; no feature reads these by themselves.
PARTS: Final[Mapping[str, SqlView]] = MappingProxyType(
    {
        "dues": SqlView(courses.dues, _LEDGER),
        "payments_made": SqlView(courses.payments, _LEDGER, ("dues",)),
        "paid": SqlView(courses.paid, views=("payments_made",)),
        "settled": SqlView(courses.settled, views=("dues", "paid")),
        "stretches": SqlView(courses.stretches, views=("dues", "paid")),
        "loans_known": SqlView(courses.loans_known, _LEDGER),
        "reports": SqlView(courses.reports, _LEDGER, ("dues", "loans_known")),
        "lags": SqlView(courses.lags, _LEDGER, ("payments_made",)),
        "loan_sums": SqlView(courses.loan_sums, views=("settled", "loans_known", "reports", "lags")),
        "courses": SqlView(courses.courses, views=("loan_sums",)),
        "instalments_seen": SqlView(loans.instalments_seen, views=("courses",)),
        "paid_by_due": SqlView(loans.paid_by_due, views=("instalments_seen",)),
        "late_stretches": SqlView(loans.late_stretches, views=("courses", "stretches")),
        "month_edges": SqlView(arrears.month_edges, views=("courses",)),
        "month_worst": SqlView(arrears.month_worst, views=("month_edges", "stretches")),
        "late_runs": SqlView(arrears.late_runs, views=("courses", "stretches")),
        "report_runs": SqlView(arrears.report_runs, views=("courses",)),
        "worst": SqlView(loans.worst, views=("late_stretches",)),
        "inquiry_searches": SqlView(activity.inquiry_searches, views=("inquiries",), recursive=True),
        "payments_read": SqlView(payments.payments_read, ("payments",)),
        "payment_accounts": SqlView(payments.payment_accounts, views=("payments_read",)),
        "payments_said": SqlView(payments.payments_said, views=("payment_accounts",)),
        "payment_pairs": SqlView(pairing.payment_pairs, views=("payments_said",)),
        "payment_links": SqlView(pairing.payment_links, views=("payment_pairs",)),
        "links_taken": SqlView(pairing.links_taken, views=("payment_links",), recursive=True),
        "payments_paired": SqlView(pairing.payments_paired, views=("links_taken",)),
        "refund_links": SqlView(refunds.refund_links, views=("payments_paired",)),
        "refunds_made": SqlView(refunds.refunds_made, views=("refund_links",), recursive=True),
        "payments_marked": SqlView(payments.payments_marked, views=("refunds_made",)),
        "payment_parties": SqlView(proving.payment_parties, views=("payments_marked",)),
        "payments_unproven": SqlView(proving.payments_unproven, views=("payment_parties",)),
        "payments_proven": SqlView(standing.payments_proven, views=("payments_unproven",)),
        "payment_feed": SqlView(feeds.payment_feed, views=("payments_read",)),
        "feed_months": SqlView(feeds.feed_months, views=("payment_feed",)),
        "feed_sums": SqlView(months.feed_sums, views=("feed_months", "payments_proven")),
    }
)
_OF_LOANS: Final = ("instalments_seen", "worst")

VIEWS: Final[Mapping[str, SqlView]] = MappingProxyType(
    {
        **{table: _plain(table) for table in plain.TABLES},
        plain.MEASURES: SqlView(
            plain.measures, (plain.MEASURES,), numbers=_declared(plain.MEASURES), version=2
        ),
        "uses": SqlView(digital.uses, ("sessions",), numbers=digital.NUMBERS),
        "use_months": SqlView(digital.use_months, views=("uses",)),
        "registration_hours": SqlView(digital.registration_hours, ("registrations",)),
        "reminders": SqlView(digital.reminders, ("sessions",), ("uses",)),
        "forms": SqlView(forms.forms, ("form_events",)),
        "loan_states": SqlView(loans.loan_states, views=_OF_LOANS, without=_RATE, version=4),
        "guaranteed_loans": SqlView(loans.guaranteed_loans, views=_OF_LOANS, without=_RATE, version=4),
        "instalment_states": SqlView(loans.instalment_states, views=("paid_by_due",), version=5),
        "loan_months": SqlView(arrears.loan_months, views=("month_worst",), version=2),
        "loan_month_states": SqlView(
            arrears.loan_month_states, views=("month_edges", "stretches"), version=2
        ),
        "episodes": SqlView(arrears.episodes, views=("late_runs", "report_runs"), version=2),
        "flows": SqlView(flows.flows, views=("payments_unproven",), version=4),
        "spending": SqlView(flows.spending, views=("payments_marked",), version=3),
        "payment_months": SqlView(months.payment_months, views=("feed_sums",), version=4),
        "payment_weeks": SqlView(months.payment_weeks, views=("payment_feed", "payments_marked"), version=2),
        "spending_season": SqlView(months.spending_season, views=("feed_sums",), version=2),
        "balance_days": SqlView(standing.balance_days, views=("feed_sums",), version=5),
        "income_stream": SqlView(
            feeds.income_stream, views=("payment_feed", "payments_marked"), without=_STREAMS, version=2
        ),
        "inquiry_clusters": SqlView(activity.inquiry_clusters, views=("inquiry_searches",)),
        "activity_months": SqlView(activity.activity_months, views=("activities",)),
        "bill_states": SqlView(bills.bill_states, ("bills",), version=2),
        "statement_states": SqlView(statements.statement_states, ("statements", "loans"), version=3),
    }
)
