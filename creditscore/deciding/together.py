"""Who applies together: what each decision knows of the others, and how all of them stand by the score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

import numpy as np

from creditscore.data.applications import Applications
from creditscore.data.door.clock import moment
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.data.tables.parties import PARTIES
from creditscore.data.visible import learned, visible
from creditscore.deciding.evidence import Evidence
from creditscore.deciding.means import means_computer
from creditscore.errors import ParameterError
from creditscore.policy.strategy.resolve import Standing
from creditscore.policy.strategy.strategy import Strategy

MOST_PARTIES: Final = 10
APPLICANT, CO_APPLICANT, GUARANTOR = "applicant", "co_applicant", "guarantor"
# What the application says of the loan, and not of a person.
_OF_THE_LOAN: Final = ("amount", "term_days", "product", "purpose")


@dataclass(frozen=True, slots=True, eq=False)
class Party:
    """Somebody named in an application, as an application of their own."""

    role: str
    application: Applications


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else who applies for the same loan, as far as a decision may know.

    Attributes
    ----------
    role : {"applicant", "co_applicant"}
    decision_id, subject : str
        Of the record of their own.
    standing : str
        How they stand by rules and score: one of `creditscore.policy.strategy.resolve.STANDINGS`.
    grade : str or None
    means_known : bool
        Whether what they live on and what they repay was known.
    """

    role: str
    decision_id: str
    subject: str
    standing: Standing
    grade: str | None
    means_known: bool


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """Who applies together, as the record of one of them holds it.

    Attributes
    ----------
    role : {"applicant", "co_applicant"}
        Of the one whom the record is about.
    first : str
        The pseudonym of the first applicant, by which a strategy draws for all.
    others : tuple of Other
    joint : Evidence or None
        The rows that joint means are read from, as of one person.
    guarantors : tuple of Evidence
        The rows that the means of each are read from.
    """

    role: str = APPLICANT
    first: str = ""
    others: tuple[Other, ...] = ()
    joint: Evidence | None = None
    guarantors: tuple[Evidence, ...] = ()

    @property
    def is_alone(self) -> bool:
        """Whether nobody else is named."""
        return not self.others and not self.guarantors and self.joint is None

    @property
    def applicants(self) -> int:
        """How many people apply."""
        return 1 + len(self.others)

    def to_dict(self) -> dict[str, Any]:
        """Write what a record says of them; rows stand among its inputs."""
        others = [asdict(one) for one in self.others]
        return {"role": self.role, "first": self.first, "others": others}

    def inputs_text(self) -> dict[str, str]:
        """Write the rows, by the name of their part of the inputs."""
        found = {} if self.joint is None else {"joint": self.joint.inputs_text()}
        if self.guarantors:
            found["guarantors"] = f"[{','.join(one.inputs_text() for one in self.guarantors)}]"
        return found

    @classmethod
    def of(cls, stored: Mapping[str, Any] | None, inputs: Mapping[str, Any]) -> Self:
        """Read what a record says of them, and open the rows."""
        if stored is None:
            return cls()
        joint = inputs.get("joint")
        return cls(
            stored["role"], stored["first"], tuple(Other(**one) for one in stored["others"]),
            None if joint is None else Evidence.of(means_computer(), joint),
            tuple(Evidence.of(means_computer(), one) for one in inputs.get("guarantors", ())),
        )  # fmt: skip


ALONE: Final = Together()


