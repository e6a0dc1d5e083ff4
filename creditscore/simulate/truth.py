"""What is true of a simulated portfolio: for those who judge models, out of reach of those who build them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from creditscore.data.tables.vocabularies import PAYMENT_CLASSES
from creditscore.simulate.config import OUTCOME_MONTHS, SimulationConfig
from creditscore.simulate.forward import probability_by_paths
from creditscore.simulate.hazard import MEMORY, Defaults, log_odds
from creditscore.simulate.income import PENSION_SHARE, RHYTHMS, Pay
from creditscore.simulate.lender import application_ids
from creditscore.simulate.network import Neighbours, Network, exposure
from creditscore.simulate.people import People
from creditscore.simulate.streams import Streams

if TYPE_CHECKING:
    import pandas as pd

F8 = NDArray[np.float64]
Flags = NDArray[np.bool_]

PATHS: Final = 200
SIGNS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "income_level": -1, "income_stability": -1, "cash_flow": -1, "balances": -1, "overdraft": 1,
        "fixed_commitments": 1, "bills_on_time": -1, "gambling": 1, "high_cost_credit": 1,
        "refunds_declines": 1, "purchase_activity": 1, "affordability": -1, "past_arrears": 1,
        "repayment_on_time": -1, "utilisation": 1, "credit_requests": 1, "debt_level": 1,
        "neighbours_defaulted": 1, "neighbours_good": -1, "groups_default_rate": 1, "tie_age": -1,
        "tie_churn": 1, "reciprocity": -1,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Truth:
    """Latent traits, hazards and outcomes.

    Arrays of shape (people,) go by person, whose number is their id; where people applied more than once,
    they are about the last application. `to_applications` goes by application.

    Attributes
    ----------
    config : SimulationConfig
    seed : int
    people : People
        Traits, group, segment, community, ring, moment of the application.
    network : Network
        The ties that carry influence; those of gamers and rings do not.
    near : Neighbours
        The same, by person.
    defaults : Defaults
        Intercept, economy, frailty, hazard of every month, events, outcomes.
    accepted : ndarray of bool, shape (applications,)
        Which applications the old policy accepted, in order of their moments.
    hidden : ndarray of bool, shape (people,)
        Who hides an account.
    missing : mapping of str to ndarray of bool, shape (people,)
        Who has not connected a source.
    pay : Pay
        How and when people are paid.
    income, trouble : ndarray of float64, shape (people,)
        Typical monthly income; days before the last application at which pay stopped, 0 where it did not.
    payment_event : ndarray of int64, shape (payments,)
        Events of all payments, also of those on sources that are not connected.
    payment_class : ndarray of int8, shape (payments,)
        What each of them really is: positions in ``PAYMENT_CLASSES``.
    """

    config: SimulationConfig
    seed: int
    people: People
    network: Network
    near: Neighbours
    defaults: Defaults
    accepted: Flags
    hidden: Flags
    missing: Mapping[str, Flags]
    pay: Pay
    income: F8
    trouble: F8
    payment_event: NDArray[np.int64]
    payment_class: NDArray[np.int8]

    @property
    def theta(self) -> F8:
        """Reliability, standard normal, shape (people,)."""
        return self.people.theta

    @property
    def kappa(self) -> F8:
        """Log monthly income, shape (people,)."""
        return self.people.kappa

    @property
    def bad(self) -> Flags:
        """Outcome of the last application, of the rejected too (had they been accepted), shape (people,)."""
        return self.defaults.bad[self.people.requests.last]

    @property
    def signs(self) -> Mapping[str, int]:
        """Direction in which risk goes with each family of observables, as they are generated."""
        return SIGNS

    def probability_of_default(self, *, paths: int = PATHS) -> F8:
        """True probability of a default in the 12 months after the last application, as of its month.

        Parameters
        ----------
        paths : int
            Futures of the economy and of all people that are drawn, 1 or more.

        Returns
        -------
        ndarray of float64, shape (people,)
            Mean over the paths of the summed hazards up to the first default, whose expectation is the
            probability; 1 for members of rings.
        """
        return self._chances(paths)[self.people.requests.last]

    def _chances(self, paths: int) -> F8:
        random = Streams(self.seed).of("monte_carlo")
        chance = probability_by_paths(self.config, self.people, self.near, self.defaults, paths, random)
        return np.where(self.people.ring[self.people.requests.person] >= 0, 1.0, chance)

    def to_applications(self, *, paths: int = PATHS) -> pd.DataFrame:
        """One row an application, in the order of `Simulated.applications`.

        Parameters
        ----------
        paths : int
            Futures drawn for the true probabilities; 0 leaves them out.

        Returns
        -------
        pandas DataFrame
            application_id, person_id, as_of, bad (of the rejected too, had they been accepted), accepted,
            ring, and probability_of_default.
        """
        import pandas as pd

        asked = self.people.requests
        columns = {
            "application_id": application_ids(self.people), "person_id": asked.person,
            "as_of": pd.DatetimeIndex(asked.as_of.view("M8[us]")).tz_localize("UTC"),
            "bad": self.defaults.bad, "accepted": self.accepted, "ring": self.people.ring[asked.person],
        }  # fmt: skip
        return pd.DataFrame(columns | ({"probability_of_default": self._chances(paths)} if paths else {}))

    def to_payments(self) -> pd.DataFrame:
        """What every payment really is: event_id and class, one of ``PAYMENT_CLASSES``."""
        import pandas as pd

        named = pd.Categorical.from_codes(self.payment_class, categories=pd.Index(list(PAYMENT_CLASSES)))
        return pd.DataFrame({"event_id": self.payment_event, "class": named})

    def to_salaries(self) -> pd.DataFrame:
        """How each person is paid.

        Returns
        -------
        pandas DataFrame
            person_id; rhythm (monthly, fortnightly, weekly, pension); day (of the month, 31 for the last one;
            of the week, 0 for Monday); monthly_amount at the prices of the start; stopped_days (days before
            the last application at which pay stopped; 0 where it did not).
        """
        import pandas as pd

        old = self.pay.rhythm == RHYTHMS.index("pension")
        rhythm = pd.Categorical.from_codes(self.pay.rhythm, categories=pd.Index(list(RHYTHMS)))
        return pd.DataFrame({
            "person_id": np.arange(len(self.people)), "rhythm": rhythm, "day": self.pay.day,
            "monthly_amount": self.income * np.where(old, PENSION_SHARE, 1.0),
            "stopped_days": np.where(old, 0.0, self.trouble),
        })  # fmt: skip

    def exposures(self) -> tuple[F8, F8]:
        """Share of ties to people who defaulted, by how long ago.

        Returns
        -------
        recent, old : ndarray of float64, shape (people,)
            Within 0 and 1: of those who defaulted in the 6 months up to the application, and of those who did
            so only before.
        """
        recent, old = np.zeros(len(self.people)), np.zeros(len(self.people))
        for month in np.unique(self.people.month):
            rows = np.flatnonzero(self.people.month == month)
            late = np.any(self.defaults.events[max(0, month + 1 - MEMORY) : month + 1], axis=0)
            early = np.any(self.defaults.events[: max(0, month + 1 - MEMORY)], axis=0) & ~late
            recent[rows] = self._exposed(late, int(month))[rows]
            old[rows] = self._exposed(early, int(month))[rows]
        return recent, old

    def _exposed(self, marked: Flags, month: int) -> F8:
        near, out = self.near, np.empty(len(self.people))
        exposure(near.starts, near.others, near.weight, near.born, near.ended, marked, float(month), out)
        return out

    def block_importance(self) -> dict[str, float]:
        """Fall of the AUC of an oracle that knows the true log-odds when one part of them is left out."""
        from creditscore.validation.metrics import auc

        recent, _ = self.exposures()
        row = self.people.month + 1, np.arange(len(self.people))
        everything = log_odds(self.config, self.people, self.defaults.economy, self.defaults.frailty)[row]
        parts = {
            "reliability": -0.9 * self.people.theta,
            "capacity": -0.4 * self.people.capacity + 0.5 * self.people.debt_to_income,
            "neighbours": self.config.influence * recent,
            "community": self.defaults.frailty,
            "economy": -0.3 * self.defaults.economy[self.people.month + 1],
        }
        honest = self.people.ring < 0
        full = everything + parts["neighbours"]
        bad = self.bad[honest].astype(float)
        best = auc(bad, full[honest])
        return {name: best - auc(bad, (full - part)[honest]) for name, part in parts.items()}

    def to_frame(self, *, paths: int = PATHS) -> pd.DataFrame:
        """One row a person: traits, outcome, true probability of default, ring, what is missing."""
        import pandas as pd

        people = self.people
        columns = {
            "person_id": np.arange(len(people)), "theta": people.theta, "kappa": people.kappa,
            "digital": people.digital, "protected_group": people.group, "community": people.community,
            "ring": people.ring, "bad": self.bad,
            "accepted": self.accepted[people.requests.last], "hidden_account": self.hidden,
            "probability_of_default": self.probability_of_default(paths=paths),
            "frailty": self.defaults.frailty,
        }  # fmt: skip
        return pd.DataFrame(columns | {f"missing_{name}": mask for name, mask in self.missing.items()})

    def to_dict(self) -> dict[str, object]:
        """Dials, seed, digest, intercept, signs and importance: what is not by person, as plain data."""
        from dataclasses import asdict

        return {
            "config": asdict(self.config), "config_sha256": self.config.sha256, "seed": self.seed,
            "intercept": self.defaults.intercept, "economy": self.defaults.economy.tolist(),
            "mean_hazard": self.defaults.hazard.mean(axis=1).tolist(),
            "signs": dict(SIGNS), "block_importance": self.block_importance(),
            "outcome_months": OUTCOME_MONTHS,
        }  # fmt: skip

    def __repr__(self) -> str:
        rings = int((self.people.ring >= 0).sum())
        rate = float(self.bad.mean())
        return (
            f"Truth({len(self.people):,} people, bad rate {rate:.2%}, {rings} ring members, seed {self.seed})"
        )
