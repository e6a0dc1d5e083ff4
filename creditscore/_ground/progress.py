"""Progress that shows itself only in a terminal, and only when work takes longer than two seconds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

Item = TypeVar("Item")

PATIENCE_SECONDS = 2.0


def progress(items: Iterable[Item], *, what: str, total: int | None = None) -> Iterable[Item]:
    """Pass the items on, counting them on stderr if it is a terminal."""
    from tqdm import tqdm

    bar: Iterable[Item] = tqdm(
        items, desc=what, total=total, delay=PATIENCE_SECONDS, disable=None, leave=False
    )
    return bar
