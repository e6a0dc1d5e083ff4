"""Page words of an offer and of an ability to pay, in English."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "outcome.counter_offer": "Approved on other terms",
    "outcome.raise": "The credit line is raised",
    "outcome.offer": "The credit line can be raised",
    "outcome.keep": "The credit line stays as it is",
    "outcome.lower": "The credit line is lowered",
    "outcome.close": "The credit line is closed",
    "reasons.ability": "Ability to pay",
    "reasons.offer": "What is lent",
    "reasons.parties": "People who apply with you",
    "offer.title": "Offer and ability to pay",
    "offer.none": "Nothing is offered with this decision.",
    "offer.priced": "The rate was set by automated processing, from the grade, the loss "
    "class, the term, the amount and the way of repayment alone.",
    "offer.ability": "What you can pay, a month",
    "offer.unknown": "not known",
    "offer.income": "Income that counts",
    "offer.commitments": "Other loans",
    "offer.essentials": "Essential spending",
    "offer.instalment": "Instalment of what was looked at",
    "offer.left": "Left after it",
    "offer.together": "These are the figures of all who apply together, {number} people, each loan "
    "counted once.",
    "offer.need": "What you asked for, and your money",
}
