"""A line of calibration for each combination of sources, learned from rows that trees were not grown on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore.model.cells import composed, lines_of_cells
from creditscore.model.column_groups import ColumnGroups
from creditscore.pipeline.copies import Copies

if TYPE_CHECKING:
    from creditscore.model.scorer import CreditScorer


def with_cells(
    fitted: CreditScorer, X: Float64, y: Int64, copies: Copies, weight: Float64, sources: ColumnGroups
) -> CreditScorer:
    """Calibrate each combination of sources by its own line, in the model and in what it reports.

    Rows and copies are spoken of by the models that were grown on other applicants. To each combination of
    groups that they show, a line is fitted from the common calibration, see `lines_of_cells`; what the newest
    rows said of the level of risk is added to each alike. What is reported of a row is by lines of other
    applicants, or of rows before it.

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
    """
    common = fitted.model_.calibration
    if not fitted.parts_ or not fitted.calibrate or common.flattened or not sources.columns:
        return fitted
    shift = 0.0 if fitted.level_ is None else fitted.level_.shift
    of = np.concatenate([np.arange(len(X)), copies.rows])
    kept = fitted.folds_.number[of] >= 0
    values, of = np.concatenate([X, copies.values])[kept], of[kept]
    raw = fitted.raw_out_of_fold(values, fitted.folds_.number[of])
    rows = _Rows(
        common.log_odds(raw) - shift, y[of].astype(np.float64), weight[of], sources.codes(values), of
    )
    fitted.model_ = replace(fitted.model_, cells=composed(rows.lines(), sources, common, shift))
    _report(fitted, rows, sources.codes(X), shift)
    return fitted


class _Rows:
    """Rows and copies, as the common line sees them."""

    def __init__(self, z: Float64, bad: Float64, weight: Float64, codes: Int64, of: Int64) -> None:
        self.z, self.bad, self.weight, self.codes, self.of = z, bad, weight, codes, of

    def lines(self, among: Int64 | None = None) -> dict[int, tuple[float, float]]:
        """Fit lines to all of them, or to those of some rows."""
        chosen = slice(None) if among is None else np.isin(self.of, among)
        return lines_of_cells(self.z[chosen], self.bad[chosen], self.weight[chosen], self.codes[chosen])


def _report(fitted: CreditScorer, rows: _Rows, codes: Int64, shift: float) -> None:
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
