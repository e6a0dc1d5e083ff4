"""Ids under another name: what stays joinable, what is shown, and what no file and no message may hold."""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import pickle
import struct
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import creditscore as cs
from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS
from creditscore.errors import ContractError, ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.pipeline.fitting import CATALOGUES
from creditscore.simulate.portfolio import Simulated

KEY = bytes(range(32))
CALLED = cs.Pseudonyms(secret=KEY)
IDS = ("a", "جمشید", "张三", "🦊 fox", "O'Neil; DROP", 7, -3, 2**62)


def by_hand(identifier: int | str) -> str:
    """The definition, written once more with the standard library alone."""
    if isinstance(identifier, str):
        text = identifier.encode()
        message = b"s" + struct.pack(">I", len(text)) + text
    else:
        message = b"n" + str(identifier).encode()
    digest = hmac.new(KEY, b"creditscore.pseudonyms/1" + message, hashlib.sha256).digest()
    return "p-" + base64.b32encode(digest[:16]).decode().strip("=").lower()


@given(st.one_of(st.integers(-(2**63), 2**63 - 1), st.text(min_size=1).filter(str.isprintable)))
def test_a_pseudonym_is_a_keyed_hash_of_the_id_with_its_type(identifier: int | str) -> None:
    assert CALLED.of(identifier) == by_hand(identifier)


def test_what_was_renamed_once_stays_and_meets_the_id_that_it_stands_for() -> None:
    once = CALLED.of("a")
    assert CALLED.of(once) == once
    rows = [
        {"applicant_id": who, "event_time": f"2024-05-0{day}T00:00Z"}
        for day, who in enumerate(("b", once, "a"), 1)
    ]
    both = cs.Portfolio(inquiries=rows, pseudonyms=CALLED)
    assert both.applicant_ids == tuple(sorted((once, CALLED.of("b"))))
    assert np.diff(both.tables["inquiries"].offsets).tolist() == [
        2 if who == once else 1 for who in both.applicant_ids
    ]


@pytest.mark.as_given
def test_some_people_under_pseudonyms_and_others_not_are_refused() -> None:
    """Measures that were made under pseudonyms, beside tables that are read without the key, say."""
    asked = {"applicant_id": "anna", "event_time": "2024-05-31T12:00Z"}
    value = {"subject_id": CALLED.of("anna"), "measure": "pagerank", "value": 0.5, "event_time": "2024-05-01"}
    tie = {"person_id": "anna", "other_id": CALLED.of("carl"), "event_time": "2024-05-31T12:00Z"}
    other = asked | {"applicant_id": CALLED.of("carl")}
    for tables, where in (
        ({"inquiries": [asked], "measures": [value]}, "measures.subject_id: 1 people"),
        ({"ties": [tie]}, "ties.other_id: 1 people"),
        ({"inquiries": [asked, other]}, "inquiries.applicant_id: 1 people"),
    ):
        with pytest.raises(ContractError, match=f"{where} go under pseudonyms here.*--pseudonyms-key"):
            cs.Portfolio(timezone="UTC", **tables)
        assert cs.Portfolio(timezone="UTC", **tables, pseudonyms=CALLED).pseudonyms_check
    alike = asked | {"applicant_id": "p-anna"}
    assert cs.Portfolio(inquiries=[asked, alike]).n_applicants == 2


@pytest.mark.as_given
def test_nobody_is_looked_for_by_a_plain_id_where_people_go_under_pseudonyms(tmp_path: Path) -> None:
    """Neither in memory nor in a folder that was opened without the key: an empty answer would be false."""
    asked = {"applicant_id": "anna", "event_time": "2024-05-31T12:00Z"}
    cs.Portfolio(inquiries=[asked], pseudonyms=CALLED).write(tmp_path / "p")
    portfolio, hidden = cs.Portfolio.open(tmp_path / "p"), CALLED.of("anna")
    looked: tuple[Callable[[str], Any], ...] = (
        portfolio.code,
        lambda who: portfolio.codes([who, hidden]),
        lambda who: cs.subject_export(portfolio, who),
        lambda who: cs.erase_subject(portfolio, who),
        lambda who: cs.PortfolioFolder(tmp_path / "p").erase(who),
    )
    for look in looked:
        for who in ("anna", "nobody", ""):
            with pytest.raises(ParameterError, match="go under pseudonyms"):
                look(who)
    assert portfolio.code(CALLED.of("nobody")) == -1
    assert not cs.subject_export(portfolio, hidden).is_empty
    assert dict(cs.PortfolioFolder(tmp_path / "p").erase(hidden)) == {"inquiries": 1}


def test_no_two_of_many_ids_share_one() -> None:
    names = {CALLED.of(number) for number in range(20_000)} | {
        CALLED.of(str(number)) for number in range(20_000)
    }
    assert len(names) == 40_000


@pytest.mark.parametrize("wrong", [None, True, 1.5, "", b"a", ["a"]])
def test_what_is_no_id_has_none_and_is_not_shown(wrong: Any) -> None:
    with pytest.raises(ParameterError, match="identifier"):
        CALLED.of(wrong)


