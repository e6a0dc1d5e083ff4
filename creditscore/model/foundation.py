"""A foundation model for tables as a teacher, with weights that the caller has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from creditscore._ground.extras import needs
from creditscore.errors import ParameterError
from creditscore.model.teaching import Teacher


def foundation_teacher(
    weights: str | Path,
    *,
    n_estimators: int = 8,
    device: str = "cpu",
    seed: int = 0,
    threads: int | None = None,
) -> Teacher:
    """Make a teacher of TabICL, an openly licensed model that has learned how tables behave.

    Nothing is downloaded: whoever fits names a file of weights, whose licence, origin and hash are theirs to
    answer for. TabICL reads it as plain tensors and runs no code from it. It is not part of the model that is
    deployed.

    Parameters
    ----------
    weights : path
        A checkpoint of TabICL's classifier, version 2.
    n_estimators : int, default 8
        Shuffled views of the table whose answers are averaged, at least 1.
    device : str, default "cpu"
        Where it runs, as torch names it.
    seed : int, default 0
        Of the views, 0 or more.
    threads : int, optional
        Threads at most, at least 1; by default all.

    Returns
    -------
    Teacher
        For ``CreditScorer(teacher=...)``. Its answers, and so the trees, may differ between processors.

    Raises
    ------
    ParameterError
        If there is no such file.
    MissingExtraError
        If the extra ``foundation`` is not installed.

    References
    ----------
    Qu et al. (2025), TabICL: a tabular foundation model for in-context learning on large data, ICML.

    Examples
    --------
    >>> from creditscore.errors import ParameterError
    >>> try:
    ...     foundation_teacher("no such file.ckpt")
    ... except ParameterError as error:
    ...     print(error)
    The 'weights' parameter must be a file of weights that you have. Got 'no such file.ckpt' instead.
    """
    path = Path(weights)
    if not path.is_file():
        raise ParameterError.must_be("weights", "a file of weights that you have", str(weights))
    with needs("foundation_teacher", package="tabicl", extra="foundation"):
        import tabicl
    teacher: Any = tabicl.TabICLClassifier(
        n_estimators=n_estimators, model_path=str(path), allow_auto_download=False, device=device,
        random_state=seed, n_jobs=threads,
    )  # fmt: skip
    return teacher  # type: ignore[no-any-return]
