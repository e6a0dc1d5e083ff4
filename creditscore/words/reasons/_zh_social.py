"""What measures of social ties, groups and activities are called in Chinese, by reason group."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    "social_ties": {
        "number of people tied to the applicant": "有联系的人数",
        "strength of all ties": "全部联系的强度",
        "evenness of tie strength, {} = all ties equally strong": "联系强度的均匀程度",
        "share of the strongest tie in the strength of all": "最强联系占全部强度的比例",
        "number of people tied by distrust (a weight below {})": "不信任联系的数量",
        "people with a tie towards the applicant": "主动建立联系的人数",
        "people with a tie from the applicant": "您主动建立联系的人数",
        "share of directed ties that point both ways": "双向联系的占比",
    },
    "tie_history": {
        "median age of ties": "联系的通常时长",
        "age of the oldest tie": "最早联系的时长",
        "days since the newest tie or interaction": "距最近联系或互动的天数",
    },
    "tie_changes": {
        "new ties": "新联系数",
        "ties that ended": "结束的联系数",
        "share of ties that are new or ended": "新增或结束的联系占比",
    },
    "network_repayment": {
        "neighbours known to have defaulted": "网络中未还款的人数",
        "share of defaults among neighbours of known standing": "网络中未还款的占比",
        "share of defaults among the {} strongest ties to people of known standing": (
            "{0}个最强联系中未还款的占比"
        ),
        "strength of ties to people who defaulted, over that to people of known standing": (
            "按联系强度计算的网络未还款占比"
        ),
        "strength of ties to people known as good, over that to people of known standing": (
            "按联系强度计算的网络已还款占比"
        ),
        "defaults of neighbours known for less than {}, over neighbours of known standing": (
            "网络中最近{0}内未还款的占比"
        ),
        "defaults of neighbours known for {} or longer, over neighbours of known standing": (
            "网络中已知{0}或以上的未还款占比"
        ),
        "share of recent defaults of neighbours, less that of older ones": "网络中近期与较早未还款占比之差",
        "share of defaults two ties away": "相隔两个联系的未还款占比",
    },
    "group_membership": {
        "groups to which the applicant belongs": "所属群组数",
        "of these, groups with the role owner, admin, administrator, leader, moderator": (
            "担任管理角色的群组数"
        ),
        "median number of other members": "其他成员的通常人数",
        "largest number of other members": "其他成员的最多人数",
        "median days since joining": "加入以来的通常天数",
        "most days since joining": "加入以来的最多天数",
        "groups joined": "新加入的群组数",
    },
    "group_repayment": {
        "mean share of defaults among other members of known standing": "群组中未还款的平均占比",
        "largest share of defaults among other members of known standing": "单个群组中未还款的最高占比",
        "share of defaults among other members of known standing of all groups together": (
            "全部群组中未还款的占比"
        ),
    },
    "social_activity": {
        "days since the first activity": "距首次活动的天数",
        "days since the last activity": "距最近活动的天数",
        "activities": "活动次数",
        "distinct kinds of activity": "不同活动种类数",
        "days with an activity": "有活动的天数",
        "irregularity: variation of the gaps between activities": "活动间隔的不均匀程度",
        "people towards whom something was done": "有互动的人数",
        "groups in which something was done": "有活动的群组数",
        "Theil-Sen slope of activities a month, over their median": "活动次数的逐月趋势",
    },
    "network_structure": {
        "share of the pairs of neighbours that are tied": "联系人之间相互联系的比例",
        "triangles of ties": "三人相互联系的圈数",
        "core number of the ties": "周围网络的紧密程度",
        "people in the connected part of the network": "网络连通部分的人数",
        "people in the community": "网络社群的人数",
        "share of possible ties in the community": "网络社群的紧密程度",
        "spread of ties over communities": "联系在各社群的分散程度",
        "how far neighbours are tied to each other (constraint)": "联系人相互联系的程度",
        "neighbours not tied to each other (effective size)": "相互无联系的联系人数",
        "PageRank times number of people, log10": "在网络中位置的中心程度",
    },
    "community_repayment": {
        "share of defaults in the community": "网络社群中未还款的占比",
    },
    "network_arrears": {
        "mean days past due of neighbours": "网络中的平均逾期天数",
        "mean use of credit limits of neighbours": "网络中授信额度的平均使用率",
    },
    "network_influence": {
        "influence of defaults in the network, log10": "与未还贷款的接近程度",
        "influence of good repayment in the network, log10": "与已还贷款的接近程度",
        "influence of defaults over that of good repayment, log": "与未还贷款相对已还贷款的接近程度",
    },
    "lookalike_repayment": {
        "share of defaults among people with like purchases": "购买相似人群中未还款的占比",
    },
}
