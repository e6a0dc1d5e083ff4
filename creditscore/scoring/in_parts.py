"""Scores of more applications than fit in memory: part by part to Parquet, and on from where it stopped."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from creditscore._ground.asked import path_of
from creditscore._ground.canonical import canonical
from creditscore._ground.files import move_whole, sync_folder
from creditscore._ground.progress import progress
from creditscore.data.applications import Applications
from creditscore.data.folder.releasing import release
from creditscore.data.given import check_given
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError
from creditscore.scoring.mismatch import OnMismatch
from creditscore.scoring.results import Scores

PART: Final = 50_000
_DIGEST: Final = b"creditscore.part"
_NAME: Final = "part-{number:06d}.parquet"


class Scorer(Protocol):
    """What scores many applications: a pipeline, or a loaded model."""

    def score_many(
        self, applications: Applications, portfolio: Portfolio, *, on_mismatch: OnMismatch = "refuse"
    ) -> Scores:
        """Score many applications in one pass."""
        ...


@dataclass(frozen=True, slots=True)
class ScoredParts:
    """What was scored into a folder.

    Attributes
    ----------
    folder : Path
        One Parquet file a part: application_id, status, probability_of_default, score, grade, and the ends of
        the interval where the model has one.
    parts, applications, scored : int
        How many parts and applications there are, and how many of them have a score.
    resumed : int
        How many of the parts were there already.
    """

    folder: Path
    parts: int
    applications: int
    scored: int
    resumed: int

    def __repr__(self) -> str:
        return (
            f"ScoredParts({self.applications:,} applications in {self.parts:,} parts, {self.scored:,} "
            f"scored, {self.resumed:,} parts were there)"
        )


def score_in_parts(
    model: Scorer,
    applications: Applications | Iterable[Applications],
    portfolio: Portfolio,
    folder: str | Path,
    *,
    part: int = PART,
    on_mismatch: OnMismatch = "refuse",
) -> ScoredParts:
    """Score applications part by part into a folder of Parquet files, with bounded memory.

    Of a portfolio on disk only what a part needs is in memory. Each file is whole or not there: called again
    with the same model, applications and portfolio, it goes on where it stopped. The scores are those of
    `score_many`, to the bit.

    Parameters
    ----------
    model : CreditPipeline, or what `load_scoring_model` gives
    applications : Applications, or iterable of Applications
        An iterable gives one part each, and is not kept.
    portfolio : Portfolio
    folder : str or Path
        New, empty, or one in which the same was begun.
    part : int, default 50,000
        How many applications a part has, 1 or more.
    on_mismatch : {"refuse", "count"}, default "refuse"
        As for `score_many`; looked at part by part.

    Returns
    -------
    ScoredParts

    Raises
    ------
    ParameterError
        If the folder holds scores of other applications, of another model or of another state of the
        portfolio.
    OSError
        If the disk is full; what is there stays.

    Examples
    --------
    >>> import tempfile
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> pipeline = cs.CreditPipeline(features=[cs.application_features(german.columns)])
    >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(cs.score_in_parts(pipeline, german.applications, cs.Portfolio(), folder, part=400))
    ...     print(cs.score_in_parts(pipeline, german.applications, cs.Portfolio(), folder, part=400).resumed)
    ScoredParts(1,000 applications in 3 parts, 1,000 scored, 0 parts were there)
    3
    """
    check_given(portfolio=portfolio)
    home = path_of("folder", folder)
    if not callable(getattr(model, "score_many", None)):
        raise ParameterError.must_be("model", "a pipeline or a model that scores", type(model).__name__)
    if not isinstance(part, int) or isinstance(part, bool) or part < 1:
        raise ParameterError.must_be("part", "1 or more", part)
    parts, total = _parts(applications, part)
    home.mkdir(parents=True, exist_ok=True)
    about = _about(portfolio)
    counts = np.zeros(4, np.int64)
    for number, some in enumerate(progress(parts, what="scores", total=total)):
        check_given(applications=some)
        path = home / _NAME.format(number=number)
        digest = _digest(about, some, on_mismatch)
        scored = _there(path, digest, model)
        was_there = scored is not None
        if scored is None:
            scored = _write(path, digest, model.score_many(some, portfolio, on_mismatch=on_mismatch))
            release(portfolio)
        counts += (1, len(some), scored, was_there)
    _check_no_more(home, int(counts[0]))
    return ScoredParts(home, *(int(count) for count in counts))


def _parts(given: Any, part: int) -> tuple[Iterable[Applications], int | None]:
    if not isinstance(given, Applications):
        if not isinstance(given, Iterable) or isinstance(given, str | dict):
            raise ParameterError.must_be("applications", "Applications, or an iterable of them", given)
        return given, None
    return _cut(given, part), -(-len(given) // part)


def _cut(applications: Applications, part: int) -> Iterator[Applications]:
    for start in range(0, len(applications), part):
        yield applications.take(np.arange(start, min(start + part, len(applications))))


def _about(portfolio: Portfolio) -> str:
    """What tells one state of a portfolio from another: nothing is ever taken out of one, only added."""
    tables = {name: [table.n_rows, *table.columns] for name, table in portfolio.tables.items()}
    owners = [hashlib.sha256(t.offsets.tobytes()).hexdigest() for t in portfolio.tables.values()]
    plain = {
        "tables": tables,
        "owners": owners,
        "people": portfolio.n_applicants,
        "terms": portfolio.terms.to_dict(),
        "privacy": portfolio.privacy.to_dict(),
        "timezone": portfolio.timezone,
    }
    return canonical(plain)


def _digest(about: str, some: Applications, on_mismatch: str) -> str:
    found = hashlib.sha256(about.encode())
    for part in (on_mismatch, some.application_ids, some.applicant_ids, some.loan_ids):
        found.update(repr(part).encode("utf-8", "surrogatepass"))
    found.update(some.as_of.tobytes())
    for columns in (some.numeric, some.text, some.moments):
        for name, values in columns.items():
            plain = repr(values) if isinstance(values, tuple) else values.tobytes().hex()
            found.update(f"{name!r}{plain}".encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def _there(path: Path, digest: str, model: Any) -> int | None:
    """How many of a part that is there have a score; None where it is not there."""
    if not path.exists():
        return None
    named = f"{digest} {_model_id(model)}"
    stored = _to_check(path)
    if stored is None or stored[0] != named:
        raise ParameterError.must_be(
            "folder",
            "new, or one in which scores of the same model, applications and portfolio were begun",
            f"{path.parent}, where {path.name} is another's",
        )
    return stored[1]


def _model_id(model: Any) -> str:
    inner = getattr(model, "model", model)
    return str(inner.model_id)


def _to_check(path: Path) -> tuple[str, int] | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_schema(path).metadata or {}
    except (pa.ArrowException, OSError, ValueError):
        return None
    named, scored = metadata.get(_DIGEST, b"").decode(), metadata.get(_DIGEST + b".scored", b"")
    return (named, int(scored)) if scored.isdigit() else None


def _write(path: Path, digest: str, scores: Scores) -> int:
    scored = int(scores.scored.sum())
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _to_parquet(scratch, scores, f"{digest} {scores.model_id}", scored)
        move_whole(scratch, path)
        sync_folder(path.parent)
    finally:
        scratch.unlink(missing_ok=True)
    return scored


def _to_parquet(path: Path, scores: Scores, named: str, scored: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    metadata = {_DIGEST: named.encode(), _DIGEST + b".scored": str(scored).encode()}
    pq.write_table(pa.table(to_columns_of_arrow(scores)).replace_schema_metadata(metadata), path)


def to_columns_of_arrow(scores: Scores) -> dict[str, Any]:
    """Return scores as columns of Arrow; what somebody without a score lacks is null.

    Returns
    -------
    dict of str to pyarrow.Array
        application_id, status, probability_of_default, score, grade, and the ends of the interval where the
        model has one.
    """
    import pyarrow as pa

    missing = ~scores.scored
    columns = {
        "application_id": pa.array(list(scores.application_ids)),
        "status": pa.array(np.where(scores.scored, "scored", "unscorable")),
        "probability_of_default": pa.array(scores.probability_of_default, mask=missing),
        "score": _to_points(scores.score),
        "grade": pa.array(list(scores.grade), pa.string()),
    }
    if scores.intervals is not None:
        for end in ("low", "high"):
            columns[f"probability_{end}"] = pa.array(getattr(scores.intervals, end), mask=missing)
            columns[f"score_{end}"] = _to_points(getattr(scores.intervals, f"score_{end}"))
    return columns


def _to_points(points: Any) -> Any:
    import pyarrow as pa

    missing = np.isnan(points)
    return pa.array(np.where(missing, 0.0, points).astype(np.int64), mask=missing)


def _check_no_more(folder: Path, parts: int) -> None:
    """Refuse to call scores whole beside which further parts stand, of more applications than were given."""
    further = folder / _NAME.format(number=parts)
    if further.exists():
        raise ParameterError.must_be(
            "folder",
            "one in which the same applications were begun",
            f"{folder}, which also holds {further.name}",
        )
