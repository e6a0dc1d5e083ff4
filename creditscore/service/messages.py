"""What is asked and answered, as typed values that the service, its description and the client share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar

from creditscore._ground.extras import needs
from creditscore.service.problems import Fault, RefusedError

with needs("the service", package="msgspec", extra="serve"):
    import msgspec

Cell: TypeAlias = str | int | float | bool | None
Record: TypeAlias = dict[str, Cell]
Tables: TypeAlias = dict[str, list[Record]]
MOST_APPLICATIONS: Final = 1_000
# A body nests no deeper than a cell of a record of a table, so what lies deeper is named by a walk.
_UNNAMED: Final = "[...]"


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request for a score or a decision.

    Attributes
    ----------
    application : dict
        application_id, applicant_id, as_of, and attributes by name.
    tables : dict of str to list of dict, optional
        Records of this applicant by name of the table. Without them, the portfolio of the service is read.
    """

    application: Record
    tables: Tables | None = None


class AskedMany(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request for the scores of several applications, 1,000 at most.

    Attributes
    ----------
    applications : list of dict
    tables : dict of str to list of dict, optional
        Records of all these applicants by name of the table.
    """

    applications: Annotated[list[Record], msgspec.Meta(min_length=1, max_length=MOST_APPLICATIONS)]
    tables: Tables | None = None


class AskedWhy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request for an explanation.

    Attributes
    ----------
    application, tables
        As for a score.
    reference : {"training_mean", "approved", "near_cutoff"}
        What points are stated against; all but the first need ``cutoff``.
    cutoff : float, optional
        In points.
    """

    application: Record
    tables: Tables | None = None
    reference: Literal["training_mean", "approved", "near_cutoff"] = "training_mean"
    cutoff: float | None = None


class AskedToObject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An objection to a report.

    Attributes
    ----------
    item : str
        What is wrong: names and numbers within the JSON of the report, parted by ``/``.
    because : str
        Why, in the words of who objects.
    rule : {"IR", "CN", "US"}
        Whose clocks run.
    issued_at : str, optional
        When the report was issued, as it says itself; now by default.
    audience, language : str
        Of the report.
    """

    item: str
    because: str
    rule: Literal["IR", "CN", "US"]
    issued_at: str | None = None
    audience: Literal["subject", "auditor", "authority"] = "subject"
    language: Literal["en", "fa", "zh"] = "en"


class Events(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Records that the portfolio of the service shall know from now on.

    Attributes
    ----------
    tables : dict of str to list of dict
    """

    tables: Tables


class Added(msgspec.Struct, frozen=True):
    """How many records were added, by table; on return they are on disk."""

    rows: dict[str, int]


class Erased(msgspec.Struct, frozen=True):
    """What went with a person: keys of the ledger, and rows by table of the portfolio."""

    keys: int
    rows: dict[str, int]


class Subject(msgspec.Struct, frozen=True):
    """What the ledger calls an applicant."""

    subject: str


class AskedWho(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request for the pseudonym of an applicant."""

    applicant_id: int | str


class Score(msgspec.Struct, frozen=True):
    """A score, as `creditscore.ScoreResult` has it.

    Attributes are those of `ScoreResult.to_dict`; what later versions add is left alone.
    """

    status: str
    code: str
    application_id: int | str
    as_of: str
    model_id: str
    feature_digest: str
    probability_of_default: float | None
    score: int | None
    score_unrounded: float | None
    grade: str | None
    reasons: list[dict[str, Any]]
    sources: dict[str, bool]
    mismatches: list[dict[str, Any]]
    unavailable: dict[str, str]
    source_mask: str
    source_status: dict[str, str]
    interval: dict[str, Any] | None
    jurisdiction: str = ""
    jurisdiction_sha256: str = ""


class ScoreOfMany(msgspec.Struct, frozen=True):
    """One line of a batch: a score without reasons."""

    application_id: int | str
    status: str
    probability_of_default: float | None
    score: int | None
    grade: str | None
    source_mask: str


class ScoresOfMany(msgspec.Struct, frozen=True):
    """The scores of a batch, in the order in which they were asked for."""

    model_id: str
    scores: list[ScoreOfMany]
    mismatches: list[dict[str, Any]]


class PointsOf(msgspec.Struct, frozen=True):
    """What one feature, or a group of them, added to a score, in points; below 0 it took points.

    Attributes
    ----------
    name, group : str
    value : float or None
        Of the feature; None where it is missing, and for a group.
    points : float
    """

    name: str
    group: str
    value: float | None
    points: float


class Explanation(msgspec.Struct, frozen=True):
    """What a score is made of: ``base_points`` and all points add up to ``score_unrounded``."""

    application_id: int | str
    as_of: str
    status: str
    code: str
    model_id: str
    reference: str
    base_points: float | None
    score_unrounded: float | None
    features: list[PointsOf]
    groups: list[PointsOf]
    reasons: list[dict[str, Any]]
    dropped_reasons: list[dict[str, Any]]


class Decision(msgspec.Struct, frozen=True):
    """A decision that stands in the ledger.

    Attributes
    ----------
    decision_id, subject : str
        The subject is the applicant's pseudonym in this ledger.
    decision : {"approve", "refer", "decline", "counter_offer", "raise", "offer", "keep", "lower", "close"}
    record_sha256 : str
        Of the whole record, which `GET /v1/decisions/{id}` gives.
    together_with : list of str
        Ids of the decisions on those who apply together with the applicant.
    """

    decision_id: str
    application_id: int | str
    subject: str
    as_of: str
    decided_at: str
    decision: str
    status: str
    code: str
    score: int | None
    probability_of_default: float | None
    grade: str | None
    cutoff: float | None
    referred_because: dict[str, Any] | None
    reasons: list[dict[str, Any]]
    model_id: str
    policy_id: str | None
    record_sha256: str
    together_with: list[str]


T = TypeVar("T")


def read(body: bytes, kind: type[T]) -> T:
    """Read the JSON of a request.

    Parameters
    ----------
    body : bytes
    kind : type
        One of the requests above.

    Raises
    ------
    RefusedError
        If it is no JSON, or not what is asked for: its problem names the part.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise _refused(422, str(error), body) from None
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise _refused(400, str(error) or type(error).__name__, body) from None


def written(answer: object) -> bytes:
    """Write an answer as JSON."""
    return msgspec.json.encode(answer)


def _refused(status: int, text: str, body: bytes) -> RefusedError:
    what, _, path = text.partition(" - at `$")
    pointer = _pointer(path.rstrip("`"), body)
    return RefusedError.of(status, "malformed", f"{what}.", Fault(pointer, what))


def _pointer(path: str, body: bytes) -> str:
    """Turn a path such as ``.tables[...][0]`` into a JSON pointer; keys that it leaves out are looked for."""
    before, unnamed, _ = path.partition(_UNNAMED)
    parts = [part for part in before.replace("[", ".").replace("]", "").split(".") if part]
    if unnamed:
        parts += _offender(body, parts)
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts)


def _offender(body: bytes, parts: list[str]) -> list[str]:
    """Find the first key below a part under which something stands that is no cell, no record or no table."""
    try:
        found: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return []
    for part in parts:
        found = found[int(part)] if isinstance(found, list) else found[part]
    return _odd(found, tables=parts == ["tables"])


def _odd(found: Mapping[str, Any], *, tables: bool) -> list[str]:
    if not tables:
        return [next((key for key, cell in found.items() if isinstance(cell, dict | list)), "")]
    for name, rows in found.items():
        if not isinstance(rows, list):
            return [name]
        for number, row in enumerate(rows):
            if not isinstance(row, dict):
                return [name, str(number)]
            odd = [key for key, cell in row.items() if isinstance(cell, dict | list)]
            if odd:
                return [name, str(number), odd[0]]
    return []
