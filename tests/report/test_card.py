"""Model cards: every figure is the report's, and what is given stays text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import creditscore as cs
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.report.card import _HEADINGS
from tests.report.reading import written

HOSTILE = "<script>alert(1)</script> [link](http://x) | cell | `code`\n# heading\n---\n- item *bold*"


@pytest.fixture(scope="module")
def report(model_reports) -> cs.ModelReport:
    return model_reports["en"]


@pytest.mark.parametrize("form", ["hugging_face", "annex_iv"])
def test_every_figure_of_a_card_is_in_the_report(report, form) -> None:
    text = cs.model_card(report, form=form).text
    figures = re.findall(r"\| (-?\d+\.\d{4}) \|", text)
    known = {f"{figure[end]:.4f}" for figure in report.data["performance"]["overall"]["figures"].values()
             for end in ("value", "low", "high") if figure[end] is not None}  # fmt: skip
    assert len(figures) >= 6
    assert set(figures) <= known
    assert report.data["model_id"] in text
    assert f"{report.data['performance']['overall']['applications']} held-out" in text


@pytest.mark.parametrize("form", ["hugging_face", "annex_iv"])
def test_every_section_is_there_and_missing_ones_are_named(report, form) -> None:
    card = cs.model_card(report, form=form)
    heads = [line[3:] for line in card.text.splitlines() if line.startswith("## ")]
    assert heads == [heading for _, heading in _HEADINGS[form]]
    assert card.text.count("Not in the model report, and not given.") == len(card.missing)
    whole = cs.model_card(report, form=form, given=dict.fromkeys(card.missing, "Said."))
    assert whole.missing == ()
    assert "not given" not in whole.text


def test_what_is_given_stays_text(report) -> None:
    card = cs.model_card(report, given={"uses": HOSTILE}, licence='mit"\nevil: yes')
    body = card.text.split("\n## ")
    (uses,) = [one for one in body if one.startswith("Uses")]
    assert not re.search(r"(?<!\\)[<>`*|\[\]#]", uses.removeprefix("Uses"))
    head = card.text.split("---\n")[1]
    assert json.loads(re.search(r"^license: (.*)$", head, re.MULTILINE).group(1)) == 'mit"\nevil: yes'
    assert not re.search(r"^evil", card.text, re.MULTILINE)


def test_metadata_hold_the_figures_to_the_last_digit(report) -> None:
    head = cs.model_card(report).text.split("---\n")[1]
    found = dict(re.findall(r"- type: \"(\w+)\"\n      value: (\S+)", head))
    figures = report.data["performance"]["overall"]["figures"]
    assert {name: float(value) for name, value in found.items()} == {
        name: figure["value"] for name, figure in figures.items() if figure["value"] is not None
    }
    assert written([float(one) for one in found.values()])


def test_a_card_is_saved_as_it_is_shown(report, tmp_path: Path) -> None:
    card = cs.model_card(report, form="annex_iv")
    card.save(tmp_path / "card.md")
    assert (tmp_path / "card.md").read_text(encoding="utf-8") == card.text == str(card)
    with pytest.raises(ParameterError, match=r"\.md"):
        card.save(tmp_path / "card.html")
    assert repr(card).startswith("ModelCard(annex_iv, ")


def test_what_is_not_known_is_refused(report) -> None:
    with pytest.raises(NameUnknownError, match="form"):
        cs.model_card(report, form="pdf")
    with pytest.raises(NameUnknownError, match="section"):
        cs.model_card(report, given={"ovresight": "x"})
    with pytest.raises(ParameterError, match="given"):
        cs.model_card(report, given={"uses": 3})
    with pytest.raises(ParameterError, match="ModelReport"):
        cs.model_card(report.data)


def test_a_card_is_made_from_an_english_report_alone(model_reports) -> None:
    with pytest.raises(ParameterError, match="in English"):
        cs.model_card(model_reports["zh"])
