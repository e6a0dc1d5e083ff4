"""Some people register twice: others know them by either id, and it is found out later."""

from __future__ import annotations

from typing import Final

import numpy as np

from creditscore.data.sources import OF_PERSONS
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.simulate.columns import NEVER, Column, Columns, Times, array
from creditscore.simulate.config import MONTH, SimulationConfig
from creditscore.simulate.people import People
from creditscore.simulate.streams import Generator, Streams

# The second id of person i is this and i.
FIRST_SECOND_ID: Final = 2_000_000_000
_NAMING: Final = (*sorted(OF_PERSONS), "standings")
_KNOWN_BY_IT: Final = 0.5


def with_second_ids(
    config: SimulationConfig, people: People, tables: dict[str, Columns], streams: Streams
) -> dict[str, Columns]:
    """Let half of what names some people name their second id, and say when it was found that both are one.

    They apply, pay and borrow under their first id. Members of rings have no second one.

    Parameters
    ----------
    config, people, streams
        As drawn before.
    tables : dict of str to dict of str to column
        All tables by name; not changed.

    Returns
    -------
    dict of str to dict of str to column
        The same with the table ``persons``, or without it where nobody has two ids.
    """
    random = streams.of("second_ids")
    n = len(people)
    two = (random.random(n) < config.second_ids) & (people.ring < 0)
    found = config.start_time + (config.months * MONTH * random.random(n)).astype(np.int64)
    if not two.any():
        return tables
    changed = dict(tables)
    for name in _NAMING:
        changed[name] = dict(tables[name])
        for column in CONTRACTS[name].columns:
            if column.kind == "applicant" or column.stands_for == "person":
                changed[name][column.name] = _renamed(tables[name], column.name, two, random)
    ids = np.flatnonzero(two)
    changed["persons"] = {
        "person_id": ids,
        "event_time": Times(found[ids]),
        "other_id": FIRST_SECOND_ID + ids,
    }
    return changed


def _renamed(table: Columns, column: str, two: np.ndarray, random: Generator) -> Column:
    ids = array(table, column)
    swapped = (ids != NEVER) & two[np.maximum(ids, 0)] & (random.random(ids.size) < _KNOWN_BY_IT)
    return np.where(swapped, FIRST_SECOND_ID + ids, ids)
