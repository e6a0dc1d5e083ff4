"""The closed lists of which rules are made: purposes, marks, duties, and what numbers may say."""

from __future__ import annotations

from typing import Final

from creditscore.data.retention.kinds import ADVERSE_KINDS
from creditscore.data.sources import LEGAL_TAGS

PURPOSES: Final = ("score", "ability", "fraud", "price", "monitoring")
# Read in the law or a published source; read in a text about it; recalled, and to be verified.
MARKS: Final = ("seen", "secondary", "not_verified")
PRECISIONS: Final = ("day", "month", "year")
TAGS: Final = frozenset(LEGAL_TAGS)

# What a rule asks of the lender, beyond leaving data out.
DUTIES: Final = frozenset(
    {
        "accuracy_and_robustness", "adverse_action_notice", "affordability_of_all", "ai_disclosure",
        "breach_notice", "category_weights", "challenger", "compliance_audit", "consent", "consent_log",
        "consent_manager", "consent_to_increase", "contest", "cost_table", "counterfactuals", "credit_repair",
        "creditworthiness_assessment", "data_sheet", "data_used", "debt_advice", "effects_test",
        "equal_price", "event_log", "explanation", "gap_assessment", "high_risk_system", "human_review",
        "impact_assessment", "income_and_expenses", "income_stress", "instructions", "joint_capacity",
        "key_factors", "marketing_opt_out", "model_validation", "more_than_credit_history", "name_database",
        "need_based_data", "new_assessment_before_increase", "no_later_cancelling", "no_minors",
        "no_social_scoring", "objection", "objection_notice", "override_log", "own_request", "own_view",
        "principal_reasons", "proxy_register", "rate_ceiling", "recipients", "refusal_without_delay",
        "registration", "report_id", "risk_based_pricing_notice", "risk_register", "say_automated",
        "say_personalised_price", "score_disclosure", "score_meaningfulness", "sensitive_consent",
        "significance_of_each_datum", "source_licence", "source_trace", "technical_documentation",
        "third_party_reasons", "verified_information", "weekly_reporting",
    }
)  # fmt: skip
# Duties to assess what somebody can pay: the ground on which income and expenses are read for it.
ASSESSING: Final = (
    "affordability_of_all", "creditworthiness_assessment", "income_and_expenses", "income_stress",
    "joint_capacity",
)  # fmt: skip
SIGNIFICANCE: Final = "significance_of_each_datum"
# Numbers that a rule may set, by the table of the rule in which they stand.
ADVERSE_DAYS: Final = "adverse_facts_at_most_days"
# The same for one kind of fact, where it differs.
DAYS_OF_KIND: Final = {kind: f"{kind}_at_most_days" for kind in ADVERSE_KINDS}
NUMBERS: Final = {
    "keeps": frozenset(
        {
            ADVERSE_DAYS,
            *DAYS_OF_KIND.values(),
            "assessments_at_least_months",
            "logs_at_least_months",
            "records_at_least_months",
            "scores_at_least_months",
        }
    ),
    "caps": frozenset({"reasons", "reasons_with_inquiries", "repaired_yuan", "significant_increase_percent"}),
    "clocks": frozenset(
        {
            "answer_working_days",
            "ask_reasons_days",
            "breach_hours",
            "correct_working_days",
            "cure_days",
            "notice_days",
            "objection_days",
            "supplementary_working_days",
            "supplier_working_days",
        }
    ),
}
