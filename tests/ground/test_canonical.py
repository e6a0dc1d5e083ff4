"""Canonical JSON against the vectors that RFC 8785 itself gives, and against reading it back."""

from __future__ import annotations

import json
import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore._ground.canonical import canonical, canonical_v1, number_text
from creditscore.errors import ArtefactError
from creditscore.verify.findings import canonical as second_v1
from creditscore.verify.findings import canonical_rfc8785 as second

# RFC 8785, appendix B: doubles as hexadecimal IEEE 754 bits, and the text that they must have.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}
WITHOUT_TEXT = ("7fffffffffffffff", "7ff0000000000000")

# RFC 8785, section 3.2.2 and 3.2.3: one object, and its canonical bytes in section 3.2.4.
SAMPLE = r"""{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}"""
SAMPLE_BYTES = bytes.fromhex(
    "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b33333333333333"
    "33332e333333333333332c31652b33302c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac24"
    "5c75303030665c6e4127425c225c5c5c5c5c222f227d"
)

# RFC 8785, section 3.2.3: keys in order of their UTF-16 code units.
KEYS = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\U0001f600": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
}
KEYS_IN_ORDER = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]

BOTH = pytest.mark.parametrize("write", [canonical, second], ids=["scoring", "verifying"])


def double(bits: str) -> float:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    return value


@BOTH
@pytest.mark.parametrize(("bits", "text"), NUMBERS.items())
def test_numbers_of_the_standard(write, bits, text):
    assert write(double(bits)) == text


@BOTH
@pytest.mark.parametrize("bits", WITHOUT_TEXT)
def test_numbers_that_the_standard_forbids(write, bits):
    with pytest.raises((ArtefactError, ValueError)):
        write([double(bits)])


@BOTH
def test_the_sample_of_the_standard(write):
    assert write(json.loads(SAMPLE)).encode() == SAMPLE_BYTES


@BOTH
def test_keys_are_sorted_by_utf_16_code_units(write):
    text = write(KEYS)
    assert list(json.loads(text)) == KEYS_IN_ORDER
    assert sorted(KEYS) != KEYS_IN_ORDER


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({"a": math.nan}, "nan"),
        ([math.inf], "inf"),
        (2**53 + 1, "9007199254740993"),
        ({1: 2}, "keys of JSON are text. Got 1"),
        ({"a": {2, 3}}, "hold a set"),
        ("\ud800", "lone surrogate"),
        ({"\udfff": 1}, "lone surrogate"),
    ],
)
def test_what_the_form_cannot_hold_is_named(data, named):
    with pytest.raises(ArtefactError, match=named):
        canonical(data)


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
)


@given(PLAIN)
@settings(deadline=None)
def test_what_is_written_reads_back_equal_and_is_written_alike(data):
    text = canonical(data)
    again = json.loads(text, parse_int=float)  # to the reader of this form every number is a double
    assert again == data
    assert canonical(again) == text
    assert second(data) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(deadline=None)
def test_a_number_keeps_every_bit_but_the_sign_of_zero(value):
    assert float(number_text(value)).hex() == (value + 0.0).hex()


@given(PLAIN)
@settings(deadline=None)
def test_the_older_form_is_the_same_on_both_paths(data):
    assert canonical_v1(data) == second_v1(data)
    assert repr(json.loads(canonical_v1({"a": [1.0, -0.0, 7]}))) == "{'a': [1.0, -0.0, 7]}"


@pytest.mark.parametrize(
    "data", [10**21, -(10**400), 10**5000, [{"a": 10**5000}]], ids=["least", "negative", "huge", "inside"]
)
def test_whole_numbers_that_ecmascript_would_write_with_an_exponent_are_refused(data: object) -> None:
    with pytest.raises(ArtefactError, match="whole number"):
        canonical(data)
    assert canonical(10**21 - 10**6) == str(10**21 - 10**6)


@pytest.mark.parametrize("key", [None, 1, True, 2.5, ()])
def test_a_key_that_is_no_text_is_refused(key: object) -> None:
    with pytest.raises(ArtefactError, match="keys of JSON are text"):
        canonical({"a": 1, key: 2})


def test_the_older_form_refuses_what_it_cannot_write_too() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    for data in ({"name": "\ud800"}, {"\udc00": 1}, deep, {"a": math.nan}):
        with pytest.raises(ArtefactError, match="JSON cannot"):
            canonical_v1(data)
    assert canonical_v1("\U0001f600") == '"\U0001f600"'
