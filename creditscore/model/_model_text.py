"""The text of a LightGBM model, taken apart and put together again."""

from __future__ import annotations

from typing import Final

END: Final = "\nend of trees\n"


def joined(head: str, blocks: list[str]) -> str:
    """Put a model text together; the header holds the length of each tree in bytes."""
    sizes = " ".join(str(len(block.encode()) + 1) for block in blocks)
    lines = [f"tree_sizes={sizes}" if line.startswith("tree_sizes=") else line for line in head.split("\n")]
    return "\n".join([*lines, *blocks]) + END
