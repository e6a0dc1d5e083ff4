"""Write docs/tables.md and docs/dictionary.md from the declarations. Run by `make reference`."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

from creditscore.data.tables.dictionary import dictionary_markdown
from creditscore.features.dictionary import to_markdown
from creditscore.pipeline.fitting import built_in_features

HEAD = """# Feature dictionary

Every built-in feature, as `creditscore features --format markdown` prints it. How to read and extend it:
[features](features.md). The last column says what the reason group of a feature adds to the AUC on each set
where it varies, with a 95 % interval: how much is lost when the group is left out of the usual catalogue
([how it was measured](../benchmarks/results_worth.md)).

"""
FIGURES = Path(__file__).parents[1] / "benchmarks" / "worth.json"


def worth() -> dict[str, str]:
    """Return what each reason group adds, set by set."""
    said: dict[str, list[str]] = defaultdict(list)
    for name, found in json.loads(FIGURES.read_text(encoding="utf-8")).items():
        for group, row in found["groups"].items():
            said[group].append(f"{name} {-row['change']:+.4f} ({-row['high']:+.4f} to {-row['low']:+.4f})")
    return {group: "; ".join(rows) for group, rows in said.items()}


def pages() -> dict[str, str]:
    """Return the text of each page by its file name."""
    dictionary = to_markdown(built_in_features(), adds=worth())
    return {"tables.md": dictionary_markdown(), "dictionary.md": HEAD + dictionary}


if __name__ == "__main__":
    for name, text in pages().items():
        Path(__file__).with_name(name).write_text(text.rstrip() + "\n", encoding="utf-8")
