"""Ties that both ends agreed to, found once for each choice of layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np

from creditscore._ground.arrays import Int8, Int32, Int64, read_only
from creditscore.data.network.bonds import Bonds, make_bonds, order_by_begin
from creditscore.data.network.pairs import Pairs
from creditscore.data.network.withheld import Withheld, cut_bonds
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.vocabularies import UNSOCIAL_LAYERS
from creditscore.errors import ParameterError

# Where a table has what bonds are made of, in the order of their layout.
LAYOUT = ("end_time", "weight", "layer")


@dataclass(slots=True, eq=False)
class AgreedTies:
    """What counts as a tie between two people.

    Parameters
    ----------
    table : EventTable or None
        The ties; None: there are none.
    pairs : Pairs
        Of persons and neighbours.
    withheld : Withheld
        When persons had withdrawn their consent to their ties.
    """

    table: EventTable | None
    pairs: Pairs
    withheld: Withheld
    _made: dict[tuple[tuple[str, ...], tuple[str, ...]], Bonds] = field(default_factory=dict, repr=False)
    _ordered: dict[tuple[str, ...], Int32] = field(default_factory=dict, repr=False)
    _lock: Any = field(default_factory=Lock, repr=False)

    def of_layers(self, layers: Sequence[str] = (), *, without: Sequence[str] = ()) -> Bonds:
        """Return when both ends of each pair agreed, on some layers; without any, on all that tie people.

        Parameters
        ----------
        layers : sequence of str
        without : sequence of str
            Layers to leave out besides.

        Raises
        ------
        ParameterError
            If a layer ties nobody to anybody: shared devices, addresses and telephones, and look-alikes.
        """
        key = check_layers(layers), tuple(without)
        with self._lock:
            if key not in self._made:
                self._made[key] = self._bonds(*key)
            return self._made[key]

    def order(self, layers: Sequence[str] = ()) -> Int32:
        """Return in which order to read the pairs of each person, shape (n_pairs,), so that times rise.

        Nothing is sorted then when a person of many ties is scored. Parameters are those of `of_layers`.
        """
        bonds, key = self.of_layers(layers), check_layers(layers)
        with self._lock:
            if key not in self._ordered:
                times = np.empty((3, 0), np.int64) if self.table is None else self.table.times
                self._ordered[key] = read_only(order_by_begin(self.pairs, bonds, read_only(times)))
            return self._ordered[key]

    def _bonds(self, layers: tuple[str, ...], without: tuple[str, ...]) -> Bonds:
        if self.table is None:
            nowhere = np.empty(0, np.int64)
            return Bonds(np.zeros(len(self.pairs.targets) + 1, np.int64), nowhere, nowhere, nowhere)
        table, at = self.table, layout_of(self.table)
        allowed = layers_allowed(tuple(table.vocabularies.get("layer", ())), layers, without)
        made = Bonds(*make_bonds(self.pairs, table.times, table.values, table.codes, at, allowed))
        if self.withheld.begins.size:
            made = Bonds(*cut_bonds(self.pairs, made, self.withheld))
        for array in made:
            read_only(array)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.table, self.pairs, self.withheld)


def layout_of(table: EventTable) -> Int64:
    """Return where ``end_time``, ``weight`` and ``layer`` stand, -1 without one, shape (3,)."""
    return _positions(table.time_columns, table.value_columns, table.code_columns)


@lru_cache(maxsize=64)
def _positions(*columns: tuple[str, ...]) -> Int64:
    at = [next((names.index(name) for names in columns if name in names), -1) for name in LAYOUT]
    return read_only(np.array(at, np.int64))


@lru_cache(maxsize=64)
def layers_allowed(
    vocabulary: tuple[str, ...], layers: tuple[str, ...], without: tuple[str, ...] = ()
) -> Int8:
    """Tell whether each layer counts, shape (n_layers + 1,); the first stands for a tie without one."""
    if layers:
        return read_only(np.array([0, *(label in layers for label in vocabulary)], np.int8))
    counts = [1, *(label not in (*UNSOCIAL_LAYERS, *without) for label in vocabulary)]
    return read_only(np.array(counts, np.int8))


def check_layers(layers: Sequence[str]) -> tuple[str, ...]:
    """Return layers that are asked for, as a tuple.

    Raises
    ------
    ParameterError
        If they are no sequence of names, name one twice, or one that ties nobody to anybody.

    Examples
    --------
    >>> check_layers(["friend", "device"])
    Traceback (most recent call last):
        ...
    creditscore.errors.ParameterError: The 'layers' parameter must be layers that tie people; of ...
    """
    if isinstance(layers, str) or len(set(layers)) != len(layers):
        raise ParameterError.must_be("layers", "a sequence of names, each given once", layers)
    for layer in layers:
        if layer in UNSOCIAL_LAYERS:
            wanted = f"layers that tie people; of {', '.join(UNSOCIAL_LAYERS)} no score may be made"
            raise ParameterError.must_be("layers", wanted, layer)
    return tuple(layers)
