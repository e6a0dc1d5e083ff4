"""What a verification found: one line for each check."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

# Records of it state contributions against the training rows, and their reasons are no comparisons.
FIRST_SCHEMA: Final = "creditscore.decision/1"


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes
    ----------
    name : str
        What was checked.
    fault : str
        What is wrong; empty if nothing is.
    is_remark : bool
        Whether nothing was checked: it says what was not.
    is_open : bool
        Whether what is wrong is that it could not be checked here.
    """

    name: str
    fault: str = ""
    is_remark: bool = False
    is_open: bool = False

    def __str__(self) -> str:
        if self.is_remark:
            return f"note    {self.name}"
        if self.is_open:
            return f"OPEN    {self.name}: {self.fault}"
        return f"FAILED  {self.name}: {self.fault}" if self.fault else f"ok      {self.name}"


@dataclass(slots=True)
class Findings:
    """All checks of one thing.

    Attributes
    ----------
    subject : str
        What was verified.
    checks : list of Check
    """

    subject: str
    checks: list[Check] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether no check failed or stayed open, and at least one was made."""
        made = [check for check in self.checks if not check.is_remark]
        return bool(made) and not any(check.fault for check in made)

    def note(self, name: str, fault: str = "") -> None:
        """Add a check."""
        self.checks.append(Check(name, fault))

    def leave_open(self, name: str, why: str) -> None:
        """Say what would have to be checked and cannot be here: then nothing is verified, nor refuted."""
        self.checks.append(Check(name, why, is_open=True))

    def remark(self, name: str) -> None:
        """Say, once, what was not checked."""
        remark = Check(name, is_remark=True)
        self.checks += [remark] * (remark not in self.checks)

    def note_first(self, name: str, faults: Iterable[str]) -> None:
        """Add a check that fails with the first of some faults."""
        self.note(name, next(iter(faults), ""))

    def __str__(self) -> str:
        refuted = any(check.fault and not check.is_open for check in self.checks)
        left = any(check.is_open for check in self.checks)
        open_only = "NOT checked whole" if left and not refuted else "NOT verified"
        verdict = "verified" if self.passed else open_only
        return "\n".join([f"{self.subject}: {verdict}", *(f"  {check}" for check in self.checks)])


def canonical(data: Any) -> str:
    """Write plain data as records and folders of models before format 3 hold them, floats as Python does."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_ascii(data: Any) -> str:
    """Write plain data as populations of reference are hashed: only letters of ASCII."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def canonical_rfc8785(data: Any) -> str:
    """Write plain data as RFC 8785 asks: what folders of models hold from format 3 on."""
    match data:
        case str():
            return json.dumps(data, ensure_ascii=False)
        case None | True | False:
            return json.dumps(data)
        case int() | float():
            return _ecmascript(Decimal(repr(data)))
        case [*items]:
            return "[" + ",".join(canonical_rfc8785(item) for item in items) + "]"
        case {}:
            names = sorted(data, key=lambda name: list(struct.iter_unpack(">H", name.encode("utf-16-be"))))
            parts = (f"{canonical_rfc8785(name)}:{canonical_rfc8785(data[name])}" for name in names)
            return "{" + ",".join(parts) + "}"
    raise TypeError(f"JSON cannot hold {data!r}")


def _ecmascript(number: Decimal) -> str:
    """Print a number by the steps of Number::toString in ECMA-262."""
    if not number.is_finite():
        raise ValueError(f"JSON cannot hold {number}")
    if number == 0:
        return "0"
    sign, figures, exponent = number.normalize().as_tuple()
    digits, power = "".join(map(str, figures)), len(figures) + int(exponent)
    if len(digits) <= power <= 21:
        text = digits + "0" * (power - len(digits))
    elif 0 < power <= 21:
        text = f"{digits[:power]}.{digits[power:]}"
    elif -6 < power <= 0:
        text = f"0.{'0' * -power}{digits}"
    else:
        text = ".".join(part for part in (digits[0], digits[1:]) if part) + f"e{power - 1:+d}"
    return "-" * sign + text


def sha256(content: bytes | str) -> str:
    """Hash bytes, or the UTF-8 of a text: 64 hexadecimal digits."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def near(one: float, other: float, tolerance: float = 1e-9) -> bool:
    """Whether two numbers agree within a tolerance; NaN agrees with nothing."""
    return abs(one - other) <= tolerance
