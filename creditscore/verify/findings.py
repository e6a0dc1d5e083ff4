"""What a verification found: one line for each check."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes
    ----------
    name : str
        What was checked.
    fault : str
        What is wrong; empty if nothing is.
    """

    name: str
    fault: str = ""

    def __str__(self) -> str:
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
        """Whether no check failed, and at least one was made."""
        return bool(self.checks) and not any(check.fault for check in self.checks)

    def note(self, name: str, fault: str = "") -> None:
        """Add a check."""
        self.checks.append(Check(name, fault))

    def note_first(self, name: str, faults: Iterable[str]) -> None:
        """Add a check that fails with the first of some faults."""
        self.note(name, next(iter(faults), ""))

    def __str__(self) -> str:
        verdict = "verified" if self.passed else "NOT verified"
        return "\n".join([f"{self.subject}: {verdict}", *(f"  {check}" for check in self.checks)])


def canonical(data: Any) -> str:
    """Write plain data with sorted keys, without spaces, floats in their shortest exact form."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(content: bytes | str) -> str:
    """Hash bytes, or the UTF-8 of a text: 64 hexadecimal digits."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def near(one: float, other: float, tolerance: float = 1e-9) -> bool:
    """Whether two numbers agree within a tolerance; NaN agrees with nothing."""
    return abs(one - other) <= tolerance