@pytest.mark.parametrize("secret", ["text" * 10, b"short", None, bytearray(32)])
def test_a_key_that_keeps_no_secret_is_refused_without_being_shown(secret: Any) -> None:
    with pytest.raises(ParameterError) as refused:
        cs.Pseudonyms(secret=secret)
    assert str(secret) not in str(refused.value) or secret is None


def test_the_key_leaves_the_process_in_no_copy() -> None:
    assert KEY.hex() not in repr(CALLED) + str(CALLED.__reduce_ex__(2))
    left = pickle.loads(pickle.dumps(CALLED))
    assert left.key_check == CALLED.key_check
    with pytest.raises(ParameterError, match="does not travel"):
        left.of("a")
    assert copy.deepcopy(CALLED).of("a") == CALLED.of("a")


def test_a_key_comes_from_a_file_for_its_owner_or_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = cs.Pseudonyms.generate(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    assert cs.Pseudonyms.from_file(tmp_path / "key").of("a") == made.of("a") != CALLED.of("a")
    with pytest.raises(ParameterError, match="not there yet"):
        cs.Pseudonyms.generate(tmp_path / "key")
    monkeypatch.setenv("IDS_KEY", KEY.hex())
    assert cs.Pseudonyms.from_environment("IDS_KEY").of("a") == CALLED.of("a")
    for wrong in ("", "not hexadecimal", "ab"):
        monkeypatch.setenv("IDS_KEY", wrong)
        with pytest.raises(ParameterError) as refused:
            cs.Pseudonyms.from_environment("IDS_KEY")
        assert not wrong or repr(wrong) not in str(refused.value)


def test_ids_of_every_script_pass_the_door_and_stay_joined() -> None:
    people = IDS[:5]
    moment = "2024-05-31T12:00:00Z"
    ties = [{"person_id": a, "other_id": b, "event_time": moment} for a, b in pairwise(people)]
    loans = [{"loan_id": f"loan of {a}", "applicant_id": a, "event_time": moment} for a in people]
    due = [{**loan, "due_time": "2024-07-01T00:00Z", "due_amount": 5.0} for loan in loans]
    for row in due:
        del row["event_time"]
    made = cs.Portfolio.from_records({"ties": ties, "loans": loans, "instalments": due}, pseudonyms=CALLED)
    assert set(made.applicant_ids) == {by_hand(one) for one in people}
    shown = made.to_frame("ties")
    assert set(zip(shown["person_id"], shown["other_id"], strict=True)) == {
        (by_hand(a), by_hand(b)) for a, b in pairwise(people)
    }
    schedule = made.to_frame("instalments")
    assert set(zip(schedule["applicant_id"], schedule["loan_id"], strict=True)) == {
        (by_hand(a), by_hand(f"loan of {a}")) for a in people
    }


def test_messages_and_rows_set_aside_name_nobody() -> None:
    rows = [
        {"applicant_id": "anna bertin", "event_time": "2024-05-31T12:00:00Z", "amount": 5.0},
        {"applicant_id": "anna bertin", "event_time": "no time", "amount": 5.0},
        {"applicant_id": "carl", "event_time": "2024-05-31T12:00:00Z", "amount": 5.0, "account_id": 3.25},
    ]
    with pytest.raises(ContractError) as refused:
        cs.Portfolio(payments=rows, pseudonyms=CALLED)
    assert "anna" not in str(refused.value)
    assert by_hand("anna bertin") in str(refused.value)
    aside = cs.Portfolio(payments=rows[:2], pseudonyms=CALLED, set_aside=True)
    held = aside.quarantined["payments"].to_frame().to_csv()
    assert "anna" not in held
    assert by_hand("anna bertin") in held


def test_free_texts_that_no_contract_declares_are_named() -> None:
    row = {"applicant_id": "a", "event_time": "2024-05-31T12:00:00Z", "amount": 1.0, "note": "Anna's rent"}
    hints = cs.Portfolio(payments=[row], pseudonyms=CALLED).hints
    assert any("payments.note" in hint for hint in hints)


@pytest.mark.parametrize("wrong", ["key", KEY, object()])
def test_what_is_no_key_is_refused_at_the_door(wrong: Any) -> None:
    asked = {"application_id": 1, "applicant_id": "a", "as_of": "2024-05-31T12:00:00Z"}
    for make in (
        lambda: cs.Portfolio(pseudonyms=wrong),
        lambda: cs.Portfolio.from_records({}, pseudonyms=wrong),
        lambda: cs.Applications.from_records(asked, pseudonyms=wrong),
    ):
        with pytest.raises(ParameterError, match="pseudonyms"):
            make()


SCRIPTS: dict[str, Callable[[str], str]] = {
    "persian": lambda one: f"شخص {one}",
    "chinese": lambda one: f"客户{one}",
    "emoji": lambda one: f"🦊{one}👩‍👩‍👧",
}
# Coins that hide a standing are drawn by id, so that other names have other ones.
DRAWN = {"standings", "measures", "ties", "memberships"}


@pytest.fixture(scope="module")
def made() -> Simulated:
    return cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=150), seed=5)


