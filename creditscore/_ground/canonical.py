"""Plain data as text in one canonical form, so that equal data have equal hashes on every machine.

The form is RFC 8785 (JSON Canonicalization Scheme): keys sorted by their UTF-16 code units, no spaces, and
numbers as ECMAScript prints them, in the fewest digits that return the same double. What was written before,
and decision records (whose schema, ``creditscore.decision/1``, keeps whole numbers and floats apart and
the sign of a zero), are hashed in the older form of `canonical_v1`.

References
----------
Rundgren, Jordan and Erdtman (2020), RFC 8785, JSON Canonicalization Scheme (JCS).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any, Final

from creditscore.errors import ArtefactError

# Whole numbers up to here are doubles too; of larger ones only some.
LARGEST_WHOLE: Final = 2**53
# Of what is read; the largest of model folders, their held-out rows, stay far below.
MOST_BYTES: Final = 1 << 30
MOST_VALUES: Final = 50_000_000

# ECMAScript writes numbers from 1e-6 up to, not including, 1e21 without an exponent.
_MOST_DIGITS_BEFORE_POINT: Final = 21
_MOST_ZEROS_AFTER_POINT: Final = 6
_EXPONENT_FROM: Final = 10**_MOST_DIGITS_BEFORE_POINT

_V1, _V1_ASCII = (
    json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=ascii_only, allow_nan=False)
    for ascii_only in (False, True)
)


def canonical(data: object) -> str:
    """Write plain data in the form of RFC 8785.

    Parameters
    ----------
    data : mapping, list, tuple, str, int, float, bool or None
        Without NaN and infinities, and without whole numbers that are no doubles; keys are text.

    Returns
    -------
    str
        Without spaces. Negative zero is written as 0, and a float that is whole without a point.

    Raises
    ------
    ArtefactError
        If the data hold what the form cannot: its message names it.

    Examples
    --------
    >>> canonical({"b": 1.0, "a": [True, None, 1e21, -0.0, 0.1], "\u20ac": "\u00e9"})
    '{"a":[true,null,1e+21,0,0.1],"b":1,"\u20ac":"\u00e9"}'
    """
    try:
        text = _written(data)
        text.encode()
    except UnicodeEncodeError as error:
        raise ArtefactError(f"JSON cannot hold a lone surrogate: {error.object[error.start]!r}.") from error
    except RecursionError as error:
        raise ArtefactError("The data are nested too deeply for JSON.") from error
    return text


def canonical_v1(data: object, *, ascii_only: bool = False) -> str:
    """Write plain data in the form of decision records and of model folders before format 3.

    Keys are sorted by code points, floats are written as Python prints them (``1.0``, ``-0.0``, ``1e+21``).

    Parameters
    ----------
    data : dict, list, tuple, str, int, float, bool or None
        Without NaN and infinities.
    ascii_only : bool, default False
        Escape every other character, as ids of models before format 3 and hashes of references do.

    Raises
    ------
    ArtefactError
        If the data hold what JSON cannot.

    Examples
    --------
    >>> canonical_v1({"b": 1.0, "a": [True, None]})
    '{"a":[true,null],"b":1.0}'
    """
    try:
        text = (_V1_ASCII if ascii_only else _V1).encode(data)
        text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ArtefactError(f"What is written holds what JSON cannot: {error}.") from error
    return text


def read_json(content: str | bytes, what: str) -> Any:
    """Read JSON from anywhere: so long, so many values and so deep, and no more.

    Parameters
    ----------
    content : str or bytes
        UTF-8.
    what : str
        What to call it in an error.

    Raises
    ------
    ArtefactError
        If it is no JSON, longer than 1 GiB, of more than 50 million values, or nested too deeply.
    """
    comma = "," if isinstance(content, str) else b","
    if len(content) > MOST_BYTES or content.count(comma) > MOST_VALUES:  # type: ignore[arg-type]
        raise ArtefactError(f"{what} is longer than is read: {len(content):,} bytes.")
    try:
        return json.loads(content)
    except RecursionError as error:
        raise ArtefactError(f"{what} is nested too deeply.") from error
    except (ValueError, MemoryError) as error:
        raise ArtefactError(f"{what} is no JSON: {error}.") from error


def not_in(read: Any, stored: Any, where: str = "") -> list[str]:
    """Name the parts of stored data that are not in what was read of them; those that say nothing are left.

    >>> not_in({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}, "d": None, "e": [0]})
    ['e', 'a.c']
    """
    if isinstance(read, list) and isinstance(stored, list):
        both = enumerate(zip(read, stored, strict=False))
        return [name for at, pair in both for name in not_in(*pair, f"{where}{at}.")]
    if not isinstance(read, dict) or not isinstance(stored, dict):
        return []
    found = [f"{where}{name}" for name, part in stored.items() if name not in read and part]
    for name in read:
        found += not_in(read[name], stored.get(name), f"{where}{name}.")
    return found


def sha256(content: str | bytes) -> str:
    """Hash bytes, or the UTF-8 of a text: 64 hexadecimal digits."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def number_text(value: float) -> str:
    """Write a finite double as ECMAScript does.

    Parameters
    ----------
    value : float
        Finite.

    Raises
    ------
    ArtefactError
        If it is NaN or infinite.

    Examples
    --------
    >>> [number_text(value) for value in (0.001, 1e-7, 123456789.0, 1.5e300)]
    ['0.001', '1e-7', '123456789', '1.5e+300']
    """
    if value - value != 0.0:
        raise ArtefactError(f"JSON cannot hold the number {value!r}. Write a missing value as null.")
    text = float.__repr__(value)
    if "e" not in text:
        whole = text.removesuffix(".0")
        return "0" if whole == "-0" else whole
    return _with_exponent(text)


