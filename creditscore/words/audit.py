"""What auditors read of reasons that were suppressed and of features that are never proposed, in English.

Decision records keep these sentences as they were said.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

SUPPRESSED: Final = MappingProxyType(
    {
        "minimum_share": "{points:.2f} points, {share:.2%} of all points lost, are fewer than {fewest:g} or "
        "less than {minimum:.0%}",
        "unread": "the source was not read (forbidden, out of reach, refused or withdrawn): nobody's conduct",
        "earned": "the group as a whole cost no point",
        "comparison": "no fact of the group, moved to its reference value, would improve the score",
        "actionability": "with the group at its reference values the score would be no better",
        "rules": "rules of the policy declined by themselves",
        "aside": "ability to pay or a limit decided by itself",
        "limit": "{given} reasons that cost more are given",
        "tag": "{feature} carries a tag that the law protects",
        "protected": "{feature} is a protected characteristic",
        "people": "fewer than {fewest} known people may stand behind {feature}",
    }
)

UNSAYABLE: Final = "{feature} has neither a reason group nor words in three languages"

NOT_ACTIONABLE: Final = MappingProxyType(
    {
        "tag": "it is tagged {tag}",
        "source": "its source ({source}) does not tell of the applicant's own conduct",
        "proxy": "it may stand for a protected attribute",
        "named": "its column is named after what nobody is asked to change ({column})",
        "direction": "no direction of its risk is declared",
        "group": "its group ({group}) is nothing that an applicant decides",
        "settled": "it tells of what is past and stays so",
    }
)
NONE: Final = "none"
