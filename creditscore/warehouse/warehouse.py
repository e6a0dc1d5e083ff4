"""The face of the warehouse: features and scores as SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from creditscore._ground.zones import USUAL_WEEKEND, UTC_NAME, Calendar
from creditscore.errors import FeatureError
from creditscore.features.definition import FeatureSet
from creditscore.scoring.model import HasModel
from creditscore.warehouse.contributing import Contributing
from creditscore.warehouse.coverage import sql_coverage
from creditscore.warehouse.dialects import check_dialect, check_lists, written
from creditscore.warehouse.given import Given
from creditscore.warehouse.query import Query
from creditscore.warehouse.reasoning import Reasoning
from creditscore.warehouse.scoring import score_query

_LEAST: Final = ("application_id", "applicant_id", "as_of")


class Warehouse:
    """A warehouse that keeps the tables of a portfolio: which columns it has, and what is written for it.

    The tables have the names and columns of the contracts. Times are instants (a timestamp with time zone),
    ids and labels are text as the contracts write them, flags are boolean, NULL or NaN is missing. What a
    query reads is what `Portfolio` would read: nothing is checked again, so that rows which a portfolio
    refuses or sets aside must not stand there.

    Parameters
    ----------
    tables : mapping of str to collection of str
        The columns of each table that is there.
    applications : collection of str
        The columns of the table ``applications``.
    timezone : str
        Zone of local days, hours and months.
    weekend : sequence of str
        Days of the weekend.

    Attributes
    ----------
    hints : tuple of str
        Columns that are taken for the lender's own, and what each of them may be meant for.

    Raises
    ------
    NameUnknownError
        If there is no such table.
    ParameterError
        If a table lacks a column that it must have, or holds what no query follows: consents, and several
        ids of one person.

    Examples
    --------
    >>> import creditscore as cs
    >>> warehouse = cs.Warehouse({"inquiries": ["applicant_id", "event_time", "lender"]})
    >>> features = cs.repayment_features().select(["inquiries_lenders_180d"])
    >>> warehouse.features_sql(features, "duckdb").splitlines()[0]
    'WITH asked AS MATERIALIZED ('
    """

    def __init__(
        self,
        tables: Mapping[str, Collection[str]],
        *,
        applications: Collection[str] = _LEAST,
        timezone: str = UTC_NAME,
        weekend: Sequence[str] = USUAL_WEEKEND,
    ) -> None:
        self.given: Given = Given.checked(tables, applications, Calendar(timezone, tuple(weekend)))
        self.hints: tuple[str, ...] = self.given.hints()

    def features_sql(self, features: FeatureSet, dialect: str, *, leave_out: bool = False) -> str:
        """Write features as one query.

        Parameters
        ----------
        features : FeatureSet
        dialect : {"duckdb", "postgres", "snowflake", "bigquery", "spark"}
        leave_out : bool
            Whether features that are not written in SQL are left out of the answer; `sql_coverage` says which
            and why. Else they are refused.

        Returns
        -------
        str
            A SELECT over the tables and ``applications`` (application_id, applicant_id, as_of). Its rows are
            application_id and a column for each feature, NULL where the feature is missing.

        Raises
        ------
        FeatureError
            If a feature is not written in SQL.
        NameUnknownError
            If there is no such dialect.
        MissingExtraError
            If sqlglot is not installed (extra ``sql``).
        """
        check_dialect(dialect)
        coverage = sql_coverage(features)
        if coverage.left_out and not leave_out:
            feature, reason = next(iter(coverage.left_out.items()))
            raise FeatureError(
                f"{len(coverage.left_out)} of {len(features)} features are not written in SQL; {feature!r}: "
                f"{reason}. Leave them out of the set, or say leave_out=True."
            )
        return written(Query(self.given, features.select(coverage.written)).text(), dialect)

    def score_sql(self, scoring: HasModel, dialect: str, *, reasons: bool = False) -> str:
        """Write a model as one query, from the tables to the score.

        Parameters
        ----------
        scoring : CreditPipeline or ScoringModel
            Fitted, or loaded; without a law.
        dialect : {"duckdb", "postgres", "snowflake", "bigquery", "spark"}
        reasons : bool, default False
            Name the first reason too, against the mean of the training rows: in DuckDB and PostgreSQL. All
            features of the model are worked out then, also those that no tree reads.

        Returns
        -------
        str
            A SELECT whose rows are application_id, scored (boolean), log_odds and probability_of_default of
            bad, score (points, more is safer) and grade; NULL and an empty grade for who is not scored. With
            `reasons`, also the code of the first reason and the feature that leads it; empty where nothing
            cost points that could be told.

        Raises
        ------
        FeatureError
            If the model reads a feature that is not written in SQL.
        ParameterError
            If it scores under a law, the warehouse has ties, or reasons are asked for in a dialect without.
        ExplanationError
            If its trees are too deep for reasons.
        NameUnknownError
            If there is no such dialect.
        """
        check_dialect(dialect)
        if not reasons:
            return written(score_query(self.given, scoring.model), dialect)
        check_lists(dialect)
        contributing = Contributing(scoring.model)
        reasoning = Reasoning(scoring.model, contributing)
        query = written(score_query(self.given, scoring.model, reasoning), dialect)
        return contributing.filled(query, dialect)
