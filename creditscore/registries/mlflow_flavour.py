"""A fitted pipeline as an MLflow model: the folder of plain parts as it is, and how MLflow is to read it.

Nothing is pickled and no code is packed. MLflow names this module as the loader of the model; what it reads
is the folder that `CreditPipeline.save` writes, with all its checks. A *generic* model of MLflow (``pyfunc``)
takes one row an application: either its features, or a request with its records.
"""

from __future__ import annotations

import json
import math
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np

from creditscore._ground.arrays import Flags
from creditscore._ground.extras import needs
from creditscore._version import __version__
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ArtefactError, CreditScoreError, ParameterError
from creditscore.pipeline.facade import CreditPipeline
from creditscore.scoring.loading import load_scoring_model
from creditscore.scoring.model import ScoringModel
from creditscore.scoring.of_features import score_features
from creditscore.signing.keys import SigningKey
from creditscore.signing.trust import Trust

if TYPE_CHECKING:
    import pandas as pd

Reads: TypeAlias = Literal["features", "requests"]

FLAVOUR: Final = "creditscore"
_FOLDER: Final = "model"
_READS: Final = ("features", "requests")
_REQUEST: Final = "request"
_ANYTHING: Final = "anything_known"
_OUT: Final = {
    "status": "string", "probability_of_default": "double", "score": "double", "grade": "string",
    "reasons": "string",
}  # fmt: skip


