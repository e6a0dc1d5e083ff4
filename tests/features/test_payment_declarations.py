"""What is declared of payments and bills: codes, classes, and what is said of each feature."""

from __future__ import annotations

import creditscore as cs
from creditscore.data.payments import layout as kernel
from creditscore.data.payments import rules
from creditscore.data.tables import vocabularies as words
from creditscore.features.payments.declared.long_record import OF_A_LONG_RECORD
from tests.features.payments_by_hand import CATALOGUE

HOW_FAR_BACK = ("payments_history_days", "bills_history_days")


def test_the_codes_in_the_kernels_are_those_of_the_contract() -> None:
    kinds = {name: getattr(kernel, name.upper()) for name in words.PAYMENT_KINDS}
    assert kinds == {name: code for code, name in enumerate(words.PAYMENT_KINDS)}
    for vocabulary in (words.PAYMENT_CATEGORIES, words.COUNTERPARTY_KINDS, words.PAYMENT_STATUSES):
        for code, name in enumerate(vocabulary):
            assert getattr(kernel, name.upper()) == code
    accounts = [kernel.CURRENT_ACCOUNT, kernel.SAVINGS_ACCOUNT, kernel.CARD_ACCOUNT]
    assert [words.ACCOUNT_KINDS[code] for code in accounts] == ["current", "savings", "card"]


def test_the_classes_in_the_kernels_are_those_of_the_vocabulary() -> None:
    said = {
        rules.WAGES: "wages", rules.PENSION_IN: "pension", rules.BENEFITS_IN: "benefits",
        rules.BUSINESS: "business", rules.CASH_INCOME: "cash_income", rules.OTHER_INCOME: "other_income",
        rules.UNKNOWN_IN: "unknown_in", rules.OWN: "own_transfer", rules.TO_SAVINGS: "to_savings",
        rules.FROM_SAVINGS: "from_savings", rules.PERSON_IN: "person_in", rules.PERSON_OUT: "person_out",
        rules.LENT: "loan_in", rules.REPAID: "loan_out", rules.CARD_REPAID: "card_repayment",
        rules.BILLED: "bill", rules.PURCHASED: "purchase", rules.CASH_OUT: "cash_out",
        rules.FEE_PAID: "fee", rules.PENALISED: "penalty", rules.INTEREST_IN: "interest_in",
        rules.INTEREST_OUT: "interest_out", rules.STAKE: "gambling_stake", rules.WIN: "gambling_win",
        rules.REFUNDED: "refund", rules.CHARGED_BACK: "chargeback", rules.REVERSED: "reversal",
        rules.NOT_SETTLED: "declined", rules.SENT_BACK: "returned", rules.NO_MONEY: "nothing",
        rules.UNKNOWN_OUT: "unknown_out", rules.COLLECTED: "debt_collected", rules.PAID_LATER: "pay_later",
        rules.ADVANCED: "advance_in", rules.ADVANCE_REPAID: "advance_out",
    }  # fmt: skip
    assert [said[code] for code in range(len(said))] == list(words.PAYMENT_CLASSES)
    evidence = {
        rules.BY_SIGN: "sign", rules.BY_KIND: "kind", rules.BY_CATEGORY: "category",
        rules.BY_COUNTERPARTY: "counterparty", rules.BY_PAYER: "payer", rules.BY_STATUS: "status",
        rules.BY_ACCOUNT: "account", rules.BY_OWN_ACCOUNTS: "own_accounts",
        rules.BY_BOOKED_BACK: "booked_back", rules.BY_ROUND_TRIP: "round_trip",
        rules.BY_SPENT_THERE: "spent_there",
    }  # fmt: skip
    assert [evidence[code] for code in range(len(evidence))] == list(words.PAYMENT_EVIDENCE)


def test_declarations_are_complete() -> None:
    assert len(CATALOGUE) >= 240
    for feature in CATALOGUE:
        assert feature.label
        assert feature.definition
        assert feature.unit
        assert feature.missing
        assert feature.legal_tags
        assert feature.reference
        assert feature.source in ("payments", "bills")
        # how far a record reaches back counts to no group, and who shows less is never the better for it
        assert feature.sign == 0 or feature.reason_group or feature.name in HOW_FAR_BACK


def test_who_shows_less_of_a_record_is_never_the_better_for_it() -> None:
    """Whoever opens a new account shows a shorter one; that is never a reason, and never pays."""
    for name in HOW_FAR_BACK:
        assert (CATALOGUE[name].sign, CATALOGUE[name].reason_group) == (-1, "")


def test_gambling_is_tagged_wherever_it_is_read() -> None:
    reads = [feature for feature in CATALOGUE if "'gambling'" in repr(feature.formula)]
    assert len(reads) == 3
    assert all("gambling" in feature.legal_tags and feature.proxy_risk == "high" for feature in reads)


def test_no_statistic_of_a_year_of_an_account_is_given_to_models_also_on_request() -> None:
    long = {
        one.name
        for one in cs.payment_features(every=True)
        if one.name.endswith("_365d") and one.name.split("_")[1] in ("inflow", "outflow", "net")
    }
    given = {one.name for one in cs.payment_features(every=True) if one.in_model}
    assert len(long) == 27
    assert not long & given
    # Each that is kept from models is declared: a name that is changed there is changed here.
    assert {one.name for one in cs.payment_features(every=True)} >= OF_A_LONG_RECORD