def parties_of(portfolio: Portfolio, one: Applications, strategy: Strategy | None) -> tuple[Party, ...]:
    """Return everybody else who is named in an application, co-applicants first, in the order of their ids.

    Each gets an application of their own: what it says of the loan, and of the person what the table says in
    columns of its own; what a form says of the first applicant is said of nobody else.

    Parameters
    ----------
    portfolio : Portfolio
    one : Applications
        A single application.
    strategy : Strategy, optional
        It names what the application says of the loan.

    Raises
    ------
    ParameterError
        If the table names another applicant, too many people, or somebody who was not known before the
        moment.
    """
    rows = _rows(portfolio, one)
    if not rows.size:
        return ()
    table = portfolio.tables[PARTIES]
    words = table.vocabularies["role"]
    owners = np.searchsorted(table.offsets, rows, side="right") - 1
    roles = [words[code] for code in table.column("role")[rows].tolist()]
    ids = [_plain(portfolio.applicant_ids[int(owner)]) for owner in owners]
    first = _plain(one.applicant_ids[0])
    wrong = [name for name, role in zip(ids, roles, strict=True) if (role == APPLICANT) != (name == first)]
    if wrong:
        raise ParameterError(
            f"The parties of application {one.application_ids[0]!r} name {wrong[0]!r} in a role that the "
            "application does not give them. Its applicant_id is the one whose role is 'applicant'."
        )
    others = [k for k, role in enumerate(roles) if role != APPLICANT]
    if len(others) >= MOST_PARTIES:
        raise ParameterError(
            f"Application {one.application_ids[0]!r} names {len(others) + 1} people. "
            f"{MOST_PARTIES} are the most."
        )
    shared = {*_OF_THE_LOAN, *(() if strategy is None else strategy.of_the_loan)}
    found = [
        Party(roles[k], _application(portfolio, one, int(rows[k]), ids[k], shared))
        for k in sorted(others, key=lambda k: (roles[k] != CO_APPLICANT, str(ids[k])))
    ]
    return tuple(found)


def _rows(portfolio: Portfolio, one: Applications) -> Any:
    """Rows of the table that name an application, shape (n_rows,), refusing what came too late."""
    table = portfolio.tables.get(PARTIES)
    if table is None or not table.n_rows:
        return np.empty(0, np.int64)
    wanted, labels = _plain(one.application_ids[0]), table.vocabularies["application_id"]
    if labels and isinstance(labels[0], str) is not isinstance(wanted, str):
        raise ParameterError.must_be("application_id", "of the type of those in the table parties", wanted)
    if wanted not in labels:
        return np.empty(0, np.int64)
    code = [_plain(label) for label in labels].index(wanted)
    of_it = table.column("application_id") == code
    at = int(one.as_of[0])
    if (of_it & ~learned(table.times, at)).any():
        raise ParameterError(
            f"Application {wanted!r} has parties that were not known before its moment, "
            f"{moment(at).isoformat()}. Leave out when they were named, or decide as of a later moment."
        )
    return np.flatnonzero(of_it & visible(table.times, at))


def _application(
    portfolio: Portfolio, one: Applications, row: int, who: Any, shared: set[str]
) -> Applications:
    table = portfolio.tables[PARTIES]
    said: dict[str, Any] = {
        "application_id": one.application_ids[0], "applicant_id": who, "as_of": moment(int(one.as_of[0]))
    }  # fmt: skip
    said |= {name: float(column[0]) for name, column in one.numeric.items() if name in shared}
    said |= {name: column[0] for name, column in one.text.items() if name in shared}
    declared = CONTRACTS[PARTIES].declared
    for name in table.value_columns:
        if name not in declared and name not in said:
            said[name] = float(table.column(name)[row])
    for name in table.code_columns:
        code = int(table.column(name)[row])
        if name not in declared and name not in said:
            said[name] = None if code < 0 else table.vocabularies[name][code]
    return Applications.from_records([{name: _known(value) for name, value in said.items()}])


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and value != value else value


def _plain(label: Any) -> Any:
    return label if isinstance(label, str) else int(label)


def worst_grade(grades: Sequence[str | None], strategy: Strategy) -> str | None:
    """Return the grade of the highest probability of default in the price list; None where one has none."""
    known = [one for one in grades if one is not None]
    if len(known) < len(grades):
        return None
    return max(known, key=lambda one: strategy.prices.grades[one])
