"""Page words in Chinese: what figures rest on, population stability, thresholds."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "performance.given": "基于给定的{rows}笔申请，其中{bads}笔为坏。它们可能是训练样本，无从得知。",
    "performance.other": "基于给定的{rows}笔申请，其中{bads}笔为坏。就模型所知，它们不是训练样本。",
    "performance.training": "基于给定的{rows}笔申请，其中{bads}笔"
    "为坏。它们全部或部分是训练样本，因此这些数字高估了模型。",
    "performance.kept": "基于留出样本",
    "performance.kept_intro": "基于拟合时留出并随模型保存的{rows}笔申请，其中{bads}笔为坏。",
    "sources.intro": "最终模型，把某些来源的所有特征视为缺失。模型未重新拟合，这些申"
    "请可能曾是训练样本：请看差异。",
    "metric.h_measure": "H 测度",
    "population.title": "训练样本与留出样本的比较",
    "population.intro": "{before}行训练样本与{after}行留出样本的群"
    "体稳定性指数，按训练样本的十分位并为缺失值单设一组。达到{watch}需关注，达到{shif"
    "ted}即为偏移。",
    "population.caption": "评分，以及变化最大的特征",
    "population.what": "数值",
    "population.index": "指数",
    "population.missing_before": "训练样本缺失",
    "population.missing_after": "留出样本缺失",
    "population.score": "评分",
    "thresholds.title": "阈值",
    "thresholds.intro": "模型必须满足的条件，以及是否满足。",
    "thresholds.caption": "阈值与通过情况",
    "thresholds.what": "指标",
    "thresholds.found": "结果",
    "thresholds.least": "下限",
    "thresholds.most": "上限",
    "thresholds.result": "判定",
    "thresholds.additivity": "贡献之和与对数几率的差距",
    "thresholds.identical": "再次解释时逐位相同（1 是，0 否）",
    "thresholds.signs": "违反符号约束次数",
    "thresholds.leakage": "未通过的泄漏检查",
    "thresholds.calibration_slope": "校准斜率",
    "thresholds.of_three": "前三个原因中重新拟合后相同的个数",
    "thresholds.score_shift": "评分偏移（指数）",
    "thresholds.feature_shift": "单个特征的最大偏移（指数）",
    "thresholds.gaming": "操纵的最大收益（分，第95百分位）",
    "absent.population": "训练样本与留出样本的比较",
    "absent.profit": "利润",
    "why.in_turn": "所有样本轮流留出，因此没有单独的训练样本。",
    "why.other_rows": "这些申请不是拟合所用的申请。",
}
