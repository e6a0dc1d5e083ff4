"""The verifier shares nothing with what it verifies."""

from __future__ import annotations

import subprocess
import sys

from tests.house.source import ROOT, imports, modules

# Words and closed lists, which nothing decides.
ALLOWED = (
    "creditscore.errors", "creditscore.verify", "creditscore.words", "creditscore.data.protected",
    "creditscore.data.sources", "creditscore.data.tables.contracts",
)  # fmt: skip
# Calls the library itself, once the folder of a model is given.
REPLAY = "verify.replayed"
# Draws with the generator that the report names by its seed; nothing else of NumPy could draw the same.
DRAWN, BY = "verify.resampled", ("numpy", "numpy.typing")


def test_the_verifier_imports_the_standard_library_itself_and_closed_lists():
    found = [
        f"{module}:{f.line} imports {f.target}"
        for module in modules()
        if module.name.partition(".")[0] == "verify" and module.name != REPLAY
        for f in imports(module.tree)
        if f.target.partition(".")[0] not in sys.stdlib_module_names and not f.target.startswith(ALLOWED)
        and not (module.name == DRAWN and f.target in BY)
    ]
    assert not found, "\n".join(found)


def test_verifying_loads_no_numpy():
    below = ("_", "errors", "verify", "words", "data")
    code = (
        "import sys\n"
        "from creditscore.verify.paths import verify_path\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "assert not loaded & {'numpy', 'lightgbm', 'numba', 'cryptography', 'pandas'}, loaded\n"
        "own = {name for name in sys.modules if name.startswith('creditscore.')}\n"
        f"allowed = {tuple(f'creditscore.{name}' for name in below)}\n"
        "assert all(name.startswith(allowed) for name in own), own\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_calls_the_library_has_no_part_in_the_path_of_its_own():
    """It gives features and counts of rows; nothing that decides is asked for reasons or changes."""
    code = (ROOT / "creditscore" / "verify" / "replayed.py").read_text(encoding="utf-8")
    asked = ("reasons", "explain", "recourse")
    assert not [name for name in asked if f"creditscore.{name}" in code]
