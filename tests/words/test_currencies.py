"""Parts of a unit of money are written with the digits of its currency, by both paths alike."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditscore.verify.again.speech import amount_said, pair_said, value_said
from creditscore.words.currencies import MINOR_DIGITS, digits_of
from creditscore.words.languages import LANGUAGES, texts_in
from creditscore.words.reasons.en import TEXTS
from creditscore.words.wording import MONEY, spoken_amount, spoken_pair, spoken_value

CURRENCIES = ["", "EUR", "USD", "furlongs", *MINOR_DIGITS]
AMOUNTS = st.floats(-1e9, 1e9) | st.integers(-2_000_000, 2_000_000).map(lambda parts: parts / 1000.0)


@pytest.mark.parametrize(
    ("currency", "shown"),
    [
        ("", "24.50"), ("EUR", "24.50 EUR"), ("USD", "24.50 USD"), ("IRR", "24.5 IRR"), ("IRT", "24.5 IRT"),
        ("JPY", "24.5 JPY"), ("KRW", "24.5 KRW"), ("XOF", "24.5 XOF"), ("KWD", "24.500 KWD"),
        ("BHD", "24.500 BHD"), ("OMR", "24.500 OMR"), ("TND", "24.500 TND"), ("CLF", "24.5000 CLF"),
        ("jpy", "24.50 jpy"),
    ],
)  # fmt: skip
def test_a_part_is_written_with_the_digits_of_the_currency(currency: str, shown: str) -> None:
    assert spoken_value(24.5, "money", TEXTS, currency=currency) == shown
    assert spoken_value(24.0, "money", TEXTS, currency=currency) == re.sub(r"\.\d+", "", shown)


@given(AMOUNTS, st.sampled_from(CURRENCIES))
def test_what_is_paid_can_be_read_back(amount: float, currency: str) -> None:
    digits = max(2, digits_of(currency))
    said = re.sub(r"[^\d.\-]", "", spoken_amount(amount, TEXTS, currency).replace(TEXTS.script.minus, "-"))
    assert float(said) == round(amount, digits)
    _, _, parts = said.partition(".")
    assert not parts or digits_of(currency) <= len(parts) <= digits


@given(AMOUNTS, AMOUNTS, st.sampled_from(CURRENCIES), st.sampled_from(LANGUAGES), st.sampled_from(MONEY))
def test_both_paths_write_money_alike(one: float, other: float, currency: str, language, unit: str) -> None:
    texts = texts_in(language)
    assert value_said(one, unit, texts, currency) == spoken_value(one, unit, texts, currency=currency)
    assert amount_said(one, texts, currency) == spoken_amount(one, texts, currency)
    assert pair_said(one, other, unit, texts, currency) == spoken_pair(one, other, unit, texts, currency)
