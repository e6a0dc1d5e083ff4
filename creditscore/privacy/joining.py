"""Two parties find whom both know, and learn nothing of anybody else (private set intersection).

The party that asks encrypts its ids under a key of its own; the party that answers encrypts them once more
under its key, and sends its own ids under that key too. The asker takes its key off again and compares. Both
see how many ids the other one holds, and no more.

References
----------
Meadows (1986), "A more efficient cryptographic matchmaking protocol for use in the absence of a continuously
available third party", IEEE Symposium on Security and Privacy. The curve arithmetic is that of OpenMined PSI.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from creditscore._ground.extras import needs
from creditscore.errors import ParameterError, PrivacyError

MOST_ASKED: Final = 1_000_000

_REQUEST: Final = b"creditscore.join-request/1\n"
_REPLY: Final = b"creditscore.join-reply/1\n"
_SHOWN: Final = 80


class JoinAsker:
    """The party that learns which of its ids the other one holds too.

    Parameters
    ----------
    ids : iterable of str
        What both parties know people by, before any pseudonym (keys of pseudonyms differ by party), written
        in one way by both: an e-mail address in lower case, a number without blanks. Blanks around it are
        taken off, and letters are brought to one form (NFC). One that is there twice counts once.
    size_only : bool, default False
        Learn how many are shared, and not which. Both parties must say the same.

    Raises
    ------
    ParameterError
        If an id is no text, or blank, or there is none.
    MissingExtraError
        If the extra ``join`` is not installed.

    Examples
    --------
    >>> bank = JoinAsker(["anna@example.org", "carl@example.org"])
    >>> shop = JoinAnswerer(["carl@example.org", "dora@example.org"])
    >>> bank.shared(shop.reply(bank.request()))
    ('carl@example.org',)
    """

    def __init__(self, ids: Iterable[str], *, size_only: bool = False) -> None:
        self._ids = _checked(ids)
        self._size_only = size_only
        self._party = _library().client.CreateWithNewKey(not size_only)

    def request(self) -> bytes:
        """Encrypt the ids; the bytes go to the other party."""
        content: bytes = self._party.CreateRequest(list(self._ids)).SerializeToString()
        return _REQUEST + content

    def shared(self, reply: bytes) -> tuple[str, ...]:
        """Say which ids both parties hold, in rising order.

        Raises
        ------
        PrivacyError
            If the reply is damaged or none, or if only the size was asked for.
        """
        if self._size_only:
            raise PrivacyError("Only the number of shared ids was asked for: call count(...).")
        found = self._compared(self._party.GetIntersection, reply)
        return tuple(sorted(self._ids[position] for position in found))

    def count(self, reply: bytes) -> int:
        """Say how many ids both parties hold.

        Raises
        ------
        PrivacyError
            If the reply is damaged or none.
        """
        return int(self._compared(self._party.GetIntersectionSize, reply))

    def _compared(self, compare: Any, reply: bytes) -> Any:
        psi = _library()
        setup, response = psi.ServerSetup(), psi.Response()
        content = _content(reply, _REPLY, "reply")
        ends = struct.calcsize(">Q")
        size = int.from_bytes(content[:ends], "big")
        if len(content) < ends + size:
            raise PrivacyError("The reply is cut off. Ask again.")
        return _run(
            lambda: (
                setup.ParseFromString(content[ends : ends + size]),
                response.ParseFromString(content[ends + size :]),
                compare(setup, response),
            )[-1],
            "reply",
        )

    def __repr__(self) -> str:
        return f"JoinAsker({len(self._ids):,} ids)"


class JoinAnswerer:
    """The party that helps another one to find shared ids; it learns only how many were asked.

    Whoever asks can ask for ids that it only guesses: answer those alone whom you trust to ask for their own
    customers, and as few as you agreed on.

    Parameters
    ----------
    ids, size_only
        As for `JoinAsker`.
    most_asked : int, default 1,000,000
        How many ids a request may hold.
    """

    def __init__(self, ids: Iterable[str], *, size_only: bool = False, most_asked: int = MOST_ASKED) -> None:
        if isinstance(most_asked, bool) or not isinstance(most_asked, int) or most_asked < 1:
            raise ParameterError.must_be("most_asked", "a whole number, 1 or more", most_asked)
        self._ids = _checked(ids)
        self._most = most_asked
        self._party = _library().server.CreateWithNewKey(not size_only)

    def reply(self, request: bytes) -> bytes:
        """Encrypt what was asked, and the own ids; the bytes go back.

        Raises
        ------
        PrivacyError
            If the request is damaged or none, asks for another kind of answer, or for too many ids.
        """
        psi = _library()
        asked = psi.Request()
        content = _content(request, _REQUEST, "request")
        _run(lambda: asked.ParseFromString(content), "request")
        count = len(asked.encrypted_elements)
        if not 1 <= count <= self._most:
            raise PrivacyError(f"The request holds {count:,} ids; 1 to {self._most:,} are answered.")
        response = _run(lambda: self._party.ProcessRequest(asked), "request")
        # Raw: every own id as it is under the key, so that there is no false match.
        setup = self._party.CreateSetupMessage(0.0, count, list(self._ids), psi.DataStructure.RAW)
        first, second = setup.SerializeToString(), response.SerializeToString()
        return b"".join((_REPLY, struct.pack(">Q", len(first)), first, second))

    def __repr__(self) -> str:
        return f"JoinAnswerer({len(self._ids):,} ids)"


def _library() -> Any:
    with needs("A private join", package="openmined-psi", extra="join"):
        import private_set_intersection.python as psi
    return psi


def _checked(ids: Iterable[str]) -> tuple[str, ...]:
    if isinstance(ids, str):
        raise ParameterError.must_be("ids", "a sequence of texts", "one text")
    known: dict[str, None] = {}
    for one in ids:
        if not isinstance(one, str) or not one.strip():
            raise ParameterError("The 'ids' parameter must hold texts, none blank. Write each id as text.")
        known[unicodedata.normalize("NFC", one.strip())] = None
    if not known:
        raise ParameterError.must_be("ids", "one id or more", "none")
    return tuple(known)


def _content(message: bytes, begins: bytes, name: str) -> bytes:
    if not isinstance(message, bytes) or not message.startswith(begins):
        raise PrivacyError(f"This is no {name} of a join, or one of another version of the library.")
    return message[len(begins) :]


def _run(step: Any, name: str) -> Any:
    """Do one step on what the other party sent; where it fails, the message is at fault."""
    from google.protobuf.message import DecodeError

    try:
        return step()
    except (DecodeError, RuntimeError, ValueError) as error:
        why = str(error).partition("\n")[0][:_SHOWN]
        raise PrivacyError(f"The {name} is damaged, or made for another kind of answer ({why}).") from error
