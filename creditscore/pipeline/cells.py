"""A line of calibration for each combination of sources, learned from rows that trees were not grown on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore.data.presence import COMBINATIONS
from creditscore.model.cells import composed, lines_of_cells
from creditscore.model.column_groups import JOINED, ColumnGroups
from creditscore.model.crossfit import HeldOut
from creditscore.model.steadying import disagreement, kept_by_mean, steadied
from creditscore.pipeline.copies import Copies
from creditscore.pipeline.masks import SourceMasks, measured

if TYPE_CHECKING:
    from creditscore.model.scorer import CreditScorer

RESAMPLES: Final = 50
_NOBODY: Final = np.empty(0, np.int64)


def with_cells(
    fitted: CreditScorer, X: Float64, y: Int64, copies: Copies, weight: Float64, sources: ColumnGroups
) -> tuple[CreditScorer, OutOfFold | None]:
    """Calibrate each combination of sources by its own line, in the model and in what it reports.

    Rows and copies are spoken of by the models that were grown on other applicants. To each combination of
    groups that they show, a line is fitted from the common calibration, see `lines_of_cells`; what the newest
    rows said of the level of risk is added to each alike. Where the mean of these models is deployed, lines
    are made for that mean, see `creditscore.model.steadying`. What is reported of a row is by lines of other
    applicants, or of rows before it, and of single models.

    Parameters
    ----------
    fitted : CreditScorer
        Of these rows and copies. One that keeps no models of parts, or has no signal to calibrate, is
        returned as it is.
    X : ndarray of float64, shape (n_rows, n_features)
    y : ndarray of int64, shape (n_rows,)
    copies : Copies
        Numbered by these rows.
    weight : ndarray of float64, shape (n_rows,)
    sources : ColumnGroups

    Returns
    -------
    fitted : CreditScorer
    rows : OutOfFold or None
        What it was calibrated on; None where there is one line for all.
    """
    common = fitted.model_.calibration
    if not fitted.parts_ or not fitted.calibrate or common.flattened or not sources.columns:
        return fitted, None
    shift = 0.0 if fitted.level_ is None else fitted.level_.shift
    of = np.concatenate([np.arange(len(X)), copies.rows])
    kept = fitted.folds_.number[of] >= 0
    values, of = np.concatenate([X, copies.values])[kept], of[kept]
    raw, part = fitted.raw_by_parts(values), fitted.folds_.number[of]
    rows = OutOfFold(
        common.log_odds(raw[part, np.arange(of.size)]) - shift, y[of].astype(np.float64), weight[of],
        _cells_of(values, copies, sources), of,
    )  # fmt: skip
    lines = rows.lines()
    if not fitted.refit_:
        lines = rows.steadied(lines, common.slope**2 * disagreement(raw, part), len(raw))
    fitted.model_ = replace(fitted.model_, cells=composed(lines, sources, common, shift))
    _report(fitted, rows, _cells_of(X, copies, sources), shift)
    seen = HeldOut(np.flatnonzero(kept), rows.calibrated(fitted) + shift, rows.bad, rows.weight)
    fitted.out_of_fold_ = seen
    return fitted, rows


def _cells_of(X: Float64, copies: Copies, sources: ColumnGroups) -> Int64:
    """Cells of rows; -1 for those without any group, unless the application tells of copies without any.

    ``X`` has shape (n_rows, n_features), the cells (n_rows,).
    """
    codes = sources.codes(X)
    return codes if (sources.codes(copies.values) == 0).any() else np.where(codes == 0, -1, codes)


class OutOfFold:
    """Rows and copies as the common line sees them, each by models that were not grown on its applicant."""

    def __init__(self, z: Float64, bad: Float64, weight: Float64, codes: Int64, of: Int64) -> None:
        self.z: Float64 = z
        self.bad: Float64 = bad
        self.weight: Float64 = weight
        self.codes: Int64 = codes
        self.of: Int64 = of

    def lines(self, among: Int64 | None = None) -> dict[int, tuple[float, float]]:
        """Fit lines to all of them, or to those of some rows; ``among`` shape (n_rows,) of their numbers."""
        chosen = slice(None) if among is None else np.isin(self.of, among)
        return lines_of_cells(self.z[chosen], self.bad[chosen], self.weight[chosen], self.codes[chosen])

    def steadied(
        self, lines: Mapping[int, tuple[float, float]], differing: Float64, models: int
    ) -> dict[int, tuple[float, float]]:
        """Make lines for the mean of so many models; ``differing`` has shape (n_rows_and_copies,)."""
        found = {}
        for code, line in lines.items():
            mine = self.codes == code
            kept = kept_by_mean(self.z[mine], self.weight[mine], differing[mine], models)
            found[code] = steadied(line, self.z[mine], self.weight[mine], kept)
        return found

    def calibrated(self, fitted: CreditScorer) -> Float64:
        """Log-odds by the line that other applicants make for the cell, without the level of the newest rows.

        Returns
        -------
        ndarray of float64, shape (n_rows_and_copies,)
        """
        z = self.z.copy()
        for apart, _ in fitted.folds_.pairs():
            here = ~np.isin(self.of, apart)
            for code, (slope, intercept) in self.lines(apart).items():
                mine = here & (self.codes == code)
                z[mine] = slope * self.z[mine] + intercept
        return z


def masks_of(fitted: CreditScorer, rows: OutOfFold, sources: ColumnGroups) -> SourceMasks:
    """Judge each combination of sources on the rows and copies that stand in it.

    Each is calibrated by lines of other applicants. The level of the newest rows is left out, for the
    outcomes are of all times.

    Parameters
    ----------
    fitted : CreditScorer
    rows : OutOfFold
        From `with_cells`.
    sources : ColumnGroups
    """
    z, part = rows.calibrated(fitted), fitted.folds_.number[rows.of]
    found = []
    codes = {name: code for code, name in enumerate(sources.names())}
    for groups in (*COMBINATIONS, ()):
        code = codes.get(JOINED.join(groups))
        mine = np.flatnonzero((rows.codes == code) & (part >= 0)) if code is not None else _NOBODY
        if mine.size:
            found.append(measured(groups, mine.size, z[mine], rows.bad[mine], RESAMPLES))
    return SourceMasks(tuple(found))


def _report(fitted: CreditScorer, rows: OutOfFold, codes: Int64, shift: float) -> None:
    """Put what is reported of each row through the line that rows apart from it make for its cell."""
    report = fitted.report_
    log_odds = report.log_odds.copy()
    for apart, judged in fitted.judged_.pairs():
        lines = rows.lines(apart)
        here = np.isin(report.index, judged)
        for code, (slope, intercept) in lines.items():
            mine = here & (codes[report.index] == code)
            log_odds[mine] = slope * (log_odds[mine] - shift) + intercept + shift
    fitted.report_ = replace(report, log_odds=log_odds)
