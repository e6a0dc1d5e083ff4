"""Words of direction of days that count from a day, by hand."""

from __future__ import annotations

import re

# Days that may lie before a day are no higher and no lower: "0 days, higher than usual (3 days early)".
FROM_A_DAY = re.compile(
    r"repayment_(first_|loan_)?days_late(_at_close)?_mean_(first|last)_\d+$"
    r"|repayment_days_(late_at_close_max|between_loans_mean)$"
)
LATER = {"en": "later than usual", "fa": "دیرتر از حد معمول", "zh": "，晚于"}
EARLIER = {"en": "earlier than usual", "fa": "زودتر از حد معمول", "zh": "，早于"}
