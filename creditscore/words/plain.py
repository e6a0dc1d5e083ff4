"""What a result says of itself at a prompt and in a log, in English."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

PLAIN: Final = MappingProxyType(
    {
        "scored": "application {application}: {score} points, grade {grade}, "
        "probability of default {probability:.2%}",
        "unscorable": "application {application}: unscorable ({code})",
        "reason": "-{points:.1f} points  {reason}",
        "suppressed": "not given: {number}",
        "scores": "Scores({number} applications, {unscorable} unscorable, median {median:.0f} points, "
        "mean probability of default {probability:.2%}, model {model})",
        "no_group": "(no group)",
        "contributions": "<tr><th>feature</th><th>reason group</th><th>mean size (log-odds)</th>"
        "<th>mean (log-odds of default)</th></tr>",
        "refits": "bootstrap refits",
        "gaming": "GamingAssessment({people} people, cut-off {cutoff:g} points, {passed} of {tried} "
        "manipulations within bounds, model {model})",
        "gaming_effect": "{name:<20} gain: median {median:+.1f}, 95th percentile {highest:+.1f} points; "
        "{crossed:.1%} of the declined cross  {mark}",
        "gaming_passed": "within bounds",
        "gaming_failed": "OUT OF BOUNDS",
        "no_scores": "Scores({number} applications, none scorable, model {model})",
    }
)
