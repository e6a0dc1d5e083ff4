"""Notebooks become pages: run from top to bottom, what they print and draw below each cell."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

# Most telling first: what a browser would show.
KINDS = ("image/svg+xml", "image/png", "text/html", "text/plain")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def executed(path: Path, runs: Path, timeout: int = 300) -> Any:
    """The notebook with its outputs, run in its own folder; a cell that fails ends the build.

    A run is kept in `runs` and read again as long as neither the notebook nor the package has changed.
    """
    kept = runs / f"{path.stem}-{_state(path)}.ipynb"
    if kept.is_file():
        return nbformat.read(kept, as_version=4)
    where = {"metadata": {"path": str(path.parent)}}
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=timeout, kernel_name="python3", resources=where).execute()
    runs.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, kept)
    return notebook


def _state(path: Path) -> str:
    """A hash of the notebook and of the code that it runs."""
    code = sorted((Path(__file__).resolve().parents[2] / "creditscore").rglob("*.py"))
    state = hashlib.sha256()
    for file in [path, *code]:
        state.update(file.read_bytes())
    return state.hexdigest()[:16]


def page(notebook: Any, name: str, pictures: dict[str, bytes]) -> str:
    """One executed notebook as Markdown; its pictures are put into `pictures`, by file name."""
    parts: list[str] = []
    heading = name
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            heading = (re.findall(r"^#+ (.+)$", cell.source, re.MULTILINE) or [heading])[-1]
        elif cell.cell_type == "code" and cell.source.strip():
            parts.append(f"``````python\n{cell.source}\n``````")
            parts += [said for one in cell.outputs for said in _output(one, name, heading, pictures)]
    return "\n\n".join(parts) + "\n"


def _output(output: Any, name: str, heading: str, pictures: dict[str, bytes]) -> Iterator[str]:
    """What one output shows, as Markdown or as the HTML that the object says of itself."""
    if output.output_type == "stream":
        # Progress goes to the error stream and is of no use once it is over.
        if output.name == "stdout":
            yield _printed(output.text)
        return
    kind = next((kind for kind in KINDS if kind in output.get("data", {})), None)
    shown = output.data[kind] if kind else ""
    if kind in {"image/png", "image/svg+xml"}:
        file = f"{name}_{len(pictures) + 1}.{'png' if kind == 'image/png' else 'svg'}"
        pictures[file] = base64.b64decode(shown) if kind == "image/png" else shown.encode()
        yield f"![{heading}]({file})" + "{ .plot }"
    elif kind == "text/html":
        # A blank line inside would end the block, and Markdown would read on.
        yield '<div class="shown" markdown="0">\n' + re.sub(r"\n\s*\n", "\n", shown) + "\n</div>"
    elif kind and shown.strip():
        yield _printed(shown)


def _printed(text: str) -> str:
    return f"``````text {{ .printed }}\n{COLOUR.sub('', text).rstrip()}\n``````"
