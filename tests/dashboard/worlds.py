"""Made-up applications for pages: scores, outcomes, decisions and columns of every kind."""

from __future__ import annotations

from typing import Any

import numpy as np

BY = ("level", "age_band", "digital_share", "product", "asked_quarter", "reason")


def rows(n: int, seed: int = 0) -> dict[str, Any]:
    """Columns of n applications, some people with more than one of them."""
    draw = np.random.default_rng(seed)
    chance = draw.beta(1, 9, n)
    score = np.round(600 - 30 * np.log(chance / (1 - chance)))
    score[draw.random(n) < 0.02] = np.nan
    approved = score >= 650
    products = np.array(["instalment", "it's \\ new", None, "card", "نسیه"], dtype=object)
    return {
        "applicant_id": draw.integers(0, n, n),
        "probability_of_default": np.where(np.isnan(score), np.nan, chance),
        "score": score,
        "bad": np.where(approved, (draw.random(n) < chance) * 1.0, np.nan),
        "decision": np.where(approved, "approve", "decline"),
        "amount": np.round(draw.lognormal(6, 0.5, n), 2),
        "level": draw.choice([1.0, 2.0, 3.0, np.nan], n, p=[0.5, 0.3, 0.15, 0.05]),
        "age_band": draw.choice(["18-25", "26-40", "41-60", "60+"], n),
        "digital_share": np.where(draw.random(n) < 0.15, np.nan, draw.beta(2, 2, n)),
        "product": products[draw.choice(5, n, p=[0.5, 0.2, 0.1, 0.15, 0.05])],
        "asked": np.datetime64("2026-01-01") + draw.integers(0, 300, n),
        "reason": draw.choice(["R12", "R05", "R13"], n),
    }


def beside(n: int, seed: int = 0) -> dict[str, Any]:
    """Columns that are shown beside segments: points of sources, uses of channels, reasons."""
    draw = np.random.default_rng(seed + 1)
    scored = draw.random(n) > 0.05
    nobody = draw.random(n) < 0.2
    codes = np.array(["R12", "R05", "R13", "R85", None], dtype=object)
    first, second = (codes[draw.choice(5, n, p=[0.4, 0.2, 0.1, 0.1, 0.2])] for _ in range(2))
    second[second == first] = None
    return {
        **{f"points_of_{name}": np.where(scored, draw.normal(0, size, n), np.nan)
           for name, size in (("payments", 20.0), ("loans", 6.0), ("ours", 0.1))},
        **{f"uses_of_{name}": np.where(nobody, np.nan, draw.poisson(mean, n))
           for name, mean in (("app", 9.0), ("ussd", 1.0), ("branch", 0.3))},
        "reason_1": first,
        "reason_2": second,
    }  # fmt: skip
