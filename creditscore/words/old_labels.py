"""The labels of models and records of format 1, which were English texts: what each of them stands for.

A table, not a grammar: a text that is not in it, word for word, is a user's own and is said as it is.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

from creditscore.words.labels import AnyLabel, Label, Span


def modern(label: AnyLabel, group: str) -> AnyLabel:
    """Return the label that an old text of a reason group stands for; any other label as it is.

    Examples
    --------
    >>> modern("worst days past due in 12m", "past_arrears")
    Label(quantity='repayment_worst_dpd', parameters=(), span=Span(kind='window', length='12m'))
    >>> modern("worst days past due in 12m", "my_own_group")
    'worst days past due in 12m'
    """
    if not isinstance(label, str):
        return label
    known = _table().get(group, {}).get(label)
    if known is None:
        return label
    quantity, parameters, *span = known
    return Label(quantity, tuple(parameters), Span(*span) if span else None)


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, list[Any]]]:
    text = files("creditscore.words").joinpath("labels_v1.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, list[Any]]] = json.loads(text)
    return table
