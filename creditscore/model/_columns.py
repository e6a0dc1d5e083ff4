"""Names, signs and kinds of the columns of a design matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from creditscore.errors import NameUnknownError, ParameterError


def names_of(given: Sequence[str] | None, n_features: int) -> tuple[str, ...]:
    """Return the names of columns: those of the data frame, else ``x0``, ``x1``, and so on."""
    return tuple(map(str, given)) if given is not None else tuple(f"x{j}" for j in range(n_features))


def signs_of(signs: Sequence[int] | Mapping[str, int] | None, names: tuple[str, ...]) -> tuple[int, ...]:
    """Return one sign a column: +1, -1 or 0.

    Raises
    ------
    ParameterError
        If a sign is another number, or there are more or fewer than columns.
    NameUnknownError
        If a mapping names a column that is not there.
    """
    if signs is None:
        return (0,) * len(names)
    if isinstance(signs, Mapping):
        for name in signs:
            if name not in names:
                raise NameUnknownError.among("column", name, names)
        signs = [signs.get(name, 0) for name in names]
    if len(signs) != len(names):
        raise ParameterError.must_be("signs", f"one sign for each of {len(names)} columns", list(signs))
    for sign, name in zip(signs, names, strict=True):
        if sign not in {-1, 0, 1}:
            raise ParameterError.must_be("signs", f"-1, 0 or +1 for column {name!r}", sign)
    return tuple(int(sign) for sign in signs)


def columns_of(columns: Sequence[str | int], names: tuple[str, ...]) -> tuple[int, ...]:
    """Return the positions of named columns, rising.

    Raises
    ------
    NameUnknownError
        If there is no such column.
    """
    positions = set()
    for column in columns:
        known = names if isinstance(column, str) else range(len(names))
        if column not in known:
            raise NameUnknownError.among("column", column, names)
        positions.add(known.index(column))  # type: ignore[arg-type]
    return tuple(sorted(positions))


def check_unsigned(columns: Sequence[int], names: tuple[str, ...], signs: tuple[int, ...]) -> None:
    """Refuse signs of categorical columns: labels have no order in which risk could rise.

    Raises
    ------
    ParameterError
    """
    for column in columns:
        if signs[column]:
            raise ParameterError.must_be(
                "signs", f"0 for the categorical column {names[column]!r}", signs[column]
            )
