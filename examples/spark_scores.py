"""A nightly run on Spark: score every application of a folder of Parquet tables.

Start it with spark-submit, or with plain Python for a session on this machine, PYSPARK_PYTHON naming the same
Python where python3 is another:

    python examples/spark_scores.py --model model/ --data lender/ --out scores/
"""

from __future__ import annotations

import argparse

from pyspark.sql import SparkSession

import creditscore as cs

TABLES = ("payments", "bills", "loans", "instalments", "repayments", "statements", "inquiries")


def main() -> None:
    """Read what is asked for, score it and say how many have a score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="what CreditPipeline.save wrote, where this runs")
    parser.add_argument("--data", required=True, help="where TABLE.parquet and applications.parquet lie")
    parser.add_argument("--out", required=True, help="where scores go; must not be there yet")
    parser.add_argument("--tables", nargs="+", default=TABLES, help="which tables there are")
    parser.add_argument("--parts", type=int, help="into how many parts applicants go")
    parser.add_argument("--timezone", help="zone of local days, the one of the fit")
    given = parser.parse_args()
    spark = SparkSession.builder.appName("scores").getOrCreate()
    tables = {name: spark.read.parquet(f"{given.data}/{name}.parquet") for name in given.tables}
    asked = spark.read.parquet(f"{given.data}/applications.parquet")
    reading = cs.spark.SparkReading(timezone=given.timezone)
    scores = cs.spark.score_many(given.model, tables, asked, reading=reading, parts=given.parts)
    scores.write.parquet(given.out)
    print(spark.read.parquet(given.out).groupBy("status").count().toPandas().to_string(index=False))
    spark.stop()


if __name__ == "__main__":
    main()
