"""Page words in English: monitoring."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "monitoring.title": "Monitoring report",
    "monitoring.kicker": "What comes in, and how loans do before they are mature",
    "monitoring.last_look": "Last look",
    "monitoring.standing": "Alerts that stand",
    "monitoring.bins": "Bins, by hash",
    "monitoring.alerts": "Alerts",
    "monitoring.alerts_intro": "{looks} looks so far. Without drift, the chance of any alert in "
    "all looks together is at most {level}. An alert stands until its index is below the limit again.",
    "monitoring.no_alerts": "No alert stands.",
    "monitoring.alerts_caption": "Columns that moved",
    "monitoring.over": "Over since the last look:",
    "monitoring.column": "Column",
    "monitoring.verdict": "Verdict",
    "monitoring.since": "Since",
    "monitoring.looks": "Looks",
    "monitoring.psi": "Population stability index",
    "monitoring.news": "News",
    "monitoring.news.new": "new",
    "monitoring.news.worse": "worse",
    "monitoring.news.same": "as before",
    "monitoring.verdict.steady": "steady",
    "monitoring.verdict.moved": "moved",
    "monitoring.verdict.shifted": "shifted",
    "monitoring.verdict.few": "too few rows to tell",
    "monitoring.drift": "What comes in beside the reference",
    "monitoring.drift_intro": "The last look had {rows} rows, the reference {reference}. From an "
    "index of {moved} on a column has moved and from {shifted} on it has shifted, where chance alone "
    "is less likely than the level of the look; columns may have limits of their own.",
    "monitoring.drift_caption": "Columns at the last look, largest index first",
    "monitoring.drift_chart": "Index from look to look",
    "monitoring.drift_described": "Population stability index of the columns that lie furthest "
    "off, over {looks} looks, with both limits.",
    "monitoring.look": "look",
    "monitoring.p_value": "Chance without drift",
    "monitoring.missing_before": "Missing in the reference",
    "monitoring.missing_now": "Missing now",
    "monitoring.unseen": "Labels never seen",
    "monitoring.more": "{columns} columns more are in the JSON of this report.",
    "monitoring.defaults_title": "Defaults beside those that were expected by now",
    "monitoring.followed.as_expected": "Defaults come as expected.",
    "monitoring.followed.worse": "More defaults come than expected; said first after {since}.",
    "monitoring.followed.better": "Fewer defaults come than expected; said first after {since}.",
    "monitoring.ratio": "Defaults to expected defaults: {ratio} ({low} to {high}, 90 in 100).",
    "monitoring.defaults_intro": "Loans count in each month in which they are at risk, mature or "
    "not. Evidence from {alarm} on is an alarm; where hazards are within {tolerated} of those that "
    "were expected it comes within {horizon} months with a chance of at most {level}, however often one "
    "looks.",
    "monitoring.defaults_caption": "Month by month",
    "monitoring.defaults_chart": "Defaults and expected defaults, summed up",
    "monitoring.defaults_described": "Sums from {first} to {last}.",
    "monitoring.month": "Month",
    "monitoring.months_along": "months",
    "monitoring.summed": "loans",
    "monitoring.at_risk": "Loans at risk",
    "monitoring.defaults": "Defaults",
    "monitoring.expected": "Expected",
    "monitoring.evidence": "Evidence",
    "monitoring.nowcasts_title": "What the bad rate will be",
    "monitoring.nowcasts_intro": "Share of the loans that will have defaulted at the end of the "
    "window, from what they did so far and from how hazards stand of late, with intervals of 90 in "
    "100. A change that comes later is not in it.",
    "monitoring.cohort": "Loans of",
    "monitoring.loans": "Loans",
    "monitoring.so_far": "Defaults so far",
    "monitoring.rate": "At the end",
    "monitoring.interval": "Interval",
    "monitoring.promised": "Expected at the decision",
    "monitoring.vintages_title": "Vintages",
    "monitoring.vintages_intro": "What was known before {moment}. A share stands only where every "
    "loan of the vintage is so old.",
    "monitoring.vintages_caption": "Share defaulted by the end of each month on book",
    "monitoring.vintages_chart": "Share defaulted by months on book",
    "monitoring.vintages_described": "The {vintages} newest vintages that have a month behind them.",
    "monitoring.vintage": "Opened in",
    "monitoring.unobserved": "Not observed",
    "monitoring.on_book": "months on book",
    "monitoring.defaulted": "defaulted",
    "monitoring.rolls_title": "Roll rates",
    "monitoring.rolls_intro": "Loans from the beginning to the end of each of {months} calendar "
    "months, as known before {moment}.",
    "monitoring.rolls_caption": "Rows: state at the beginning, in days past due. Columns: state at "
    "the end.",
    "monitoring.state": "At the beginning",
    "monitoring.loan_months": "Loan months",
    "monitoring.state.current": "current",
    "monitoring.state.written_off": "written off",
    "monitoring.state.closed": "closed",
    "monitoring.state.sold": "sold",
    "absent.monitoring.watch": "Drift of what comes in",
    "absent.monitoring.defaults": "Defaults beside expected ones",
    "absent.monitoring.nowcasts": "What the bad rate will be",
    "absent.monitoring.vintages": "Vintages",
    "absent.monitoring.rolls": "Roll rates",
}
