"""Kernels compile where they can be kept, where they cannot, and over what an older version left behind."""

from __future__ import annotations

import ast
import json
import os
import pickle
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT, Module, functions, modules, of_each

SMALL = """
import json, warnings
from functools import cache
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    import numpy as np
    import creditscore as cs
    from creditscore._ground.compiled import compilations
    with compilations() as found:
        from creditscore.data.tables.ordering import smallest_and_largest
        got = smallest_and_largest(np.array([3, 1, 2]))
said = [str(w.message) for w in warned if "Compiled code cannot be kept" in str(w.message)]
print(json.dumps([list(map(int, got)), said, len(found), cs.__file__]))
"""


def run(package: Path, **environment: str) -> tuple[list[int], list[str], int, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("NUMBA", "HOME", "XDG"))
    }
    done = subprocess.run(
        [sys.executable, "-c", SMALL],
        env=kept | {"PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"} | environment,
        cwd=package, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return tuple(json.loads(done.stdout))


@pytest.fixture
def unwritable(tmp_path: Path) -> Path:
    """A copy of the package where nobody, not even root, can make a folder or a file for compiled code."""
    shutil.copytree(PACKAGE, tmp_path / "creditscore", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in [path for path in (tmp_path / "creditscore").rglob("*") if path.is_dir()]:
        (folder / "__pycache__").write_text("a file where a folder should be")
    (tmp_path / "creditscore" / "__pycache__").write_text("")
    (tmp_path / "home").write_text("")
    return tmp_path


def test_an_installation_that_cannot_be_written_to_works_and_says_once_that_it_is_slow(unwritable):
    got, said, compiled, where = run(unwritable, HOME=str(unwritable / "home"))
    assert where.startswith(str(unwritable))
    assert got == [1, 3]
    assert compiled > 0
    assert len(said) == 1
    assert "NUMBA_CACHE_DIR" in said[0]


def test_a_folder_that_can_be_written_to_keeps_the_code(unwritable, tmp_path):
    cache = tmp_path / "cache"
    first = run(unwritable, HOME=str(unwritable / "home"), NUMBA_CACHE_DIR=str(cache))
    assert first[1] == []
    assert first[2] > 0
    again = run(unwritable, HOME=str(unwritable / "home"), NUMBA_CACHE_DIR=str(cache))
    assert again[2] == 0
    assert again[0] == first[0] == [1, 3]


KERNELS = """
from creditscore._ground.compiled import compiled

@compiled
def doubled(value):
    return 2 * value

@compiled
def twice_doubled(value):
    return doubled(doubled(value))
"""
CALLS = """
import json, sys
from creditscore._ground.compiled import compilations
import kernels
with compilations() as found:
    got = [getattr(kernels, name)(3) for name in sys.argv[1:]]
print(json.dumps([got, [one.kernel for one in found]]))
"""


def test_a_kernel_that_was_read_from_disk_is_still_compiled_into_others(tmp_path):
    (tmp_path / "kernels.py").write_text(KERNELS)

    def call(*names: str) -> list[list[object]]:
        environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
        done = subprocess.run(
            [sys.executable, "-c", CALLS, *names],
            env=environment | {"NUMBA_CACHE_DIR": str(tmp_path / "cache")},
            cwd=tmp_path, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return json.loads(done.stdout)

    assert call("doubled") == [[6], ["kernels.doubled"]]
    assert call("doubled", "twice_doubled", "doubled") == [[6, 12, 6], ["kernels.twice_doubled"]]
    assert call("twice_doubled", "doubled") == [[12, 6], []]


ANOTHER_FORM = """
import numba.core.caching, numba.core.codegen
kept = numba.core.caching.CompileResultCacheImpl
reduce, rebuild = kept.reduce, kept.rebuild
kept.reduce = lambda self, data: ('form', reduce(self, data))
kept.rebuild = lambda self, target, payload: rebuild(self, target, payload[1])
"""
ANOTHER_LIBRARY = """
import numba.core.codegen
library = numba.core.codegen.JITCodeLibrary
def put(self, value):
    self.elsewhere = value
library._shared_module = property(lambda self: self.elsewhere, put)
"""


@pytest.mark.parametrize("making", [ANOTHER_FORM, ANOTHER_LIBRARY])
def test_a_numba_that_keeps_code_in_another_form_takes_more_memory_and_compiles_no_more(tmp_path, making):
    (tmp_path / "kernels.py").write_text(KERNELS)
    for compiled in (["kernels.doubled", "kernels.twice_doubled"], []):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", making + CALLS, "doubled", "twice_doubled"],
            env=os.environ
            | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}", "NUMBA_CACHE_DIR": str(tmp_path / "cache")},
            cwd=tmp_path, check=True, capture_output=True, text=True,
        )  # fmt: skip
        assert json.loads(done.stdout) == [[6, 12], compiled]


class Moved:
    """Stands for a class that an older version kept elsewhere."""


def test_code_that_an_older_version_left_and_that_cannot_be_read_is_compiled_anew(tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    assert run(ROOT, NUMBA_CACHE_DIR=str(cache))[2] > 0
    (index,) = cache.rglob("ordering.smallest_and_largest*.nbi")
    with index.open("rb") as file:
        version = pickle.load(file)
    gone = pickle.dumps(Moved).replace(Moved.__module__.encode(), b"tests.house.test_nothing__")
    assert len(Moved.__module__) == len("tests.house.test_nothing__")
    index.write_bytes(pickle.dumps(version) + gone)
    assert run(ROOT, NUMBA_CACHE_DIR=str(cache))[0] == [1, 3]
    assert run(ROOT, NUMBA_CACHE_DIR=str(cache))[2] == 0


def test_any_processor_will_do(tmp_path):
    got, said, compiled, _ = run(ROOT, NUMBA_CACHE_DIR=str(tmp_path), NUMBA_CPU_NAME="generic")
    assert (got, said) == ([1, 3], [])
    assert compiled > 0


HIDING = """
import json
import numba.core.caching, numba.core.codegen, numba.core.compiler
import numpy as np
taken = {owner}.{name}
{hiding}
from creditscore._ground import compiled
{owner}.{name} = taken
from creditscore._ground.compiled import compilations
from creditscore.features.raw_view import keep_visible
starts, stops, origin = np.array([0]), np.array([3]), np.empty(3, np.int64)
times = np.array([[1, 2, 3], [1, 9, 3], [9, 9, 9]])
with compilations() as found:
    kept = keep_visible(times, np.array([5]), starts, stops, origin)
print(json.dumps([kept, origin[:kept].tolist(), compiled.numba_parts is None, len(found)]))
"""


@pytest.mark.parametrize(
    ("owner", "name", "hiding", "plain"),
    [
        ("numba.core.codegen", "JITCodeLibrary", "", False),
        ("numba.core.codegen", "JITCodeLibrary", "del numba.core.codegen.JITCodeLibrary", True),
        ("numba.core.codegen", "JITCodeLibrary", "numba.core.codegen.JITCodeLibrary = len", True),
        ("numba.core.caching", "FunctionCache", "del numba.core.caching.FunctionCache", True),
        (
            "numba.core.compiler.CompilerBase",
            "_compile_core",
            "del numba.core.compiler.CompilerBase._compile_core",
            True,
        ),
    ],
)
def test_a_numba_that_is_otherwise_inside_is_slower_and_not_broken(tmp_path, owner, name, hiding, plain):
    """With a cache all the same: what is compiled in the first process is not in the second."""
    text = HIDING.format(owner=owner, name=name, hiding=hiding)
    counts = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", text],
            env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        kept, origin, without, compiled = json.loads(done.stdout)
        assert (kept, origin, without) == (2, [0, 2], plain)
        counts.append(compiled)
    assert counts[0] > 0
    assert counts[1] == 0


def decorator(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    found = [ast.unparse(node) for node in function.decorator_list]
    return next((name for name in found if name in ("compiled", "nested", "inner")), "")


@cache
def parts() -> dict[str, set[str]]:
    """By module, the kernels that Python cannot call."""
    return {
        f"creditscore.{module.name}": {
            f.name for f in functions(module.tree) if decorator(f) in ("nested", "inner")
        }
        for module in modules()
    }


def calls_from_python(module: Module, known: dict[str, set[str]]) -> list[str]:
    """Calls of such kernels from outside of kernels: numba would run into code that is not there."""
    mine = set(known.get(f"creditscore.{module.name}", ()))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            mine |= {
                alias.asname or alias.name for alias in node.names if alias.name in known.get(node.module, ())
            }
    inside = {id(node) for f in functions(module.tree) if decorator(f) for node in ast.walk(f)}
    return [
        f"{module}:{node.lineno} calls {node.func.id}, which only kernels can"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and id(node) not in inside
        if isinstance(node.func, ast.Name) and node.func.id in mine
    ]


@of_each(modules())
def test_python_calls_entries_only(module):
    assert not calls_from_python(module, parts())


def test_the_checker_sees_a_call_from_python(tmp_path):
    text = "@inner\ndef part(): pass\n@compiled\ndef entry(): part()\ndef python(): part()\n"
    planted = Module("planted", tmp_path, text, ast.parse(text))
    assert len(calls_from_python(planted, {"creditscore.planted": {"part"}})) == 1
