"""What values show in a notebook: well formed, whole, and never the markup of whoever wrote a text in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditscore as cs
from creditscore._ground import looks

HOSTILE = "<script>alert('x')</script> \" & ' </td>"
VOID = {"br", "input", "hr"}


class Read(HTMLParser):
    """Reads HTML, and fails where an element is not closed by itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs) -> None:
        self.seen.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data) -> None:
        self.text += data


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5), st.tuples(st.text(), st.text()))
def test_a_table_holds_its_cells_as_text(rows, heads) -> None:
    read = Read(looks.searched(HOSTILE, looks.table(heads, rows)))
    assert read.seen.count("td") == 2 * len(rows)
    assert not {"script"} & set(read.seen)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=8))
def test_bars_fall_from_where_the_one_before_ends_to_nothing(lost) -> None:
    places = [re.findall(r"start:([\d.]+)%;width:([\d.]+)%", bar) for bar in looks.falling(lost)]
    starts, widths = zip(*((float(a), float(b)) for ((a, b),) in places), strict=True)
    assert starts[-1] <= 0.1
    if sum(lost) > 0:
        assert starts[0] + widths[0] == pytest.approx(100, abs=0.2)
        for above, below, width in zip(starts, starts[1:], widths[1:], strict=False):
            assert below + width == pytest.approx(above, abs=0.2)


@pytest.mark.parametrize("values", [[], [np.nan], [5.0], [5.0, 5.0], [1.0, 2.0, 2.0], [0.5, 900.25, np.inf]])
def test_a_histogram_has_a_bar_for_each_filled_part(values) -> None:
    given_ = np.array(values, dtype=float)
    drawn = looks.histogram(given_, HOSTILE)
    known = given_[np.isfinite(given_)]
    assert bool(drawn) == bool(known.size)
    heights = [float(one) for one in re.findall(r"height='([\d.]+)' fill", drawn)]
    assert len(heights) == len(set(known.tolist()))
    assert "<script" not in drawn
    Read(drawn)


def test_texts_of_others_are_no_markup_in_features_and_policies() -> None:
    count = cs.Term("payments", "count", window="90d")
    feature = cs.Feature("one", count, HOSTILE, HOSTILE, "count", note=HOSTILE, source="payments")
    several = cs.FeatureSet((feature,)) + cs.application_features(("amount",))
    rule = cs.DeclineRule("least", "P01", "income", "<", 500, {"en": HOSTILE})
    policy = cs.Policy(HOSTILE, "1", cutoff=580, refer_below=600, rules=(rule,))
    for shown in (feature, several, policy):
        read = Read(shown._repr_html_())
        assert "script" not in read.seen
        assert HOSTILE in read.text
    assert repr(several) == f"FeatureSet({len(several)} features: payments 1, application {len(several) - 1})"
    assert re.search(r"cut-off 580, referred below 600, 1 rule, [0-9a-f]{12}\)$", repr(policy))
    bands = re.findall(r"<td[^>]*>([^<]*)</td>", policy._repr_html_())[:6]
    assert bands == [
        "below 580", "declined", "580 up to 600", "referred to a person", "600 and above", "approved",
    ]  # fmt: skip


def test_a_portfolio_says_whose_rows_are_there_and_from_when_to_when() -> None:
    payments = [
        {"applicant_id": who, "event_time": f"2024-0{month}-03T00:00+00:00", "amount": 5.0}
        for who, month in (("a", 1), ("a", 3), ("b", 2))
    ]
    loans = [{"applicant_id": "a", "loan_id": "x", "event_time": "2023-05-01T00:00+00:00", "amount": 9.0}]
    shown = cs.Portfolio.from_records({"payments": payments, "loans": loans})._repr_html_()
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", shown)
    assert cells[:5] == ["payments", "3", "2 applicants (100%)", "2024-01-03", "2024-03-03"]
    assert cells[7:10] == ["loans", "1", "1 applicant (50%)"]
    Read(shown)


def test_a_policy_shows_all_that_may_change_an_outcome() -> None:
    prices = cs.PriceTable(cs.LoanCosts(0.06, 0.02, 0.01), {"A": 0.01}, {"plain": 0.6}, (6,), (100.0, 500.0))
    few = cs.SegmentCutoff(cs.Segment("few_payments", "payments_count < 9"), 620)
    small = cs.Exploration(0.1, 100, 6)
    able = cs.AbilityRule({1: 600.0})
    strategy = cs.Strategy(prices, able, "plain", [few], exploration=small, seed="s")
    rule = cs.DeclineRule("least", "P01", "income", "<", 500, {"en": "Too low"}, when_missing="fire")
    policy = cs.Policy(
        "a", "1", 580, (rule,), strategy=strategy, retention_days={"arrears": 730}, refer_straddling=True
    )
    shown = Read(policy._repr_html_()).text
    for part in (
        "income < 500.0, or it is missing", "580 and above", "few_payments: below 620", "on both sides",
        "ability to pay", "0.1 of those below", "730 days", "arrears",
    ):  # fmt: skip
        assert part in shown


def test_a_pipeline_shows_what_it_was_given_before_it_is_fitted() -> None:
    law = cs.Jurisdiction.load("DE", as_of="2026-11-29")
    asked = cs.CreditPipeline([cs.application_features(("amount",))], jurisdiction=law)
    shown = Read(asked._repr_html_()).text
    assert "as given" in shown
    assert f"{law.name}{law.as_of}" in shown
    assert "chosen at fit" in Read(cs.CreditPipeline()._repr_html_()).text


def shown_at_a_prompt() -> list[type]:
    """Every public class that says itself in words of its own, but labels, whose parts are read in code."""
    kinds = [getattr(cs, name) for name in cs.__all__]
    return [
        kind for kind in kinds
        if isinstance(kind, type) and not issubclass(kind, BaseException)
        and kind.__str__ is not object.__str__ and kind is not cs.Span
    ]  # fmt: skip


@pytest.mark.parametrize("kind", shown_at_a_prompt(), ids=lambda kind: kind.__name__)
def test_at_a_prompt_one_reads_words_and_no_dump_of_fields(kind) -> None:
    """A `__repr__` that `dataclass` made wraps another, and writes every field, were they hundreds."""
    assert not hasattr(kind.__repr__, "__wrapped__")


SAID_IN_HTML = re.compile(r"""<(?:p|table)>""")


def test_english_stands_from_left_to_right_on_a_page_that_does_not() -> None:
    """A paragraph or table without a direction takes that of the page: -0.03 would be read as 0.03-."""
    package = Path(cs.__file__).parent
    found = [
        f"{path.relative_to(package)}: {line.strip()}"
        for path in sorted(package.rglob("*.py"))
        if "_repr_html_" in (text := path.read_text("utf-8")) and "report" not in path.parts
        for line in text.splitlines()
        if SAID_IN_HTML.search(line) and "{start}" not in line
    ]
    assert not found, "\n".join(found)
