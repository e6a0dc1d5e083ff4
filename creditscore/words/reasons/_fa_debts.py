"""What measures of debts and of who else lends, seen in payments, are called in Persian."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    # reason group indebtedness
    "payments_debt_service_monthly_amount": "بازپرداخت ماهانهٔ همهٔ بدهی‌ها بر پایهٔ آخرین اطلاعات",
    "payments_debt_service_to_income": (
        "نسبت بازپرداخت ماهانهٔ همهٔ بدهی‌ها، بر پایهٔ آخرین اطلاعات، به درآمد ماهانهٔ معمول"
    ),
    "payments_debts_count": "تعداد بدهی‌های در حال بازپرداخت",
    "payments_debts_unreported": "تعداد بدهی‌هایی که هیچ وام‌دهنده‌ای گزارش نکرده است",
    # reason group amount_requested
    "payments_income_after_debts_to_requested_instalment": (
        "نسبت درآمد مانده پس از بازپرداخت بدهی‌ها، بر پایهٔ آخرین اطلاعات، به قسط درخواستی"
    ),
    # reason group card_repayment
    "payments_card_bills_paid_share": "سهم پرداخت‌شدهٔ صورت‌حساب‌های کارت",
    "payments_card_bills_full_share": "سهم صورت‌حساب‌های کارت که کامل پرداخت شده است",
    "payments_card_bills_short": "صورت‌حساب‌های کارت با پرداخت کمتر از حداقل",
    # reason group high_cost_credit
    "payments_pay_later_count": "قسط‌های خرید اعتباری",
    "payments_pay_later_amount": "مبلغ قسط‌های خرید اعتباری",
    "payments_pay_later_to_income": "نسبت قسط‌های خرید اعتباری به درآمد معمول {0} گذشته",
    "payments_pay_later_providers": "تعداد ارائه‌دهندگان خرید اعتباری",
    "payments_wage_advances_count": "مساعده‌های حقوق",
    "payments_wage_advances_amount": "مبلغ مساعده‌های حقوق",
    "payments_wage_advances_to_income": "نسبت مساعده‌های حقوق به درآمد معمول {0} گذشته",
    "payments_wage_advances_providers": "تعداد ارائه‌دهندگان مساعدهٔ حقوق",
    # reason group past_arrears
    "payments_debts_collected_count": "پرداخت‌ها به وصول‌کنندگان بدهی",
    "payments_debts_collected_amount": "مبلغ پرداخت‌شده به وصول‌کنندگان بدهی",
    "payments_debts_collected_to_income": "نسبت پرداخت‌ها به وصول‌کنندگان بدهی به درآمد معمول {0} گذشته",
    "payments_debts_collected_providers": "تعداد وصول‌کنندگان بدهی که پول گرفته‌اند",
}
