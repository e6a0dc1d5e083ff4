"""Files and functions stay short, documented, and free of what a library must not do."""

from __future__ import annotations

import ast
import re
import warnings

from tests.house.source import ROOT, Module, functions, imports, modules, of_each

LONGEST_FILE = 400
LONGEST_BODY = 40

every_module = of_each(modules())

# The edges where people and their dataframes are; they may print (through rich or typer) and import
# dataframe libraries. Everything else meets dataframes in `data.frames` alone, or in a `to_...` method.
EDGES = {"plots", "cli", "datasets", "gaming", "privacy", "registries", "spark"}
DATAFRAMES = {"pandas", "pyarrow", "narwhals", "polars"}

# What a portfolio shows of itself: the bodies of its `to_frame` and their helpers.
SHOWN_AS_FRAMES = {"data.tables.show"}

# What takes a codec from such a library, and no frame.
TAKES_A_CODEC = {"_ground.zstd"}

# What writes buffers as files or columns of Arrow, and knows no frame.
WRITES_ARROW = {"data.folder.arrow", "data.delta.columns", "data.delta.lake"}

# Each runs code that came from elsewhere, or hides what is imported.
FORBIDDEN_MODULES = {
    "pickle",
    "cloudpickle",
    "dill",
    "joblib",
    "marshal",
    "shelve",
    "importlib",
    "runpy",
    "imp",
    "code",
}
READS_DATA = {"importlib.resources", "importlib.metadata"}
FORBIDDEN_CALLS = {"print", "input", "eval", "exec", "compile", "__import__", "breakpoint"}

# The table of contents imports by name, from a closed table of its own, so that it can be lazy.
LAZY_ROOT = ""


def is_edge(module: Module) -> bool:
    return module.name.partition(".")[0] in EDGES


@every_module
def test_file_is_short(module):
    lines = module.text.count("\n")
    assert lines < LONGEST_FILE, f"{module.path} has {lines} lines"


@every_module
def test_function_bodies_are_short(module):
    long = [
        f"{module}:{f.lineno} {f.name} has a body of {body_lines(f)} lines"
        for f in functions(module.tree)
        if body_lines(f) >= LONGEST_BODY
    ]
    assert not long, "\n".join(long)


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a body, its docstring left out."""
    statements = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    return statements[-1].end_lineno - statements[0].lineno + 1 if statements else 0


@every_module
def test_everything_public_has_a_docstring(module):
    bare = [] if ast.get_docstring(module.tree) else [f"{module}: the file itself"]
    if not any(part.startswith("_") for part in module.name.split(".")):
        bare += [f"{module}:{node.lineno} {node.name}" for node in public(module.tree)]
    assert not bare, "no docstring: " + ", ".join(bare)


def public(tree: ast.AST):
    """Public classes, functions and methods that have no docstring."""
    for node in ast.iter_child_nodes(tree):
        named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if not named or node.name.startswith("_") or is_overload(node):
            continue
        if not ast.get_docstring(node):
            yield node
        if isinstance(node, ast.ClassDef):
            yield from public(node)


def is_overload(node: ast.AST) -> bool:
    return any(ast.unparse(d).endswith((".setter", "overload")) for d in node.decorator_list)


@every_module
def test_module_says_something(module):
    assert (ast.get_docstring(module.tree) or "").strip(" .\n"), f"{module.path}: an empty docstring"


@every_module
def test_nothing_runs_foreign_code_or_talks(module):
    found = [
        f"{module}:{f.line} imports {f.target}"
        for f in imports(module.tree)
        if f.target.partition(".")[0] in FORBIDDEN_MODULES
        and f.target not in READS_DATA
        and module.name != LAZY_ROOT
    ]
    found += [
        f"{module}:{node.lineno} calls {node.func.id}()"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS
    ]
    assert not found, "\n".join(found)


@every_module
def test_nothing_shows_or_saves_pictures(module):
    allowed = module.name.partition(".")[0] == "cli"
    calls = re.findall(r"\b(?:plt\.show|\.show|savefig)\(", module.text)
    assert allowed or not calls, f"{module}: {calls}"


@every_module
def test_dataframe_libraries_stay_at_the_door(module):
    if is_edge(module) or module.name == "data.door.frames":
        return
    found = [
        f"{module}:{f.line} imports {f.target}"
        for f in imports(module.tree)
        if f.target.partition(".")[0] in DATAFRAMES
        and not f.for_types_only
        and not f.within.startswith(("to_", "_to_"))
        and module.name not in SHOWN_AS_FRAMES | TAKES_A_CODEC | WRITES_ARROW
    ]
    assert not found, "\n".join(found)


@every_module
def test_no_assert_for_the_users_errors_and_no_unfinished_work(module):
    asserts = [node.lineno for node in ast.walk(module.tree) if isinstance(node, ast.Assert)]
    assert not asserts, f"{module}: assert in lines {asserts}; raise an error of creditscore.errors instead"
    marks = re.findall(r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b", module.text)
    assert not marks, f"{module}: {marks}"


@every_module
def test_annotations_are_lazy_and_imports_absolute(module):
    future = any(
        isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in module.tree.body
    )
    only_words = all(isinstance(node, ast.Expr) for node in module.tree.body)
    assert future or only_words, f"{module}: from __future__ import annotations is missing"


def test_every_python_file_compiles_without_a_warning():
    folders = ("creditscore", "tests", "examples", "benchmarks", "docs")
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert len(files) > len(modules())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for path in files:
            compile(path.read_text(encoding="utf-8"), str(path), "exec")


def test_the_median_function_is_short():
    bodies = sorted(body_lines(f) for module in modules() for f in functions(module.tree))
    assert bodies[len(bodies) // 2] <= 10
