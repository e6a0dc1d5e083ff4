"""The part of a model's page that says how far the score can be gamed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from creditscore.report.markup import Child, Html, joined
from creditscore.report.pages.parts import Column, Section, paragraphs, table
from creditscore.report.writing import Writer

Data = Mapping[str, Any]

_GROUPS_SHOWN: Final = 3


def gaming(report: Data, writer: Writer) -> Section | None:
    """Say what each manipulation gained, for whom, and through what."""
    if "gaming" not in report:
        return None
    found = report["gaming"]
    intro = writer.word(
        "gaming.intro", people=writer.number(found["people"]), cutoff=_points(found["cutoff"], writer)
    )
    body: list[Child] = [paragraphs(intro), _gains(found, writer)]
    body += [paragraphs(*_bounds(found["effects"], writer))]
    body += [_quarters(found["effects"], writer), _groups(found["effects"], report["names"], writer)]
    if found["absent"]:
        listed = "; ".join(_did(name, writer) for name in found["absent"])
        body.append(paragraphs(writer.word("gaming.absent", listed=listed)))
    return Section("gaming", writer.word("gaming.title"), joined(body))


def _gains(found: Data, writer: Writer) -> Html:
    keys = ("people", "median", "highest", "lowest_tenth", "crossed")
    columns = [Column(writer.word("gaming.what"))]
    columns += [Column(writer.word(f"gaming.{key}"), numeric=True) for key in keys]
    columns.append(Column(writer.word("gaming.result")))
    listed = [
        (
            _did(effect["manipulation"], writer),
            writer.number(effect["people"]),
            _gain(effect["median"], writer),
            _gain(effect["highest"], writer),
            _gain(effect["lowest_tenth"], writer),
            writer.percent(effect["crossed"]),
            writer.word("checks.passed" if effect["passed"] else "checks.failed"),
        )
        for effect in found["effects"]
    ]
    caption = writer.word("gaming.caption", seed=writer.number(found["seed"]))
    return table(caption, columns, listed, writer)


def _bounds(effects: Sequence[Data], writer: Writer) -> list[str]:
    """State the bounds, which all manipulations share, and those on what others may do."""
    if not effects:
        return []
    shared = effects[0]["bounds"]
    said = writer.word(
        "gaming.bounds",
        median=_points(shared["median"], writer),
        highest=_points(shared["highest"], writer),
        crossed=writer.percent(shared["crossed"]),
    )
    lost = [
        f"{_did(effect['manipulation'], writer)}: {_points(effect['bounds']['lost'], writer)}"
        for effect in effects
        if effect["bounds"]["lost"] is not None
    ]
    return [said, writer.word("gaming.lost", listed="; ".join(lost))] if lost else [said]


def _quarters(effects: Sequence[Data], writer: Writer) -> Html:
    numbers = sorted({part["quarter"] for effect in effects for part in effect["quarters"]})
    columns = [Column(writer.word("gaming.what"))]
    columns += [
        Column(writer.word("gaming.quarter", number=writer.number(number)), numeric=True)
        for number in numbers
    ]
    listed = []
    for effect in effects:
        parts = {part["quarter"]: part for part in effect["quarters"]}
        cells = [_quarter(parts.get(number), writer) for number in numbers]
        listed.append((_did(effect["manipulation"], writer), *cells))
    return table(writer.word("gaming.by_quarter"), columns, listed, writer)


def _quarter(part: Data | None, writer: Writer) -> str:
    if part is None:
        return ""
    return f"{_gain(part['median'], writer)} ({_gain(part['highest'], writer)})"


def _groups(effects: Sequence[Data], names: Data, writer: Writer) -> Html:
    columns = [Column(writer.word("gaming.what")), Column(writer.word("gaming.groups"))]
    listed = [
        (
            _did(effect["manipulation"], writer),
            "; ".join(
                f"{names['groups'][share['name']]} {_gain(share['points'], writer)}"
                for share in effect["groups"][:_GROUPS_SHOWN]
                if share["points"] > 0.0
            ),
        )
        for effect in effects
    ]
    return table(writer.word("gaming.through"), columns, listed, writer)


def _did(name: str, writer: Writer) -> str:
    return writer.word(f"gaming.did.{name}")


def _gain(points: float, writer: Writer) -> str:
    return writer.number(points, 1, signed=True)


def _points(points: float, writer: Writer) -> str:
    return writer.number(points, 0 if float(points).is_integer() else 1)
