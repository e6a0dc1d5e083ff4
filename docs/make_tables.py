"""Write docs/tables.md and docs/dictionary.md from the declarations. Run by `make reference`."""

from __future__ import annotations

from pathlib import Path

from creditscore.data.tables.dictionary import dictionary_markdown
from creditscore.features.dictionary import to_markdown
from creditscore.pipeline.fitting import built_in_features

HEAD = """# Feature dictionary

Every built-in feature, as `creditscore features --format markdown` prints it. How to read and extend it:
[features](features.md).

"""


def pages() -> dict[str, str]:
    """Return the text of each page by its file name."""
    return {"tables.md": dictionary_markdown(), "dictionary.md": HEAD + to_markdown(built_in_features())}


if __name__ == "__main__":
    for name, text in pages().items():
        Path(__file__).with_name(name).write_text(text.rstrip() + "\n", encoding="utf-8")
