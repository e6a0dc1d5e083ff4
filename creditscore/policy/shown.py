"""How a policy shows itself at a prompt and in a notebook."""

from __future__ import annotations

from html import escape
from typing import Any

from creditscore._ground.looks import table


class Shown:
    """What a policy has, said in a line or as tables."""

    __slots__ = ()

    name: str
    version: str
    cutoff: float
    rules: tuple[Any, ...]
    refer_below: float | None
    strategy: Any
    policy_id: str

    def __repr__(self) -> str:
        refer = "" if self.refer_below is None else f", referred below {self.refer_below:g}"
        rules = f", {len(self.rules)} rule{'' if len(self.rules) == 1 else 's'}" if self.rules else ""
        more = ", with a strategy" if self.strategy else ""
        return (
            f"Policy({self.name!r}, {self.version!r}, cut-off {self.cutoff:g}{refer}{rules}{more}, "
            f"{self.policy_id[:12]})"
        )

    def _repr_html_(self) -> str:
        upper = self.cutoff if self.refer_below is None else self.refer_below
        bands = [(f"below {self.cutoff:g}", "declined")]
        if upper > self.cutoff:
            bands.append((f"{self.cutoff:g} up to {upper:g}", "referred to a person"))
        bands.append((f"{upper:g} and above", "approved"))
        rules = [
            (one.code, one.key, f"{one.subject} {one.comparison} {one.value}", one.texts["en"])
            for one in self.rules
        ]
        listed = table(("code", "rule", "declines where", "says"), rules) if rules else ""
        return f"<p>{escape(repr(self))}</p>{table(('points', 'outcome'), bands)}{listed}"
