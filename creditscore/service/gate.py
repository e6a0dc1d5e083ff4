"""Who may ask: keys, what they open, and how often."""

from __future__ import annotations

import math
from pathlib import Path

from creditscore.service.keys import ApiKey, ApiKeys
from creditscore.service.limits import Allowances
from creditscore.service.problems import RefusedError

_BEARER = "bearer "
_MOST_OF_A_SECRET = 256


class Gate:
    """The keys of a service, and how often each was used lately.

    Parameters
    ----------
    file : Path
        The file of keys.
    per_second : float
        For keys that name no rate of their own; 0 for no limit.
    allowances : Allowances, optional
    """

    def __init__(self, file: Path, *, per_second: float = 0.0, allowances: Allowances | None = None) -> None:
        self._file = file
        self._per_second = per_second
        self._allowances = Allowances() if allowances is None else allowances
        self._keys = ApiKeys.from_file(file)

    def reload(self) -> None:
        """Read the file again; one that is damaged changes nothing.

        Raises
        ------
        ArtefactError
        """
        self._keys = ApiKeys.from_file(self._file)

    def admit(self, authorization: str, scope: str) -> ApiKey:
        """Return the key of a request that may be answered.

        Parameters
        ----------
        authorization : str
            The header: ``Bearer`` and the secret.
        scope : str

        Raises
        ------
        RefusedError
            401 without a valid key, 403 if it does not open this, 429 if it asks too often.
        """
        secret = authorization[len(_BEARER) :].strip()
        if authorization[: len(_BEARER)].lower() != _BEARER or not 0 < len(secret) <= _MOST_OF_A_SECRET:
            raise RefusedError.of(401, "unauthorized", "Give a key: Authorization: Bearer cs_...")
        key = self._keys.find(secret)
        if key is None:
            raise RefusedError.of(401, "unauthorized", "The key is unknown, revoked or expired.")
        if scope not in key.scopes:
            raise RefusedError.of(403, "forbidden", f"The key {key.name!r} lacks the scope {scope!r}.")
        rate = self._per_second if key.per_second is None else key.per_second
        seconds = self._allowances.wait(key.name, rate)
        if seconds > 0:
            detail = f"The key {key.name!r} may ask {rate:g} times a second."
            raise RefusedError.of(429, "too-many-requests", detail, retry_after=math.ceil(seconds))
        return key
