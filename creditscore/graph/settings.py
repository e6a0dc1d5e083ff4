"""What the measures of the graph are, and how they are computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import Any, Final

from creditscore._ground.instants import parse_duration
from creditscore.data.tables.vocabularies import EMBEDDING_MEASURES, NETWORK_MEASURES
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.graph.reach import LONGEST, SHORTEST

MEASURES: Final[Mapping[str, str]] = MappingProxyType(NETWORK_MEASURES)
ON_REQUEST: Final = ("default_influence", "bipartite_default_share", "multilayer_default_share")
# Fewest people that a value may rest on, here and in the features of the moment.
MIN_KNOWN: Final = 5
_LEAST_WHOLE: Final = MappingProxyType(
    {"min_known": 1, "hops": SHORTEST, "hub_ties": 1, "seed": 0, "lookalikes": 1, "merchant_customers": 1}
)
_WITHIN: Final = MappingProxyType(
    {
        "damping": (0.0, 1.0, "between 0 and 1"),
        "resolution": (0.0, float("inf"), "above 0"),
    }
)


@dataclass(frozen=True, slots=True)
class GraphSettings:
    """How the measures of the graph are computed.

    Parameters
    ----------
    min_known : int, default 5
        What is told of known people rests on so many of equal weight at least, so that none of them carries
        the value; with fewer there is none. Two ties away three times, and in the community twice as many
        must be known. 1 or more.
    min_tie_age : str
        A tie counts once it is older than this duration: ties made before an application gain nothing.
    without_layers : tuple of str
        Further layers of ties to leave out. Those of shared devices, addresses and telephones, which serve
        to find fraud and not to score, and those of look-alikes never count.
    damping : float
        Chance that a walk of influence goes on after two steps, between 0 and 1.
    hops : int
        Longest walk of influence, 2 or 3 steps.
    hub_ties : int, default 150
        People with more neighbours are no circle of friends (Dunbar 1992): no walk begins at one or leads
        through.
    prior_share, prior_weight : float
        What shares of defaults are drawn towards, and the number of people that this counts.
    seed, resolution
        Of the communities.
    lookalikes : int
        How many look-alikes count.
    lookalike_window : str
        Duration of purchases that make look-alikes, and of payments that tell what people share.
    merchant_customers : int
        Merchants with more customers are left out; so are groups and employers with more people.
    measures : tuple of str
        Names of the measures to compute; by default all but those of influence (``default_influence``,
        ``bipartite_default_share``, ``multilayer_default_share``), which add little to the others.

    Raises
    ------
    ParameterError, NameUnknownError
        If a setting has a value that it cannot take.

    References
    ----------
    Dunbar (1992), "Neocortex size as a constraint on group size in primates", J. of Human Evolution 22,
    469-493.

    Examples
    --------
    >>> GraphSettings(measures=("clustering", "default_influence")).min_known
    5
    """

    min_known: int = MIN_KNOWN
    min_tie_age: str = "90d"
    without_layers: tuple[str, ...] = ()
    damping: float = 0.85
    hops: int = LONGEST
    hub_ties: int = 150
    prior_share: float = 0.1
    prior_weight: float = 5.0
    seed: int = 0
    resolution: float = 1.0
    lookalikes: int = 20
    lookalike_window: str = "365d"
    merchant_customers: int = 1_000
    measures: tuple[str, ...] = tuple(name for name in MEASURES if name not in ON_REQUEST)

    def __post_init__(self) -> None:
        for name, least in _LEAST_WHOLE.items():
            _check_whole(name, getattr(self, name), least)
        if self.hops > LONGEST:
            raise ParameterError.must_be("hops", f"from {SHORTEST} to {LONGEST}", self.hops)
        for name in ("damping", "resolution", "prior_share", "prior_weight"):
            _check_number(name, getattr(self, name))
        for name, (above, below, words) in _WITHIN.items():
            if not above < getattr(self, name) < below:
                raise ParameterError.must_be(name, words, getattr(self, name))
        if not 0.0 <= self.prior_share <= 1.0:
            raise ParameterError.must_be("prior_share", "from 0 to 1", self.prior_share)
        if not 0.0 <= self.prior_weight < float("inf"):
            raise ParameterError.must_be("prior_weight", "0 or more", self.prior_weight)
        parse_duration(self.min_tie_age, parameter="min_tie_age")
        if parse_duration(self.lookalike_window, parameter="lookalike_window") == 0:
            raise ParameterError.must_be("lookalike_window", "longer than 0 days", self.lookalike_window)
        for name in ("without_layers", "measures"):
            object.__setattr__(self, name, _names(name, getattr(self, name)))
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


@dataclass(frozen=True, slots=True)
class EmbeddingSettings:
    """How purchases are embedded.

    Parameters
    ----------
    window : str, default "365d"
        Duration of the purchases that are read.
    alongside : str, default "7d"
        What is paid for so long before or after a purchase at a merchant is paid for alongside it.
    min_customers : int, default 5
        A merchant with fewer other customers says nothing, so that no value tells of one of them; nor does a
        category that no more people pay for. 1 or more.
    prior_weight : float, default 10.0
        Number of customers that what is usual everywhere counts for, beside those of a merchant. Above 0.

    Raises
    ------
    ParameterError
        If a setting has a value that it cannot take.

    Examples
    --------
    >>> EmbeddingSettings().measures[:2]
    ('alongside_groceries', 'alongside_household')
    """

    window: str = "365d"
    alongside: str = "7d"
    min_customers: int = 5
    prior_weight: float = 10.0

    def __post_init__(self) -> None:
        for name in ("window", "alongside"):
            if parse_duration(getattr(self, name), parameter=name) == 0:
                raise ParameterError.must_be(name, "longer than 0 days", getattr(self, name))
        _check_whole("min_customers", self.min_customers, 1)
        _check_number("prior_weight", self.prior_weight)
        if not 0.0 < self.prior_weight < float("inf"):
            raise ParameterError.must_be("prior_weight", "above 0", self.prior_weight)

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures: one for each category of payments."""
        return EMBEDDING_MEASURES


def _check_whole(name: str, value: object, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ParameterError.must_be(name, f"a whole number, {least} or more", value)


def _check_number(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ParameterError.must_be(name, "a number", value)


def _names(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, tuple | list) or not all(isinstance(one, str) for one in value):
        raise ParameterError.must_be(name, "a sequence of names", value)
    if len(set(value)) < len(value):
        raise ParameterError.must_be(name, "names, each given once", value)
    return tuple(value)
