"""The parts of a portfolio as the files of a generation, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Int64, read_only
from creditscore._ground.asked import check_made
from creditscore._ground.files import sync_folder
from creditscore._ground.zones import calendar_of
from creditscore.data.door.build import Parts
from creditscore.data.door.quarantine import QuarantinedRows
from creditscore.data.door.raw import Labels
from creditscore.data.folder.arrow import Written, write_arrow
from creditscore.data.folder.buffers import Buffer, Mapped, Texts, labels_as, labels_of, mapped
from creditscore.data.folder.keyed import SETTING, UNSAID
from creditscore.data.folder.manifest import ASIDE, ENDING, IDS, FilePart, Manifest, open_inside
from creditscore.data.folder.ranges import codes_out_of_range
from creditscore.data.folder.set_aside import packed_rows, unpacked_rows
from creditscore.data.folder.stored_ids import StoredEventIds, stored_ids
from creditscore.data.network.index import build_network
from creditscore.data.network.privacy import PUBLIC, StandingPrivacy
from creditscore.data.sources import CONSENTS
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.ids import Ids
from creditscore.data.terms import SourceTerms
from creditscore.errors import CreditScoreError, PortfolioError

_BLOCKS: Final = (("times", np.int64), ("values", np.float64), ("codes", np.int32))
_VOCABULARY: Final = "vocabulary:"
_EVENT_IDS: Final = "event_id"
_NO_EVENT_ID: Final = "event_id:missing"


# What the network of people is made of.
INDEXED: Final = frozenset(
    name for name, contract in CONTRACTS.items() if contract.owner == "person_id" or name == CONSENTS
)
# Of settings as they are written.
_KINDS: Final = {"timezone": str, "weekend": list, "currency": str, "hints": list, "terms": dict}


def write_parts(folder: Path, parts: Parts) -> dict[str, FilePart]:
    """Write the files of a generation into an empty folder, all on disk when this returns.

    Parameters
    ----------
    folder : Path
    parts : Parts

    Raises
    ------
    OSError
        If the disk is full, or nothing can be written there.
    """
    owners = np.ascontiguousarray(parts.loan_owner, np.int64)
    ids = {
        "people": labels_as(parts.people.labels),
        "loans": labels_as(parts.loan_ids),
        "loan_owner": owners,
    }
    files = {IDS: _part(write_arrow(folder / f"{IDS}{ENDING}", ids), {})}
    if parts.quarantined:
        aside = write_arrow(folder / f"{ASIDE}{ENDING}", packed_rows(parts.quarantined))
        files[ASIDE] = _part(aside, {})
    for name, table in parts.tables.items():
        written = write_arrow(folder / f"{name}{ENDING}", _buffers(table))
        files[name] = _part(written, _about(table))
    sync_folder(folder)
    return files


def _part(written: Written, about: Mapping[str, Any]) -> FilePart:
    return FilePart(written.n_bytes, written.sha256, written.extents, about)


def settings_of(parts: Parts) -> dict[str, Any]:
    """Write what belongs to a whole portfolio as plain data; no secret is among it."""
    return {
        "timezone": parts.calendar.timezone,
        "weekend": list(parts.calendar.weekend),
        "currency": parts.currency,
        "hints": [hint for hint in parts.hints if hint != UNSAID],
        "terms": parts.terms.to_dict(),
        "privacy": None if parts.privacy.is_public else parts.privacy.to_dict(),
        SETTING: parts.pseudonyms_check or None,
    }


def _buffers(table: EventTable) -> dict[str, Buffer]:
    found: dict[str, Buffer] = {"offsets": table.offsets}
    found |= {name: getattr(table, name) for name, _ in _BLOCKS}
    for name, labels in table.vocabularies.items():
        whole = bool(labels) and not isinstance(labels[0], str)
        found[_VOCABULARY + name] = np.array(labels, np.int64) if whole else labels_as(labels)
    if table.event_ids is not None:
        stored = stored_ids(table.event_ids)
        found |= {_EVENT_IDS: stored.values, _NO_EVENT_ID: stored.missing}
    return found


def _about(table: EventTable) -> dict[str, Any]:
    return {
        "rows": table.n_rows,
        "owners": table.owners,
        "plain": table.plain,
        "times": list(table.time_columns),
        "values": list(table.value_columns),
        "codes": list(table.code_columns),
    }


def read_parts(folder: Path, manifest: Manifest, privacy: StandingPrivacy | None) -> Parts:
    """Map the files of a generation; sizes, shapes and ends are checked, and no row is read.

    Parameters
    ----------
    folder : Path
        That of the portfolio.
    manifest : Manifest
    privacy : StandingPrivacy, optional
        The secret of its standings; see `Portfolio.open`.

    Raises
    ------
    PortfolioError
        If a file is damaged, or the secret is not the one that it was written with.
    FileNotFoundError
        If a file is not there: the portfolio was folded meanwhile, or it is damaged.
    """
    secrecy = secrecy_of(manifest.settings, privacy)
    ids = map_file(folder, manifest, IDS)
    extents = manifest.files[IDS].extents
    people, loans = (labels_of(_buffer(ids, extents, name)) for name in ("people", "loans"))
    owner = _array(ids, extents, "loan_owner", np.dtype(np.int64))
    if len(owner) != len(loans) or (owner.size and not -1 <= owner.min() <= owner.max() < len(people)):
        raise PortfolioError(f"{IDS}{ENDING} is damaged: loans and their owners do not fit.")
    tables = {
        name: _table(map_file(folder, manifest, name), name, part, len(people), len(loans))
        for name, part in ((name, manifest.files[name]) for name in CONTRACTS if name in manifest.files)
    }
    for table in tables.values():
        # these are indexed at once, by kernels that look nothing up twice
        of_persons = table.name in INDEXED and next(codes_out_of_range(table, len(people), len(loans)), None)
        if of_persons:
            raise PortfolioError(f"{table.name} is damaged: {of_persons} has labels that are not there.")
    settings, aside = settings_in(manifest.settings), _aside(folder, manifest)
    return parts_of(tables, people, loans, owner, secrecy, settings, aside)


def _aside(folder: Path, manifest: Manifest) -> dict[str, QuarantinedRows]:
    if ASIDE not in manifest.files:
        return {}
    file, extents = map_file(folder, manifest, ASIDE), manifest.files[ASIDE].extents
    texts = {name: _labels(file.buffer(extent)) for name, extent in extents.items()}
    return unpacked_rows({name: "".join(map(str, parts)) for name, parts in texts.items()})


def parts_of(
    tables: Mapping[str, EventTable],
    people: Labels,
    loans: Labels,
    owner: Int64,
    privacy: StandingPrivacy,
    settings: Mapping[str, Any],
    quarantined: Mapping[str, QuarantinedRows],
) -> Parts:
    """Put tables, ids and settings together, and index who is tied to whom.

    Arrays: ``owner`` shape (n_loans,).
    """
    of_loans = tables.get("loans")
    return Parts(
        tables=MappingProxyType(dict(tables)),
        quarantined=MappingProxyType(dict(quarantined)),
        loan_ids=loans,
        loan_owner=read_only(owner),
        loan_codes=read_only(
            np.empty(0, np.int32) if of_loans is None else of_loans.codes[of_loans.row("loan")]
        ),
        people=Ids(people, "applicant_id"),
        network=build_network(tables, people, privacy),
        privacy=privacy,
        **settings,
    )


def map_file(folder: Path, manifest: Manifest, name: str) -> Mapped:
    """Map one file of a generation."""
    part = manifest.files[name]
    file = f"{name}{ENDING}"
    try:
        return mapped(file, open_inside(folder, manifest.folder, file), part.n_bytes)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise PortfolioError(f"{file} cannot be read: {error.strerror or error}.") from error


def secrecy_of(settings: Mapping[str, Any], privacy: StandingPrivacy | None) -> StandingPrivacy:
    """Return what decides what others see of standings; refuse another secret than they were written under.

    Parameters
    ----------
    settings : mapping
        As `settings_of` wrote them.
    privacy : StandingPrivacy, optional

    Raises
    ------
    PortfolioError
        If the secret is missing, or is another.
    ParameterError
        If it is none.
    """
    written = settings.get("privacy")
    if privacy is not None:
        wanted = "the secret of the standings, for instance from StandingPrivacy.from_file(...)"
        check_made("privacy", privacy, StandingPrivacy, wanted)
    if privacy is not None and not privacy.has_secret:
        raise PortfolioError("The secret of the standings did not come along; read it from its file.")
    if written is None:
        return privacy or PUBLIC
    if privacy is None or not isinstance(written, dict) or not privacy.matches(written):
        name = written.get("secret_name") if isinstance(written, dict) else None
        raise PortfolioError(
            f"The standings were written under the secret {name!r}. Give the same: "
            "privacy=StandingPrivacy.from_file(...)."
        )
    return privacy


def settings_in(given: Mapping[str, Any]) -> dict[str, Any]:
    """Read what `settings_of` wrote, but for the secret.

    Raises
    ------
    PortfolioError
        If it is not what `settings_of` wrote.
    """
    wrong = next((name for name, kind in _KINDS.items() if not isinstance(given.get(name), kind)), None)
    if wrong is not None:
        raise PortfolioError(f"The manifest is damaged: its settings cannot be read ({wrong}).")
    try:
        return {
            "calendar": calendar_of(given["timezone"], tuple(given["weekend"])),
            "currency": given["currency"],
            "hints": tuple(map(str, given["hints"])),
            "terms": SourceTerms.of(**given["terms"]),
        }
    except (KeyError, TypeError, CreditScoreError) as error:
        raise PortfolioError(f"The manifest is damaged: its settings cannot be read ({error}).") from error


def _buffer(file: Mapped, extents: Mapping[str, Any], name: str) -> Buffer:
    if name not in extents:
        raise PortfolioError(f"{file.name} is damaged: it has no {name!r}.")
    return file.buffer(extents[name])


def _array(file: Mapped, extents: Mapping[str, Any], name: str, dtype: np.dtype[Any]) -> NDArray[Any]:
    found = _buffer(file, extents, name)
    if isinstance(found, Texts) or (found.size and found.dtype != dtype):
        raise PortfolioError(f"{file.name} is damaged: {name!r} is of another type.")
    return found.astype(dtype) if not found.size else found


def _table(file: Mapped, name: str, part: FilePart, n_people: int, n_loans: int) -> EventTable:
    about, extents, contract = part.about, part.extents, CONTRACTS[name]
    columns = {kind: about.get(kind) for kind, _ in _BLOCKS}
    rows, plain = about.get("rows"), about.get("plain")
    named = all(isinstance(c, list) and all(isinstance(n, str) for n in c) for c in columns.values())
    if not isinstance(rows, int) or not isinstance(plain, bool) or not named:
        raise PortfolioError(f"The manifest is damaged: the columns of {name} are not named.")
    blocks = {
        kind: _block(_array(file, extents, kind, np.dtype(dtype)), columns[kind], rows, file.name)
        for kind, dtype in _BLOCKS
    }
    offsets = _array(file, extents, "offsets", np.dtype(np.int64))
    n_owners = n_loans if contract.grouped_by_loan else n_people
    rises = offsets.size == n_owners + 1 and not offsets[0] and offsets[-1] == rows
    if not rises or (np.diff(offsets) < 0).any():
        raise PortfolioError(f"{file.name} is damaged: the rows of its owners do not follow one another.")
    event_ids = None
    if _EVENT_IDS in extents:
        missing = _array(file, extents, _NO_EVENT_ID, np.dtype(np.int8))
        event_ids = StoredEventIds(_buffer(file, extents, _EVENT_IDS), missing)
    vocabularies = {
        column: _labels(_buffer(file, extents, _VOCABULARY + column))
        for column in columns["codes"] or ()
        if column != "loan"
    }
    times, values, codes = (tuple(columns[kind] or ()) for kind, _ in _BLOCKS)
    return EventTable(
        name, "loan" if contract.grouped_by_loan else "applicant", offsets, blocks["times"],
        blocks["values"], blocks["codes"], times, values, codes, MappingProxyType(vocabularies), plain,
        event_ids,
    )  # fmt: skip


def _labels(buffer: Buffer) -> tuple[Any, ...]:
    labels = labels_of(buffer)
    return labels if isinstance(labels, tuple) else tuple(labels.tolist())


def _block(flat: NDArray[Any], columns: Any, rows: int, file: str) -> NDArray[Any]:
    if flat.size != len(columns) * rows or len(set(columns)) < len(columns):
        raise PortfolioError(f"{file} is damaged: it has other columns than the manifest says.")
    return read_only(flat.reshape(len(columns), rows))

