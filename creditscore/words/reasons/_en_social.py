"""What measures of social ties, groups and activities are called in English."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    # reason group social_ties
    "ties_count": "number of people you are tied to",
    "ties_strength": "strength of all ties",
    "ties_strength_entropy": "how evenly strength is spread over ties",
    "ties_strongest_share": "part of the strongest tie in the strength of all",
    "ties_negative_count": "number of ties of distrust",
    "ties_incoming_count": "people who made a tie to you",
    "ties_outgoing_count": "people to whom you made a tie",
    "ties_reciprocal_share": "share of mutual ties",
    # reason group tie_history
    "ties_age_median_days": "typical age of ties",
    "ties_age_max_days": "age of the oldest tie",
    "ties_recency_days": "days since the newest tie or contact",
    # reason group tie_changes
    "ties_new_count": "new ties",
    "ties_lost_count": "ties that ended",
    "ties_churn_share": "share of ties that are new or ended",
    # reason group network_repayment
    "neighbours_defaulted_count": "people in the network who did not repay",
    "neighbours_defaulted_share": "share of the network's loans that were not repaid",
    "neighbours_defaulted_share_bounded": "share not repaid in the network, up to the usual share",
    "neighbours_defaulted_share_strongest": "share not repaid among the {0} strongest ties",
    "neighbours_defaulted_strength_share": "share not repaid in the network, by strength of ties",
    "neighbours_good_strength_share": "share repaid in the network, by strength of ties",
    "neighbours_defaulted_share_recent": "share not repaid in the network within the last {0}",
    "neighbours_defaulted_share_old": "share not repaid in the network, known for {0} or longer",
    "neighbours_defaulted_share_recent_less_old": "recent share not repaid in the network less the older one",
    "network_default_share_two_hops": "share not repaid two ties away",
    # reason group group_membership
    "groups_count": "number of groups you belong to",
    "groups_led_count": "number of groups in which you have a leading role",
    "groups_size_median": "typical number of other members",
    "groups_size_max": "largest number of other members",
    "groups_tenure_median_days": "typical days since joining",
    "groups_tenure_max_days": "most days since joining",
    "groups_joined_count": "groups joined",
    # reason group group_repayment
    "groups_default_share_mean": "average share not repaid in the groups",
    "groups_default_share_max": "largest share not repaid in a group",
    "groups_default_share": "share not repaid in all groups together",
    # reason group social_activity
    "activities_history_days": "days since the first activity",
    "activities_recency_days": "days since the last activity",
    "activities_count": "number of activities",
    "activities_kinds_count": "different kinds of activity",
    "activities_active_days": "days with an activity",
    "activities_gap_cv": "how uneven the time between activities was",
    "activities_people_count": "people with whom there was contact",
    "activities_groups_count": "groups with an activity",
    "activities_trend": "trend of activities from month to month",
    # reason group network_structure
    "network_clustering": "how many of your contacts know each other",
    "network_triangles": "number of closed circles of three ties",
    "network_core_number": "how densely the network around you is tied",
    "network_component_size": "people in the connected part of the network",
    "network_community_size": "people in the community",
    "network_community_density": "how densely the community is tied",
    "network_participation": "how ties are spread over communities",
    "network_constraint": "how far contacts are tied to each other",
    "network_effective_size": "contacts not tied to each other",
    "network_pagerank": "how central the position in the network is",
    # reason group community_repayment
    "network_community_default_share": "share not repaid in the community",
    # reason group network_arrears
    "network_neighbour_days_past_due": "average days past due in the network",
    "network_neighbour_utilisation": "average use of credit limits in the network",
    # reason group network_influence
    "network_default_influence": "nearness to loans that were not repaid",
    "network_good_influence": "nearness to loans that were repaid",
    "network_influence_log_ratio": "nearness to loans not repaid against those repaid",
    "network_bipartite_default_share": "share not repaid where groups, shops or employers are shared",
    "network_multilayer_default_share": "share not repaid around the network and what is shared",
    # reason group lookalike_repayment
    "network_lookalike_default_share": "share not repaid where purchases are alike",
    # reason group event_pattern
    "event_pattern": "pattern of the activity on record, taken as a whole",
}
