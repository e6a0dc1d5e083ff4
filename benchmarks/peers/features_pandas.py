"""The 60 statistics in pandas: one merge, and a group-by for each lane and window."""

from __future__ import annotations

import pandas as pd
from _asof import LANES, NAMES, ROW, STATISTICS, WINDOWS
from _peer import FOLDER, done, measure


def main() -> None:
    """Time everything from frames."""
    events, asked = (pd.read_parquet(FOLDER / f"{name}.parquet") for name in ("events", "applications"))

    def run() -> object:
        moments = events["applicant_id"].map(asked.set_index("applicant_id")["as_of"])
        age = moments - events["event_time"]
        before = age > pd.Timedelta(0)
        known = pd.DataFrame({"who": events["applicant_id"], "amount": events["amount"], "age": age})[before]
        lanes = {"inflow": known[known["amount"] > 0], "outflow": known[known["amount"] < 0], "net": known}
        parts = []
        for lane in LANES:
            for days in WINDOWS:
                rows = lanes[lane][lanes[lane]["age"] <= pd.Timedelta(days=days)]
                found = rows.groupby("who")["amount"].agg(list(STATISTICS))
                parts.append(found.set_axis([f"{lane}_{days}_{name}" for name in STATISTICS], axis=1))
        return pd.concat(parts, axis=1).reindex(asked["applicant_id"])[list(NAMES)].to_numpy()

    measure(ROW, run, times=2)
    done("pandas", "pandas")


if __name__ == "__main__":
    main()
