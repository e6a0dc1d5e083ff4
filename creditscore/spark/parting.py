"""Which rows go to which part: all of an applicant, and of those around one as much as features read.

A part holds some applicants whole. Of other people it holds what a stored decision holds of them (see
`creditscore.data.stored.rows`): ties that lead to one of its applicants, members of the groups of its
applicants, and standings, consents and further ids of all of these. So whatever is computed in it is what is
computed over everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from creditscore.data.sources import CONSENTS, PERSONS, TABLES_OF_OTHERS
from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS
from creditscore.spark.given import Given
from creditscore.spark.persons import one_id_of_each

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

ROW: Final = "row"
ASKED: Final = "asked"
PART: Final = "part"
_KEY: Final = "key"
_OTHER: Final = "other"
_TIMES: Final = "times"
_GROUP: Final = "group"
# Rows that name nobody go to one part, which refuses them as one machine does.
_NOBODY: Final = "\0"
# Tables of which a part holds rows of people around its applicants too.
_OF_ALL_AROUND: Final = (*sorted(TABLES_OF_OTHERS), CONSENTS, PERSONS)


def parted(given: Given, parts: int) -> dict[str, DataFrame]:
    """Say for each row to which part it goes; one that several parts need stands there once for each.

    Parameters
    ----------
    given : Given
    parts : int
        How many there are.

    Returns
    -------
    dict of str to DataFrame
        Two columns: the part, from 0 on, and the row as a struct. The applications are among them, and once
        more who applies, as the joins of the tables see it (`ASKED`).
    """
    return _Parting(given, parts).tables()


@dataclass(frozen=True, slots=True)
class _Parting:
    given: Given
    parts: int

    def tables(self) -> dict[str, DataFrame]:
        from pyspark.sql import functions as f

        one_id = None
        if PERSONS in self.given.tables:
            one_id = one_id_of_each(self.given.tables[PERSONS])
        keyed = {
            name: _keyed(frame, CONTRACTS[name].owner, one_id) for name, frame in self.given.tables.items()
        }
        asking = _keyed(self.given.applications, APPLICATIONS.owner, one_id)
        asked = asking.select(_KEY).union(_nobody(asking))
        found, around = {}, [asked.select(self._part(f.col(_KEY)), _KEY)]
        for name, frame in keyed.items():
            if name == "ties":
                found[name] = self._ties(frame, asked, one_id)
            elif name == "memberships":
                found[name] = self._memberships(frame, asked)
            elif name not in _OF_ALL_AROUND:
                found[name] = frame.join(asked, _KEY, "left_semi").select(self._part(f.col(_KEY)), ROW, _KEY)
            around += _people_in(name, found.get(name), one_id)
        people = reduce(lambda a, b: a.unionByName(b), around).distinct()
        for name in _OF_ALL_AROUND:
            if name in keyed:
                found[name] = keyed[name].join(people, _KEY).select(PART, ROW)
        again = f.struct(_named(f.col(f"{ROW}.{APPLICATIONS.owner}")).alias(APPLICATIONS.owner))
        found[ASKED] = asking.select(self._part(f.col(_KEY)), again.alias(ROW))
        found["applications"] = _once_each(asking).select(self._part(f.col(_KEY)), ROW)
        return {name: frame.select(PART, ROW) for name, frame in found.items()}

    def _part(self, key: Column) -> Column:
        return part_of(key, self.parts)

    def _ties(self, frame: DataFrame, asked: DataFrame, one_id: DataFrame | None) -> DataFrame:
        """Ties go to the parts of both ends, if these are asked for."""
        from pyspark.sql import functions as f

        ties = with_key(frame, f.col(f"{ROW}.other_id"), one_id, _OTHER)
        once = asked.distinct()
        ends = [
            once.select(f.col(_KEY).alias(end), f.lit(1).alias(f"{end}_asked")) for end in (_KEY, _OTHER)
        ]
        both = ties.join(ends[0], _KEY, "left").join(ends[1], _OTHER, "left")
        wanted = [
            f.when(f.col(f"{end}_asked").isNotNull(), self._part(f.col(end))) for end in (_KEY, _OTHER)
        ]
        to = f.array_distinct(f.array_compact(f.array(*wanted)))
        return both.select(f.explode(to).alias(PART), ROW, _KEY, _OTHER)

    def _memberships(self, frame: DataFrame, asked: DataFrame) -> DataFrame:
        """Memberships go to every part of which an applicant was ever in the group."""
        from pyspark.sql import functions as f

        members = frame.withColumn(_GROUP, _named(f.col(f"{ROW}.group_id")))
        own = members.join(asked, _KEY, "left_semi")
        groups = own.select(self._part(f.col(_KEY)), _GROUP).distinct()
        return members.join(groups, _GROUP).select(PART, ROW, _KEY)


def _people_in(name: str, rows: DataFrame | None, one_id: DataFrame | None) -> list[DataFrame]:
    """Return who stands in rows of a part besides its applicants: the part and the person."""
    from pyspark.sql import functions as f

    if name == "ties" and rows is not None:
        return [rows.select(PART, _KEY), rows.select(PART, f.col(_OTHER).alias(_KEY))]
    if name == "memberships" and rows is not None:
        return [rows.select(PART, _KEY)]
    if name == "activities" and rows is not None and one_id is not None:
        met = rows.select(PART, f.col(f"{ROW}.other_id").alias(_OTHER)).dropna()
        return [with_key(met, f.col(_OTHER), one_id, _KEY).select(PART, _KEY)]
    return []


def as_rows(frame: DataFrame) -> DataFrame:
    """Return rows as structs."""
    from pyspark.sql import functions as f

    return frame.select(f.struct(*(f.col(_quoted(name)) for name in frame.columns)).alias(ROW))


def part_of(key: Column, parts: int) -> Column:
    """Return the part, from 0 on, of whom a key names."""
    from pyspark.sql import functions as f

    return f.pmod(f.xxhash64(key), f.lit(parts)).cast("int").alias(PART)


def _keyed(frame: DataFrame, owner: str, one_id: DataFrame | None) -> DataFrame:
    """Rows as structs, each with the person that it belongs to."""
    from pyspark.sql import functions as f

    return with_key(as_rows(frame), f.col(f"{ROW}.{owner}"), one_id, _KEY)


def with_key(frame: DataFrame, person: Column, one_id: DataFrame | None, name: str) -> DataFrame:
    """Add the person as text, by the one id that stands for all of theirs.

    Parameters
    ----------
    frame : DataFrame
    person : Column
        Null: nobody.
    one_id : DataFrame, optional
        ``id`` and ``first``, as `creditscore.spark.persons.smallest_reached` returns them.
    name : str
        Of the column that is added.
    """
    from pyspark.sql import functions as f

    plain: Any = frame.withColumn(name, _named(person))
    if one_id is None:
        return plain  # type: ignore[no-any-return]
    ids = one_id.select(f.col("id").alias(name), f.col("first").alias("stands"))
    joined = plain.join(ids, name, "left").withColumn("key_found", f.coalesce("stands", name))
    return joined.drop(name, "stands").withColumnRenamed("key_found", name)  # type: ignore[no-any-return]


def _named(one: Column) -> Column:
    from pyspark.sql import functions as f

    return f.coalesce(one.cast("string"), f.lit(_NOBODY))


def _nobody(frame: DataFrame) -> DataFrame:
    from pyspark.sql import functions as f

    return frame.sparkSession.range(1, numPartitions=1).select(f.lit(_NOBODY).alias(_KEY))


def _once_each(asking: DataFrame) -> DataFrame:
    """Refuse, when Spark computes, an application that stands there twice, in whichever parts."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    named = f.col(f"{ROW}.application_id")
    counted = asking.withColumn(_TIMES, f.count(named).over(Window.partitionBy(named)))
    said = f.format_string(
        "applications.application_id %s must not repeat. Give each application an id of its own.",
        named.cast("string"),
    )
    return counted.where(f.when(f.col(_TIMES) > 1, f.raise_error(said)).otherwise(f.lit(True)))


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
