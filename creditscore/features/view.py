"""What a view is: a declared way from raw tables to rows as of a moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from creditscore.features.chunk import Chunk
from creditscore.features.rows import Rows

Builder = Callable[[Chunk], Rows]


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """One column of a view.

    Attributes
    ----------
    name, meaning, unit : str
        What a data dictionary prints.
    needs : tuple of str
        Table columns as ``"payments.balance"``; where one is absent, features of this column are NaN.
    labels : tuple of str
        For a code column, the label of each code; empty for a value column.
    """

    name: str
    meaning: str
    unit: str = ""
    needs: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A declared way from raw tables to the rows of an application as of its moment.

    Attributes
    ----------
    name, meaning : str
        The name that terms use, and one sentence on what a row is.
    source : str
        Whose coverage decides between NaN (absent) and 0 (nothing happened).
    tables : tuple of str
        Tables without which the view has no rows; the first is the one that ``Rows.origin`` points into.
    values, codes : tuple of ViewColumn
        In the order of the blocks that ``build`` returns.
    build : callable
        ``build(chunk) -> Rows``, for the applications of a `creditscore.features.chunk.Chunk`.
    also : tuple of str
        Further tables that it reads where they are there; what their sources cover is looked at as well.
    version : int
        Raised whenever the rows mean something else; a model is read only where its views still mean what
        they meant when it was fitted.
    """

    name: str
    meaning: str
    source: str
    tables: tuple[str, ...]
    values: tuple[ViewColumn, ...]
    codes: tuple[ViewColumn, ...]
    build: Builder
    version: int = 1
    also: tuple[str, ...] = ()
