"""Keys of callers: random, kept only as hashes, each for what it opens and until when."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeAlias, get_args

from creditscore._ground.canonical import canonical, read_json
from creditscore._ground.files import read_bounded, write_whole
from creditscore.errors import ArtefactError, NameUnknownError, ParameterError

Scope: TypeAlias = Literal["score", "decide", "explain", "audit", "ingest", "erase", "look"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
SCHEMA: Final = "creditscore.service-keys/1"
_SECRET_BYTES: Final = 32
_MOST_BYTES: Final = 1 << 20
_MOST_KEYS: Final = 1_000
_PARTS: Final = frozenset({"name", "sha256", "scopes", "created_at", "expires_at", "per_second"})


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: its secret is random, so that its hash tells nothing of it.

    Attributes
    ----------
    name : str
        Whose it is; logs and metrics have the name.
    sha256 : str
        Of the secret.
    scopes : frozenset of str
        What it opens: score, decide, explain, audit, ingest, erase, look.
    created_at : datetime
    expires_at : datetime, optional
        It opens nothing from this moment on.
    per_second : float, optional
        Requests a second that it may make in the long run; the limit of the service where left out.
    """

    name: str
    sha256: str
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime | None = None
    per_second: float | None = None

    def to_plain(self) -> dict[str, Any]:
        """Write the key as plain data."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "scopes": sorted(self.scopes),
            "created_at": self.created_at.isoformat(),
            "expires_at": None if self.expires_at is None else self.expires_at.isoformat(),
            "per_second": self.per_second,
        }

    @classmethod
    def from_plain(cls, plain: Any) -> Self:
        """Read what `to_plain` wrote.

        Raises
        ------
        ParameterError
        """
        if not isinstance(plain, dict) or set(plain) != _PARTS:
            raise ParameterError.must_be("keys", f"objects with {', '.join(sorted(_PARTS))}", plain)
        until, rate = plain["expires_at"], plain["per_second"]
        if rate is not None and not (isinstance(rate, int | float) and 0 < rate < float("inf")):
            raise ParameterError.must_be("per_second", "a number above 0, or null", rate)
        return cls(
            checked_name(plain["name"]), _digest(plain["sha256"]), checked_scopes(plain["scopes"]),
            _moment(plain["created_at"]), None if until is None else _moment(until), rate,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """The keys of a service.

    Attributes
    ----------
    keys : tuple of ApiKey

    Examples
    --------
    >>> secret, keys = ApiKeys().with_new("loans", ["score", "decide"])
    >>> keys.find(secret).name, keys.find(secret + "x")
    ('loans', None)
    """

    keys: tuple[ApiKey, ...] = ()

    def with_new(
        self,
        name: str,
        scopes: Iterable[str],
        *,
        expires_at: datetime | None = None,
        per_second: float | None = None,
    ) -> tuple[str, ApiKeys]:
        """Make a key; its secret is returned once and stands nowhere.

        Parameters
        ----------
        name : str
            1 to 64 letters, digits, dots, underscores or hyphens. A name that is there already gets one key
            more, so that callers can change over before the old one is revoked.
        scopes : iterable of str
        expires_at : datetime, optional
            With a zone.
        per_second : float, optional

        Returns
        -------
        secret : str
        keys : ApiKeys
        """
        secret = f"cs_{secrets.token_urlsafe(_SECRET_BYTES)}"
        now = datetime.now(UTC)
        made = ApiKey(
            checked_name(name), _sha256(secret), checked_scopes(list(scopes)), now, expires_at, per_second
        )
        return secret, replace(self, keys=(*self.keys, ApiKey.from_plain(made.to_plain())))

    def without(self, name: str) -> ApiKeys:
        """Return the keys but those of a name.

        Raises
        ------
        NameUnknownError
            If there is none of that name.
        """
        left = tuple(key for key in self.keys if key.name != name)
        if len(left) == len(self.keys):
            raise NameUnknownError.among("key of a service", name, sorted({key.name for key in self.keys}))
        return replace(self, keys=left)

    def find(self, secret: str, *, now: datetime | None = None) -> ApiKey | None:
        """Return the key of a secret; every hash is compared, each in constant time.

        Parameters
        ----------
        secret : str
        now : datetime, optional

        Returns
        -------
        ApiKey or None
            None where there is none, or it has expired.
        """
        given, found = _sha256(secret), None
        for key in self.keys:
            if hmac.compare_digest(key.sha256, given):
                found = key
        at = now or datetime.now(UTC)
        expired = found is not None and found.expires_at is not None and found.expires_at <= at
        return None if expired else found

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a file of keys.

        Raises
        ------
        ArtefactError
            If it cannot be read, or holds anything else.
        """
        try:
            plain = read_json(read_bounded(path, _MOST_BYTES), str(path))
            return cls(tuple(map(ApiKey.from_plain, _listed(plain))))
        except OSError as error:
            raise ArtefactError(f"The file of keys {path} cannot be read: {error.strerror}.") from error
        except (ParameterError, NameUnknownError) as error:
            raise ArtefactError(f"The file of keys {path} is damaged: {error}") from error

    def to_file(self, path: Path, *, new: bool = False) -> None:
        """Write the file whole, for its owner alone.

        Parameters
        ----------
        path : Path
        new : bool, default False
            Whether it must not be there yet.

        Raises
        ------
        OSError
            If it cannot be written, or is there although it must be new.
        """
        plain = {"schema": SCHEMA, "keys": [key.to_plain() for key in self.keys]}
        write_whole(path, canonical(plain).encode(), mode=0o600, new=new)


def _listed(plain: Any) -> list[Any]:
    whole = isinstance(plain, dict) and set(plain) == {"schema", "keys"} and plain["schema"] == SCHEMA
    if not whole or not isinstance(plain["keys"], list) or len(plain["keys"]) > _MOST_KEYS:
        raise ParameterError.must_be("keys", f"a list of at most {_MOST_KEYS:,} under {SCHEMA!r}", plain)
    return plain["keys"]


def checked_name(name: Any) -> str:
    """Return a name of a key, or refuse it."""
    plain = isinstance(name, str) and name.isascii() and 0 < len(name) <= 64
    if not plain or not all(sign.isalnum() or sign in "._-" for sign in name):
        raise ParameterError.must_be("name", "1 to 64 letters, digits, dots, underscores or hyphens", name)
    return str(name)


def checked_scopes(scopes: Any) -> frozenset[str]:
    """Return scopes, or refuse them."""
    if not isinstance(scopes, list) or not scopes:
        raise ParameterError.must_be("scopes", f"some of {', '.join(SCOPES)}", scopes)
    for scope in scopes:
        if scope not in SCOPES:
            raise NameUnknownError.among("scope", scope, SCOPES)
    return frozenset(scopes)


def _digest(text: Any) -> str:
    if not isinstance(text, str) or len(text) != 64 or set(text) - set("0123456789abcdef"):
        raise ParameterError.must_be("sha256", "64 hexadecimal digits", text)
    return text


def _moment(text: Any) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise ParameterError.must_be("expires_at", "a moment in ISO 8601", text) from error
    if found.tzinfo is None:
        raise ParameterError.must_be("expires_at", "a moment with a zone", text)
    return found


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
