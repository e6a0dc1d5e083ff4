"""A deprecation is told where the old name is used, and does not outstay its version."""

from __future__ import annotations

import ast

import pytest
from packaging.version import Version

from creditscore import __version__
from creditscore._ground.deprecating import warn_deprecated
from tests.house.source import modules


def old() -> None:
    warn_deprecated("old()", since="0.2.0", removed_in="0.4.0", instead="new()")


def test_the_line_that_used_it_is_told():
    sentence = r"^old\(\) is .* 0\.2\.0 .* version 0\.4\.0\. Use new\(\)"
    with pytest.warns(DeprecationWarning, match=sentence) as told:
        old()
    (one,) = told
    assert one.filename == __file__


def overdue(tree: ast.Module, version: str) -> list[str]:
    """Deprecations whose version of removal is here, or which do not say one."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "warn_deprecated":
            until = {one.arg: one.value for one in node.keywords}["removed_in"]
            if not isinstance(until, ast.Constant) or Version(str(until.value)) <= Version(version):
                found.append(ast.unparse(node))
    return found


def test_nothing_stays_beyond_its_version():
    call = 'warn_deprecated("a", since="0.1", removed_in="0.3", instead="b")'
    assert overdue(ast.parse(call), "0.3") != []
    assert overdue(ast.parse(call), "0.2.9") == []
    assert [found for one in modules() if one.name for found in overdue(one.tree, __version__)] == []
