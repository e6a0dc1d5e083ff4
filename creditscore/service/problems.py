"""What went wrong, as problem documents (RFC 9457): the status follows from the class of the error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from creditscore import errors
from creditscore.data.tables.contracts import APPLICATIONS

MEDIA: Final = "application/problem+json"
# A name of a kind of problem, and no page on the web.
_TYPE: Final = "urn:creditscore:problem:"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one part of a request.

    Attributes
    ----------
    pointer : str
        The part, as a JSON pointer (RFC 6901) into the body; empty for the whole of it.
    detail : str
        What must hold there, and what to do.
    column : str
        Of a table, where the fault lies in many rows.
    rows : int
        How many; 0 where the part is no table.
    """

    pointer: str
    detail: str
    column: str = ""
    rows: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Write the fault as plain data."""
        many = {"column": self.column, "rows": self.rows} if self.column or self.rows else {}
        return {"pointer": self.pointer, "detail": self.detail, **many}


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document.

    Attributes
    ----------
    status : int
    kind : str
        The last part of its type; the same for all problems of one sort.
    title, detail : str
    faults : tuple of Fault
        What is wrong with which part of the request.
    retry_after : int
        Seconds after which the same request may succeed; 0 where it will not.
    """

    status: int
    kind: str
    title: str
    detail: str
    faults: tuple[Fault, ...] = ()
    retry_after: int = 0

    def to_dict(self, request_id: str = "") -> dict[str, Any]:
        """Write the problem as plain data.

        Parameters
        ----------
        request_id : str
            By which the log has it.
        """
        instance = {"instance": f"urn:creditscore:request:{request_id}"} if request_id else {}
        faults = {"errors": [fault.to_dict() for fault in self.faults]} if self.faults else {}
        head = {"type": _TYPE + self.kind, "title": self.title, "status": self.status, "detail": self.detail}
        return head | instance | faults


class RefusedError(errors.CreditScoreError):
    """A request that is not answered as asked; it carries its problem document."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.detail)

    @classmethod
    def of(cls, status: int, kind: str, detail: str, *faults: Fault, retry_after: int = 0) -> RefusedError:
        """Refuse a request, for a kind of problem whose title is known."""
        return cls(Problem(status, kind, TITLES[kind], detail, faults, retry_after))


TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "malformed": "The request is not what is asked for",
        "unauthorized": "No valid key was given",
        "forbidden": "The key does not open this",
        "not-found": "There is nothing here",
        "method-not-allowed": "This is not done here",
        "too-large": "The request is larger than is read",
        "unsupported-media": "The body is not JSON",
        "too-many-requests": "The key asks more often than it may",
        "busy": "Too much is asked at once",
        "late": "The answer would come too late",
        "not-configured": "The service was started without what this needs",
        "key-reused": "The idempotency key was used for something else",
        "internal": "The service is at fault",
        "parameter": "A value is not one that it can be",
        "name-unknown": "A name is not known",
        "contract": "The data break their contract",
        "feature": "A feature cannot be computed from these data",
        "mismatch": "The data are not what the model was fitted on",
        "model": "The model cannot do this",
        "portfolio": "The portfolio of the service cannot be read or written",
        "ledger": "The ledger does not take or give this",
        "decision-unknown": "There is no such decision",
        "law": "The law forbids this",
        "signing": "Nothing can be signed",
        "privacy": "Privacy forbids this",
        "package-missing": "The service lacks a package",
        "storage": "A file or disk is at fault",
    }
)

# By class, nearest first: every class of the library's tree has a line of its own, as a test demands.
STATUSES: Final[Mapping[type[BaseException], tuple[int, str]]] = MappingProxyType(
    {
        errors.ParameterError: (422, "parameter"),
        errors.NameUnknownError: (422, "name-unknown"),
        errors.ContractError: (422, "contract"),
        errors.FeatureError: (422, "feature"),
        errors.MismatchError: (422, "mismatch"),
        errors.JurisdictionError: (422, "law"),
        errors.PrivacyError: (422, "privacy"),
        errors.DecisionUnknownError: (404, "decision-unknown"),
        errors.KeyReusedError: (409, "key-reused"),
        errors.LedgerError: (503, "ledger"),
        errors.LedgerAwayError: (503, "ledger"),
        errors.PortfolioError: (503, "portfolio"),
        errors.StatisticNotRegisteredError: (503, "model"),
        errors.FittingError: (503, "model"),
        errors.ArtefactError: (503, "model"),
        errors.SigningError: (503, "signing"),
        errors.MissingExtraError: (503, "package-missing"),
        errors.ExplanationError: (500, "internal"),
        errors.StreamError: (500, "internal"),
        errors.FontMissingError: (503, "package-missing"),
        errors.CreditScoreError: (500, "internal"),
        OSError: (503, "storage"),
    }
)
_INTERNAL: Final = "An error that nobody foresaw; the log of the service has it under the id of the request."


def problem_of(error: BaseException) -> Problem:
    """Turn an error into its problem document.

    What the service itself is at fault for says nothing about its insides.

    Parameters
    ----------
    error : Exception

    Examples
    --------
    >>> from creditscore.errors import ParameterError
    >>> problem = problem_of(ParameterError.must_be("cutoff", "within the scale", -1))
    >>> problem.status, problem.kind, problem.faults[0].pointer
    (422, 'parameter', '/cutoff')
    """
    if isinstance(error, RefusedError):
        return error.problem
    status, kind = next((STATUSES[one] for one in type(error).__mro__ if one in STATUSES), (500, "internal"))
    own = isinstance(error, errors.CreditScoreError) and status not in (500, 503)
    detail = _detail(error) if own or isinstance(error, errors.LedgerError) else _INTERNAL
    return Problem(status, kind, TITLES[kind], detail, _faults(error))


def _detail(error: BaseException) -> str:
    if isinstance(error, errors.ContractError):
        return f"{len(error.problems)} rule(s) are broken; see errors."
    return str(error)


def _faults(error: BaseException) -> tuple[Fault, ...]:
    if isinstance(error, errors.ContractError):
        return tuple(map(_of_table, error.problems))
    if isinstance(error, errors.ParameterError) and error.parameter:
        inside = "/application" if error.parameter in APPLICATIONS.declared else ""
        return (Fault(f"{inside}/{_escaped(error.parameter)}", str(error)),)
    return ()


def _of_table(problem: errors.Problem) -> Fault:
    shown = f" (first: {', '.join(problem.examples)})" if problem.examples else ""
    detail = f"{problem.rule}{shown}. {problem.remedy}"
    if problem.table == "applications":
        return Fault("/application" + (f"/{_escaped(problem.column)}" if problem.column else ""), detail)
    return Fault(f"/tables/{_escaped(problem.table)}", detail, problem.column, problem.rows)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
