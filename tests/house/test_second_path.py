"""The verifier shares nothing with what it verifies."""

from __future__ import annotations

import subprocess
import sys

from tests.house.source import ROOT, imports, modules

ALLOWED = ("creditscore.errors", "creditscore.verify")


def test_the_verifier_imports_the_standard_library_and_itself():
    found = [
        f"{module}:{f.line} imports {f.target}"
        for module in modules()
        if module.name.partition(".")[0] == "verify"
        for f in imports(module.tree)
        if f.target.partition(".")[0] not in sys.stdlib_module_names and not f.target.startswith(ALLOWED)
    ]
    assert not found, "\n".join(found)


def test_verifying_loads_no_numpy():
    code = (
        "import sys\n"
        "from creditscore.verify.paths import verify_path\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "assert not loaded & {'numpy', 'lightgbm', 'numba', 'cryptography', 'pandas'}, loaded\n"
        "own = {name for name in sys.modules if name.startswith('creditscore.')}\n"
        "allowed = ('creditscore.verify', 'creditscore.errors', 'creditscore._')\n"
        "assert all(name.startswith(allowed) for name in own), own\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
