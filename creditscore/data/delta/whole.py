"""A portfolio in a lake: which versions of its tables belong together, written last and read first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from creditscore._ground.asked import check_made
from creditscore._ground.canonical import canonical
from creditscore._ground.zones import UTC_NAME
from creditscore.data.delta.columns import batches, one_row
from creditscore.data.delta.lake import Lake, TableVersion
from creditscore.data.door.build import Parts, build
from creditscore.data.door.reading import Reading
from creditscore.data.folder.keyed import named_under
from creditscore.data.folder.writing import secrecy_of, settings_in, settings_of
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.data.pseudonyms import Pseudonyms
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import ParameterError, PortfolioError

if TYPE_CHECKING:
    import pyarrow as pa

Version: TypeAlias = int | Literal["newest"] | None

MANIFEST: Final = "portfolio"
FORMAT: Final = "creditscore-delta"
_FORMAT_VERSION: Final = 1
_MOST: Final = 1 << 63
_COLUMNS: Final = ("format", "version", "settings", "tables", "ever", "set_aside")


class DeltaWritten(NamedTuple):
    """What `Portfolio.write_delta` wrote.

    Attributes
    ----------
    version : int
        Of the portfolio, from 0: what `Portfolio.open_delta` takes.
    tables : mapping of str to int
        Version of each Delta table.
    """

    version: int
    tables: Mapping[str, int]


class _Kept(NamedTuple):
    """What is kept of one write: settings, versions and rows of tables, names that ever stood there."""

    settings: Mapping[str, Any]
    tables: Mapping[str, TableVersion]
    ever: frozenset[str]
    set_aside: Mapping[str, int]


def write_parts(lake: Lake, parts: Parts) -> DeltaWritten:
    """Write every table as the next version of a Delta table, and then which of them belong together.

    Parameters
    ----------
    lake : Lake
    parts : Parts

    Raises
    ------
    PortfolioError
        If nothing can be written there, or another wrote meanwhile.
    """
    before = _kept(lake, None).ever if lake.has(MANIFEST) else frozenset()
    tables = {
        name: lake.replace(name, batches(parts, name), table.n_rows) for name, table in parts.tables.items()
    }
    aside = {name: rows.count for name, rows in parts.quarantined.items()}
    row = _row(_Kept(settings_of(parts), tables, before | tables.keys(), aside))
    version = lake.replace(MANIFEST, row, 1).version
    versions = {name: written.version for name, written in tables.items()}
    return DeltaWritten(version, MappingProxyType(versions))


def read_parts(
    lake: Lake,
    version: Version,
    privacy: StandingPrivacy | None,
    pseudonyms: Pseudonyms | None,
    *,
    set_aside: bool,
    threads: int | None,
) -> Parts:
    """Read a portfolio of a lake through the door; parameters and errors are those of `Portfolio.open_delta`.

    Parameters
    ----------
    lake : Lake
    version : int, "newest" or None
    privacy : StandingPrivacy, optional
    pseudonyms : Pseudonyms, optional
    set_aside : bool
    threads : int, optional
    """
    from creditscore.data.door.frames import read_frame

    check_made("set_aside", set_aside, bool, "True or False")
    newest = version == "newest"
    if not (newest or version is None or _is_count(version)):
        raise ParameterError.must_be("version", "a number from 0, 'newest', or left out", version)
    kept = _kept(lake, version if isinstance(version, int) else None)
    secrecy = secrecy_of(kept.settings, privacy)
    settings = settings_in(kept.settings)
    raw = {name: read_frame(name, rows) for name, rows in _tables(lake, kept, newest=newest).items()}
    zone = settings["calendar"].timezone
    parts = build(
        raw,
        on_bad_rows="quarantine" if set_aside else "raise",
        # What a portfolio wrote are instants; what others wrote is read as it is wherever rows are given.
        reading=Reading(None if zone == UTC_NAME else zone, midnight="auto" if newest else "instant"),
        threads=threads,
        weekend=settings["calendar"].weekend,
        privacy=secrecy if secrecy.has_secret else None,
    )
    if parts.currency not in {"", settings["currency"]}:
        wanted = f"in {settings['currency'] or 'no named currency'}, as the portfolio was written"
        raise PortfolioError(f"{lake}: its tables are in {parts.currency}, and must be {wanted}.")
    ahead = [] if newest or version is not None else _ahead(lake, kept)
    hints = dict.fromkeys((*settings.pop("hints"), *parts.hints, *_left(kept), *ahead))
    under = named_under(kept.settings, parts.people.labels, pseudonyms)
    return under.of(parts._replace(hints=tuple(hints), **settings))


def _tables(lake: Lake, kept: _Kept, *, newest: bool) -> dict[str, pa.Table]:
    if newest:
        others = {name for name in CONTRACTS if name not in kept.ever and lake.has(name)}
        names = {*kept.tables, *others}
        return {name: lake.read(name, None) for name in CONTRACTS if name in names}
    found = {}
    for name in (name for name in CONTRACTS if name in kept.tables):
        written = kept.tables[name]
        found[name] = lake.read(name, written.version)
        if found[name].num_rows != written.rows:
            raise PortfolioError(
                f"{lake}/{name} is damaged: version {written.version} has {found[name].num_rows:,} rows, and "
                f"{written.rows:,} were written."
            )
    return found


def _ahead(lake: Lake, kept: _Kept) -> list[str]:
    """Say which tables others wrote to since, of which nothing was read."""
    newer = {name: lake.newest(name) for name in kept.tables}
    return [
        f"{name} stands at version {newer[name]} of its Delta table; read was version {written.version}, "
        "which the portfolio was written with (version='newest' reads what others wrote since)"
        for name, written in kept.tables.items()
        if newer[name] != written.version
    ]


def _left(kept: _Kept) -> list[str]:
    return [
        f"{name}: {count:,} rows had been set aside and were not written to the lake"
        for name, count in kept.set_aside.items()
    ]


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < _MOST


def _row(kept: _Kept) -> pa.RecordBatchReader:
    plain = {
        "format": FORMAT,
        "version": _FORMAT_VERSION,
        "settings": canonical(dict(kept.settings)),
        "tables": canonical({name: list(written) for name, written in kept.tables.items()}),
        "ever": canonical(sorted(kept.ever)),
        "set_aside": canonical(dict(kept.set_aside)),
    }
    return one_row({name: plain[name] for name in _COLUMNS})


def _kept(lake: Lake, version: int | None) -> _Kept:
    if not lake.has(MANIFEST):
        raise PortfolioError(
            f"{lake} holds no portfolio that Portfolio.write_delta(...) wrote. Tables of others are read one "
            "by one: Portfolio(payments=DeltaTable(...))."
        )
    newest = lake.newest(MANIFEST) if version is not None else 0
    if version is not None and version > newest:
        raise PortfolioError(f"{lake} holds no version {version} of the portfolio: the newest is {newest}.")
    rows = lake.read(MANIFEST, version).to_pylist()
    if len(rows) != 1 or rows[0].get("format") != FORMAT:
        raise PortfolioError(f"{lake}/{MANIFEST} is damaged: it does not say what belongs together.")
    row = rows[0]
    if row.get("version") != _FORMAT_VERSION:
        raise PortfolioError(
            f"{lake} is of format {row.get('version')!r}; this version reads format {_FORMAT_VERSION}. Use "
            "the version of creditscore that wrote it."
        )
    try:
        settings, tables, ever, aside = (json.loads(row[name]) for name in _COLUMNS[2:])
        versions = {name: TableVersion(*one) for name, one in tables.items()}
        counts = dict(aside.items())
        named = frozenset(map(str, ever)) | versions.keys()
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        raise PortfolioError(f"{lake}/{MANIFEST} is damaged: it cannot be read ({error}).") from error
    numbers = (*chain(*versions.values()), *counts.values())
    if not isinstance(settings, dict) or not all(map(_is_count, numbers)):
        raise PortfolioError(
            f"{lake}/{MANIFEST} is damaged: settings stand by name, and counts are whole numbers from 0."
        )
    unknown = sorted(named - CONTRACTS.keys())
    if unknown:
        raise PortfolioError(f"{lake}/{MANIFEST} names {unknown[0]!r} among its tables.")
    return _Kept(settings, versions, named, counts)
