"""Page words in English: how far a model can be gamed."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "gaming.title": "How far it can be gamed",
    "gaming.intro": "{people} people each bent their own events before their application, as anyone could "
    "without paying any better, and were scored again. Gains are points after less points "
    "before. The cut-off is {cutoff} points.",
    "gaming.caption": "Gain in points, and who would be approved for it; seed {seed}",
    "gaming.by_quarter": "Median gain, and its 95th percentile, by quarter of the score before",
    "gaming.through": "Reason groups through which most of the mean gain comes",
    "gaming.what": "What was done",
    "gaming.people": "People",
    "gaming.median": "Median",
    "gaming.highest": "95th percentile",
    "gaming.lowest_tenth": "Lowest tenth",
    "gaming.crossed": "Declined who cross",
    "gaming.result": "Result",
    "gaming.quarter": "Quarter {number}",
    "gaming.groups": "Groups, with their points",
    "gaming.bounds": "Within bounds means: a median of at most {median} points, a 95th percentile of at most "
    "{highest}, and at most {crossed} of the declined across the cut-off.",
    "gaming.lost": "Where others do it to the person, the lowest tenth may lose so many points at most: "
    "{listed}.",
    "gaming.absent": "Not tried, for want of data: {listed}.",
    "gaming.did.one_deposit": "A month's income paid in as cash the day before",
    "gaming.did.income_borrowed_7d": "A month's income borrowed of a friend seven days before",
    "gaming.did.income_borrowed_90d": "A month's income borrowed in each of the last three months",
    "gaming.did.round_trips": "Half a month's income from a friend and back, weekly for twelve weeks",
    "gaming.did.own_transfers": "Half a month's income to an own account and back, weekly for twelve weeks",
    "gaming.did.small_purchases": "Thirty purchases of 1 within thirty days",
    "gaming.did.bills_delayed": "Bills of the last thirty days paid afterwards",
    "gaming.did.account_reopened": "The account left ninety days before, with its debt, for a new one",
    "gaming.did.tiny_loans": "Ten loans of a hundredth of a month's income, each settled the day after",
    "gaming.did.line_reopened": "A credit line closed, and one as large opened five days later",
    "gaming.did.friends_new": "Ten friends who stand well, accepted 20 days before",
    "gaming.did.friends_backdated": "Ten friends who stand well, accepted 20 days before, dated years back",
    "gaming.did.friends_aged": "Ten friends who stand well, accepted 200 days before",
    "gaming.did.friends_bought": "The ten best connected who stand well, paid to accept 200 days before",
    "gaming.did.friends_made": "Ten made-up friends who stand well",
    "gaming.did.strangers_named": "Ten strangers who stand well named as friends, none of whom accepts",
    "gaming.did.strangers_defaulted": "Named as a friend by ten strangers in default, none of them accepted",
    "gaming.did.friends_defaulted": "Ten friends in default, accepted 200 days before",
    "absent.gaming": "How far it can be gamed",
}
