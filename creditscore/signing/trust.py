"""Whom one trusts: a small file of names and public keys, each from when, until when, revoked as of when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeAlias, get_args

from creditscore._ground.canonical import canonical, read_json
from creditscore._ground.files import read_bounded, write_whole
from creditscore.errors import ArtefactError, NameUnknownError, ParameterError, SigningError
from creditscore.signing import moments
from creditscore.signing.keys import PUBLIC_BYTES, SigningKey, checked_name, key_id

SCHEMA: Final = "creditscore.trust/1"
_MOST_BYTES: Final = 1 << 20
_MOST_KEYS: Final = 1_000
_PARTS: Final = frozenset({"key_id", "name", "public_key", "revoked_as_of", "valid_from", "valid_until"})
# What a key is trusted for. Trust files from before there were roles name none: their keys are of lenders.
_ROLES: Final = "roles"
Role: TypeAlias = Literal["lender", "vendor", "witness"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
LENDER: Final[Role] = "lender"
VENDOR: Final[Role] = "vendor"
WITNESS: Final[Role] = "witness"


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key, whose it is, and when it may sign.

    Attributes
    ----------
    name : str
    public : bytes
        32 bytes.
    valid_from : datetime
        With a zone.
    valid_until : datetime, optional
        It signs before this moment only: set when another key follows.
    revoked_as_of : datetime, optional
        What says that it was signed at this moment or later is not trusted: set when others may have the key.
    roles : tuple of {"lender", "vendor", "witness"}
        What it is trusted for: a lender signs all but the heads of others, a vendor models alone, a witness
        heads that others signed alone.
    """

    name: str
    public: bytes
    valid_from: datetime
    valid_until: datetime | None = None
    revoked_as_of: datetime | None = None
    roles: tuple[Role, ...] = (LENDER,)

    def __post_init__(self) -> None:
        known = isinstance(self.roles, tuple) and all(isinstance(role, str) for role in self.roles)
        if not known or not self.roles or [*self.roles] != [role for role in ROLES if role in self.roles]:
            raise ParameterError.must_be("roles", f"some of {ROLES}, in this order, each once", self.roles)

    @property
    def key_id(self) -> str:
        """What signatures call the key: 32 hexadecimal digits, which follow from it."""
        return key_id(self.public)

    @classmethod
    def of(
        cls, key: SigningKey, *, valid_from: datetime | None = None, roles: Sequence[Role] = (LENDER,)
    ) -> Self:
        """Say what is public of a key; it has always been valid, unless a moment is given."""
        return cls(key.name, key.public, valid_from or moments.ALWAYS, roles=tuple(roles))

    def to_plain(self) -> dict[str, Any]:
        """Write the key as plain data."""
        return {
            "key_id": self.key_id,
            "name": self.name,
            "public_key": self.public.hex(),
            "valid_from": moments.written(self.valid_from),
            "valid_until": None if self.valid_until is None else moments.written(self.valid_until),
            "revoked_as_of": None if self.revoked_as_of is None else moments.written(self.revoked_as_of),
            _ROLES: list(self.roles),
        }

    @classmethod
    def from_plain(cls, data: Any) -> Self:
        """Read what `to_plain` wrote.

        Raises
        ------
        SigningError
            If it is anything else, or the id does not follow from the key.
        """
        if not isinstance(data, Mapping) or set(data) - {_ROLES} != _PARTS:
            raise SigningError(f"A trusted key has the parts {sorted(_PARTS)}, and may have {_ROLES}.")
        roles = data.get(_ROLES, [LENDER])
        if not isinstance(roles, list) or not roles or any(role not in ROLES for role in roles):
            raise SigningError(f"The roles of a key are some of {', '.join(ROLES)}. Got {roles!r:.90}.")
        try:
            public = bytes.fromhex(data["public_key"])
        except (OverflowError, TypeError, ValueError):
            public = b""
        if len(public) != PUBLIC_BYTES or data["key_id"] != key_id(public):
            raise SigningError(f"The public key of {data['name']!r:.90} was changed, or is none.")
        return cls(
            checked_name(data["name"]),
            public,
            moments.read(data["valid_from"]),
            moments.read_optional(data["valid_until"]),
            moments.read_optional(data["revoked_as_of"]),
            tuple(role for role in ROLES if role in roles),
        )

    def fault(self, at: datetime, what: str, roles: Collection[Role]) -> str:
        """Say why the key is not trusted with something; empty if it is. Revocation is judged apart.

        Parameters
        ----------
        at : datetime
            When it says that it signed.
        what : str
            What it signed.
        roles : collection of str
            Those of which one may sign that.
        """
        if not any(role in roles for role in self.roles):
            return f"it signs no {what}"
        if at < self.valid_from or (self.valid_until is not None and at >= self.valid_until):
            return "its key was not valid then"
        return "that moment is yet to come" if at > moments.now() + moments.GRACE else ""


