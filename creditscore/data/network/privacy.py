"""What others may learn of a standing: how much, from when on, and under whose secret."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from decimal import Decimal, localcontext
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Self

import numpy as np

from creditscore._ground.arrays import Float64
from creditscore._ground.instants import DAY
from creditscore.data.secret import KEY_BYTES, Secret, check_key, part, read_key, write_key
from creditscore.errors import ParameterError

# Own dates of a person lie so far apart, and others see what was known on one so much later, or later still.
DATE_DAYS: Final = 182
LAG_DAYS: Final = 30
# For so many days at most a standing is still seen that was withdrawn: to the next own date, and to the first
# month that begins a lag after it.
SEEN_ON_DAYS: Final = DATE_DAYS + LAG_DAYS + 31
DATE_STEP: Final = DATE_DAYS * DAY
LAG: Final = LAG_DAYS * DAY
DEFAULT_EPSILON: Final = 2.0
LARGEST_EPSILON: Final = 3.0
# Every digest gives so many independent draws.
DRAWS: Final = 4

_CHECK_BYTES: Final = 8
_DOMAIN: Final = b"creditscore.standings/1"
_UNIT: Final = 2.0**-53
_STAYED_BEHIND: Final = (
    "The secret of the standings does not travel with a copy. Read it where it is needed, with "
    "StandingPrivacy.from_file(...), and give it to the portfolio there."
)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StandingPrivacy:
    """How much others may learn of one person's standing, and the secret that decides the noise.

    Every value that others see is made of one randomised bit for each person and own date, never of the
    standing itself: whatever anyone joins, subtracts or averages, the odds about one person move by at most
    ``exp(epsilon)`` an own date (randomised response). A person's own dates lie 182 days apart, begin at a
    keyed day, and are seen from the first month that begins 30 days or more after them.

    Parameters
    ----------
    secret : bytes
        16 bytes or more, of which nobody who sees features, scores or measures may know anything. It stands
        in no file that this library writes, and in no copy of this value that leaves the process.
    secret_name : str
        What records call it, so that a replay finds it again.
    epsilon : float, default 2.0
        Above 0 and at most 3: the smaller, the less can be learned. See `unprotected` for no noise at all.

    Attributes
    ----------
    key_check : str
        16 hexadecimal digits that tell one secret from another, and nothing about it.

    Raises
    ------
    ParameterError
        If the secret is too short, has no name, or `epsilon` is out of its range.

    References
    ----------
    Warner (1965), "Randomized response", J. of the American Statistical Association 60, 63-69.
    Kasiviswanathan, Nissim, Raskhodnikova and Smith (2013), "Analyzing graphs with node differential
    privacy", TCC 2013.

    Examples
    --------
    >>> privacy = StandingPrivacy(secret=bytes(range(32)), secret_name="2026")
    >>> privacy
    StandingPrivacy(secret '2026', epsilon=2.0)
    >>> round(privacy.flip, 4)
    0.1192
    """

    secret: InitVar[bytes]
    secret_name: str
    epsilon: float | None = DEFAULT_EPSILON
    key_check: str = field(init=False)
    _secret: Secret = field(init=False, compare=False)

    def __post_init__(self, secret: bytes) -> None:
        check_key(secret, "StandingPrivacy.generate(...)")
        if not isinstance(self.secret_name, str) or not self.secret_name.strip():
            raise ParameterError.must_be("secret_name", "a name that records can carry", self.secret_name)
        epsilon = self.epsilon
        if (
            isinstance(epsilon, bool)
            or not isinstance(epsilon, int | float)
            or not 0.0 < epsilon <= LARGEST_EPSILON
        ):
            wanted = f"above 0 and at most {LARGEST_EPSILON:g}; no noise: StandingPrivacy.unprotected(...)"
            raise ParameterError.must_be("epsilon", wanted, epsilon)
        kept = Secret(secret, _STAYED_BEHIND)
        object.__setattr__(self, "epsilon", float(epsilon))
        object.__setattr__(self, "_secret", kept)
        object.__setattr__(self, "key_check", kept.digest(_DOMAIN + part("check"))[:_CHECK_BYTES].hex())

    @classmethod
    def unprotected(cls, *, secret: bytes, secret_name: str) -> Self:
        """Add no noise: own dates, ages and folds stay, but values give standings away to who compares them.

        Parameters
        ----------
        secret, secret_name
            As for `StandingPrivacy`.

        Examples
        --------
        >>> StandingPrivacy.unprotected(secret=bytes(range(32)), secret_name="trial")
        StandingPrivacy(secret 'trial', UNPROTECTED: no noise)
        """
        made = cls(secret=secret, secret_name=secret_name)
        object.__setattr__(made, "epsilon", None)
        return made

    @classmethod
    def generate(
        cls, path: str | Path, *, secret_name: str | None = None, epsilon: float = DEFAULT_EPSILON
    ) -> Self:
        """Make a new secret and write it to a file that its owner alone can read.

        Parameters
        ----------
        path : str or Path
            A file that is not there yet.
        secret_name : str, optional
            By default the name of the file without its ending.
        epsilon : float, default 2.0

        Raises
        ------
        ParameterError
            If the file is there already: who loses a secret can repeat no decision that rests on it.
        """
        write_key(path)
        return cls.from_file(path, secret_name=secret_name, epsilon=epsilon)

    @classmethod
    def from_file(
        cls, path: str | Path, *, secret_name: str | None = None, epsilon: float = DEFAULT_EPSILON
    ) -> Self:
        """Read a secret from a file of 32 bytes, or of 64 hexadecimal digits.

        Parameters
        ----------
        path, secret_name, epsilon
            As for `generate`; the file must be there.

        Raises
        ------
        ParameterError
            If the file cannot be read or holds anything else.
        """
        return cls(secret=read_key(path), secret_name=secret_name or Path(path).stem, epsilon=epsilon)

    @classmethod
    def without_secret(cls, written: Mapping[str, Any]) -> Self:
        """Make what `to_dict` wrote: it can draw nothing, and stands for bits that are stored.

        Parameters
        ----------
        written : mapping
            From `to_dict`.
        """
        made = object.__new__(cls)
        for name in ("secret_name", "epsilon", "key_check"):
            object.__setattr__(made, name, written[name])
        object.__setattr__(made, "_secret", Secret(None, _STAYED_BEHIND))
        return made

    @property
    def has_secret(self) -> bool:
        """Whether the secret came along, so that bits can be drawn."""
        return self._secret.is_there

    @property
    def is_public(self) -> bool:
        """Whether the key is the one that everyone knows, for want of another."""
        return self.key_check == PUBLIC.key_check

    @property
    def is_protected(self) -> bool:
        """Whether there is noise, and a secret that decides it."""
        return self.epsilon is not None and not self.is_public

    @property
    def flip(self) -> float:
        """Chance that a bit says the opposite: 1 / (1 + exp(epsilon)), the same bits on every machine."""
        return 0.0 if self.epsilon is None else _flip(self.epsilon)

    def draws(self, *parts: str | int) -> Float64:
        """Draw four independent numbers, evenly spread from 0 up to 1, that the secret and some parts decide.

        Each is the first 53 bits of its quarter of HMAC-SHA256(secret, parts), times 2**-53. A part is
        written with its type and length, so that 1 is not "1" and no two lists of parts look alike.

        Returns shape (4,).

        Examples
        --------
        >>> privacy = StandingPrivacy(secret=bytes(range(32)), secret_name="2026")
        >>> bool((privacy.draws("person", 1) != privacy.draws("person", "1")).all())
        True
        """
        found: Float64 = numbers_of([self._secret.digest(_DOMAIN + b"".join(map(part, parts)))])[0]
        return found

    def digests(self, before: bytes, ids: list[bytes]) -> list[bytes]:
        """Return one digest for each id, all after the same parts; everything is written by `part`."""
        digest, head = self._secret.digest, _DOMAIN + before
        return [digest(head + one) for one in ids]

    def to_dict(self) -> dict[str, Any]:
        """Write everything but the secret as plain data."""
        return {
            "secret_name": self.secret_name,
            "key_check": self.key_check,
            "epsilon": self.epsilon,
            "date_days": DATE_DAYS,
            "lag_days": LAG_DAYS,
        }

    def matches(self, written: Mapping[str, Any]) -> bool:
        """Tell whether `to_dict` wrote this of the same secret and noise."""
        mine = self.to_dict()
        same = hmac.compare_digest(str(written.get("key_check")), self.key_check)
        return same and all(written.get(name) == mine[name] for name in mine if name != "secret_name")

    def __repr__(self) -> str:
        noise = "UNPROTECTED: no noise" if self.epsilon is None else f"epsilon={self.epsilon}"
        known = ", a key that everyone knows" if self.is_public else ""
        return f"StandingPrivacy(secret {self.secret_name!r}, {noise}{known})"


@lru_cache(maxsize=64)
def _flip(epsilon: float) -> float:
    with localcontext() as context:
        context.prec = 40
        return float(1 / (1 + Decimal(epsilon).exp()))


def numbers_of(digests: list[bytes]) -> Float64:
    """Read digests as numbers from 0 up to 1, shape (n, 4)."""
    words = np.frombuffer(b"".join(digests), ">u8").reshape(-1, DRAWS)
    return np.asarray((words >> np.uint64(11)).astype(np.float64) * _UNIT, np.float64)


# Everyone knows this key: values are there, and whoever knows the rule can take the noise off again.
PUBLIC: Final = StandingPrivacy(secret=bytes(KEY_BYTES), secret_name="public")  # noqa: S106 (a name)