@pytest.fixture(scope="module")
def computer() -> FeatureComputer:
    declared = (one for catalogue in CATALOGUES for one in catalogue() if one.source not in DRAWN)
    return FeatureComputer(cs.FeatureSet(tuple(declared)))


@pytest.fixture(scope="module")
def plain(made: Simulated, computer: FeatureComputer) -> NDArray[np.float64]:
    return computer.compute(made.to_applications(), made.portfolio()).values


@pytest.mark.parametrize("script", SCRIPTS)
def test_features_do_not_depend_on_the_script_of_ids(
    made: Simulated, computer: FeatureComputer, plain: NDArray[np.float64], script: str
) -> None:
    called = SCRIPTS[script]
    tables = {name: renamed(table, name, called) for name, table in made.tables.items()}
    portfolio = cs.Portfolio(**made.parts(**tables))
    asked = renamed(made.applications.drop(columns="decision"), "applications", called)
    found = computer.compute(cs.Applications(asked), portfolio).values
    np.testing.assert_allclose(found, plain, rtol=1e-12, atol=1e-12)


def test_features_do_not_depend_on_pseudonyms(made: Simulated, computer: FeatureComputer) -> None:
    """Events of one moment stand in the order of their ids, else of all their columns: these have ids."""
    numbered = {
        name: table.assign(event_id=np.arange(len(table)))
        for name, table in made.tables.items()
        if "event_id" in CONTRACTS[name].declared and "event_id" not in table
    }
    plain = computer.compute(made.to_applications(), cs.Portfolio(**made.parts(**numbered))).values
    portfolio = cs.Portfolio(**made.parts(**numbered, pseudonyms=CALLED))
    asked = cs.Applications(made.applications.drop(columns="decision"), pseudonyms=CALLED)
    found = computer.compute(asked, portfolio).values
    np.testing.assert_allclose(found, plain, rtol=1e-12, atol=1e-12)


def renamed(table: pd.DataFrame, name: str, called: Callable[[str], str]) -> pd.DataFrame:
    contract = APPLICATIONS if name == "applications" else CONTRACTS[name]
    ids = [
        column.name
        for column in contract.declared.values()
        if column.kind in {"applicant", "loan", "id"} and column.name not in {"event_id", "application_id"}
    ]
    new = {
        column: [None if pd.isna(one) else called(str(one)) for one in table[column]]
        for column in ids
        if column in table
    }
    return table.assign(**new)


@pytest.mark.as_given
def test_nothing_that_is_made_of_a_portfolio_holds_an_id(made: Simulated, tmp_path: Path) -> None:
    """A model, a record, a ledger, reports, errors and what a log would hold: not one raw id in them."""
    secret = cs.StandingPrivacy.generate(tmp_path / "standings.key")
    called = SCRIPTS["chinese"]
    tables = {name: renamed(table, name, called) for name, table in made.tables.items()}
    portfolio = cs.Portfolio(**made.parts(**tables, pseudonyms=CALLED, privacy=secret))
    asked = renamed(made.applications.drop(columns="decision"), "applications", called)
    applications = cs.Applications(asked, pseudonyms=CALLED)
    bad = (np.arange(len(applications)) % 4 == 0).astype(float)
    scorer = cs.CreditScorer(n_estimators=8)
    pipeline = cs.CreditPipeline(scorer=scorer, segments=["segment"]).fit(applications, portfolio, bad)
    pipeline.save(tmp_path / "model")
    policy = cs.Policy("consumer", "1", 600)
    with cs.Ledger.open(tmp_path / "ledger.db", key=cs.Ledger.new_key()) as ledger:
        record = pipeline.decide(applications.take([3]), portfolio, policy=policy, ledger=ledger)
    shown = [
        record.to_json(), repr(pipeline), repr(portfolio), portfolio._repr_html_(), repr(applications),
        repr(pipeline.score(applications.take([3]), portfolio)), pipeline.score_many(
            applications, portfolio
        ).to_frame().to_csv(),
    ]  # fmt: skip
    shown += [cs.decision_report(record, audience=audience).to_html() for audience in ("subject", "auditor")]
    with pytest.raises(ParameterError) as refused:
        pipeline.decide(applications.take([3, 4]), portfolio)
    shown.append(str(refused.value))
    for ask in (pipeline.score, pipeline.score_many, pipeline.explain, pipeline.decide):
        with pytest.raises(ParameterError, match="go under pseudonyms, and the 'applicant_id'") as no:
            ask(cs.Applications(asked).take([3]), portfolio)
        shown.append(str(no.value))
    files = [file.read_bytes().decode("utf-8", "replace") for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) > 8
    for text in (*shown, *files):
        assert "客户" not in text
        assert r"\u5ba2\u6237" not in text
