"""Keys that sign: private ones in files for their owner's eyes only, and what is public of them."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from pathlib import Path
from typing import Any, Final, NoReturn, Self

from creditscore._ground.asked import check_made
from creditscore._ground.extras import needs
from creditscore._ground.files import write_new
from creditscore.errors import ParameterError, SigningError

PUBLIC_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
_ID_BYTES: Final = 16
_ID_CONTEXT: Final = b"creditscore.key/1\n"
# As signed notes write names: no blanks, no plus.
_NAME: Final = re.compile(r"[^\s+\x00-\x1f\x7f]{1,100}")
_MOST_OF_A_FILE: Final = 4_096
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_FILE: Final = re.compile(
    r"name: (?P<name>\S+)\n(?P<pem>-----BEGIN PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+-----END PRIVATE KEY-----\n)"
)
_MANIFEST: Final = "manifest.json"


def key_id(public: bytes) -> str:
    """Name a public key: 32 hexadecimal digits, which follow from it."""
    return hashlib.sha256(_ID_CONTEXT + public).digest()[:_ID_BYTES].hex()


def checked_name(name: object) -> str:
    """Refuse what a signed note cannot write as a name.

    Raises
    ------
    SigningError
        If it is empty, longer than 100 characters, or holds blanks or a plus.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise SigningError(
            f"A key is named by 1 to 100 characters without blanks and '+', such as 'lender.example'. "
            f"Got {name!r:.120}."
        )
    return name


class SigningKey:
    """A private key that signs for somebody; make one with `new`, read one with `from_file`.

    It is written nowhere but by `to_file`, it does not pickle, and its text shows what is public alone.

    Parameters
    ----------
    name : str
        Whose it is, such as ``"lender.example"``: without blanks and ``+``.
    private : bytes
        The seed of RFC 8032, 32 random bytes.

    Attributes
    ----------
    name : str
    public : bytes
        The public key, 32 bytes.
    key_id : str
        32 hexadecimal digits, which follow from the public key.

    Examples
    --------
    >>> key = SigningKey.new("lender.example")
    >>> key
    SigningKey(lender.example, ...)
    >>> len(key.sign(b"message"))
    64
    """

    def __init__(self, name: str, private: bytes) -> None:
        with needs("SigningKey", package="cryptography", extra="sign"):
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        self.name: str = checked_name(name)
        if not isinstance(private, bytes) or len(private) != PUBLIC_BYTES or not any(private):
            raise SigningError("A private key is 32 random bytes. Make one with SigningKey.new(name).")
        self._key: Any = Ed25519PrivateKey.from_private_bytes(private)
        self.public: bytes = self._key.public_key().public_bytes_raw()
        self.key_id: str = key_id(self.public)

    @classmethod
    def new(cls, name: str) -> Self:
        """Make a random key."""
        return cls(name, os.urandom(PUBLIC_BYTES))

    @classmethod
    def from_file(cls, path: str | Path) -> Self:
        """Read what `to_file` wrote: a name, and PKCS #8 in PEM, which other tools read too.

        Raises
        ------
        SigningError
            If the file cannot be read, holds anything else, or others than its owner may read or write it.
        """
        with needs("SigningKey", package="cryptography", extra="sign"):
            from cryptography.exceptions import InternalError, UnsupportedAlgorithm
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
            from cryptography.hazmat.primitives.serialization import load_pem_private_key
        check_made("path", path, (str, Path), "the path of a file")
        found = _FILE.fullmatch(_private_text(Path(path)))
        try:
            key = None if found is None else load_pem_private_key(found["pem"].encode(), None)
        except (InternalError, UnsupportedAlgorithm, ValueError, TypeError):
            key = None
        if found is None or not isinstance(key, Ed25519PrivateKey):
            raise SigningError(f"{path} holds no signing key. Make one with `creditscore keys new`.")
        return cls(found["name"], key.private_bytes_raw())

    def to_file(self, path: str | Path) -> None:
        """Write the key into a new file that its owner alone may read; no file is ever replaced.

        Raises
        ------
        SigningError
            If there is such a file, it cannot be written, or its folder holds a model.
        """
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        file = Path(path)
        if (file.parent / _MANIFEST).exists():
            raise SigningError(f"{file.parent} holds a model, and a private key belongs into none.")
        pem = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            write_new(file, f"name: {self.name}\n".encode() + pem, mode=0o600)
        except (OSError, ValueError) as error:
            raise SigningError(f"The key file {file} cannot be made: {error}.") from error

    def sign(self, message: bytes) -> bytes:
        """Sign bytes as they are: 64 bytes. See `creditscore.signing.signatures.sign` for what is meant."""
        signature: bytes = self._key.sign(message)
        return signature

    def __reduce__(self) -> NoReturn:
        raise SigningError("A private key is not pickled. Give its file, and read it where it is used.")

    def __repr__(self) -> str:
        return f"SigningKey({self.name}, {self.key_id})"


def checked_key(key: object) -> SigningKey:
    """Refuse what is no key that signs.

    Raises
    ------
    ParameterError
        If it is anything else, such as the path of its file.
    """
    if not isinstance(key, SigningKey):
        raise ParameterError.must_be("sign_with", "a SigningKey, such as SigningKey.from_file(path)", key)
    return key


def is_signed_by(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signature of RFC 8032 is that of a public key on bytes."""
    with needs("check", package="cryptography", extra="sign"):
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    if len(public) != PUBLIC_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private_text(path: Path) -> str:
    """Read a small file that nobody but its owner may read."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            content = file.read(_MOST_OF_A_FILE + 1) if stat.S_ISREG(found.st_mode) else b""
    except (OSError, ValueError) as error:
        raise SigningError(f"The key file {path} cannot be read: {error}.") from error
    if os.name == "posix" and found.st_mode & _OTHERS:
        raise SigningError(
            f"Others than its owner may use the key file {path}. Make it private (chmod 600), and if they "
            "may have read it, revoke the key."
        )
    return content.decode("utf-8", "replace") if len(content) <= _MOST_OF_A_FILE else ""
