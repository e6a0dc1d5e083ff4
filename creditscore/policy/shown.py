"""How a policy shows itself at a prompt and in a notebook."""

from __future__ import annotations

from html import escape
from typing import Any

from creditscore._ground.looks import table
from creditscore.data.retention.kinds import Retention


class Shown:
    """What a policy has, said in a line or as tables."""

    __slots__ = ()

    name: str
    version: str
    cutoff: float
    rules: tuple[Any, ...]
    refer_below: float | None
    strategy: Any
    refer_straddling: bool
    retention: Retention
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
        cutoffs = self.strategy.cutoffs if self.strategy else ()
        bands = []
        for who, one in (("", self), *((f"{one.segment.name}: ", one) for one in cutoffs)):
            upper = one.cutoff if one.refer_below is None else one.refer_below
            bands.append((f"{who}below {one.cutoff:g}", "declined"))
            if upper > one.cutoff:
                bands.append((f"{who}{one.cutoff:g} up to {upper:g}", "referred to a person"))
            bands.append((f"{who}{upper:g} and above", "approved"))
        if self.refer_straddling:
            bands.append(("an interval on both sides of the cut-off", "referred to a person"))
        said = []
        if self.strategy:
            said.append("With a strategy: rules, then ability to pay, then points, then price and offer.")
            said += [f"Arm {one.name}: {one.share:.3g} of applicants." for one in self.strategy.arms]
            if small := self.strategy.exploration:
                said.append(f"Small loans to {small.share:.3g} of those below the cut-off.")
        said += [f"Read for {days:,} days after it ended: {kind}." for kind, days in self.retention.days]
        rules = [
            (
                one.code,
                one.key,
                f"{one.subject} {one.comparison} {one.value}"
                + (", or it is missing" if one.when_missing == "fire" else ""),
                one.texts["en"],
            )
            for one in self.rules
        ]
        listed = table(("code", "rule", "declines where", "says"), rules) if rules else ""
        more = f"<p dir='auto'>{'<br>'.join(map(escape, said))}</p>" if said else ""
        return f"<p dir='auto'>{escape(repr(self))}</p>{table(('points', 'outcome'), bands)}{listed}{more}"
