"""Whether a beta or an isotonic map to probabilities serves better than the line, out of fold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

Floats = NDArray[np.float64]
Map = Callable[[Floats, Floats], Callable[[Floats], Floats]]


def _line(z: Floats, bad: Floats) -> Callable[[Floats], Floats]:
    found = LogisticRegression(C=np.inf).fit(z[:, None], bad)
    return lambda new: np.asarray(found.predict_proba(new[:, None])[:, 1])


def _beta(z: Floats, bad: Floats) -> Callable[[Floats], Floats]:
    """Kull, Silva Filho and Flach (2017): log-odds linear in ln p and ln(1 - p)."""

    def design(values: Floats) -> Floats:
        return np.column_stack([log_expit(values), -log_expit(-values)])

    found = LogisticRegression(C=np.inf, max_iter=1000).fit(design(z), bad)
    return lambda new: np.asarray(found.predict_proba(design(new))[:, 1])


def _isotonic(z: Floats, bad: Floats) -> Callable[[Floats], Floats]:
    found = IsotonicRegression(out_of_bounds="clip").fit(z, bad)
    least = 0.5 / len(bad)
    return lambda new: np.clip(np.asarray(found.predict(new)), least, 1.0 - least)


MAPS: Final[dict[str, Map]] = {"line": _line, "beta": _beta, "isotonic": _isotonic}


def compared(log_odds: Floats, bad: Floats, who: NDArray[Any]) -> dict[str, dict[str, float]]:
    """Log loss and Brier score of each map less those of what the model says, on parts it was not fitted on.

    Parameters
    ----------
    log_odds : ndarray of float64, shape (n_judged,)
        Calibrated log-odds of rows that the model had not seen.
    bad : ndarray of float64, shape (n_judged,)
    who : ndarray, shape (n_judged,)
        Applicants; none is in two parts.

    Returns
    -------
    mapping
        By map: differences, above 0 where the map is worse, and their standard errors.
    """
    parts = list(StratifiedGroupKFold(5, shuffle=True, random_state=0).split(log_odds, bad, who))
    plain = expit(log_odds)
    found = {}
    for name, make in MAPS.items():
        mapped = np.empty_like(log_odds)
        for fit, judged in parts:
            mapped[judged] = make(log_odds[fit], bad[fit])(log_odds[judged])
        loss = _log_loss(mapped, bad) - _log_loss(plain, bad)
        brier = (mapped - bad) ** 2 - (plain - bad) ** 2
        found[name] = {
            "log_loss": float(loss.mean()), "log_loss_error": float(loss.std() / len(bad) ** 0.5),
            "brier": float(brier.mean()), "brier_error": float(brier.std() / len(bad) ** 0.5),
        }  # fmt: skip
    return found


def _log_loss(probability: Floats, bad: Floats) -> Floats:
    return -np.where(bad > 0, np.log(probability), np.log1p(-probability))
