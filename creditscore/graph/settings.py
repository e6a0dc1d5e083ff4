"""What the measures of the graph are, and how they are computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import Any, Final

from creditscore._ground.instants import parse_duration
from creditscore.data.tables.vocabularies import NETWORK_MEASURES, SHARED_KINDS, SHARED_LAYER
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.graph.influence import MOST_HOPS

MEASURES: Final[Mapping[str, str]] = MappingProxyType(NETWORK_MEASURES)


@dataclass(frozen=True, slots=True)
class GraphSettings:
    """How the measures of the graph are computed.

    Parameters
    ----------
    min_known : int
        With fewer known neighbours (others in the community, look-alikes), nothing that rests on them is
        computed, so that no standing of theirs can be inferred. 0 or more; at least one is always needed.
    min_tie_age : str
        Two persons are tied once their first known tie is older than this duration: ties made before an
        application gain nothing.
    label_half_life : str
        Duration in which a standing loses half its weight in influence, two hops and look-alikes.
    tie_half_life : str or None
        Duration in which a tie loses half its weight; None: never.
    without_layers : tuple of str
        Layers of ties to leave out: by default those of shared devices, addresses and telephones, which serve
        to find fraud and not to score.
    damping : float
        Chance that a walk goes on, between 0 and 1.
    hops : int
        Longest walk of influence, 1 to 4 steps.
    hub_ties : int
        Persons with more neighbours pass on neither influence nor the second hop.
    prior_share, prior_weight : float
        What the default share of a community is drawn towards, and the number of persons that this counts.
    seed, resolution
        Of the communities.
    lookalikes : int
        How many look-alikes count.
    lookalike_window : str
        Duration of purchases that make look-alikes.
    merchant_customers : int
        Merchants with more customers are left out.
    measures : tuple of str
        Names of the measures to compute.

    Raises
    ------
    ParameterError, NameUnknownError
        If a setting has a value that it cannot take.

    Examples
    --------
    >>> GraphSettings(min_known=5, measures=("clustering", "default_influence")).hops
    4
    """

    min_known: int = 1
    min_tie_age: str = "90d"
    label_half_life: str = "365d"
    tie_half_life: str | None = None
    without_layers: tuple[str, ...] = (SHARED_LAYER, *SHARED_KINDS)
    damping: float = 0.85
    hops: int = 4
    hub_ties: int = 1_000
    prior_share: float = 0.1
    prior_weight: float = 5.0
    seed: int = 0
    resolution: float = 1.0
    lookalikes: int = 20
    lookalike_window: str = "365d"
    merchant_customers: int = 1_000
    measures: tuple[str, ...] = tuple(MEASURES)

    def __post_init__(self) -> None:
        for name in ("min_tie_age", "label_half_life", "tie_half_life", "lookalike_window"):
            given = getattr(self, name)
            if given is not None and parse_duration(given, parameter=name) == 0 and name != "min_tie_age":
                raise ParameterError.must_be(name, "longer than 0 days", given)
        if not 0.0 < self.damping < 1.0:
            raise ParameterError.must_be("damping", "between 0 and 1", self.damping)
        if not 1 <= self.hops <= MOST_HOPS:
            raise ParameterError.must_be("hops", f"from 1 to {MOST_HOPS}", self.hops)
        if not 0.0 <= self.prior_share <= 1.0:
            raise ParameterError.must_be("prior_share", "from 0 to 1", self.prior_share)
        for name in ("min_known", "seed", "prior_weight"):
            if not getattr(self, name) >= 0:
                raise ParameterError.must_be(name, "0 or more", getattr(self, name))
        for name in ("hub_ties", "lookalikes", "merchant_customers"):
            if not getattr(self, name) >= 1:
                raise ParameterError.must_be(name, "1 or more", getattr(self, name))
        if not 0.0 < self.resolution < float("inf"):
            raise ParameterError.must_be("resolution", "above 0", self.resolution)
        for name in ("without_layers", "measures"):
            if isinstance(getattr(self, name), str):
                raise ParameterError.must_be(name, "a sequence of names", getattr(self, name))
        for name in self.measures:
            if name not in MEASURES:
                raise NameUnknownError.among("measure", name, tuple(MEASURES))

    def to_dict(self) -> dict[str, Any]:
        """Write the settings as plain data."""
        plain = asdict(self)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> GraphSettings:
        """Read back what `to_dict` wrote.

        Raises
        ------
        NameUnknownError
            If there is no such setting.
        """
        known = tuple(field.name for field in fields(cls))
        for name in data:
            if name not in known:
                raise NameUnknownError.among("setting", name, known)
        given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
        return cls(**given)
