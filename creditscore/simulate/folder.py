"""A simulated portfolio on disk: whole or not at all, and its truth somewhere else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from creditscore._ground.files import flush_to_disk, move_whole
from creditscore.errors import ParameterError
from creditscore.simulate.portfolio import Simulated
from creditscore.simulate.truth import Truth

if TYPE_CHECKING:
    import pandas as pd


def save_tables(made: Simulated, out: Path) -> list[Path]:
    """Write one Parquet file a table, ``applications.parquet`` and ``shared.parquet`` into a new folder.

    Parameters
    ----------
    made : Simulated
    out : Path
        A folder that does not exist or is empty. It appears with all files in it, or not at all.

    Returns
    -------
    list of Path

    Raises
    ------
    ParameterError
        If the folder holds something.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ParameterError.must_be("out", "a new or empty folder", str(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    frames = {**made.tables, "applications": made.applications, "shared": made.shared}
    scratch = Path(mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        for name, frame in frames.items():
            frame.to_parquet(scratch / f"{name}.parquet", index=False)
            flush_to_disk(scratch / f"{name}.parquet")
        scratch.chmod(0o755)
        scratch.replace(out)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return [out / f"{name}.parquet" for name in frames]


def save_truth(truth: Truth, file: Path, *, apart_from: Path, paths: int = 200) -> list[Path]:
    """Write the truth: a row a person, with the rest as JSON in the metadata; applications; payments.

    The file ``truth.parquet`` is about people; ``truth_applications.parquet`` and ``truth_payments.parquet``
    stand beside it.

    Parameters
    ----------
    truth : Truth
    file : Path
    apart_from : Path
        The folder of the tables; the truth may not lie in it.
    paths : int
        Futures drawn for the true probabilities.

    Returns
    -------
    list of Path

    Raises
    ------
    ParameterError
        If the file would lie in the folder of the tables.
    """
    check_apart(file, apart_from)
    description = {b"creditscore.truth": json.dumps(truth.to_dict(), sort_keys=True).encode()}
    frames = {
        file: truth.to_frame(paths=paths),
        file.with_name(f"{file.stem}_applications.parquet"): truth.to_applications(paths=paths),
        file.with_name(f"{file.stem}_payments.parquet"): truth.to_payments(),
    }
    for path, frame in frames.items():
        _to_parquet(frame, path, description)
    return list(frames)


def check_apart(file: Path, folder: Path) -> None:
    """Refuse a truth that lies among what builders read."""
    if folder.resolve() in file.resolve().parents:
        raise ParameterError.must_be("truth", f"a file outside {folder}", str(file))


def _to_parquet(frame: pd.DataFrame, file: Path, description: dict[bytes, bytes]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    scratch = file.with_name(f".{file.name}.part")
    try:
        pq.write_table(table.replace_schema_metadata((table.schema.metadata or {}) | description), scratch)
        move_whole(scratch, file)
    finally:
        scratch.unlink(missing_ok=True)
