"""What measures of social ties, groups and activities are called in Chinese."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    # reason group social_ties
    "ties_count": "有联系的人数",
    "ties_strength": "全部联系的强度",
    "ties_strength_entropy": "联系强度的均匀程度",
    "ties_strongest_share": "最强联系占全部强度的比例",
    "ties_negative_count": "不信任联系的数量",
    "ties_incoming_count": "主动建立联系的人数",
    "ties_outgoing_count": "您主动建立联系的人数",
    "ties_reciprocal_share": "双向联系的占比",
    # reason group tie_history
    "ties_age_median_days": "联系的通常时长",
    "ties_age_max_days": "最早联系的时长",
    "ties_recency_days": "距最近联系或互动的天数",
    # reason group tie_changes
    "ties_new_count": "新联系数",
    "ties_lost_count": "结束的联系数",
    "ties_churn_share": "新增或结束的联系占比",
    # reason group network_repayment
    "neighbours_defaulted_count": "网络中未还款的人数",
    "neighbours_defaulted_share": "网络中未还款的占比",
    "neighbours_defaulted_share_bounded": "网络中未还款的占比，以通常占比为上限",
    "neighbours_defaulted_share_strongest": "{0}个最强联系中未还款的占比",
    "neighbours_defaulted_strength_share": "按联系强度计算的网络未还款占比",
    "neighbours_good_strength_share": "按联系强度计算的网络已还款占比",
    "neighbours_defaulted_share_recent": "网络中最近{0}内未还款的占比",
    "neighbours_defaulted_share_old": "网络中已知{0}或以上的未还款占比",
    "neighbours_defaulted_share_recent_less_old": "网络中近期与较早未还款占比之差",
    "network_default_share_two_hops": "相隔两个联系的未还款占比",
    # reason group group_membership
    "groups_count": "所属群组数",
    "groups_led_count": "担任管理角色的群组数",
    "groups_size_median": "其他成员的通常人数",
    "groups_size_max": "其他成员的最多人数",
    "groups_tenure_median_days": "加入以来的通常天数",
    "groups_tenure_max_days": "加入以来的最多天数",
    "groups_joined_count": "新加入的群组数",
    # reason group group_repayment
    "groups_default_share_mean": "群组中未还款的平均占比",
    "groups_default_share_max": "单个群组中未还款的最高占比",
    "groups_default_share": "全部群组中未还款的占比",
    # reason group social_activity
    "activities_history_days": "距首次活动的天数",
    "activities_recency_days": "距最近活动的天数",
    "activities_count": "活动次数",
    "activities_kinds_count": "不同活动种类数",
    "activities_active_days": "有活动的天数",
    "activities_gap_cv": "活动间隔的不均匀程度",
    "activities_people_count": "有互动的人数",
    "activities_groups_count": "有活动的群组数",
    "activities_trend": "活动次数的逐月趋势",
    # reason group network_structure
    "network_clustering": "联系人之间相互联系的比例",
    "network_triangles": "三人相互联系的圈数",
    "network_core_number": "周围网络的紧密程度",
    "network_component_size": "网络连通部分的人数",
    "network_community_size": "网络社群的人数",
    "network_community_density": "网络社群的紧密程度",
    "network_participation": "联系在各社群的分散程度",
    "network_constraint": "联系人相互联系的程度",
    "network_effective_size": "相互无联系的联系人数",
    "network_pagerank": "在网络中位置的中心程度",
    # reason group community_repayment
    "network_community_default_share": "网络社群中未还款的占比",
    # reason group network_arrears
    "network_neighbour_days_past_due": "网络中的平均逾期天数",
    "network_neighbour_utilisation": "网络中授信额度的平均使用率",
    # reason group network_influence
    "network_default_influence": "与未还贷款的接近程度",
    "network_good_influence": "与已还贷款的接近程度",
    "network_influence_log_ratio": "与未还贷款相对已还贷款的接近程度",
    "network_bipartite_default_share": "共同群组、商户或雇主中未还款的占比",
    "network_multilayer_default_share": "社交网络及共同关联中未还款的占比",
    # reason group lookalike_repayment
    "network_lookalike_default_share": "购买相似人群中未还款的占比",
    # reason group event_pattern
    "event_pattern": "记录中活动的整体模式",
}
