"""The part of a model's page that says what the model and a cut-off do to groups of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditscore.report.markup import Child, Html, joined
from creditscore.report.pages.model_selection import flattering
from creditscore.report.pages.parts import Column, Section, own, paragraphs, table
from creditscore.report.writing import Writer

Data = Mapping[str, Any]

_ALWAYS: Final = ("approval", "impact_ratio", "score_difference")
_WHERE_GIVEN: Final = (
    "approval_of_goods", "bad_rate", "calibration_gap", "newcomers_approved", "price_gap", "limit_gap",
)  # fmt: skip
_SHARES: Final = frozenset(
    {"approval", "approval_of_goods", "bad_rate", "calibration_gap", "newcomers_approved"}
)
_LISTED: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
_SHOWN: Final = 3


def fairness(report: Data, writer: Writer) -> Section | None:
    """Say what happens to each group, why, through what it could be known, and which law asks."""
    if "fairness" not in report:
        return None
    found = report["fairness"]
    figures = found["figures"]
    intro = writer.word(
        "fairness.intro",
        cutoff=writer.number(found["cutoff"]),
        approval=writer.percent(figures["approval"]),
        applications=writer.number(figures["applications"]),
        fewest=writer.number(figures["fewest"]),
    )
    how = writer.word(
        "fairness.how",
        level=writer.percent(figures["level"], 0),
        resamples=writer.number(figures["resamples"]),
    )
    body: list[Child] = [paragraphs(intro, how), *flattering(found, writer)]
    for one in figures["attributes"]:
        body += _attribute(one, writer)
    body.append(_ratios(found["ratios"], writer))
    if any(one["declined"] is not None for one in found["reasons"]):
        body.append(_reasons(found["reasons"], report["names"]["groups"], writer))
    if found["proxies"]:
        body.append(_proxies(found["proxies"], report["names"]["features"], writer))
    if found["laws"]:
        body += [_laws(found["laws"], writer), paragraphs(writer.word("fairness.counsel"))]
    return Section("fairness", writer.word("fairness.title"), joined(body))


def _attribute(one: Data, writer: Writer) -> list[Child]:
    if one["reference"] is None:
        return [paragraphs(writer.word("fairness.all_withheld", attribute=one["attribute"]))]
    shown = [group for group in one["groups"] if not group["withheld"]]
    names = [*_ALWAYS, *(name for name in _WHERE_GIVEN if name in shown[0]["figures"])]
    columns = [Column(writer.word("fairness.group")), Column(writer.word("fairness.people"), numeric=True)]
    columns += [Column(writer.word(f"fairness.figure.{name}"), numeric=True) for name in names]
    rows: list[tuple[Child, ...]] = []
    for group in one["groups"]:
        if group["withheld"]:
            rows.append((own(group["group"]), writer.word("fairness.withheld"), *("" for _ in names)))
            continue
        cells = [_figure(name, group["figures"][name], writer) for name in names]
        rows.append((own(group["group"]), writer.number(group["people"]), *cells))
    ratio = one["figures"]["lowest_impact_ratio"]
    caption = writer.word(
        "fairness.attribute",
        attribute=one["attribute"],
        reference=one["reference"],
        **{
            key: writer.number(ratio[name], 2)
            for key, name in (("ratio", "value"), ("low", "low"), ("high", "high"))
        },
    )
    body: list[Child] = [table(caption, columns, rows, writer)]
    if one["unknown"]:
        body.append(paragraphs(writer.word("fairness.unknown", share=writer.percent(one["unknown"]))))
    return body


def _figure(name: str, found: Data, writer: Writer) -> str:
    def said(value: float | None) -> str:
        if name in _SHARES:
            return writer.percent(value)
        return writer.number(value, 2 if value is None or abs(value) < 100 else 0)

    if found["value"] is None:
        return said(None)
    span = writer.word("page.range", low=said(found["low"]), high=said(found["high"]))
    return f"{said(found['value'])} ({span})"


def _ratios(ratios: list[Data], writer: Writer) -> Html:
    columns = [Column(writer.word("fairness.what"))]
    columns += [Column(writer.percent(share, 0), numeric=True) for share in _LISTED]
    by_name: dict[str, dict[float, float | None]] = {}
    for one in ratios:
        by_name.setdefault(one["attribute"], {})[one["share"]] = one["impact_ratio"]
    rows = [
        (own(name), *(writer.number(found.get(share), 2) for share in _LISTED))
        for name, found in by_name.items()
    ]
    return table(writer.word("fairness.ratios"), columns, rows, writer)


def _reasons(reasons: list[Data], titles: Data, writer: Writer) -> Html:
    keys = ("what", "group", "declined", "first", "distance")
    columns = [
        Column(writer.word(f"fairness.{key}"), numeric=key in ("declined", "distance")) for key in keys
    ]
    rows: list[tuple[Child, ...]] = []
    for one in reasons:
        few = one["declined"] is None
        listed = "; ".join(
            f"{titles[name]} {writer.percent(share, 0)}"
            for name, share in list(one["first"].items())[:_SHOWN]
        )
        declined = writer.word("fairness.withheld") if few else writer.number(one["declined"])
        distance = writer.number(one["distance"], 2)
        rows.append((own(one["attribute"]), own(one["group"]), declined, listed, distance))
    return table(writer.word("fairness.reasons"), columns, rows, writer)


def _proxies(proxies: list[Data], labels: Data, writer: Writer) -> Html:
    keys = ("what", "group", "auc", "through")
    columns = [Column(writer.word(f"fairness.{key}"), numeric=key == "auc") for key in keys]
    rows: list[tuple[Child, ...]] = []
    for one in proxies:
        through = "; ".join(
            f"{labels[each['feature']]} {writer.percent(each['share'], 0)}"
            for each in one["features"][:_SHOWN]
        )
        rows.append((own(one["attribute"]), own(one["group"]), _auc(one, writer), through))
    return table(writer.word("fairness.proxies"), columns, rows, writer)


def _auc(one: Data, writer: Writer) -> str:
    low, high = (writer.number(one[end], 3) for end in ("low", "high"))
    return f"{writer.number(one['auc'], 3)} ({writer.word('page.range', low=low, high=high)})"


def _laws(laws: list[Data], writer: Writer) -> Html:
    keys = ("law", "day", "duty", "mark")
    columns = [Column(writer.word(f"fairness.{key}")) for key in keys]
    rows: list[tuple[Child, ...]] = []
    for one in laws:
        day = writer.day(one["as_of"])
        if not one["rules"]:
            rows.append((own(one["jurisdiction"]), day, writer.word("fairness.no_rule"), ""))
        for _, law, mark, duty in one["rules"]:
            said = writer.word(f"fairness.duty.{duty}"), writer.word(f"fairness.mark.{mark}")
            rows.append((own(f"{one['jurisdiction']}: {law}"), day, *said))
    return table(writer.word("fairness.laws"), columns, rows, writer)
