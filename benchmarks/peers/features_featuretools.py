"""The 60 statistics by featuretools: a run for each window, lanes by interesting values."""

from __future__ import annotations

import warnings

import featuretools as ft
import numpy as np
import pandas as pd
from _asof import LANES, NAMES, ROW, STATISTICS, WINDOWS
from _peer import FOLDER, done, measure

SIGNS = {"inflow": "in", "outflow": "out"}


def column(lane: str, statistic: str) -> str:
    """What featuretools calls a statistic of a lane."""
    where = f" WHERE sign = {SIGNS[lane]}" if lane in SIGNS else ""
    return f"COUNT(events{where})" if statistic == "count" else f"{statistic.upper()}(events.amount{where})"


def main() -> None:
    """Time everything from frames."""
    warnings.simplefilter("ignore")
    events, asked = (pd.read_parquet(FOLDER / f"{name}.parquet") for name in ("events", "applications"))
    for frame, name in ((events, "event_time"), (asked, "as_of")):
        frame[name] = frame[name].dt.tz_convert("UTC").dt.tz_localize(None)
    events["sign"] = np.where(events["amount"] > 0, "in", "out")
    moments = asked[["applicant_id", "as_of"]].rename(columns={"as_of": "time"})

    def run() -> object:
        entities = ft.EntitySet("lender")
        people = asked[["applicant_id"]].copy()
        entities.add_dataframe(people, "people", index="applicant_id")
        entities.add_dataframe(
            events.copy(), "events", index="event_id", make_index=True, time_index="event_time",
            logical_types={"sign": "Categorical"},
        )  # fmt: skip
        entities.add_relationship("people", "applicant_id", "events", "applicant_id")
        entities.add_interesting_values(dataframe_name="events", values={"sign": ["in", "out"]})
        parts = []
        for days in WINDOWS:
            found, _ = ft.dfs(
                entityset=entities, target_dataframe_name="people", cutoff_time=moments,
                agg_primitives=list(STATISTICS), where_primitives=list(STATISTICS), trans_primitives=[],
                training_window=f"{days} days", include_cutoff_time=False, max_depth=2,
            )  # fmt: skip
            found = found.reindex(asked["applicant_id"])
            columns = {(lane, name): found[column(lane, name)] for lane in LANES for name in STATISTICS}
            named = {f"{lane}_{days}_{name}": one for (lane, name), one in columns.items()}
            parts.append(pd.DataFrame(named))
        return pd.concat(parts, axis=1)[list(NAMES)].astype(float).to_numpy()

    measure(ROW, run, times=1)
    done("featuretools", "featuretools", "pandas")


if __name__ == "__main__":
    main()
