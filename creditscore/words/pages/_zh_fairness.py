"""Page words in Chinese: what a model and a cut-off do to groups of people."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "fairness.title": "不同人群",
    "fairness.intro": "达到{cutoff}分即获批准：{applications}份申请中的{approval}，包括无法评分的申请。模"
    "型从未读取下列群体信息。人数少于{fewest}的群体不予显示。",
    "fairness.attribute": "{attribute}，与{reference}相比；最低批准率是最高批准率的{ratio}倍（{low}至"
    "{high}）",
    "fairness.all_withheld": "{attribute}：所有群体均不予显示",
    "fairness.unknown": "有{share}的申请群体未知。",
    "fairness.group": "群体",
    "fairness.people": "人数",
    "fairness.withheld": "不予显示",
    "fairness.figure.approval": "批准率",
    "fairness.figure.impact_ratio": "影响比",
    "fairness.figure.score_difference": "评分差（标准差）",
    "fairness.figure.approval_of_goods": "已还款者的批准率",
    "fairness.figure.bad_rate": "违约率",
    "fairness.figure.calibration_gap": "概率减违约率",
    "fairness.figure.newcomers_approved": "新客户批准率",
    "fairness.figure.price_gap": "同等风险下的价格差",
    "fairness.figure.limit_gap": "同等风险下的额度差",
    "fairness.how": "影响比为该群体批准率除以参照群体批准率。差值为该群体减参照群体。括号内为按申请人重抽"
    "样{resamples}次的{level}区间。",
    "fairness.ratios": "按已评分者获批比例，最低群体批准率除以最高群体批准率",
    "fairness.what": "属性",
    "fairness.reasons": "被拒者的首要理由",
    "fairness.declined": "被拒",
    "fairness.first": "最常见理由及占比",
    "fairness.distance": "与参照群体的距离",
    "fairness.proxies": "模型特征对群体的预测能力（在未用于拟合预测的人群上）",
    "fairness.auc": "AUC（0.5为随机）",
    "fairness.through": "主要通过",
    "fairness.laws": "现行有效的有关人群的规则",
    "fairness.law": "规则",
    "fairness.day": "日期",
    "fairness.mark": "依据",
    "fairness.duty": "要求",
    "fairness.no_rule": "未知有此类规则",
    "fairness.mark.seen": "已读原文",
    "fairness.mark.secondary": "据相关文字",
    "fairness.mark.not_verified": "未核实",
    "fairness.duty.effects_test": "对群体影响的检验",
    "fairness.duty.proxy_register": "替代特征登记",
    "fairness.duty.equal_price": "同等条件同等价格",
    "fairness.counsel": "此处对规则的解读不构成法律意见。",
}
