"""What a simulation hands to those who build models: tables and applications, and no truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from creditscore._ground.arrays import Float64
from creditscore.data.applications import Applications
from creditscore.data.dataset import Dataset
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.data.portfolio import Portfolio

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from creditscore.simulate.config import SimulationConfig

RULE = OutcomeRule(bad_dpd=90, window="365d", indeterminate_dpd=None)

# The secret of people who do not exist.
MADE_UP: Final = StandingPrivacy(secret=b"nobody made up needs protection!", secret_name="made up")  # noqa: S106 (a name)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Simulated(Dataset):
    """A simulated lender, as a lender sees it.

    Attributes
    ----------
    config : SimulationConfig
    tables : mapping of str to pandas DataFrame
        The tables of `Portfolio` by name.
    applications : pandas DataFrame
        application_id, applicant_id, as_of, amount, term_days, product, purpose, segment, decision, loan_id
        (missing where the application was rejected), ordered by as_of. Existing customers apply now and then
        again.
    shared : pandas DataFrame
        person, kind (device, address, phone), key, event_time: for fraud signals, never for a score.

    Examples
    --------
    >>> from creditscore.simulate import SimulationConfig, simulate_portfolio
    >>> made = simulate_portfolio(SimulationConfig(people=200), seed=1)
    >>> made.portfolio().n_applicants
    200
    """

    config: SimulationConfig
    tables: Mapping[str, pd.DataFrame]
    applications: pd.DataFrame
    shared: pd.DataFrame

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", MappingProxyType(dict(self.tables)))

    def portfolio(self, *, privacy: StandingPrivacy | None = None, threads: int | None = None) -> Portfolio:
        """Check the tables and make a portfolio of them, in the zone and with the weekend of the dials.

        Parameters
        ----------
        privacy : StandingPrivacy, optional
            By default one of a secret that stands in this library: nobody made up needs to be protected.
        threads : int, optional
        """
        return Portfolio(**self.parts(privacy=privacy or MADE_UP), threads=threads)

    def parts(self, **more: Any) -> dict[str, Any]:
        """Arguments of `Portfolio`: all tables, the zone and the weekend, and the secret of nobody.

        Parameters
        ----------
        **more
            Further arguments, or others instead of these.
        """
        settings = {
            "timezone": self.config.timezone, "weekend": self.config.weekend, "midnight": "instant",
            "privacy": MADE_UP,
        }  # fmt: skip
        return {**self.tables, **settings, **more}

    def to_applications(self) -> Applications:
        """Return the applications without the column `decision`, which no feature may see."""
        return Applications(self.applications.drop(columns="decision"))

    def to_tables(self) -> Mapping[str, pd.DataFrame]:
        """Return `tables`."""
        return self.tables

    def to_portfolio(self) -> Portfolio:
        """Return the tables, checked and indexed, in the zone and with the weekend of the dials."""
        return self.portfolio()

    def to_outcomes(self) -> Float64:
        """Return `bad` of the portfolio that the tables make, shape (n_applications,)."""
        return self.bad(self.portfolio())

    def bad(self, portfolio: Portfolio) -> NDArray[np.float64]:
        """Outcome of each application by the ledger.

        Returns
        -------
        ndarray of float64, shape (applications,)
            1 if 90 days past due within 365 days, else 0; NaN where the application was rejected.
        """
        extracted = self.config.end_time
        return RULE.label(self.to_applications(), portfolio, extracted).labels

    def __repr__(self) -> str:
        rows = "\n".join(f"  {name}: {len(table):,} rows" for name, table in self.tables.items())
        rejected = int((self.applications["decision"] == "rejected").sum())
        return f"Simulated({len(self.applications):,} applications, {rejected:,} rejected)\n{rows}"

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{name}</td><td>{len(t):,}</td></tr>" for name, t in self.tables.items())
        caption = f"<caption>Simulated, {len(self.applications):,} applications</caption>"
        return f"<table dir='auto'>{caption}{rows}</table>"
