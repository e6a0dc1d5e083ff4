"""Recipes against the standards' own examples, and against documents made up at random.

Berlin Group: NextGenPSD2 XS2A Framework, Implementation Guidelines 1.3, example of transactions in JSON. Open
Banking: Read/Write API, OBReadTransaction6, usage example. Plaid: documentation of /transactions/get. ISO
20022: Bank-to-Customer Cash Management, business example of camt.053.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.data.applications import Applications
from creditscore.errors import CreditScoreError, ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.features.payments.declared.catalogue import payment_features
from creditscore.mappings import (
    Mapped,
    amount_of,
    from_berlin_group,
    from_camt053,
    from_obie,
    from_plaid_like,
)

BERLIN = {
    "account": {"iban": "DE40100100103307118608"},
    "transactions": {
        "booked": [
            {
                "transactionId": "1234567",
                "creditorName": "John Miles",
                "creditorAccount": {"iban": "DE67100100101306118605"},
                "transactionAmount": {"currency": "EUR", "amount": "256.67"},
                "bookingDate": "2017-10-25",
                "valueDate": "2017-10-26",
                "remittanceInformationUnstructured": "Example 1",
            },
            {
                "transactionId": "1234568",
                "debtorName": "Paul Simpson",
                "debtorAccount": {"iban": "NL76RABO0359400371"},
                "transactionAmount": {"currency": "EUR", "amount": "343.01"},
                "bookingDate": "2017-10-25",
                "valueDate": "2017-10-26",
                "remittanceInformationUnstructured": "Example 2",
            },
        ],
        "pending": [
            {
                "transactionId": "1234569",
                "creditorName": "Claude Renault",
                "creditorAccount": {"iban": "FR7612345987650123456789014"},
                "transactionAmount": {"currency": "EUR", "amount": "-100.03"},
                "valueDate": "2017-10-26",
            }
        ],
    },
}


def test_the_example_of_the_berlin_group():
    found = from_berlin_group(BERLIN, "ann")
    assert (found.read, dict(found.left_out)) == (3, {"pending": 1})
    paid, received = found.tables["payments"]
    assert paid == {
        "event_id": "1234567",
        "event_time": "2017-10-25",
        "amount": -256.67,
        "currency": "EUR",
        "counterparty_id": "DE67100100101306118605",
        "applicant_id": "ann",
        "account_id": "DE40100100103307118608",
    }
    assert (received["amount"], received["counterparty_id"]) == (343.01, "NL76RABO0359400371")


def test_a_sign_that_cannot_be_known_is_refused_and_can_be_named():
    document = json.loads(json.dumps(BERLIN))
    del document["transactions"]["booked"][0]["creditorName"]
    del document["transactions"]["booked"][0]["creditorAccount"]
    with pytest.raises(ParameterError, match="signed=True"):
        from_berlin_group(document, "ann")
    assert [one["amount"] for one in from_berlin_group(document, "ann", signed=True).tables["payments"]] == [
        256.67,
        343.01,
    ]
    document["transactions"]["booked"][0]["transactionAmount"]["amount"] = "-256.67"
    assert from_berlin_group(document, "ann").tables["payments"][0]["amount"] == -256.67


OBIE = {
    "Data": {
        "Transaction": [
            {
                "AccountId": "22289",
                "TransactionId": "123",
                "TransactionReference": "Ref 1",
                "Amount": {"Amount": "10.00", "Currency": "GBP"},
                "CreditDebitIndicator": "Credit",
                "Status": "Booked",
                "BookingDateTime": "2017-04-05T10:43:07+00:00",
                "ValueDateTime": "2017-04-05T10:45:22+00:00",
                "TransactionInformation": "Cash from Aubrey",
                "BankTransactionCode": {
                    "Code": "ReceivedCreditTransfer",
                    "SubCode": "DomesticCreditTransfer",
                },
                "ProprietaryBankTransactionCode": {"Code": "Transfer", "Issuer": "AlphaBank"},
                "Balance": {
                    "Amount": {"Amount": "230.00", "Currency": "GBP"},
                    "CreditDebitIndicator": "Credit",
                    "Type": "InterimBooked",
                },
            }
        ]
    },
    "Links": {"Self": "https://api.alphabank.com/open-banking/v3.1/aisp/accounts/22289/transactions/"},
    "Meta": {"TotalPages": 1},
}


def test_the_example_of_open_banking():
    (one,) = from_obie(OBIE, 7).tables["payments"]
    assert one == {
        "event_id": "123",
        "account_id": "22289",
        "event_time": "2017-04-05T10:43:07+00:00",
        "amount": 10.0,
        "currency": "GBP",
        "balance": 230.0,
        "kind": "transfer",
        "applicant_id": 7,
    }


@pytest.mark.parametrize(
    ("family", "below", "kind"),
    [
        ("ReceivedCreditTransfers", "PayrollSalaryPayment", "salary"),
        ("Received Direct Debits", "CorePayment", "bill"),
        ("RDDT", None, "bill"),
        ("CustomerCardTransactions", "CashWithdrawal", "cash"),
        ("CounterTransactions", "CashDeposit", "cash"),
        ("CustomerCardTransactions", "PointOfSalePaymentDebitCard", "purchase"),
        ("MiscellaneousDebitOperations", "Charges", "fee"),
        ("MiscellaneousCreditOperations", "Interest", "interest"),
    ],
)
def test_codes_of_the_bank_say_what_a_payment_is(family, below, kind):
    document = json.loads(json.dumps(OBIE))
    code = {"Code": family} | ({} if below is None else {"SubCode": below})
    document["Data"]["Transaction"][0]["BankTransactionCode"] = code
    found = from_obie(document, "ann")
    assert (found.tables["payments"][0]["kind"], dict(found.unmapped)) == (kind, {})


def test_codes_of_the_bank_without_words_are_counted():
    document = json.loads(json.dumps(OBIE))
    document["Data"]["Transaction"][0]["BankTransactionCode"] = {"Code": "Sorcery", "SubCode": "Minor"}
    found = from_obie(document, "ann")
    assert "kind" not in found.tables["payments"][0]
    assert dict(found.unmapped) == {"Sorcery/Minor": 1}


def test_the_merchant_comes_before_the_bank():
    document = json.loads(json.dumps(OBIE))
    entry = document["Data"]["Transaction"][0]
    entry["MerchantDetails"] = {"MerchantName": "Corner", "MerchantCategoryCode": "5411"}
    (one,) = from_obie(document, "ann").tables["payments"]
    assert (one["kind"], one["category"]) == ("purchase", "groceries")


def test_debits_overdrafts_merchants_and_what_is_not_booked():
    document = json.loads(json.dumps(OBIE))
    entry = document["Data"]["Transaction"][0]
    entry |= {
        "CreditDebitIndicator": "Debit",
        "MerchantDetails": {"MerchantName": "Corner", "MerchantCategoryCode": "5411"},
    }
    entry["Balance"]["CreditDebitIndicator"] = "Debit"
    document["Data"]["Transaction"].append(entry | {"Status": "Pending", "TransactionId": "124"})
    found = from_obie(document, "ann")
    (one,) = found.tables["payments"]
    assert (one["amount"], one["balance"], one["category"], one["kind"]) == (
        -10.0,
        -230.0,
        "groceries",
        "purchase",
    )
    assert one["counterparty_id"] == "Corner"
    assert dict(found.left_out) == {"pending": 1}


PLAID = {
    "transactions": [
        {
            "account_id": "BxBXxLj1m4HMXBm9WZZmCWVbPjX16EHwv99vp",
            "amount": 72.1,
            "iso_currency_code": "USD",
            "unofficial_currency_code": None,
            "date": "2023-09-24",
            "datetime": "2023-09-24T11:01:01Z",
            "merchant_name": "Walmart",
            "merchant_entity_id": "O5W5j4dN9OR3E6ypQmjdkWZZRoXEzVMz2ByWM",
            "payment_channel": "in store",
            "pending": False,
            "personal_finance_category": {
                "primary": "GENERAL_MERCHANDISE",
                "detailed": "GENERAL_MERCHANDISE_SUPERSTORES",
                "confidence_level": "VERY_HIGH",
            },
            "transaction_id": "lPNjeW1nR6CDn5okmGQ6hEpMo4lLNoSrzqDje",
        }
    ]
}


def test_the_example_of_plaid():
    (one,) = from_plaid_like(PLAID, "ann").tables["payments"]
    assert (one["amount"], one["kind"], one["category"], one["channel"]) == (
        -72.1,
        "purchase",
        "other",
        "store",
    )


HEAD = '<?xml version="1.0"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{v}">'
CAMT = (
    HEAD
    + """
  <BkToCstmrStmt><GrpHdr><MsgId>AAAASESS-FP-STAT001</MsgId></GrpHdr><Stmt><Id>AAAASESS-FP-STAT001</Id>
  <Acct><Id><Othr><Id>50000000054910000003</Id></Othr></Id></Acct>
  <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>
    <Amt Ccy="SEK">500000</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
  <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>
    <Amt Ccy="SEK">435678.50</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
  <Ntry><Amt Ccy="SEK">105678.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
    <BookgDt><DtTm>2010-10-18T13:15:00+01:00</DtTm></BookgDt><ValDt><Dt>2010-10-18</Dt></ValDt>
    <AcctSvcrRef>AAAASESS-FP-CN_98765/01</AcctSvcrRef>
    <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd>
    <NtryDtls><TxDtls><Refs><EndToEndId>MUELL/FINP/RA12345</EndToEndId></Refs>
      <RltdPties><Dbtr><Nm>MUELLER</Nm></Dbtr></RltdPties></TxDtls></NtryDtls></Ntry>
  <Ntry><Amt Ccy="SEK">200000</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
    <BookgDt><DtTm>2010-10-18T10:15:00+01:00</DtTm></BookgDt><ValDt><Dt>2010-10-18</Dt></ValDt>
    <AcctSvcrRef>AAAASESS-FP-ACCR-01</AcctSvcrRef>
    <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd></Ntry>
  <Ntry><Amt Ccy="SEK">30000</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
    <BookgDt><DtTm>2010-10-18T15:15:00+01:00</DtTm></BookgDt><ValDt><Dt>2010-10-18</Dt></ValDt>
    <AcctSvcrRef>AAAASESS-FP-CONF-FX</AcctSvcrRef>
    <BkTxCd><Domn><Cd>TREA</Cd><Fmly><Cd>SPOT</Cd><SubFmlyCd>NTAV</SubFmlyCd></Fmly></Domn></BkTxCd></Ntry>
  </Stmt></BkToCstmrStmt></Document>"""
)


@pytest.mark.parametrize("version", ["02", "08", "13"])
def test_the_example_of_the_iso_standard(version):
    found = from_camt053(CAMT.replace("{v}", version), "corp")
    payments = found.tables["payments"]
    # The booked entries lead from the opening to the closing balance of the statement.
    assert 500_000 + sum(one["amount"] for one in payments) == pytest.approx(435_678.50)
    assert [one.get("kind") for one in payments] == ["transfer", "transfer", None]
    assert dict(found.unmapped) == {"TREA-SPOT-NTAV": 1}
    assert payments[0]["counterparty_id"] == "MUELLER"
    assert payments[0]["account_id"] == "50000000054910000003"


def batch(parts, whole, extra=""):
    details = "".join(f'<TxDtls><Amt Ccy="EUR">{part}</Amt></TxDtls>' for part in parts)
    return (
        HEAD.format(v="08") + "<BkToCstmrStmt><Stmt><Acct><Id><IBAN>X</IBAN></Id></Acct>"
        f'<Ntry><Amt Ccy="EUR">{whole}</Amt><CdtDbtInd>DBIT</CdtDbtInd>{extra}<Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>2026-03-02</Dt></BookgDt><AcctSvcrRef>R</AcctSvcrRef><NtryDtls>{details}</NtryDtls></Ntry>"
        "</Stmt></BkToCstmrStmt></Document>"
    )


def test_a_batch_is_parted_where_its_parts_add_up():
    parted = from_camt053(batch(["10.00", "2.50"], "12.50"), "ann")
    assert [(one["event_id"], one["amount"]) for one in parted.tables["payments"]] == [
        ("R#1", -10.0),
        ("R#2", -2.5),
    ]
    whole = from_camt053(batch(["10.00", "2.50"], "13.00"), "ann")
    assert [one["amount"] for one in whole.tables["payments"]] == [-13.0]
    assert sum(whole.unmapped.values()) == 1


def test_a_reversal_says_so():
    (one,) = from_camt053(batch(["5.00"], "5.00", "<RvslInd>true</RvslInd>"), "ann").tables["payments"]
    assert (one["kind"], one["amount"]) == ("reversal", -5.0)


BOMB = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">]><Document>&a;</Document>'
EXTERNAL = '<!doctype x [<!entity e system "file:///etc/passwd">]><Document>&e;</Document>'


@pytest.mark.parametrize(
    "xml", [BOMB, EXTERNAL, "<Document/>", "no xml", "", b"<a/>", None, "<a>" * 10, "<a\x00/>"]
)
def test_other_documents_are_refused(xml):
    with pytest.raises(ParameterError):
        from_camt053(xml, "ann")


def test_deep_documents_do_no_harm():
    inner = "<a>" * 50_000 + "</a>" * 50_000
    found = from_camt053(HEAD.format(v="08") + inner + "</Document>", "ann")
    assert found.read == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


def put(document, path, value):
    """Put a value somewhere into a copy of a document."""
    copy = json.loads(json.dumps(document))
    at = copy
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return copy


def paths(document, so_far=()):
    yield from [so_far] if so_far else []
    items = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for key, value in items:
        yield from paths(value, (*so_far, key))


READERS = [(from_berlin_group, BERLIN), (from_obie, OBIE), (from_plaid_like, PLAID)]


@pytest.mark.parametrize(("reader", "document"), READERS, ids=["berlin", "obie", "plaid"])
@given(data=st.data(), value=JSON)
@settings(max_examples=150)
def test_anything_anywhere_is_read_or_refused_in_words(reader, document, data, value):
    path = data.draw(st.sampled_from(list(paths(document))))
    try:
        found = reader(put(document, path, value) if path else value, "ann")
    except CreditScoreError:
        return
    made = sum(len(records) for records in found.tables.values())
    assert made + sum(found.left_out.values()) == found.read
    for one in found.tables["payments"]:
        assert isinstance(one["amount"], float)


@pytest.mark.parametrize(("reader", "document"), READERS, ids=["berlin", "obie", "plaid"])
@pytest.mark.parametrize("given_document", [None, 3, "x", [], {}])
def test_what_is_no_answer_is_refused(reader, document, given_document):
    with pytest.raises(CreditScoreError):
        reader(given_document, "ann")


def test_several_currencies_are_refused_unless_one_is_chosen():
    document = json.loads(json.dumps(BERLIN))
    document["transactions"]["booked"][1]["transactionAmount"]["currency"] = "USD"
    with pytest.raises(ParameterError, match="currency='EUR'"):
        from_berlin_group(document, "ann")
    found = from_berlin_group(document, "ann", currency="EUR")
    assert len(found.tables["payments"]) == 1
    assert dict(found.left_out) == {"pending": 1, "currency USD": 1}


@given(
    number=st.decimals(-(10**9), 10**9, places=2),
    decimal=st.sampled_from((".", ",")),
    digits=st.sampled_from(("0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９")),
    grouped=st.booleans(),
)
def test_amounts_are_read_as_they_are_written(number, decimal, digits, grouped):
    text = f"{number:,.2f}" if grouped else f"{number:.2f}"
    if decimal == ",":
        text = text.replace(",", "_").replace(".", ",").replace("_", ".")
    text = text.translate(str.maketrans("0123456789", digits))
    assert amount_of(text, decimal) == float(number)


@pytest.mark.parametrize(
    "text",
    [
        "1,23",
        "1.2.3",
        "12,34.5",
        "",
        "-",
        "1e5",
        "0x1",
        "nan",
        "inf",
        "1 23",
        "$5",
        "5-",
        "1" * 50,
        True,
        None,
        [],
    ],
)
def test_other_amounts_are_refused(text):
    with pytest.raises(ParameterError):
        amount_of(text)


def test_documents_become_a_portfolio_and_features():
    months = [
        {
            "transactionId": f"{kind}{month}",
            "bookingDate": f"2026-{month:02d}-{day:02d}",
            "transactionAmount": {"currency": "EUR", "amount": amount},
            "purposeCode": purpose,
        }
        for month in range(1, 10)
        for kind, day, amount, purpose in (("s", 1, "2000.00", "SALA"), ("r", 3, "-700.00", "RENT"))
    ]
    mapped = from_berlin_group({"account": {"iban": "X"}, "transactions": {"booked": months}}, "ann")
    portfolio = mapped.to_portfolio(timezone="Europe/Berlin")
    application = Applications.from_records(
        [{"application_id": "a", "applicant_id": "ann", "as_of": datetime(2026, 9, 20, tzinfo=UTC)}]
    )
    values = FeatureComputer(payment_features()).compute(application, portfolio)
    assert values["payments_inflow_sum_180d"][0] == 6 * 2000.0
    assert values["payments_outflow_sum_180d"][0] == 6 * 700.0
    assert values["payments_income_median_6m"][0] == 2000.0
    assert values["payments_rent_share_180d"][0] == 1.0


def test_two_documents_are_put_together():
    both = from_berlin_group(BERLIN, "ann") + from_plaid_like(PLAID, "bob")
    assert isinstance(both, Mapped)
    assert (both.read, len(both.tables["payments"])) == (4, 3)
    assert "left out, pending: 1" in str(both)
    assert "<pre>" in both._repr_html_()
