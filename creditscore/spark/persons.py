"""Which ids are one person, over all rows that say so: one id stands for all of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from creditscore.errors import ParameterError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_MOST_ROUNDS: Final = 60


def one_id_of_each(persons: DataFrame) -> DataFrame:
    """Return for each id that a row names the smallest one of the same person.

    Rows that are known at any time count, so that ids which stay apart at a moment may still go to one part.

    Parameters
    ----------
    persons : DataFrame
        With ``person_id`` and ``other_id``.

    Returns
    -------
    DataFrame
        ``id`` and ``first``, as text; an id that stands alone is not in it.
    """
    return smallest_reached(pairs_in(persons))


def pairs_in(frame: DataFrame) -> DataFrame:
    """Return whom the rows of a table lead from and to, as text: ``a`` and ``b``."""
    from pyspark.sql import functions as f

    ends = [f.col(name).cast("string") for name in ("person_id", "other_id")]
    return frame.select(ends[0].alias("a"), ends[1].alias("b")).where("a <> b")


def smallest_reached(pairs: DataFrame) -> DataFrame:
    """Return for each end of a pair the smallest end that can be reached from it.

    Each round joins everyone with the smallest of what the ends of their pairs have found, and with what that
    one has found, so that the rounds are about the logarithm of the longest way.

    Parameters
    ----------
    pairs : DataFrame
        ``a`` and ``b``, in any direction.

    Returns
    -------
    DataFrame
        ``id`` and ``first``.
    """
    from pyspark.sql import functions as f

    both = pairs.union(pairs.select("b", "a")).distinct().localCheckpoint()
    found = both.groupBy(f.col("a").alias("id")).agg(f.least(f.col("id"), f.min("b")).alias("first"))
    found = found.localCheckpoint()
    for _ in range(_MOST_ROUNDS):
        near = both.join(found, f.col("b") == f.col("id")).groupBy("a").agg(f.min("first").alias("near"))
        nearer = found.join(near, f.col("id") == f.col("a"))
        nearer = nearer.select("id", f.least("first", "near").alias("first"))
        jump = found.select(f.col("id").alias("mid"), f.col("first").alias("far"))
        jumped = nearer.join(jump, f.col("first") == f.col("mid"), "left")
        least = f.least(f.coalesce("far", "first"), "first").alias("first")
        now = jumped.select("id", least).localCheckpoint()
        before = found.select("id", f.col("first").alias("was"))
        if now.join(before, "id").where("first <> was").isEmpty():
            return now
        found = now
    raise ParameterError(f"After {_MOST_ROUNDS} rounds ids of one person were still being found.")