@dataclass(frozen=True, slots=True)
class Trust:
    """The keys that one trusts, as they stand in a trust file.

    Who verifies must have got the file from whom they trust, and not with what is verified.

    Attributes
    ----------
    keys : tuple of TrustedKey

    Examples
    --------
    >>> key = SigningKey.new("lender.example")
    >>> trust = Trust.of(key)
    >>> Trust.from_json(trust.to_json()) == trust
    True
    >>> trust.find(key.key_id).name
    'lender.example'
    """

    keys: tuple[TrustedKey, ...] = ()

    def __post_init__(self) -> None:
        ids = [key.key_id for key in self.keys]
        if len(set(ids)) != len(ids) or len(ids) > _MOST_KEYS:
            raise SigningError(f"A trust file names each key once, and {_MOST_KEYS:,} at most.")

    @classmethod
    def of(cls, *keys: SigningKey | TrustedKey) -> Self:
        """Trust some keys; signing keys have always been valid."""
        return cls(tuple(key if isinstance(key, TrustedKey) else TrustedKey.of(key) for key in keys))

    def find(self, wanted: str) -> TrustedKey | None:
        """Return the key of an id, or None."""
        return next((key for key in self.keys if key.key_id == wanted), None)

    def named(self, name: str) -> tuple[TrustedKey, ...]:
        """Return all keys of a name."""
        return tuple(key for key in self.keys if key.name == name)

    def with_key(self, key: SigningKey | TrustedKey, *, roles: Sequence[Role] | None = None) -> Self:
        """Trust one more key, for what its roles say: those of a lender where nothing says others."""
        public = key if isinstance(key, TrustedKey) else TrustedKey.of(key)
        return type(self).of(*self.keys, public if roles is None else replace(public, roles=tuple(roles)))

    def rotated(self, old: str, new: SigningKey, *, at: datetime | None = None) -> Self:
        """Trust a key from a moment on, and the one before it until then.

        Parameters
        ----------
        old : str
            Id of the key that is followed.
        new : SigningKey
        at : datetime, optional
            Now by default.
        """
        when = at or moments.now()
        keys = [self._until(key, when) if key.key_id == old else key for key in self.keys]
        return type(self)((*keys, TrustedKey.of(new, valid_from=when, roles=self._known(old).roles)))

    def revoked(self, wanted: str, *, as_of: datetime) -> Self:
        """Trust nothing any more that a key signed at a moment or later.

        The time of a signature is its signer's word: who has stolen a key can write an earlier one. Name the
        earliest moment at which the key may have been out of its owner's hands; what it signed before is as
        good as the heads of the ledger that others kept from that time.

        Parameters
        ----------
        wanted : str
            Id of the key.
        as_of : datetime
            With a zone. A revocation never moves to a later moment.
        """
        before = self._known(wanted).revoked_as_of
        moment = as_of if before is None else min(before, as_of)
        moments.written(moment)
        keys = [replace(key, revoked_as_of=moment) if key.key_id == wanted else key for key in self.keys]
        return type(self)(tuple(keys))

    def to_json(self) -> str:
        """Write the trust file: canonical JSON (RFC 8785)."""
        return canonical({"schema": SCHEMA, "keys": [key.to_plain() for key in self.keys]})

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote, or the same by hand.

        Raises
        ------
        SigningError
            If it is anything else.
        """
        try:
            data = read_json(text, "The trust file")
        except ArtefactError as error:
            raise SigningError(str(error)) from error
        if not isinstance(data, Mapping) or set(data) != {"schema", "keys"} or data["schema"] != SCHEMA:
            raise SigningError(f"A trust file has the schema {SCHEMA!r} and keys.")
        keys = data["keys"]
        if not isinstance(keys, list) or len(keys) > _MOST_KEYS:
            raise SigningError(f"A trust file holds a list of {_MOST_KEYS:,} keys at most.")
        return cls(tuple(map(TrustedKey.from_plain, keys)))

    @classmethod
    def from_file(cls, path: str | Path) -> Self:
        """Read a trust file; see `from_json`."""
        try:
            return cls.from_json(read_bounded(Path(path), _MOST_BYTES))
        except (OSError, ArtefactError) as error:
            raise SigningError(f"The trust file {path} cannot be read: {error}.") from error

    def save(self, path: str | Path, *, new: bool = False) -> None:
        """Write the trust file, whole or not at all.

        Parameters
        ----------
        path : str or Path
        new : bool, default False
            Whether it must not be there yet.

        Raises
        ------
        SigningError
            If it cannot be written, or is there although it must be new.
        """
        try:
            write_whole(Path(path), (self.to_json() + "\n").encode(), new=new)
        except OSError as error:
            raise SigningError(f"The trust file {path} cannot be written: {error.strerror}.") from error

    def _known(self, wanted: str) -> TrustedKey:
        found = self.find(wanted)
        if found is None:
            raise NameUnknownError.among("key", wanted, [key.key_id for key in self.keys])
        return found

    @staticmethod
    def _until(key: TrustedKey, when: datetime) -> TrustedKey:
        until = when if key.valid_until is None else min(key.valid_until, when)
        return replace(key, valid_until=until)


def trust_in(given: Trust | Iterable[TrustedKey] | str | Path) -> Trust:
    """Take a trust, keys, or the path of a trust file."""
    if isinstance(given, Trust):
        return given
    return Trust.from_file(given) if isinstance(given, str | Path) else Trust(tuple(given))
