"""The dictionary says of every column what the contracts say."""

from __future__ import annotations

from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS
from creditscore.data.tables.dictionary import data_dictionary, dictionary_markdown


def test_every_declared_column_is_explained():
    entries = data_dictionary()
    tables = {"applications": APPLICATIONS, **CONTRACTS}
    assert {(entry.table, entry.column) for entry in entries} == {
        (name, column) for name, table in tables.items() for column in table.declared
    }
    assert len(entries) > 150
    assert all(entry.meaning.endswith(".") for entry in entries)
    assert all(bool(entry.unit) == (entry.kind == "number") for entry in entries)


def test_the_markdown_shows_every_table_and_its_required_columns():
    text = dictionary_markdown()
    for table in (APPLICATIONS, *CONTRACTS.values()):
        assert f"\n## {table.name}\n" in text
        for column in table.columns:
            assert (f"| **{column.name}** |" if column.required else f"| {column.name} |") in text
    assert "employer, lender, government, collector, pay_later, wage_advance." in text
    assert "Key: `loan_id` and `instalment_no`, else `loan_id` and `due_time`." in text


def test_closed_vocabularies_are_as_published():
    labels = {(entry.table, entry.column): entry.labels for entry in data_dictionary() if entry.labels}
    assert set(labels) == {
        ("payments", "kind"),
        ("payments", "category"),
        ("payments", "counterparty_kind"),
        ("payments", "status"),
        ("payments", "account_kind"),
        ("loans", "kind"),
        ("loans", "role"),
        ("instalments", "paid_by"),
        ("repayments", "paid_by"),
        ("standings", "standing"),
        ("sessions", "channel"),
        ("sessions", "action"),
        ("sessions", "outcome"),
        ("sessions", "device_class"),
        ("sessions", "os_family"),
        ("form_events", "action"),
        ("form_events", "field"),
        ("registrations", "first_touch"),
        ("registrations", "device_class"),
        ("registrations", "os_family"),
        ("registrations", "email_host"),
        ("settings", "setting"),
        ("complaints", "kind"),
        ("consents", "purpose"),
        ("consents", "lawful_basis"),
        ("parties", "role"),
    }
    assert len(labels["payments", "category"]) == 20