def log_to_mlflow(
    pipeline: CreditPipeline,
    name: str = "model",
    *,
    reads: Reads = "features",
    registered_model_name: str | None = None,
    sign_with: SigningKey | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Any:
    """Log a fitted pipeline to MLflow, in the run that is active or in one of its own.

    Parameters
    ----------
    pipeline : CreditPipeline
        Fitted.
    name : str, default "model"
        Of the logged model.
    reads : {"features", "requests"}, default "features"
        What the generic model takes: see `save_for_mlflow`.
    registered_model_name : str, optional
        Under which name of the registry a version is made.
    sign_with : SigningKey, optional
        Whoever vouches for the model.
    metadata : mapping, optional
        Further plain data that is kept in ``MLmodel``.

    Returns
    -------
    mlflow.models.model.ModelInfo
        With ``model_uri``, for ``mlflow.pyfunc.load_model`` and `load_from_mlflow`.

    Raises
    ------
    MissingExtraError
        If MLflow is not installed (extra ``mlflow``).
    """
    with needs("log_to_mlflow", package="mlflow", extra="mlflow"):
        from mlflow.models import Model
    return Model.log(
        artifact_path=None,
        name=name,
        flavor=sys.modules[__name__],
        registered_model_name=registered_model_name,
        metadata=None if metadata is None else dict(metadata),
        pipeline=pipeline,
        reads=reads,
        sign_with=sign_with,
    )


def save_for_mlflow(
    pipeline: CreditPipeline,
    path: str | Path,
    *,
    reads: Reads = "features",
    sign_with: SigningKey | None = None,
    mlflow_model: Any = None,
) -> None:
    """Write a fitted pipeline as a folder that MLflow takes for a model.

    Parameters
    ----------
    pipeline : CreditPipeline
        Fitted.
    path : path
        A folder that is new or empty.
    reads : {"features", "requests"}, default "features"
        What the generic model takes. ``"features"``: a number for each feature of the model, NaN where it is
        missing, and if it is given ``anything_known`` (whether any row was known that counts as minimum
        data). ``"requests"``: one column ``request``, JSON of an ``application`` and its ``tables``. Either
        way a row of the answer has ``status``, ``probability_of_default``, ``score``, ``grade`` and the codes
        of the ``reasons``, most harmful first, with spaces between.
    sign_with : SigningKey, optional
        Whoever vouches for the model.
    mlflow_model : mlflow.models.Model, optional
        What MLflow has to say of it already.

    Raises
    ------
    MissingExtraError
        If MLflow is not installed.
    ParameterError
        If `reads` is none of these, or features are to be read of a model that scores under a law.
    ArtefactError
        If the folder holds anything.
    """
    with needs("save_for_mlflow", package="mlflow", extra="mlflow"):
        from mlflow import pyfunc
        from mlflow.models import Model
    if reads not in _READS:
        raise ParameterError.must_be("reads", f"one of {', '.join(_READS)}", reads)
    if reads == "features" and pipeline.model.law is not None:
        raise ParameterError("A model under a law reads tables: say reads='requests'.")
    folder = Path(path)
    if folder.exists() and any(folder.iterdir()):
        raise ArtefactError(f"{folder} holds something already. Name a folder that is new or empty.")
    folder.mkdir(parents=True, exist_ok=True)
    pipeline.save(folder / _FOLDER, sign_with=sign_with)
    described = Model() if mlflow_model is None else mlflow_model
    described.signature = signature_of(pipeline.model, reads)
    environment = _write_environment(folder)
    pyfunc.add_to_model(
        described, loader_module=__name__, data=_FOLDER, model_config={"reads": reads}, **environment
    )
    kept = {"creditscore_version": __version__, "model_id": pipeline.model.model_id, "data": _FOLDER}
    described.add_flavor(FLAVOUR, **kept)
    described.save(str(folder / "MLmodel"))


# The name under which MLflow calls what writes a model.
def save_model(path: str, mlflow_model: Any, **given: Any) -> None:
    """Write a model as MLflow asks for it; see `save_for_mlflow`."""
    save_for_mlflow(given.pop("pipeline"), path, mlflow_model=mlflow_model, **given)


def load_from_mlflow(
    model_uri: str, *, trust: Trust | None = None, threads: int | None = None
) -> CreditPipeline:
    """Read the whole pipeline back that was logged: it explains and decides too.

    Parameters
    ----------
    model_uri : str
        Such as ``models:/score/3`` or ``runs:/.../model``.
    trust : Trust, optional
        Whose signature the model must have.
    threads : int, optional
        Default: one a processor.

    Raises
    ------
    MissingExtraError
        If MLflow is not installed.
    ArtefactError
        If what is there is no model of this library, or not as it was saved.
    """
    with needs("load_from_mlflow", package="mlflow", extra="mlflow"):
        from mlflow.artifacts import download_artifacts
        from mlflow.models import Model
    folder = Path(download_artifacts(artifact_uri=model_uri))
    if FLAVOUR not in Model.load(str(folder)).flavors:
        raise ArtefactError(f"{model_uri} is no model of creditscore. Load it by the flavour that it has.")
    return CreditPipeline.load(folder / _FOLDER, threads=threads, trust=trust)


def signature_of(model: ScoringModel, reads: Reads = "features") -> Any:
    """Return what the generic model takes and gives, as a ``mlflow.models.ModelSignature``.

    Parameters
    ----------
    model : ScoringModel
    reads : {"features", "requests"}, default "features"
    """
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    taken: list[Any] = [ColSpec("string", _REQUEST)]
    if reads == "features":
        taken = [ColSpec("double", name) for name in model.computer.names]
        taken.append(ColSpec("boolean", _ANYTHING, required=False))
    return ModelSignature(Schema(taken), Schema([ColSpec(kind, name) for name, kind in _OUT.items()]))


def _write_environment(folder: Path) -> dict[str, str]:
    """Write which packages a server of the model installs; JSON is YAML too."""
    (folder / "requirements.txt").write_text(f"creditscore[mlflow]=={__version__}\n", "utf-8")
    python = platform.python_version()
    there = {"python": python, "build_dependencies": ["pip"], "dependencies": ["-r requirements.txt"]}
    (folder / "python_env.yaml").write_text(json.dumps(there), "utf-8")
    packages = [f"python={python}", "pip", {"pip": [f"creditscore[mlflow]=={__version__}"]}]
    conda = {"name": "creditscore", "channels": ["conda-forge"], "dependencies": packages}
    (folder / "conda.yaml").write_text(json.dumps(conda), "utf-8")
    return {"conda_env": "conda.yaml", "python_env": "python_env.yaml"}


def _load_pyfunc(path: str, model_config: Mapping[str, Any] | None = None) -> Generic:
    """Read the model that MLflow serves; MLflow calls this."""
    return Generic(load_scoring_model(path), (model_config or {}).get("reads", "features"))


class Generic:
    """A model as MLflow serves any: a frame in, a frame out.

    Parameters
    ----------
    model : ScoringModel
    reads : {"features", "requests"}
    """

    def __init__(self, model: ScoringModel, reads: Reads) -> None:
        if reads not in _READS:
            raise ParameterError.must_be("reads", f"one of {', '.join(_READS)}", reads)
        self.model: ScoringModel = model
        self.reads: Reads = reads

    def predict(self, model_input: pd.DataFrame, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Score a row an application.

        Parameters
        ----------
        model_input : pandas.DataFrame
            As the signature says.
        params : mapping, optional
            None are known.

        Returns
        -------
        pandas.DataFrame
            With the index of what came.

        Raises
        ------
        ParameterError
            If parameters or columns are none that the model takes, a column is missing, or a flag is no flag.
        """
        import pandas as pd

        if params:
            raise ParameterError(f"The model takes no parameters. Got {', '.join(map(str, params))}.")
        rows = self._requests(model_input) if self.reads == "requests" else self._features(model_input)
        return pd.DataFrame(rows, index=model_input.index, columns=list(_OUT))

    def _features(self, frame: pd.DataFrame) -> list[tuple[Any, ...]]:
        names = self.model.computer.names
        _check_columns([*map(str, frame.columns)], [*names], [_ANYTHING])
        values = frame[list(names)].to_numpy(np.float64)
        known = _flags(frame[_ANYTHING]) if _ANYTHING in frame.columns else None
        found = score_features(self.model, values, known=known, reasons=True)
        status = ["scored" if one else "unscorable" for one in found.scored]
        codes = [" ".join(one.code for one in found.reasons.get(row, ())) for row in range(len(values))]
        columns = status, found.probability_of_default, found.score, found.grade, codes
        return list(zip(*columns, strict=True))

    def _requests(self, frame: pd.DataFrame) -> list[tuple[Any, ...]]:
        _check_columns([*map(str, frame.columns)], [_REQUEST], [])
        return [self._answered(text, row) for row, text in enumerate(frame[_REQUEST])]

    def _calendar(self) -> dict[str, Any]:
        """Return the zone and the weekend that the model was fitted in, which a request does not say."""
        fitted = self.model.contract
        return {} if fitted is None else {"timezone": fitted.timezone, "weekend": fitted.weekend}

    def _answered(self, text: object, row: int) -> tuple[Any, ...]:
        try:
            asked = json.loads(str(text))
            if not (isinstance(asked, dict) and set(asked) <= {"application", "tables"}):
                raise ParameterError.must_be("request", "JSON of an application and its tables", asked)
            portfolio = Portfolio.from_records(asked.get("tables", {}), **self._calendar())
            result = self.model.score(asked["application"], portfolio)
        except (CreditScoreError, KeyError, TypeError, ValueError) as error:
            raise ParameterError(f"Row {row} of the column 'request' cannot be scored: {error}") from error
        codes = " ".join(one.code for one in result.reasons)
        numbers = (math.nan if one is None else one for one in (result.probability_of_default, result.score))
        return result.status, *numbers, result.grade or "", codes


def _flags(column: pd.Series) -> Flags:
    for row, one in enumerate(column):
        if not isinstance(one, bool | np.bool_):
            raise ParameterError.must_be(_ANYTHING, f"true or false in row {row}", one)
    return column.to_numpy(np.bool_)


def _check_columns(there: list[str], needed: list[str], allowed: list[str]) -> None:
    missing = sorted(set(needed) - set(there))
    unknown = sorted(set(there) - set(needed) - set(allowed))
    if missing or unknown:
        raise ParameterError(
            f"The model takes other columns: {len(missing)} are missing ({', '.join(missing[:5])}), "
            f"{len(unknown)} are unknown ({', '.join(unknown[:5])}). Give those of its signature."
        )
