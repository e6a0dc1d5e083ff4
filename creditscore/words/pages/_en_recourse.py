"""Page words of what an applicant can do, in English."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "changes.again": "Then apply again on {date} or later.",
    "changes.pay_overdue": "Pay the {before} that is overdue.",
    "changes.on_time": "Pay everything that falls due until {date} on time, and ask for "
    "no other credit until then.",
    "changes.on_time_counted": "Pay everything that falls due until {date} on time ({times}), and ask "
    "for no other credit until then.",
    "changes.payments.one": "{number} payment",
    "changes.payments.many": "{number} payments",
    "changes.wait": "Go on as in the months before until {date}: pay on time, and ask for no other credit.",
    "changes.card_balance": "Keep what you owe on cards and credit lines at {after} or less "
    "until {date}; now it is {before}.",
    "changes.above_zero": "Keep your accounts above zero until {date}, so that no payment is refused.",
    "changes.amount": "Ask for {after} instead of {before}.",
    "changes.term_days": "Ask for a term of {after} instead of {before}.",
}
