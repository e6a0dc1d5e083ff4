"""People whose raw events are bent before they are scored again, and the tables that their scores read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Flags, Float64
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import SOURCES
from creditscore.data.tables.contracts import CONTRACTS

if TYPE_CHECKING:
    import pandas as pd

# Ties, groups and standings are read of others too, so that all of them stay. Of the measures of the graph
# only the person's own are.
OF_EVERYONE: Final = frozenset(
    table
    for source in SOURCES.values()
    if source.subjects != "applicant" and source.name != "measures"
    for table in source.tables
)
INCOME_DAYS: Final = 180
MONTH_DAYS: Final = 30.0
BUSY_HOUR: Final = 10
_NO_INCOME: Final = frozenset({"own_transfer", "loan_in", "refund"})


@dataclass(frozen=True, slots=True, eq=False)
class GamingSample:
    """One application each of some people, with what was known of them then.

    Attributes
    ----------
    applications : Applications
        One for each person.
    portfolio : Portfolio
        Where they come from; it is never changed.
    tables : mapping of str to DataFrame
        Its tables, as rows. Of a table with an owner, the rows that the person's application could see; of
        ties, groups and standings, the rows of everyone.
    as_of : DatetimeIndex of length n_people
        In the zone of the portfolio.
    income : ndarray of float64, shape (n_people,)
        Money that comes in within a month, by the 180 days before the application: the measure of what a
        person can borrow. 0 where nothing is known.
    hour : int
        Of the local day at which bent events happen: 0 where payments carry dates alone.
    seed : int
    """

    applications: Applications
    portfolio: Portfolio
    tables: Mapping[str, pd.DataFrame]
    as_of: pd.DatetimeIndex
    income: Float64
    hour: int
    seed: int

    def __len__(self) -> int:
        return len(self.applications)

    @property
    def ids(self) -> NDArray[Any]:
        """Ids of the people, shape (n_people,)."""
        return np.array(self.applications.applicant_ids)

    def random(self, purpose: int) -> np.random.Generator:
        """Draw for one end, apart from all others."""
        return np.random.default_rng([self.seed, purpose])

    def people_of(self, table: str) -> NDArray[np.int64]:
        """Person of each row of a table, shape (n_rows,); -1 for none of them."""
        import pandas as pd

        owners = pd.Index(self.tables[table][CONTRACTS[table].owner])
        return np.asarray(pd.Index(self.ids).get_indexer(owners), np.int64)

    def ago(self, people: NDArray[np.int64], days: NDArray[Any] | float) -> pd.DatetimeIndex:
        """Moments, in UTC, that lie whole local days before the application of some people.

        Parameters
        ----------
        people : ndarray of int64, shape (n_rows,)
        days : ndarray, shape (n_rows,), or float
            0 is the day of the application, below 0 one that comes after it.
        """
        import pandas as pd

        day = self.as_of[people].tz_localize(None).normalize()
        hour = pd.Timedelta(hours=self.hour)
        local = day - pd.to_timedelta(np.broadcast_to(days, len(day)), unit="D") + hour
        return local.tz_localize(self.portfolio.timezone).tz_convert("UTC").as_unit("us")

    def rows(self, table: str, people: NDArray[np.int64], **given: Any) -> pd.DataFrame:
        """Make rows of a table: its own columns alone, what is not given missing.

        Where nothing is said of it, a row becomes known as long after it happened as others of the table do.

        Parameters
        ----------
        table : str
        people : ndarray of int64, shape (n_rows,)
            The owner of each row.
        **given : array of length n_rows, or one value
            By column; a column that the table has not is left out.
        """
        import pandas as pd

        contract, there = CONTRACTS[table], self.tables[table]
        made = pd.DataFrame(index=pd.RangeIndex(len(people)))
        if contract.owner in given:
            made[contract.owner] = given.pop(contract.owner)
        else:
            made[contract.owner] = self.ids[people]
        for name, values in given.items():
            if name in there or name == "known_time":
                made[name] = values
        if "date_only" in there:
            made["date_only"] = float(self.hour == 0)
        if "known_time" not in given:
            made["known_time"] = made[contract.row_time] + _usual_lag(there, contract.row_time)
        return made

    def fresh(self, table: str, column: str, count: int) -> NDArray[Any]:
        """Ids that nobody has in a column yet, of the type of those that are there; shape (count,)."""
        there = self.tables[table][column].dropna() if column in self.tables[table] else None
        return fresh_ids(there, count, column)

    def commonest(self, table: str, column: str, **among: Any) -> Any:
        """Label that most rows of a table have, among those with some values; None where there is none."""
        there = self.tables[table]
        if column not in there:
            return None
        chosen = np.ones(len(there), np.bool_)
        for name, value in among.items():
            if name in there:
                chosen = chosen & (there[name] == value).fillna(False).to_numpy(np.bool_)
        counts = there.loc[chosen, column].value_counts()
        return counts.index[0] if len(counts) else None

    def portfolio_of(self, changed: Mapping[str, pd.DataFrame]) -> Portfolio:
        """Bring the tables, some of them changed, through the door."""
        tables: dict[str, Any] = dict(self.tables) | dict(changed)
        origin = self.portfolio
        return Portfolio(**tables, timezone=origin.timezone, weekend=origin.weekend, privacy=origin.privacy)


@dataclass(frozen=True, slots=True, eq=False)
class Bent:
    """Tables as they are once people bent them.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        Those that changed.
    tried : ndarray of bool, shape (n_people,)
        Who could.
    """

    tables: Mapping[str, pd.DataFrame]
    tried: Flags


def fresh_ids(there: Any, count: int, name: str) -> NDArray[Any]:
    """Ids like those of a column that are none of them.

    Parameters
    ----------
    there : Series or None
        Ids, whole numbers or texts, none missing.
    count : int
    name : str
        What texts begin with.

    Returns
    -------
    ndarray, shape (count,)
        Whole numbers where there are some, else texts.
    """
    first = there.iloc[0] if there is not None and len(there) else ""
    if isinstance(first, str):
        return np.array([f"{name}:new:{number}" for number in range(count)], dtype=object)
    return np.arange(count) + int(there.max()) + 1


def gaming_sample(
    applications: Applications, portfolio: Portfolio, rows: NDArray[np.int64], seed: int
) -> GamingSample:
    """Take some applications, of one person each, and the tables that their scores read.

    Parameters
    ----------
    applications : Applications
    portfolio : Portfolio
    rows : ndarray of int64, shape (n_people,)
        Positions of the applications.
    seed : int
        Of what is drawn later.
    """
    import pandas as pd

    taken = applications.take(rows)
    as_of = pd.DatetimeIndex(pd.to_datetime(taken.as_of, unit="us", utc=True)).tz_convert(portfolio.timezone)
    ids = pd.Index(np.array(taken.applicant_ids))
    tables = {name: _seen(portfolio.to_frame(name), name, ids, as_of) for name in portfolio.tables}
    payments = tables.get("payments")
    income = _monthly_income(payments, ids, as_of)
    hour = 0 if payments is not None and _dates_alone(payments, portfolio.timezone) else BUSY_HOUR
    return GamingSample(taken, portfolio, MappingProxyType(tables), as_of, income, hour, seed)


def _dates_alone(payments: pd.DataFrame, zone: str) -> bool:
    local = payments["event_time"].dt.tz_convert(zone)
    return bool(len(local)) and bool((local == local.dt.normalize()).all())


def _seen(frame: pd.DataFrame, name: str, ids: pd.Index[Any], as_of: pd.DatetimeIndex) -> pd.DataFrame:
    """Rows that the applications could see; of a table about everyone, all that stand uncorrected."""
    import pandas as pd

    if name in OF_EVERYONE:
        return frame[frame["superseded_time"].isna()].drop(columns="superseded_time").reset_index(drop=True)
    person = ids.get_indexer(pd_index(frame[CONTRACTS[name].owner]))
    moment = as_of[np.maximum(person, 0)]
    seen = (person >= 0) & (frame["known_time"] < moment).to_numpy(np.bool_)
    seen = seen & ~(frame["superseded_time"] < moment).to_numpy(np.bool_)
    kept = frame[seen].drop(columns="superseded_time").reset_index(drop=True)
    # The order in which rows of one moment stood is part of the account.
    if CONTRACTS[name].key != (("event_id",),):
        return kept
    return kept.assign(event_id=pd.array(np.arange(len(kept)), dtype="Int64"))


def pd_index(values: Any) -> Any:
    """Values as a pandas index."""
    import pandas as pd

    return pd.Index(values)


def _usual_lag(frame: pd.DataFrame, time: str) -> Any:
    import pandas as pd

    lag = (frame["known_time"] - frame[time]).median()
    return pd.Timedelta(0) if pd.isna(lag) else max(lag, pd.Timedelta(0))


def _monthly_income(payments: pd.DataFrame | None, ids: pd.Index[Any], as_of: pd.DatetimeIndex) -> Float64:
    income = np.zeros(len(ids))
    if payments is None or not len(payments):
        return income
    person = ids.get_indexer(pd_index(payments["applicant_id"]))
    age = ((as_of[person] - payments["event_time"]).dt.total_seconds() / 86_400.0).to_numpy(np.float64)
    counts = (payments["amount"] > 0.0).to_numpy(np.bool_) & (age <= INCOME_DAYS) & (age > 0.0)
    if "status" in payments:
        counts = counts & (payments["status"].isna() | (payments["status"] == "settled")).to_numpy(np.bool_)
    if "kind" in payments:
        counts = counts & ~payments["kind"].isin(_NO_INCOME).to_numpy(np.bool_)
    np.add.at(income, person[counts], payments["amount"].to_numpy(np.float64)[counts])
    oldest = np.zeros(len(ids))
    np.maximum.at(oldest, person, age)
    months = np.clip(oldest, MONTH_DAYS, INCOME_DAYS) / MONTH_DAYS
    return np.round(income / months, 2)
