"""The whole decision from events on in Python, DuckDB, PostgreSQL and Spark: points, grades, first reasons.

``nice -n 10 python benchmarks/runtimes_events.py --applicants 100000 --folder FOLDER`` simulates a lender,
fits a pipeline on the features that are written in SQL, and scores the applications of so many applicants in
each runtime. The folder keeps what each has found, applicants by parts, so that a run that was cut off goes
on; delete it to begin anew. ``--only python duckdb`` runs some of them. Printed are the seconds of each and
how many points, grades and first reasons differ from those of Python.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import creditscore as cs
from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS
from creditscore.pipeline.fitting import built_in_features
from creditscore.simulate import SimulationConfig, simulate_portfolio

RUNTIMES = ("python", "duckdb", "postgres", "spark")
# What no query follows.
LEFT_OUT = ("persons", "consents", "standings", "ties")
FOUND = ("score", "grade", "reason_code", "reason_feature")
_SQL = {"time": "TIMESTAMP WITH TIME ZONE", "number": "DOUBLE PRECISION", "flag": "BOOLEAN"}


def make(home: Path, applicants: int, seed: int, fitted: int) -> None:
    """Simulate a lender, keep its tables, fit a pipeline and save it."""
    made = simulate_portfolio(SimulationConfig(people=applicants), seed=seed)
    tables = {name: one for name, one in made.tables.items() if name in CONTRACTS and name not in LEFT_OUT}
    for name, frame in {**tables, "applications": made.applications}.items():
        table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
        named = [k for k in table.schema.names if k.endswith("_id")]
        for one in named:
            column = table.schema.get_field_index(one)
            table = table.set_column(column, one, table.column(one).cast(pa.string()))
        plain = {"coerce_timestamps": "us", "allow_truncated_timestamps": True}
        pq.write_table(table, home / f"{name}.parquet", **plain)
    kept = in_part(home, 0, 1)
    applications, portfolio = cs.Applications(kept.pop("applications")), cs.Portfolio(**kept)
    bad = np.asarray(made.bad(made.portfolio()), float)
    known = np.flatnonzero(~np.isnan(bad))[:fitted]
    features = built_in_features()
    pipeline = cs.CreditPipeline(features=[features.select(cs.sql_coverage(features).written)])
    pipeline.fit(applications.take(known), portfolio, bad[known]).save(home / "model")


def in_part(home: Path, part: int, parts: int) -> dict[str, pa.Table]:
    """Rows of every ``parts``-th applicant, applications among them."""
    asked = pq.read_table(home / "applications.parquet").drop_columns(["decision"])
    whom = pc.unique(asked.column("applicant_id")).to_numpy(zero_copy_only=False)
    chosen = pa.array(np.sort(whom)[part::parts])
    found = {}
    for path in sorted(home.glob("*.parquet")):
        if path.stem in CONTRACTS or path.stem == "applications":
            rows = asked if path.stem == "applications" else pq.read_table(path)
            found[path.stem] = rows.filter(pc.is_in(rows.column(owner_of(path.stem)), chosen))
    return found


def owner_of(name: str) -> str:
    """Column that names the person."""
    return (APPLICATIONS if name == "applications" else CONTRACTS[name]).owner


def by_python(home: Path, tables: dict[str, pa.Table]) -> pa.Table:
    """Features, score, points, grade and first reason by the library, one application after the other."""
    given = dict(tables)
    applications, pipeline = cs.Applications(given.pop("applications")), cs.load(home / "model")
    portfolio = cs.Portfolio(**given)
    scores = pipeline.score_many(applications, portfolio)
    each = (applications.take([k]) for k in range(len(applications)))
    first = [pipeline.score(one, portfolio).reasons[:1] for one in each]
    points = [None if np.isnan(one) else int(one) for one in scores.score.tolist()]
    codes = [one[0].code if one else "" for one in first]
    leads = [one[0].fact.feature if one else "" for one in first]
    names = "application_id", *FOUND
    columns = list(scores.application_ids), points, list(scores.grade), codes, leads
    return pa.table(dict(zip(names, columns, strict=True)))


def declared(name: str, table: pa.Table) -> dict[str, str]:
    """Type in SQL of each column."""
    contract = APPLICATIONS if name == "applications" else CONTRACTS[name]
    kinds = {one: column.kind for one, column in contract.declared.items()}
    found = {}
    for field in table.schema:
        number = pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
        kind = kinds.get(field.name, "number" if number else "text")
        found[field.name] = _SQL.get(kind, "TEXT")
    return found


def query_of(home: Path, tables: dict[str, pa.Table], dialect: str) -> str:
    """Write the query once and keep it."""
    path = home / f"{dialect}.sql"
    if not path.exists():
        columns = {name: table.schema.names for name, table in tables.items()}
        asked = columns.pop("applications")
        warehouse = cs.Warehouse(columns, applications=asked)
        path.write_text(warehouse.score_sql(cs.load(home / "model"), dialect, reasons=True))
    return path.read_text()


def by_duckdb(home: Path, tables: dict[str, pa.Table]) -> pa.Table:
    """The same by one query in DuckDB."""
    query = query_of(home, tables, "duckdb")
    with closing(duckdb.connect()) as connection:
        connection.execute("SET TimeZone = 'UTC'; SET threads = 1; SET memory_limit = '6GB'")
        for name, table in tables.items():
            connection.register("given", table)
            kinds = declared(name, table).items()
            cast = ", ".join(f'CAST("{one}" AS {kind}) AS "{one}"' for one, kind in kinds)
            connection.execute(f"CREATE TABLE {name} AS SELECT {cast} FROM given")
            connection.unregister("given")
        return as_found(connection.execute(query).fetchall())


def by_postgres(home: Path, tables: dict[str, pa.Table], server: Any) -> pa.Table:
    """The same by one query in PostgreSQL."""
    from psycopg import sql

    query = query_of(home, tables, "postgres")
    with server.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'; SET enable_nestloop = off; SET jit = off")
        for name, table in tables.items():
            kinds, where = declared(name, table), sql.Identifier(name)
            columns = sql.SQL(", ").join(
                sql.SQL("{} " + kind).format(sql.Identifier(one)) for one, kind in kinds.items()
            )
            connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(where))
            connection.execute(sql.SQL("CREATE TABLE {} ({})").format(where, columns))
            with (
                connection.cursor() as cursor,
                cursor.copy(sql.SQL("COPY {} FROM STDIN").format(where)) as into,
            ):
                for row in rows_of(table, kinds):
                    into.write_row(row)
            connection.execute(sql.SQL("ANALYZE {}").format(where))
        return as_found(connection.execute(query).fetchall())


def rows_of(table: pa.Table, kinds: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    """Rows as PostgreSQL takes them."""
    columns = []
    for one, kind in kinds.items():
        values = table.column(one)
        if kind == "TEXT":
            values = values.cast(pa.string())
        elif kind == "DOUBLE PRECISION":
            values = values.cast(pa.float64())
        columns.append(values.to_pylist())
    yield from zip(*columns, strict=True)


def as_found(rows: list[tuple[Any, ...]]) -> pa.Table:
    """Answers of a query: id, scored, log-odds, probability, score, grade, code, feature."""
    ids = [str(row[0]) for row in rows]
    points = [None if row[4] is None else int(row[4]) for row in rows]
    found = ids, points, *([row[k] for row in rows] for k in (5, 6, 7))
    return pa.table(dict(zip(("application_id", *FOUND), found, strict=True)))


def by_spark(home: Path, parts: int) -> pa.Table:
    """The same on Spark: all applicants in one job."""
    from spark import session

    spark = session("local-cluster[2,1,2048]", parts)
    there = [path for path in sorted(home.glob("*.parquet")) if path.stem in CONTRACTS]
    tables = {path.stem: spark.read.parquet(str(path)) for path in there}
    asked = spark.read.parquet(str(home / "applications.parquet")).drop("decision")
    found = cs.spark.score_many(home / "model", tables, asked, reasons=True, parts=parts)
    table = found.select("application_id", *FOUND).toArrow()
    spark.stop()
    return table


def compared(ours: pa.Table, theirs: pa.Table) -> list[int]:
    """Count what is compared, different points, grades and first reasons, and rows that Python has not."""
    own, other = ({row["application_id"]: row for row in one.to_pylist()} for one in (ours, theirs))
    both = own.keys() & other.keys()
    wrong = [sum(own[one][name] != other[one][name] for one in both) for name in FOUND[:2]]
    named = FOUND[2:]
    reasons = sum([own[one][k] for k in named] != [other[one][k] for k in named] for one in both)
    return [len(both), *wrong, reasons, len(other.keys() - own.keys())]


def run(home: Path, runtime: str, parts: int, until: int) -> float:
    """Score part after part what was not scored yet; return the seconds of all."""
    into = home / runtime
    into.mkdir(exist_ok=True)
    server = None
    for part in range(1 if runtime == "spark" else min(parts, until)):
        path = into / f"{part}.parquet"
        if path.exists():
            continue
        tables = {} if runtime == "spark" else in_part(home, part, parts)
        if runtime in ("duckdb", "postgres"):
            query_of(home, tables, runtime)
        if runtime == "postgres" and server is None:
            from tests.postgres import started

            server = started()
        begun = time.perf_counter()
        if runtime == "spark":
            found = by_spark(home, parts)
        elif runtime == "postgres":
            found = by_postgres(home, tables, server)
        else:
            found = {"python": by_python, "duckdb": by_duckdb}[runtime](home, tables)
        taken = time.perf_counter() - begun
        pq.write_table(found, path)
        (into / f"{part}.json").write_text(json.dumps({"seconds": taken, "rows": found.num_rows}))
        print(f"{runtime} {part}: {found.num_rows:,} applications in {taken:.1f} s", flush=True)
    if server is not None:
        server.remove()
    return sum(json.loads(path.read_text())["seconds"] for path in into.glob("*.json"))


def whole(home: Path, runtime: str) -> pa.Table:
    """Everything that a runtime has found."""
    return pa.concat_tables([pq.read_table(path) for path in sorted((home / runtime).glob("*.parquet"))])


def main() -> None:
    """Make, score, compare."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applicants", type=int, default=2_000)
    parser.add_argument("--parts", type=int, default=10)
    parser.add_argument("--until", type=int, default=10**9, help="only so many of the parts")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--fitted", type=int, default=3_000, help="how many applications are fitted on")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=RUNTIMES, choices=RUNTIMES)
    asked = parser.parse_args()
    asked.folder.mkdir(exist_ok=True)
    if not (asked.folder / "model" / "manifest.json").exists():
        begun = time.perf_counter()
        make(asked.folder, asked.applicants, asked.seed, asked.fitted)
        print(f"made and fitted in {time.perf_counter() - begun:.0f} s", flush=True)
    seconds = {one: run(asked.folder, one, asked.parts, asked.until) for one in asked.only}
    ours = whole(asked.folder, "python")
    people = pq.read_table(asked.folder / "applications.parquet", columns=["applicant_id"])
    print(f"{ours.num_rows:,} applications of {len(pc.unique(people.column(0))):,} applicants")
    for one in asked.only:
        told = compared(ours, whole(asked.folder, one))
        words = "of {:,} applications {} points, {} grades, {} first reasons differ; {} are unknown"
        print(f"{one}: {seconds[one]:.0f} s; " + words.format(*told))


if __name__ == "__main__":
    main()