def _with_exponent(text: str) -> str:
    """Turn what Python prints with an exponent into what ECMAScript prints."""
    mantissa, _, exponent = text.partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    digits = mantissa.lstrip("-").replace(".", "")
    before = int(exponent) + 1
    if 0 < before <= _MOST_DIGITS_BEFORE_POINT:
        whole, rest = digits[:before].ljust(before, "0"), digits[before:]
        return f"{sign}{whole}.{rest}" if rest else sign + whole
    if -_MOST_ZEROS_AFTER_POINT < before <= 0:
        return f"{sign}0.{'0' * -before}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{before - 1:+d}"


def _written(data: Any) -> str:
    if isinstance(data, str):
        return str(encode_basestring(data))
    if isinstance(data, float):
        return number_text(data)
    if data is None:
        return "null"
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, int):
        return _whole(data)
    if isinstance(data, list | tuple):
        return f"[{','.join(map(_written, data))}]"
    if isinstance(data, Mapping):
        return f"{{{','.join(f'{_key(name)}:{_written(data[name])}' for name in _sorted(data))}}}"
    raise ArtefactError(f"JSON cannot hold a {type(data).__name__}: {data!r}. Turn it into plain data.")


def _whole(value: int) -> str:
    if abs(value) >= _EXPONENT_FROM:
        raise ArtefactError("A whole number of 1e21 or more would change. Write it as text.")
    text = int.__repr__(value)
    if abs(value) > LARGEST_WHOLE and number_text(float(value)) != text:
        raise ArtefactError(f"The whole number {value} is no double and would change. Write it as text.")
    return text


def _key(name: Any) -> str:
    return str(encode_basestring(name))


def _sorted(data: Mapping[Any, Any]) -> list[Any]:
    """Sort keys by UTF-16 code units: as code points, but for those beyond U+FFFF."""
    for name in data:
        if not isinstance(name, str):
            raise ArtefactError(f"The keys of JSON are text. Got {name!r}.")
    return sorted(data, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
