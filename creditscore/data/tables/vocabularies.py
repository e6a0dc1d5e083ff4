"""Lists of labels. Those of closed columns are in the order of their codes: one is only added at the end."""

from __future__ import annotations

PAYMENT_KINDS = (
    "purchase",
    "salary",
    "transfer",
    "own_transfer",
    "cash",
    "fee",
    "interest",
    "penalty",
    "refund",
    "loan_in",
    "loan_out",
    "bill",
    "card_repayment",
    "chargeback",
    "reversal",
)
PAYMENT_CATEGORIES = (
    "groceries",
    "household",
    "utilities",
    "telecom",
    "rent",
    "transport",
    "health",
    "education",
    "insurance",
    "tax",
    "leisure",
    "travel",
    "online_shopping",
    "gambling",
    "pension",
    "benefits",
    "fees",
    "savings",
    "high_cost_credit",
    "other",
)
COUNTERPARTY_KINDS = (
    "person", "merchant", "employer", "lender", "government", "collector", "pay_later", "wage_advance",
)  # fmt: skip
PAYMENT_STATUSES = ("settled", "declined", "returned")
ACCOUNT_KINDS = ("current", "savings", "card")
# What a payment is once everything known of it has been read, and what that was read from.
PAYMENT_CLASSES = (
    "wages",
    "pension",
    "benefits",
    "business",
    "cash_income",
    "other_income",
    "unknown_in",
    "own_transfer",
    "to_savings",
    "from_savings",
    "person_in",
    "person_out",
    "loan_in",
    "loan_out",
    "card_repayment",
    "bill",
    "purchase",
    "cash_out",
    "fee",
    "penalty",
    "interest_in",
    "interest_out",
    "gambling_stake",
    "gambling_win",
    "refund",
    "chargeback",
    "reversal",
    "declined",
    "returned",
    "nothing",
    "unknown_out",
    "debt_collected",
    "pay_later",
    "advance_in",
    "advance_out",
)
PAYMENT_EVIDENCE = (
    "sign",
    "kind",
    "category",
    "counterparty",
    "payer",
    "status",
    "account",
    "own_accounts",
    "booked_back",
    "round_trip",
    "spent_there",
)
LOAN_KINDS = ("instalment", "revolving")
LOAN_ROLES = ("borrower", "guarantor")
PARTY_ROLES = ("applicant", "co_applicant", "guarantor")
PAYERS = ("borrower", "guarantor", "collector")
STANDINGS = ("defaulted", "good")
SESSION_CHANNELS = ("app", "web", "branch", "atm", "ussd", "call", "partner", "other")
SESSION_ACTIONS = (
    "login", "balance", "view", "pay", "transfer", "apply", "settings", "password_reset", "reminder", "other",
)  # fmt: skip
SESSION_OUTCOMES = ("success", "failure", "abandoned")
DEVICE_CLASSES = ("desktop", "tablet", "mobile", "feature_phone", "other")
OS_FAMILIES = ("android", "ios", "windows", "macos", "linux", "other")
FORM_ACTIONS = (
    "start", "edit", "paste", "backtrack", "slider", "dwell", "error", "submit", "abandon",
)  # fmt: skip
FORM_FIELDS = (
    "amount", "term", "income", "expenses", "employment", "household", "contact", "identity", "purpose",
    "terms", "other",
)  # fmt: skip
FIRST_TOUCHES = (
    "direct", "organic", "paid", "affiliate", "price_comparison", "branch", "agent", "other",
)  # fmt: skip
EMAIL_HOSTS = ("corporate", "paid", "free", "disposable", "none")
SETTINGS = ("autopay", "e_statement", "reminders", "alerts", "two_factor", "other")
RIGHTS = (
    "complaint", "objection", "access", "correction", "erasure", "portability", "contact", "other",
)  # fmt: skip

# Labels of open columns that have a meaning where they occur; any other label may stand there too.
ONLINE_CHANNELS = frozenset({"online", "web", "app", "mobile", "internet", "ecommerce", "e-commerce"})
LEADING_ROLES = ("owner", "admin", "administrator", "leader", "moderator")
# What two persons may share: a matter of fraud and of no score.
SHARED_KINDS = ("device", "address", "phone")
# Layers of ties that are none between people: shared keys, and people who buy alike.
SHARED_LAYER = "shared"
LOOKALIKE_LAYER = "lookalike"
# All of these, and what two persons may share, tie nobody to anybody: no exposure and no measure reads them.
UNSOCIAL_LAYERS = (SHARED_LAYER, *SHARED_KINDS, LOOKALIKE_LAYER)
# Values of everyone on the calendar grid that this library computes, and what each is.
NETWORK_MEASURES = {
    "clustering": "share of the pairs of neighbours that are tied",
    "triangles": "number of triangles",
    "core_number": "largest k of a set around the person in which all have k neighbours",
    "component_size": "persons that can be reached over ties",
    "community_size": "members of the community",
    "community_density": "ties within the community per pair of its members",
    "community_default_share": "share of defaults among those whom walks over three ties reach, shrunk",
    "participation": "1 less the squared shares of ties by community",
    "constraint": "Burt's constraint",
    "effective_size": "neighbours less their mean number of ties to one another",
    "pagerank": "log10 of PageRank times the number of persons",
    "default_share_two_hops": "share of defaults among neighbours of neighbours, shrunk",
    "default_influence": "share of defaults among those whom damped walks reach, shrunk",
    "lookalike_default_share": "share of defaults among those who buy from the same merchants, shrunk",
    "bipartite_default_share": "share of defaults among those with whom groups, merchants or employers are "
    "shared, shrunk",
    "multilayer_default_share": "the same, and among neighbours of neighbours, each layer alike, shrunk",
}
# Those that rest on defaults of other people; the others tell how the network is built.
DEFAULT_MEASURES = tuple(name for name in NETWORK_MEASURES if "default" in name)
# Coordinates of the embedding of purchases: one for each category that may be bought alongside.
EMBEDDING_MEASURES = tuple(f"alongside_{category}" for category in PAYMENT_CATEGORIES)

# What data is used for; a consent may name one. The first is what scores are made for.
PURPOSES = ("score", "ability", "fraud", "price", "monitoring")
# Grounds on which data of a person may be used, in the terms of the European regulation.
LAWFUL_BASES = (
    "consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests",
)  # fmt: skip
