"""Put the parts together: one call makes a portfolio, another its truth as well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from creditscore.data.tables.contracts import CONTRACTS, MONEY
from creditscore.simulate.columns import Columns, Labels, length, to_frame
from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.digital import home_of, sessions_table, shared_table
from creditscore.simulate.footprints import footprint_tables
from creditscore.simulate.hazard import Defaults, make_defaults
from creditscore.simulate.lender import applications_table, connect, decide, missing_sources
from creditscore.simulate.loans import Credit, make_credit
from creditscore.simulate.missed import Events, events_of
from creditscore.simulate.network import Neighbours, Network, make_network, neighbours
from creditscore.simulate.observed import Observed, observe
from creditscore.simulate.payments import Paid, make_payments
from creditscore.simulate.people import People, make_people
from creditscore.simulate.portfolio import Simulated
from creditscore.simulate.second_ids import with_second_ids
from creditscore.simulate.social import (
    activities_table,
    memberships_table,
    standings_table,
    ties_table,
)
from creditscore.simulate.streams import Streams
from creditscore.simulate.truth import Truth

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _World:
    """Everything that is drawn before tables are."""

    people: People
    network: Network
    near: Neighbours
    defaults: Defaults
    events: Events
    seen: Observed


@dataclass(frozen=True, slots=True, eq=False)
class _Lent:
    """What the lender decided and does not see, and the payments with their truth."""

    accepted: Flags
    absent: dict[str, Flags]
    paid: Paid


def simulate_portfolio(config: SimulationConfig | None = None, *, seed: int) -> Simulated:
    """Make a portfolio and its applications.

    Parameters
    ----------
    config : SimulationConfig, optional
        The dials; their defaults where left out.
    seed : int
        0 or more. The same dials and seed give the same tables, to the bit.

    Returns
    -------
    Simulated

    Raises
    ------
    ParameterError
        If the seed cannot be one, or influence is so strong that defaults run away.

    Examples
    --------
    >>> from creditscore.simulate import SimulationConfig, simulate_portfolio
    >>> made = simulate_portfolio(SimulationConfig(people=200), seed=1)
    >>> made.applications["applicant_id"].nunique(), len(made.applications) > 200
    (200, True)
    """
    return _make(config or SimulationConfig(), seed)[0]


def simulate_with_truth(config: SimulationConfig | None = None, *, seed: int) -> tuple[Simulated, Truth]:
    """Make the same portfolio as `simulate_portfolio`, and hand out the truth beside it.

    Parameters
    ----------
    config : SimulationConfig, optional
    seed : int

    Returns
    -------
    Simulated, Truth
        Two objects: nothing leads from the first to the second.

    Raises
    ------
    ParameterError
        As for `simulate_portfolio`.

    Examples
    --------
    >>> from creditscore.simulate import SimulationConfig, simulate_with_truth
    >>> made, truth = simulate_with_truth(SimulationConfig(people=200), seed=1)
    >>> truth.theta.shape
    (200,)
    """
    dials = config or SimulationConfig()
    made, world, lent = _make(dials, seed)
    truth = Truth(
        config=dials, seed=int(seed), people=world.people, network=world.network, near=world.near,
        defaults=world.defaults, accepted=lent.accepted, hidden=world.seen.hidden, missing=lent.absent,
        pay=lent.paid.pay, income=world.seen.income, trouble=world.seen.trouble,
        payment_event=lent.paid.event, payment_class=lent.paid.truth,
    )  # fmt: skip
    return made, truth


def _make(config: SimulationConfig, seed: int) -> tuple[Simulated, _World, _Lent]:
    streams = Streams(seed)
    world = _draw(config, streams)
    accepted = decide(config, world.people, world.defaults, streams)
    absent = missing_sources(config, world.people, streams)
    credit = make_credit(config, world.people, world.seen, world.events, accepted, streams)
    paid = make_payments(config, world.people, world.seen, credit, streams)
    tables = _tables(config, world, credit, paid, streams)
    household, device = home_of(config, world.people, streams)
    tables["sessions"] = sessions_table(config, world.people, world.seen, device, tables["bills"], streams)
    tables |= footprint_tables(config, world.people, streams)
    tables = connect(world.people, tables, absent, config.start_time, streams)
    tables = with_second_ids(config, world.people, tables, streams)
    tables = {name: _in_currency(config, name, tables[name]) for name in sorted(tables)}
    made = Simulated(
        config=config,
        tables={name: to_frame(table) for name, table in tables.items()},
        applications=to_frame(applications_table(world.people, accepted, streams)),
        shared=to_frame(shared_table(world.people, household, device, streams)),
    )
    return made, world, _Lent(accepted, absent, paid)


def _in_currency(config: SimulationConfig, name: str, table: Columns) -> Columns:
    """Name the currency in every table with money."""
    money = any(column.unit.startswith(MONEY) for column in CONTRACTS[name].columns)
    if config.currency is None or not money:
        return table
    return table | {"currency": Labels(np.zeros(length(table), np.int8), (config.currency,))}


def _draw(config: SimulationConfig, streams: Streams) -> _World:
    people = make_people(config, streams)
    network = make_network(config, people, streams)
    near = neighbours(network, len(people))
    defaults = make_defaults(config, people, near, streams)
    events = events_of(config, people, defaults, streams.of("default_days"))
    seen = observe(config, people, streams)
    return _World(people, network, near, defaults, events, seen)


def _tables(
    config: SimulationConfig, world: _World, credit: Credit, paid: Paid, streams: Streams
) -> dict[str, Columns]:
    people = world.people
    return {
        **credit.tables,
        "payments": paid.payments,
        "bills": paid.bills,
        "ties": ties_table(config, people, world.network, streams),
        "memberships": memberships_table(config, people, streams),
        "activities": activities_table(config, people, world.near, streams),
        "standings": standings_table(config, people, credit.events, credit.tables, streams),
    }
