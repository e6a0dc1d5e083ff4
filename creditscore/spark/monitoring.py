"""Drift of what comes in, on Spark: each part counts by the frozen bins, and counts add up."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from creditscore._ground.canonical import canonical, read_json
from creditscore._ground.object_stores import any_folder
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.errors import NameUnknownError
from creditscore.model.scale import outcomes_of
from creditscore.scoring.loading import model_of, read_parts
from creditscore.signing.trust import Trust
from creditscore.spark.given import Given
from creditscore.spark.job import ModelTexts, model_from, number_of_parts, run
from creditscore.spark.reading import AS_EVER, SparkReading

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from creditscore.monitoring.drift import DriftTable, FrozenBins

_ROWS: Final = ""
_UNSEEN: Final = -1
_OF_SCORES: Final = ("probability_of_default", "score", "grade")
_SCHEMA: Final = "name string, bin int, n bigint"


def monitor(
    model_path: str | Path,
    tables: Mapping[str, DataFrame],
    applications: DataFrame,
    bins: FrozenBins,
    *,
    level: float = 0.01,
    limits: Mapping[str, tuple[float, float]] | None = None,
    reading: SparkReading = AS_EVER,
    parts: int | None = None,
    trust: Trust | None = None,
) -> DriftTable:
    """Hold what comes in against a reference: scores and features of applications, computed on Spark.

    This runs the job, and returns what `FrozenBins.compare` returns of the same values on one machine.

    Parameters
    ----------
    model_path, tables, applications, reading, parts, trust
        As for `score_many`. What differs from the fit is no error here: it is what is looked for.
    bins : FrozenBins
        Of features of the model, ``"score"``, ``"probability_of_default"`` and ``"grade"``, as many as are to
        be watched.
    level, limits
        As for `FrozenBins.compare`.

    Returns
    -------
    DriftTable

    Raises
    ------
    NameUnknownError
        If the bins are of a column that is none of these.
    ArtefactError, ParameterError, MissingExtraError
        As for `score_many`.
    """
    from pyspark.sql import functions as f

    from creditscore.monitoring.drift import BinCounts

    given = Given.checked(tables, applications, reading)
    saved = read_parts(any_folder(model_path), trust)
    known = (*_OF_SCORES, *model_of(saved).computer.names)
    for name in bins.names:
        if name not in known:
            raise NameUnknownError.among("column to watch", name, known)
    asking = partial(_counted, ModelTexts.of(saved), canonical(bins.to_dict()))
    counted = run(given, asking, _SCHEMA, number_of_parts(parts, applications))
    sums = counted.groupBy("name", "bin").agg(f.sum("n").alias("n")).collect()
    found = {(row["name"], row["bin"]): int(row["n"]) for row in sums}
    kinds: dict[str, Any] = {name: object if bins.is_text(name) else np.float64 for name in bins.names}
    empty = bins.count({name: np.empty(0, kind) for name, kind in kinds.items()})
    columns = {
        name: (
            np.array([found.get((name, k), 0) for k in range(none.size)], np.int64),
            found.get((name, _UNSEEN), 0),
        )
        for name, (none, _) in empty.columns.items()
    }
    counts = BinCounts(found.get((_ROWS, 0), 0), MappingProxyType(columns))
    return bins.compare_counts(counts, level=level, limits=limits)


def _counted(texts: ModelTexts, bins: str, applications: Applications, portfolio: Portfolio) -> Any:
    import pyarrow as pa

    from creditscore.monitoring.drift import FrozenBins

    frozen, model = FrozenBins.from_dict(read_json(bins, "bins")), model_from(texts)
    _, matrix, _ = model.computed(applications, portfolio, threads=1)
    log_odds = np.where(model.scorable(matrix), model.fitted.log_odds(matrix.values, threads=1), np.nan)
    outcomes = outcomes_of(log_odds, model.scale, model.master_scale)
    columns: dict[str, Any] = dict(zip(_OF_SCORES, outcomes, strict=True))
    columns |= {name: matrix.values[:, k] for k, name in enumerate(matrix.names)}
    counts = frozen.count({name: columns[name] for name in frozen.names})
    rows = [(_ROWS, 0, counts.rows)]
    for name, (found, unseen) in counts.columns.items():
        rows += [(name, k, n) for k, n in enumerate(found.tolist())]
        rows.append((name, _UNSEEN, unseen))
    names, at, numbers = zip(*rows, strict=True)
    return pa.table({"name": names, "bin": pa.array(at, pa.int32()), "n": pa.array(numbers, pa.int64())})
