"""What measures of what recurs, of borrowing seen in payments, and of savings are called in Persian."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    # reason group income_level
    "payments_salaries_monthly_amount": "درآمد منظم ماهانه از همهٔ منابع",
    # reason group income_stability
    "payments_salary_tenure_days": "روزهای گذشته از نخستین دریافت درآمد منظم اصلی",
    "payments_salary_days_to_next": "روزهای مانده تا دریافت بعدی درآمد منظم اصلی",
    "payments_salaries_count": "تعداد درآمدهای منظم",
    "payments_recurring_income_share": "نسبت درآمد منظم به درآمد ماهانهٔ معمول {0} گذشته",
    # reason group fixed_commitments
    "payments_commitments_monthly_amount": "پرداخت‌های منظم در ماه",
    "payments_recurring_rent_to_income": "نسبت اجارهٔ منظم به درآمد ماهانهٔ معمول",
    # reason group bills
    "payments_recurring_rent_on_time_share": "سهم اجاره‌هایی که در {0} گذشته مثل همیشه پرداخت شد",
    "payments_recurring_utilities_on_time_share": (
        "سهم قبض‌های آب و برق و گاز و تلفن که در {0} گذشته مثل همیشه پرداخت شد"
    ),
    "payments_recurring_bills_on_time_share": "سهم قبض‌های منظمی که در {0} گذشته مثل همیشه پرداخت شد",
    "payments_recurring_loans_on_time_share": "سهم اقساط منظمی که در {0} گذشته مثل همیشه پرداخت شد",
    "payments_recurring_rent_streak": "تعداد آخرین اجاره‌های پیاپی که مثل همیشه پرداخت شد",
    # reason group indebtedness
    "payments_loans_taken_count": "وام‌های واریزشده به حساب",
    "payments_loans_taken_amount": "مبلغ وام‌های واریزشده به حساب",
    "payments_loans_taken_to_income": "نسبت وام‌های واریزشده به حساب به درآمد معمول {0} گذشته",
    "payments_loans_taken_recency": "روزهای گذشته از آخرین واریز وام به حساب",
    "payments_lenders_seen": "تعداد وام‌دهندگانی که با آن‌ها پرداختی بوده است",
    # reason group overdraft
    "payments_overdraft_spells": "دفعاتی که مانده، جز پول نامعمول دیگران، به زیر صفر رفت",
    "payments_overdraft_recency": (
        "روزهای گذشته از آخرین روزی که، جز پول نامعمول دیگران، با ماندهٔ منفی پایان یافت"
    ),
    "payments_fees_amount": "کارمزدها و جریمه‌های پرداختی",
    "payments_fees_to_income": "نسبت کارمزدها و جریمه‌ها به درآمد معمول {0} گذشته",
    # reason group returned_payments
    "payments_unpaid_amount": "مبلغ پرداخت‌های برگشتی",
    # reason group balance_buffer
    "payments_saved_to_income": "نسبت پس‌انداز منهای برداشت از پس‌انداز به درآمد {0} گذشته",
}
