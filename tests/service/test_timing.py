"""How long a refusal takes tells nothing of a secret."""

from __future__ import annotations

import ast
import hmac
import re

from creditscore.service import keys as module
from creditscore.service.keys import ApiKeys
from tests.house.source import PACKAGE

# Modules that hold what somebody else has to know, and what it is called there.
HOLDERS = ("service/keys.py", "deciding/ledger/keys.py", "transparency/proofs.py")
SECRET = re.compile(r"(secret|sha256|\btag|key_check|master|root)\b")


def test_every_key_is_compared_whichever_is_given(monkeypatch):
    keys, secrets = ApiKeys(), []
    for number in range(20):
        secret, keys = keys.with_new(f"caller-{number}", ["score"])
        secrets.append(secret)
    compared = []

    class Watched:
        @staticmethod
        def compare_digest(one: str, other: str) -> bool:
            compared.append((one, other))
            return hmac.compare_digest(one, other)

    monkeypatch.setattr(module, "hmac", Watched)
    for given in (secrets[0], secrets[-1], "", "cs_", secrets[3][:-1], "\ud800", "x" * 100_000):
        compared.clear()
        found = keys.find(given)
        assert (found is not None) == (given in secrets)
        assert [one for one, _ in compared] == [key.sha256 for key in keys.keys]
        assert {len(other) for _, other in compared} == {64}


def unequal(tree: ast.Module) -> list[str]:
    """Comparisons by == or != of what is called like a secret."""
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops)
        for side in (node.left, *node.comparators)
        if isinstance(side, ast.Name | ast.Attribute) and SECRET.search(ast.unparse(side))
    ]


def test_no_secret_is_compared_by_the_equality_of_python():
    assert unequal(ast.parse("ok = self.secret == given"))
    for name in HOLDERS:
        assert unequal(ast.parse((PACKAGE / name).read_text(encoding="utf-8"))) == [], name
