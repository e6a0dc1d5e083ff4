"""How kernels know the statistics: the one place where each has its number, family by family."""

from __future__ import annotations

# the first number of each family
BASIC, ORDER, TIME, KEYED, RUNS = range(0, 500, 100)

COUNT, SUM, EXISTS, MEAN, STD, MIN, MAX, CV, NEWEST, OLDEST, SHARE = range(BASIC, BASIC + 11)
MEDIAN, QUANTILE, DISTINCT, RMAD, TREND, SLOPE = range(ORDER, ORDER + 6)
RECENCY, AGE, GAP_MEAN, GAP_MEDIAN, GAP_MAX, GAP_STD, GAP_CV, BURSTINESS, ACTIVE_DAYS = range(TIME, TIME + 9)
CLUSTERS = TIME + 9
DISTINCT_KEYS, HHI, KEY_ENTROPY, TOP_SHARE, NEW_KEY_SHARE = range(KEYED, KEYED + 5)
STREAK, LONGEST_RUN = range(RUNS, RUNS + 2)

# 0 rather than missing where no row takes part
ZERO_WITHOUT_ROWS = (
    COUNT, SUM, EXISTS, DISTINCT, ACTIVE_DAYS, CLUSTERS, DISTINCT_KEYS, STREAK, LONGEST_RUN,
)  # fmt: skip
