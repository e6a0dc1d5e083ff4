"""Under which key the ids of a ledger's subjects were made pseudonyms: noted once, and held against a key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from creditscore._ground.canonical import canonical
from creditscore.deciding.ledger.chain import NAMING, Entry
from creditscore.deciding.ledger.entering import commitment_of, entered, noted
from creditscore.deciding.ledger.keys import KeyRing
from creditscore.errors import LedgerError

if TYPE_CHECKING:
    from creditscore.data.pseudonyms import Pseudonyms
    from creditscore.deciding.ledger.store import Store, Writer

SCHEMA: Final = "creditscore.naming/1"
_CHECK: Final = re.compile(r"[0-9a-f]{16}")


class Naming:
    """What a ledger says of the key of pseudonyms that its subjects come under.

    Parameters
    ----------
    store : Store
    keys : callable
        Returns the ring of keys, after checking that it still fits.

    Examples
    --------
    >>> import tempfile, creditscore as cs
    >>> folder = tempfile.TemporaryDirectory()
    >>> names = cs.Pseudonyms(secret=bytes(range(32)))
    >>> with cs.Ledger.open(folder.name + "/decisions.db", key=cs.Ledger.new_key()) as ledger:
    ...     ledger.naming.hold(names)
    ...     ledger.naming.check == names.key_check
    True
    >>> folder.cleanup()
    """

    def __init__(self, store: Store, keys: Callable[[], KeyRing]) -> None:
        self._store = store
        self._keys = keys

    @property
    def check(self) -> str:
        """`Pseudonyms.key_check` of the key; empty where none was noted."""
        keys = self._keys()
        return _noted(keys, (entry for entry, _ in self._store.named(naming_name(keys))))

    def hold(self, pseudonyms: Pseudonyms | None) -> None:
        """Hold a key against the one that was noted; note it where none was.

        Parameters
        ----------
        pseudonyms : Pseudonyms, optional
            None says that ids come as they are.

        Raises
        ------
        LedgerError
            If another key was noted, or one was and none is given: nobody would be known again, and nobody's
            decisions be found or erased.
        """
        if not self.refuse_another(pseudonyms) and pseudonyms is not None:
            self._note(pseudonyms.key_check)

    def refuse_another(self, pseudonyms: Pseudonyms | None) -> bool:
        """Do as `hold` does, and note nothing; return whether a key was noted.

        Raises
        ------
        LedgerError
            As for `hold`.
        """
        there = self.check
        _refuse(there, None if pseudonyms is None else pseudonyms.key_check)
        return bool(there)

    def _note(self, check: str) -> None:
        text = canonical({"schema": SCHEMA, "pseudonyms": check}).encode()

        def enter(writer: Writer) -> tuple[Sequence[Entry], None]:
            keys = self._keys()
            there = _noted(keys, writer.named(naming_name(keys)))
            _refuse(there, check)
            if there:  # another process was first
                return [], None
            entry = noted(writer, keys, NAMING, b"", text)
            writer.add([entry], [commitment_of(text)], names={entry.sequence: (naming_name(keys),)})
            return [entry], None

        entered(self._store, enter)


def naming_name(keys: KeyRing) -> bytes:
    """Return what the entry that notes a key of pseudonyms is found by."""
    return keys.name_of(b"naming", "pseudonyms")


def named_in(text: bytes) -> str:
    """Read the check value of a key from what an entry says.

    Raises
    ------
    LedgerError
        If it says so in another form.
    """
    try:
        said = json.loads(text)
        schema, check = said["schema"], said["pseudonyms"]
    except (ValueError, TypeError, KeyError) as error:
        raise LedgerError("what it says of a key of pseudonyms is damaged.") from error
    if schema != SCHEMA or not isinstance(check, str) or _CHECK.fullmatch(check) is None:
        raise LedgerError("what it says of a key of pseudonyms is of another form.")
    return check


def _noted(keys: KeyRing, entries: Iterable[Entry]) -> str:
    for entry in entries:
        return named_in(keys.vouched_for(entry.bound, entry.payload))
    return ""


def _refuse(there: str, given: str | None) -> None:
    """Refuse another key than the one that is there, or none."""
    if there in ("", given):
        return
    if given is None:
        raise LedgerError(
            f"The subjects of this ledger come under pseudonyms of the key {there}, and no key was given: "
            "nobody would be known again. Give the key (--pseudonyms-key)."
        )
    raise LedgerError(
        f"The subjects of this ledger come under pseudonyms of the key {there}, and the key {given} was "
        "given: nobody would be known again. Give the key that it was begun under, or begin another ledger."
    )
