"""What a law forbids, brought in under another name: by features, columns, labels and kinds of one's own."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.sources import find_source
from creditscore.errors import FittingError, JurisdictionError
from creditscore.features.compute import FeatureComputer
from creditscore.features.formula import Condition, Formula, Ratio, Term, terms
from creditscore.law.absence import Absence, perturbed_parts, prove_absence
from creditscore.law.door import lawful
from creditscore.law.leaving import left_out, tags_of
from creditscore.law.named import tags_of_name
from creditscore.law.parts import TAGS_OF_COLUMNS, parts_of_tags, tags_of_term
from creditscore.pipeline.fitting import CATALOGUES
from tests.features.worlds import AS_OF, PRIVACY, filled, random_world
from tests.law.conftest import LAW_DAY
from tests.pipeline.conftest import PEOPLE

ALL = tuple(feature for catalogue in CATALOGUES for feature in catalogue())
# Tags of parts of a table: those that are told by its columns and labels alone.
OF_PARTS = {
    "device", "email", "location", "location_time", "gambling", "special_category_risk",
    "cohort_default_rate",
}  # fmt: skip
# Groceries, transport and health together, in one column of a view.
BASICS = "payments_disposable_after_basics_6m"


def law(name: str) -> cs.Jurisdiction:
    return cs.Jurisdiction.load(name, as_of=LAW_DAY)


def own(formula: Formula) -> cs.FeatureSet:
    made = cs.Feature("own", formula, "mine", "what I made of it", "count", reason_group="digital_use")
    return cs.FeatureSet((made,))


def of(category: str, view: str = "payments", column: str = "amount", how: str = "in") -> Term:
    return Term(view, "sum", column=column, where=(Condition("category", how, (category,)),), window="365d")


def measure(*names: str) -> Term:
    return Term("measures", "last", column="value", where=(Condition("measure", "in", names),))


def test_what_is_read_tells_the_tags_that_the_catalogues_declare():
    """Two sources of one truth: what declarations say by hand, and what follows from columns and labels."""
    for feature in ALL:
        derived = {tag for term in terms(feature.formula) for tag in tags_of_term(term)}
        declared = set(feature.legal_tags)
        assert derived <= declared | set(find_source(feature.source).legal_tags), feature.name
        assert feature.name == BASICS or declared & OF_PARTS <= derived, feature.name


@pytest.mark.parametrize(
    ("where", "formula"),
    [
        *(("EU", of(one)) for one in ("health", "education", "gambling", "pension", "benefits")),
        ("EU", of("health", "flows", "outflow")),
        ("EU", Ratio(of("health"), Term("payments", "sum", column="amount", window="365d"))),
        ("EU", Term("payments", "count", where=(Condition("category", "in", ("health", "other")),))),
        ("EU", Term("flows", "count", where=(Condition("class", "in", ("gambling_stake",)),))),
        ("EU", Term("uses", "count", where=(Condition("os_family", "in", ("ios",)),), window="90d")),
        ("EU", Term("sessions", "count", where=(Condition("device_class", "in", ("tablet",)),))),
        ("EU", Term("uses", "distinct", by="region", window="90d")),
        ("EU", Term("registrations", "count", where=(Condition("email_host", "in", ("free",)),))),
        ("DE", Term("uses", "mean", column="is_night", window="90d")),
        *(("US", measure(one)) for one in ("community_default_share", "default_influence", "my_score")),
        ("US", measure("pagerank", "lookalike_default_share")),
        ("US", Term("measures", "max", column="value")),
        ("US", Term("groups", "mean", column="default_share")),
        ("US-NY", measure("pagerank")),
    ],
)  # fmt: skip
def test_a_feature_of_ones_own_leaves_by_what_it_reads(where, formula):
    assert left_out(own(formula), law(where)), sorted(tags_of(own(formula)[0]))


@pytest.mark.parametrize(
    ("where", "formula"),
    [
        ("EU", of("groceries")),
        ("EU", of("health", how="not_in")),
        ("EU", Term("payments", "distinct", by="category", window="365d")),
        ("EU", Term("uses", "count", window="90d")),
        ("US", measure("pagerank")),
        ("US", measure("clustering", "triangles")),
        ("US", Term("groups", "count")),
    ],
)
def test_what_is_not_forbidden_stays(where, formula):
    assert not left_out(own(formula), law(where))


def test_a_model_with_such_a_feature_is_refused_under_the_law(fitted):
    used = own(Term("uses", "count", where=(Condition("device_class", "in", ("mobile",)),), window="365d"))
    given = fitted.records, fitted.portfolio, fitted.bad
    wide = cs.CreditPipeline([used], scorer=cs.CreditScorer(n_estimators=4)).fit(*given)
    assert wide.model.computer.names == ("own",)
    with pytest.raises(JurisdictionError, match="device.*own"):
        wide.under(law("EU"))
    with pytest.raises(FittingError, match="removes every feature"):
        cs.CreditPipeline([used], jurisdiction=law("EU")).fit(*given)


@pytest.mark.parametrize(
    ("column", "tag"),
    [
        ("bank_inflow_90d", "payment_data"), ("salary_credits", "payment_data"),
        ("Zahlungseingänge", "payment_data"), ("银行流水", "payment_data"), ("گردش_حساب", "payment_data"),
        ("facebook_friends", "social_network"), ("微信好友", "social_network"),
        ("شبکه_اجتماعی", "social_network"),
        ("contact_list_size", "contacts"), ("通讯录", "contacts"), ("مخاطبین", "contacts"),
        ("call_log_count", "telecom_metadata"), ("smsCount", "telecom_metadata"),
        ("phone_model", "device"), ("email_domain", "email"), ("gps_lat", "location"),
        ("school_default_rate", "cohort_default_rate"), ("gambling_spend", "special_category_risk"),
        ("sesso", "sex"), ("età", "age"), ("agegroup", "age"), ("codice_fiscale", "identity"),
        ("city", "home_address"),
    ],
)  # fmt: skip
def test_columns_of_a_lenders_own_have_the_tags_of_their_names(column, tag):
    assert tag in tags_of_name(column)


@pytest.mark.parametrize(
    "column",
    [
        "income", "monthly_expenses", "savings_status", "checking_status", "branch_city", "purpose",
        "call_center_id", "support_contacts", "installment_rate", "score",
    ],
)  # fmt: skip
def test_columns_that_say_none_of_it_have_none(column):
    assert not tags_of_name(column)


def test_columns_of_the_lenders_own_are_read_by_no_model_under_the_law(fitted):
    asked = fitted.records
    hours = np.arange(len(asked), dtype=float)
    more = asked.with_attributes({"bank_inflow_90d": hours, "facebook_friends": hours % 7}, {})
    both = ("amount", "bank_inflow_90d", "facebook_friends")
    pipeline = cs.CreditPipeline(
        [cs.application_features(both)], scorer=cs.CreditScorer(n_estimators=4), jurisdiction=law("DE")
    ).fit(more, fitted.portfolio, fitted.bad)
    assert pipeline.model.computer.names == ("application_amount",)
    before = pipeline.score_many(more, fitted.portfolio).log_odds.tobytes()
    other = asked.with_attributes({"bank_inflow_90d": -hours, "facebook_friends": hours % 3}, {})
    assert pipeline.score_many(other, fitted.portfolio).log_odds.tobytes() == before
    assert set(pipeline.prove_absence(more, fitted.portfolio).columns) >= {"bank_inflow_90d"}


def test_ties_out_of_address_books_and_calls_are_read_nowhere_in_india(fitted):
    """They reach everybody, and change every model that may read them."""
    world = filled(random_world(3, PEOPLE))
    people, since = sorted({row["person_id"] for row in world["ties"]}), AS_OF - timedelta(days=500)
    met = [(who, people[(7 * k + 3) % len(people)]) for k, who in enumerate(people)]
    shown = {name: world[name] for name in ("memberships", "standings")}

    def with_layer(layer: str) -> cs.Portfolio:
        ties = [{"person_id": a, "other_id": b, "event_time": since, "layer": layer} for a, b in met]
        plain = [{"layer": "friends"} | row for row in world["ties"]]
        return cs.Portfolio.from_records(shown | {"ties": plain + ties * bool(layer)}, privacy=PRIVACY)

    india, some, without = law("IN"), fitted.records.take(range(0, PEOPLE, 4)), with_layer("")
    scorer = cs.CreditScorer(n_estimators=8, min_child_samples=5)
    pipeline = cs.CreditPipeline([cs.social_features()], scorer=scorer, jurisdiction=india).fit(
        fitted.records, without, fitted.bad
    )
    free = pipeline.under(law("permissive"))
    before, one = pipeline.score_many(some, without).log_odds.tobytes(), some.take([4])
    for layer in ("contacts", "phonebook", "call_log", "通讯录", "مخاطبین"):
        more = with_layer(layer)
        assert pipeline.score_many(some, more).log_odds.tobytes() == before
        assert free.score_many(some, more, on_mismatch="count").log_odds.tobytes() != before
    assert pipeline.score(one, more) == pipeline.score(one, without)
    inputs = pipeline.decide(one, more).content["inputs"]
    assert layer not in json.dumps(inputs, ensure_ascii=False)
    kept = lawful(some, without, india.forbidden("score"))[1]
    assert kept.tables["ties"] is without.tables["ties"]


def test_parts_of_tables_are_changed_in_the_proof(fitted):
    """Devices, positions and mails stand in tables that stay: other ones there change no bit of a feature."""
    union = law("EU").forbidden("score")
    computer = fitted.german.model.computer
    proof = prove_absence(computer, fitted.records, fitted.portfolio, union)
    assert {"sessions.device", "sessions.region", "registrations.email_host"} <= set(proof.parts)
    assert "sessions.device" in str(proof)
    assert Absence.from_dict(proof.to_dict()) == proof
    assert "parts" not in prove_absence(computer, fitted.records, cs.Portfolio(), union).to_dict()
    sly = own(Term("uses", "count", where=(Condition("os_family", "in", ("ios", "android")),)))
    with pytest.raises(JurisdictionError, match="no tag that says so"):
        prove_absence(FeatureComputer(sly), fitted.records, fitted.portfolio, union)


def test_standings_of_others_are_changed_in_the_proof_in_the_united_states(fitted):
    forbidden = law("US").forbidden("score")
    left = {one.feature for one in left_out(cs.social_features(), law("US"))}
    kept = cs.FeatureSet(tuple(one for one in cs.social_features() if one.name not in left))
    proof = prove_absence(FeatureComputer(kept), fitted.records, fitted.portfolio, forbidden)
    assert proof.parts == ("standings.standing",)
    whole = FeatureComputer(cs.social_features())
    with pytest.raises(JurisdictionError, match="neighbours_default"):
        prove_absence(whole, fitted.records, fitted.portfolio, forbidden)


def test_every_part_is_a_column_that_is_declared_and_changes(fitted):
    from creditscore.data.tables.contracts import CONTRACTS

    for name in TAGS_OF_COLUMNS:
        table, column = name.split(".")
        assert column in CONTRACTS[table].declared
    every = parts_of_tags(frozenset(tag for tags in TAGS_OF_COLUMNS.values() for tag in tags))
    there = tuple(
        (table, column) for table, column in every if fitted.portfolio.tables[table].row(column) >= 0
    )
    changed = perturbed_parts(fitted.portfolio, there, np.random.default_rng(0))
    for table, column in there:
        before, after = (one.tables[table].column(column) for one in (fitted.portfolio, changed))
        assert not np.array_equal(before, after, equal_nan=before.dtype.kind == "f"), (table, column)
