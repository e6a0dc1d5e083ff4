"""A saved model on a Spark cluster: Spark moves rows to where they belong, the same kernels compute.

Every function takes the tables of a portfolio as Spark DataFrames and the applications as another one, and
returns a DataFrame that Spark computes once something is asked of it. Values are those of a portfolio on one
machine, to the bit. Nothing here starts a session.
"""

from __future__ import annotations

from creditscore.spark.deciding import decide
from creditscore.spark.measuring import measures
from creditscore.spark.monitoring import monitor
from creditscore.spark.reading import SparkReading
from creditscore.spark.scoring import explain, features, label, score_many

__all__ = ["SparkReading", "decide", "explain", "features", "label", "measures", "monitor", "score_many"]
