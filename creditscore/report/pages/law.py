"""Parts of pages on the law: what left the score, what was proven, what weighed, and what a score means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditscore.report.markup import Child, Html, joined, tag
from creditscore.report.pages.parts import Column, Section, code, facts, own, paragraphs, table
from creditscore.report.writing import NOTHING, Writer

Data = Mapping[str, Any]
# Letters of a day in ISO form.
_DAY: Final = 10
_TESTS: Final = ("p", "p_holm", "verdict")


def law_section(report: Data, writer: Writer) -> Section | None:
    """Write the law of a decision or of a model; nothing where there is none."""
    law = report.get("law")
    if law is None:
        return None
    inside = report.get("audience") != "subject"
    body: list[Child] = [
        paragraphs(writer.word("law.intro" if inside else "law.intro_subject")) if law["removes"] else None,
        facts(
            [
                (writer.word("law.where"), _where(law["jurisdiction"], writer)),
                (writer.word("law.day"), writer.day(law["as_of"])),
                (writer.word("law.hash"), code(law["sha256"]) if inside else None),
            ]
        ),
        _removed(law, writer) if law["removes"] else paragraphs(writer.word("law.nothing")),
        _proof(law, writer),
        _ability(law.get("ability"), writer),
        _retention(law["retention"], writer),
        _left(law.get("left"), writer),
        _weights(law, writer),
        _meaning(report.get("meaning"), writer),
    ]
    return Section("law", writer.word("law.title"), joined(body))


def _where(name: str, writer: Writer) -> Child:
    return writer.texts.words.get(f"jurisdiction.{name}") or own(name)


def _removed(law: Data, writer: Writer) -> Html:
    columns = [Column(writer.word(f"law.{head}")) for head in ("kinds", "rule", "since", "known")]
    rows = [
        (
            _listed(one["titles"], writer),
            joined(tag("div", _cited(rule)) for rule in one["rules"]),
            joined(tag("div", _since(rule, writer)) for rule in one["rules"]),
            joined(tag("div", _known(rule, writer)) for rule in one["rules"]),
        )
        for one in law["removes"]
    ]
    return table(writer.word("law.removed"), columns, rows, writer)


def _listed(titles: list[str], writer: Writer) -> str:
    return writer.word("law.and").join(titles)


def _cited(rule: Data) -> Html:
    where = f"{rule['law']}, {rule['article']}" if rule["article"] else rule["law"]
    return tag("span", own(where), lang="en")


def _since(rule: Data, writer: Writer) -> Child:
    """Since when, no more exactly than it is known: a month or a year stands as it was written."""
    since = rule["since"]
    if since is None:
        return NOTHING
    return writer.day(since) if len(since) == _DAY else own(since)


def _known(rule: Data, writer: Writer) -> str:
    known = writer.word(f"law.mark.{rule['mark']}")
    return f"{known}{writer.word('law.besides')}{writer.word('law.counsel')}" if rule["counsel"] else known


def _proof(law: Data, writer: Writer) -> Html | None:
    found = law.get("absence")
    if found is None:
        return None
    there = len(found["tables"]) + len(found["columns"])
    word = "law.proof" if there else "law.proof_nothing"
    fields = {
        "times": writer.number(found["perturbations"]),
        "applications": writer.number(found["applications"]),
        "number": writer.number(there),
    }
    body = [tag("h3", writer.word("law.proof_title")), paragraphs(writer.word(word, **fields))]
    return joined(body)


def _ability(rules: list[Data] | None, writer: Writer) -> Html | None:
    """Name the rules that ask for the ability to pay, for which other data are read."""
    if rules is None:
        return None
    columns = [Column(writer.word(f"law.{head}")) for head in ("rule", "since", "known")]
    rows = [(_cited(rule), _since(rule, writer), _known(rule, writer)) for rule in rules]
    body: list[Child] = [
        tag("h3", writer.word("law.ability")), paragraphs(writer.word("law.ability_intro"))
    ]  # fmt: skip
    body += [table(writer.word("law.ability_rules"), columns, rows, writer)] if rows else []
    return joined(body)


def _retention(days: Data, writer: Writer) -> Html | None:
    if not days:
        return None
    columns = [Column(writer.word("law.adverse")), Column(writer.word("law.days"), numeric=True)]
    rows = [(writer.words_for("adverse", kind), writer.number(number)) for kind, number in days.items()]
    return joined(
        [
            tag("h3", writer.word("law.retention")),
            paragraphs(writer.word("law.retention_intro")),
            table(writer.word("law.retention"), columns, rows, writer, kind="narrow"),
        ]
    )


def _left(found: Data | None, writer: Writer) -> Html | None:
    if found is None or not found["features"]:
        return None
    columns = [Column(writer.word("law.kinds")), Column(writer.word("law.features"), numeric=True)]
    rows = [(one["title"], writer.number(one["features"])) for one in found["kinds"]]
    return joined(
        [
            tag("h3", writer.word("law.left")),
            paragraphs(writer.word("law.left_features", number=writer.number(found["features"]))),
            table(writer.word("law.left"), columns, rows, writer, kind="narrow"),
        ]
    )


def _weights(law: Data, writer: Writer) -> Html | None:
    found = law.get("weights")
    if found is None:
        return None
    share = Column(writer.word("law.share"), numeric=True)
    parts: list[Child] = [tag("h3", writer.word("law.weights")), paragraphs(writer.word("law.weights_intro"))]
    for name, head in (("groups", "points.group"), ("criteria", "data.fact")):
        rows = [(own(one["title"]), writer.percent(one["share"])) for one in found[name]]
        columns = [Column(writer.word(head)), share]
        parts.append(table(writer.word(f"law.weights_{name}"), columns, rows, writer, kind="narrow"))
    return joined(parts)


def _meaning(found: Data | None, writer: Writer) -> Html | None:
    if found is None:
        return None
    shares = {name: writer.percent(found[name]) for name in ("predicted", "observed", "low", "high")}
    counts = {name: writer.number(found[name]) for name in ("rows", "bads")}
    return joined(
        [
            tag("h3", writer.word("law.meaning")),
            paragraphs(writer.word("law.meaning_text", **shares, **counts)),
        ]
    )


def refusal_section(report: Data, writer: Writer) -> Section | None:
    """Write where advice on debt is given, and which databases a refusal rests on."""
    found = report.get("refusal")
    if found is None:
        return None
    names = tag("ul", [tag("li", own(one)) for one in found["databases"]], class_="list")
    body = facts(
        [
            (writer.word("refusal.advice"), own(found["debt_advice"]) if found["debt_advice"] else None),
            (writer.word("refusal.databases"), names if found["databases"] else None),
        ]
    )
    return Section("refusal", writer.word("refusal.title"), body)


def significance_section(report: Data, writer: Writer) -> Section | None:
    """Write whether each datum is significant, groups first; what is not is said so."""
    found = report.get("significance")
    if found is None:
        return None
    names = report["names"]
    intro = writer.word(
        "law.significance_intro",
        rows=writer.number(found["rows"]),
        folds=writer.number(found["folds"]),
        level=writer.number(found["level"], 2),
        number=writer.number(sum(one["significant"] for one in found["features"])),
        all=writer.number(len(found["features"])),
    )
    groups = [(own(names["groups"][one["name"]]), *_tested(one, writer)) for one in found["groups"]]
    features = [
        (
            joined([own(names["features"][one["name"]]), tag("br"), code(one["name"])]),
            *_tested(one, writer),
        )
        for one in found["features"]
    ]
    columns = [Column(writer.word(f"law.{head}"), numeric=head in ("p", "p_holm")) for head in _TESTS]
    body = [
        paragraphs(intro),
        table(
            writer.word("law.significance_groups"),
            [Column(writer.word("points.group")), *columns],
            groups,
            writer,
        ),
        table(
            writer.word("law.significance_caption"),
            [Column(writer.word("ledger.feature")), *columns],
            features,
            writer,
            kind="quiet",
        ),
    ]
    return Section("significance", writer.word("law.significance"), joined(body))


def _tested(one: Data, writer: Writer) -> tuple[str, str, str]:
    verdict = writer.word("law.significant" if one["significant"] else "law.not_significant")
    return writer.number(one["p"], 4), writer.number(one["holm"], 4), verdict
