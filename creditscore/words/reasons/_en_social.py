"""What measures of social ties, groups and activities are called in English, by reason group."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    "social_ties": {
        "number of people tied to the applicant": "number of people you are tied to",
        "strength of all ties": "strength of all ties",
        "evenness of tie strength, {} = all ties equally strong": "how evenly strength is spread over ties",
        "share of the strongest tie in the strength of all": (
            "part of the strongest tie in the strength of all"
        ),
        "number of people tied by distrust (a weight below {})": "number of ties of distrust",
        "people with a tie towards the applicant": "people who made a tie to you",
        "people with a tie from the applicant": "people to whom you made a tie",
        "share of directed ties that point both ways": "share of mutual ties",
    },
    "tie_history": {
        "median age of ties": "typical age of ties",
        "age of the oldest tie": "age of the oldest tie",
        "days since the newest tie or interaction": "days since the newest tie or contact",
    },
    "tie_changes": {
        "new ties": "new ties",
        "ties that ended": "ties that ended",
        "share of ties that are new or ended": "share of ties that are new or ended",
    },
    "network_repayment": {
        "neighbours known to have defaulted": "people in the network who did not repay",
        "share of defaults among neighbours of known standing": (
            "share of the network's loans that were not repaid"
        ),
        "share of defaults among the {} strongest ties to people of known standing": (
            "share not repaid among the {0} strongest ties"
        ),
        "strength of ties to people who defaulted, over that to people of known standing": (
            "share not repaid in the network, by strength of ties"
        ),
        "strength of ties to people known as good, over that to people of known standing": (
            "share repaid in the network, by strength of ties"
        ),
        "defaults of neighbours known for less than {}, over neighbours of known standing": (
            "share not repaid in the network within the last {0}"
        ),
        "defaults of neighbours known for {} or longer, over neighbours of known standing": (
            "share not repaid in the network, known for {0} or longer"
        ),
        "share of recent defaults of neighbours, less that of older ones": (
            "recent share not repaid in the network less the older one"
        ),
        "share of defaults two ties away": "share not repaid two ties away",
    },
    "group_membership": {
        "groups to which the applicant belongs": "number of groups you belong to",
        "of these, groups with the role owner, admin, administrator, leader, moderator": (
            "number of groups in which you have a leading role"
        ),
        "median number of other members": "typical number of other members",
        "largest number of other members": "largest number of other members",
        "median days since joining": "typical days since joining",
        "most days since joining": "most days since joining",
        "groups joined": "groups joined",
    },
    "group_repayment": {
        "mean share of defaults among other members of known standing": (
            "average share not repaid in the groups"
        ),
        "largest share of defaults among other members of known standing": (
            "largest share not repaid in a group"
        ),
        "share of defaults among other members of known standing of all groups together": (
            "share not repaid in all groups together"
        ),
    },
    "social_activity": {
        "days since the first activity": "days since the first activity",
        "days since the last activity": "days since the last activity",
        "activities": "number of activities",
        "distinct kinds of activity": "different kinds of activity",
        "days with an activity": "days with an activity",
        "irregularity: variation of the gaps between activities": "how uneven the time between activities is",
        "people towards whom something was done": "people with whom there was contact",
        "groups in which something was done": "groups with an activity",
        "Theil-Sen slope of activities a month, over their median": "trend of activities from month to month",
    },
    "network_structure": {
        "share of the pairs of neighbours that are tied": "how many of your contacts know each other",
        "triangles of ties": "number of closed circles of three ties",
        "core number of the ties": "how densely the network around you is tied",
        "people in the connected part of the network": "people in the connected part of the network",
        "people in the community": "people in the community",
        "share of possible ties in the community": "how densely the community is tied",
        "spread of ties over communities": "how ties are spread over communities",
        "how far neighbours are tied to each other (constraint)": "how far contacts are tied to each other",
        "neighbours not tied to each other (effective size)": "contacts not tied to each other",
        "PageRank times number of people, log10": "how central the position in the network is",
    },
    "community_repayment": {
        "share of defaults in the community": "share not repaid in the community",
    },
    "network_arrears": {
        "mean days past due of neighbours": "average days past due in the network",
        "mean use of credit limits of neighbours": "average use of credit limits in the network",
    },
    "network_influence": {
        "influence of defaults in the network, log10": "nearness to loans that were not repaid",
        "influence of good repayment in the network, log10": "nearness to loans that were repaid",
        "influence of defaults over that of good repayment, log": (
            "nearness to loans not repaid against those repaid"
        ),
    },
    "lookalike_repayment": {
        "share of defaults among people with like purchases": "share not repaid where purchases are alike",
    },
}
