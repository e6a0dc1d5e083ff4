"""The 60 statistics that every contestant computes as of each application's own moment.

Three lanes (inflow, outflow, net) x four windows x five statistics that parts of a window can be merged into,
so that tiles may take part. A window holds what happened at or after the moment less its days, and before the
moment.
"""

from __future__ import annotations

DAY_US = 86_400_000_000
LANES = ("inflow", "outflow", "net")
WINDOWS = (30, 90, 180, 365)
STATISTICS = ("count", "sum", "std", "min", "max")
NAMES = tuple(f"{lane}_{days}_{name}" for lane in LANES for days in WINDOWS for name in STATISTICS)
ROW = "as of"
READY = "as of, ready"
