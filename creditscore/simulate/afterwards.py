"""What follows from purchases: refunds, mistakes put right, winnings, and what is paid for later."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.data.tables.vocabularies import PAYMENT_CLASSES
from creditscore.simulate.almanac import BANK_HOURS, DAY_HOURS, Almanac
from creditscore.simulate.columns import NEVER, Columns, Labels, array, join, take
from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.observed import Observed, flow, visible
from creditscore.simulate.people import People
from creditscore.simulate.purchases import GAMBLING
from creditscore.simulate.streams import Streams, by_key

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Flags = NDArray[np.bool_]

PAY_LATER: Final = 59_000_000


def after_purchases(
    config: SimulationConfig, almanac: Almanac, people: People, seen: Observed, bought: Columns,
    order: I8, streams: Streams,
) -> Columns:  # fmt: skip
    """What follows from purchases: refunds, mistakes put right, winnings, and parts of what is paid later.

    Parameters
    ----------
    config, almanac, people, seen, streams
        As drawn before.
    bought : dict of str to column
        Purchases; those paid later leave the account in four parts instead.
    order : ndarray of int64, shape (rows,)
        A number of its own for each.
    """
    owner = array(bought, "applicant_id")
    settled, category = array(bought, "status") == 0, array(bought, "category")
    online, stake = array(bought, "order_id") != NEVER, category == GAMBLING
    random = streams.of("refunds")
    draw = [by_key(order, random) for _ in range(4)]
    sent_back = settled & ~stake & (draw[0] < np.where(online, 0.06, 0.006))
    random = streams.of("pay_later")
    uses = random.random(len(people)) < config.pay_later
    later = settled & online & ~sent_back & uses[owner] & (by_key(order, random) < 0.4)
    wrong = settled & ~stake & ~sent_back & ~later & (by_key(order, streams.of("mistakes")) < 0.001)
    won = settled & stake & (draw[0] < 0.12)
    share = np.where(draw[3] < 0.7, 1.0, 0.5)
    kept = dict(bought)
    kept["truth"] = _as(bought, wrong, "reversal")
    parts = [
        take(kept, ~later),
        _undone(almanac, people, seen, take(bought, sent_back), 3.0 + 17.0 * draw[1][sent_back],
                draw[2][sent_back], share[sent_back], "refund"),
        _undone(almanac, people, seen, take(bought, wrong), 1.0 + 2.0 * draw[1][wrong], draw[2][wrong],
                np.ones(int(wrong.sum())), "reversal"),
        _undone(almanac, people, seen, take(bought, won), draw[1][won], draw[2][won],
                0.5 + 8.0 * draw[3][won] ** 2, "gambling_win"),
        *_in_parts(almanac, people, seen, take(bought, later), draw[2][later]),
    ]  # fmt: skip
    return join(parts)


def _as(rows: Columns, which: Flags, truth: str) -> Labels:
    codes = array(rows, "truth").copy()
    codes[which] = PAYMENT_CLASSES.index(truth)
    return Labels(codes, PAYMENT_CLASSES)


def _undone(
    almanac: Almanac, people: People, seen: Observed, rows: Columns, days: F8, hour: F8, share: F8, truth: str
) -> Columns:
    """Money that comes back for a purchase some days after it."""
    owner = array(rows, "applicant_id")
    on = almanac.day(array(rows, "event_time")) + np.ceil(days).astype(np.int64)
    time = almanac.at(almanac.working_day(on, later=True), DAY_HOURS, hour)
    kind = {"refund": "refund", "reversal": "purchase", "gambling_win": "transfer"}[truth]
    back = flow(
        owner, time, -array(rows, "amount") * share, truth, kind=kind, category=array(rows, "category"),
        channel=array(rows, "channel"), method=array(rows, "method"), status="settled",
        counterparty_id=array(rows, "counterparty_id"), counterparty_kind="merchant",
        order_id=array(rows, "order_id"),
    )  # fmt: skip
    return take(back, visible(people, seen, owner, time))


def _in_parts(almanac: Almanac, people: People, seen: Observed, rows: Columns, hour: F8) -> list[Columns]:
    """Four payments to a provider of pay-later credit, 14 days apart; the first with the purchase."""
    owner, order = array(rows, "applicant_id"), array(rows, "order_id")
    begin = almanac.day(array(rows, "event_time"))
    parts = []
    for number in range(4):
        part = np.round(array(rows, "amount") / 4.0, 2)
        part = part if number else array(rows, "amount") - 3.0 * part
        time = array(rows, "event_time") if number == 0 else almanac.at(begin + 14 * number, BANK_HOURS, hour)
        paid = flow(
            owner, time, part, "pay_later", kind="loan_out", category="online_shopping", channel="web",
            method="card", counterparty_id=PAY_LATER + order % 3, counterparty_kind="pay_later",
            order_id=order, status="settled",
        )  # fmt: skip
        parts.append(take(paid, visible(people, seen, owner, time)))
    return parts
