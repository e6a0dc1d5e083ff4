"""Embeddings of the purchases of the whole population on a calendar grid, as rows of `measures`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from creditscore._ground.arrays import Float64, Int32
from creditscore._ground.asked import check_made
from creditscore._ground.progress import progress
from creditscore.data.given import check_given
from creditscore.graph.alongside import check_embeds, coordinates, visits
from creditscore.graph.changes import Changes
from creditscore.graph.labels import ids_of_nodes
from creditscore.graph.measures import Measures, Moment, block_of, moments_of
from creditscore.graph.settings import EmbeddingSettings

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio


def compute_embeddings(
    portfolio: Portfolio, dates: Sequence[Moment], *, settings: EmbeddingSettings | None = None
) -> Measures:
    """Embed everyone's purchases on the dates of a calendar grid: what is bought alongside where they buy.

    For each category of payments a person has one number: the logarithm of how much larger a part of the
    other customers of the merchants where they buy pays for it within a week of buying there, than of the
    customers of all merchants does (pointwise mutual information, drawn towards 0 where customers are few);
    the mean over the merchants, by log(1 + purchases). Own purchases tell where somebody buys and nothing
    else; no outcome and no standing is read. Above 0: more usual there than elsewhere. It only uses what was
    known before a date, and nothing of those who withdrew their consent to payments. Rows are changes, as
    those of `compute_measures`; a person without a merchant of enough other customers has none.

    Parameters
    ----------
    portfolio : Portfolio
        With `payments` that have the columns `counterparty_id` and `category`. If it has `measures`, the
        changes go on from those known before the first date.
    dates : sequence of datetime with a zone, ISO 8601 text with a zone, numpy.datetime64 in UTC, or int
        An int is microseconds since 1970-01-01 UTC. See `calendar_grid`.
    settings : EmbeddingSettings, optional

    Returns
    -------
    Measures
        Give `to_frame()`, below other measures if there are some, to `Portfolio(measures=...)`, and declare
        the features with `embedding_features()`.

    Raises
    ------
    ParameterError
        If no payment names merchants and categories, or a date is named twice.

    References
    ----------
    Church and Hanks (1990), "Word association norms, mutual information, and lexicography", Computational
    Linguistics 16(1), 22-29.
    Levy and Goldberg (2014), "Neural word embedding as implicit matrix factorization", NeurIPS 27.

    Examples
    --------
    >>> from creditscore.data.portfolio import Portfolio
    >>> payments = [
    ...     {"applicant_id": who, "event_time": f"2024-05-0{day}T12:00Z", "amount": -9.0, **what}
    ...     for who in "abcdefghijkl"
    ...     for day, what in (
    ...         (1, {"counterparty_id": "casino" if who < "g" else "station", "category": "leisure"}),
    ...         (2, {"category": "gambling" if who < "g" else "travel"}),
    ...     )
    ... ]
    >>> portfolio = Portfolio.from_records({"payments": payments})
    >>> found = compute_embeddings(portfolio, ["2024-06-01T00:00:00Z"]).to_frame()
    >>> found[found["measure"] == "alongside_gambling"]["value"].tolist()[::6]
    [0.29, -0.41]
    """
    check_given(portfolio=portfolio)
    settings = EmbeddingSettings() if settings is None else settings
    check_made("settings", settings, EmbeddingSettings, "EmbeddingSettings(...), or None")
    check_embeds(portfolio.tables["payments"].columns if "payments" in portfolio.tables else ())
    moments = moments_of(dates)
    changes = Changes(portfolio, settings.measures, min(moments, default=0))
    blocks = [
        block_of(name, moment, *changed)
        for moment in progress(moments, what="embeddings", total=len(moments))
        for name, people, values in _columns(portfolio, moment, settings)
        if len((changed := changes.of(name, people, values))[0])
    ]
    return Measures(tuple(blocks), portfolio.people.labels, settings)


def _columns(
    portfolio: Portfolio, moment: int, settings: EmbeddingSettings
) -> Iterator[tuple[str, Int32, Float64]]:
    """Name of each measure, codes of the persons who have it, and its values, shape (n_having,) each."""
    found = coordinates(visits(portfolio, moment, settings), settings)
    for name, values in zip(settings.measures, found.T, strict=True):
        there = np.flatnonzero(np.isfinite(values)).astype(np.int32)
        yield name, *ids_of_nodes(portfolio, there, values[there])
