"""Three languages say the same of every built-in feature, each in its own script and the right way round."""

from __future__ import annotations

import json
import math
import re
import string
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pytest

from creditscore._ground.instants import DAY, parse_window
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.features.application.declared import application_features
from creditscore.features.definition import Feature
from creditscore.features.formula import Formula, Term, operands
from creditscore.features.payments.declared.means import ability_features
from creditscore.features.social.declared.embeddings import embedding_features
from creditscore.pipeline.fitting import built_in_features
from creditscore.reasons.columns import NEVER_REASONS
from creditscore.reasons.facts import Fact, direction_of
from creditscore.reasons.reason import Reason
from creditscore.words.labels import Label, Span, among, from_plain, to_plain, within
from creditscore.words.languages import LANGUAGES, texts_in
from creditscore.words.old_labels import modern
from creditscore.words.speech import OF_OTHER_PEOPLE, speak
from tests.words.directions import EARLIER, FROM_A_DAY, LATER

PRICED = application_features(("amount", "term_days", "instalment"))
EVERY = [
    *built_in_features(),
    *ability_features(),
    PRICED["application_instalment"],
    PRICED[PRICED.names[-1]],
]
TOLD = [feature for feature in EVERY if feature.reason_group not in NEVER_REASONS]
ENGLISH = texts_in("en")
# what records of format 1 may name: they are still read aloud, also where no feature is left that says it
OLD = {
    quantity
    for labels in json.loads(
        files("creditscore.words").joinpath("labels_v1.json").read_text(encoding="utf-8")
    ).values()
    for quantity, *_ in labels.values()
}
OTHERS = LANGUAGES[1:]
AS_OF = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)

# Words of the data dictionary that no applicant should have to look up.
STATISTICS = (
    "theil", "slope", "mad", "herfindahl", "quantile", "standard deviation", "entropy", "burstiness",
    "median", "volatility", "squared", "variance", "coefficient", "percentile", "shrunk", "log10",
    "pagerank", "mean",
    "utilisation", "distinct",
)  # fmt: skip


def reason_of(
    feature: Feature, value: float, usual: float = 0.0, *, basis: str = "fact", of: int | None = None
) -> Reason:
    """Say a value beside what is usual; NaN for a value that is not known."""
    compared = direction_of(value, usual, feature.unit)
    known = None if value != value else value
    fact = Fact(
        feature.name, feature.label, known, feature.unit, feature.sign, AS_OF, of,
        reference_value=usual, direction=compared, population="approved",
    )  # fmt: skip
    kind: Any = basis
    return Reason("R00", feature.reason_group, 10.0, 0.5, (feature.name,), fact, kind)


def label_of(feature: Feature) -> Label:
    assert isinstance(feature.label, Label), feature.name
    return feature.label


def terms_of(formula: Formula) -> list[Term]:
    if isinstance(formula, Term):
        return [formula]
    return [term for part in operands(formula) for term in terms_of(part)]


def length_of(window: str) -> int:
    """Months of a window in months, days of any other."""
    length, months = parse_window(window)
    return months or length // DAY


def durations_in(formula: Any) -> set[int]:
    """Windows of a formula in days or months, and every number that a term or a condition states."""
    if isinstance(formula, Term):
        stated = [formula.last, formula.first, *(c.value for c in formula.where)]
        found = {int(value) for value in stated if isinstance(value, int | float)}
        return found | ({length_of(formula.window)} if formula.window else set())
    return {days for part in operands(formula) for days in durations_in(part)}


def fields(template: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(template) if field is not None}


def leaves(texts: Any) -> dict[str, str]:
    """Every template of a language, by where it stands."""
    found = {
        name: getattr(texts, name)
        for name in (
            "fact", "detail", "weighed", "unknown_fact", "unknown_group", "rule", "as_of",
        )
    }  # fmt: skip
    for table in ("insufficient", "units", "windows", "durations"):
        for key, (first, second) in getattr(texts, table).items():
            found |= {f"{table}/{key}/0": first, f"{table}/{key}/1": second}
    for group, words in texts.groups.items():
        for part in ("code", "title"):
            found[f"groups/{group}/{part}"] = getattr(words, part)
    for table in ("compared", "silent", "populations", "absent", "sources"):
        found |= {f"{table}/{key}": text for key, text in getattr(texts, table).items()}
    for name in ("level", "own_column", "own_measure"):
        found[name] = getattr(texts.phrases, name)
    for table in ("spans", "counted", "below", "above"):
        found |= {f"{table}/{key}": text for key, text in getattr(texts.phrases, table).items()}
    found |= {f"labels/{key}": text for key, text in texts.phrases.labels.items()}
    for part in ("scored", "unscorable", "points", "reason"):
        found[f"page/{part}"] = getattr(texts.page, part)
    return found


@pytest.mark.parametrize("language", OTHERS)
def test_no_language_lacks_a_key_and_no_key_is_left_over(language: str) -> None:
    assert set(leaves(texts_in(language))) == set(leaves(ENGLISH))
    assert all(text.strip() for text in leaves(texts_in(language)).values())


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_still_english(language: str) -> None:
    """What is left of a text without its fields is a word, unless it is a code or a mark."""
    mine, english = leaves(texts_in(language)), leaves(ENGLISH)
    words = {key for key, text in english.items() if re.search("[a-z]{2}", re.sub(r"\{\w*\}", "", text))}
    assert len(words) > 500
    assert [key for key in sorted(words) if mine[key] == english[key]] == []


@pytest.mark.parametrize("language", OTHERS)
def test_templates_have_the_same_fields_in_every_language(language: str) -> None:
    mine, english = leaves(texts_in(language)), leaves(ENGLISH)
    # "1 day" needs no number in English; a rank and a span may be written out.
    free = {key for key in english if key.startswith(("windows/", "durations/", "units/"))}
    different = {
        key: text for key, text in mine.items() if key not in free and fields(text) != fields(english[key])
    }
    assert not different


@pytest.mark.parametrize("language", LANGUAGES)
def test_reason_codes_agree(language: str) -> None:
    texts = texts_in(language)
    assert {g: w.code for g, w in texts.groups.items()} == {g: w.code for g, w in ENGLISH.groups.items()}
    assert texts.generic.code == "R00"
    assert texts.unknown_source[0] == "R80"
    assert {s: c for s, (c, _) in texts.insufficient.items()} == {
        s: c for s, (c, _) in ENGLISH.insufficient.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_built_in_feature_has_a_label(language: str) -> None:
    texts = texts_in(language)
    assert len(TOLD) > 600
    for feature in EVERY:
        label = label_of(feature)
        assert label.quantity in texts.phrases.labels, feature.name
        assert label.span is None or label.span.kind in {"window", *texts.phrases.spans}
    said = {label_of(feature).quantity for feature in [*EVERY, *embedding_features()]}
    assert set(texts.phrases.labels) == said | OLD


def test_a_quantity_belongs_to_one_reason_group() -> None:
    groups: dict[str, set[str]] = {}
    for feature in EVERY:
        groups.setdefault(label_of(feature).quantity, set()).add(feature.reason_group)
    assert not {quantity: found for quantity, found in groups.items() if len(found) > 1}


def test_the_window_of_a_label_is_in_its_formula() -> None:
    checked = 0
    for feature in EVERY:
        label = label_of(feature)
        if label.span is None:
            continue
        length, stated = label.span.length, durations_in(feature.formula)
        match label.span.kind:
            case "window":
                wanted = length_of(str(length))
            case (
                "newest_statement" | "newest_loan" | "oldest_loan" | "newest_instalment" | "oldest_instalment"
            ):
                wanted = 1
            case "ever":
                assert not any(term.window for term in terms_of(feature.formula)), feature.name
                continue
            case _:
                wanted = int(length or 0)
        written = f"{wanted} days" in feature.definition
        assert wanted in stated or written, (feature.name, label)
        checked += 1
    assert checked > 450


def test_the_parameters_of_a_label_are_in_its_formula_or_its_definition() -> None:
    for feature in EVERY:
        for parameter in label_of(feature).parameters:
            days = length_of(parameter) if isinstance(parameter, str) else parameter
            written = str(parameter) in feature.definition or f"{days} day" in feature.definition
            stem = str(parameter).rstrip("dm")
            assert days in durations_in(feature.formula) or written or stem in feature.definition, (
                feature.name
            )


def test_unknown_quantities_and_wrong_parameters_are_refused() -> None:
    with pytest.raises(NameUnknownError, match="'repayment_worst_dpd'"):
        Label("repayment_wurst_dpd")
    with pytest.raises(ParameterError, match="1 values for the quantity 'repayment_months_past_due'"):
        Label("repayment_months_past_due")
    with pytest.raises(ParameterError, match="duration"):
        Label("repayment_months_past_due", ("12 moons",))
    for kind, length in (("window", "5x"), ("newest_loans", 1), ("ever", "6m")):
        with pytest.raises(ParameterError, match="length"):
            Span(kind, length)
    with pytest.raises(NameUnknownError, match="'window'"):
        Span("fortnight")


def test_labels_keep_their_meaning_as_plain_data() -> None:
    for feature in EVERY:
        plain = json.loads(json.dumps(to_plain(feature.label)))
        assert from_plain(plain) == feature.label


def test_old_labels_stand_for_what_they_said() -> None:
    """The words of format 1, as they stand in a table; a user's own stay as they are."""
    label = Label("repayment_months_past_due", (30,), within("12m"))
    assert modern("months with 30 or more days past due, 12m", "past_arrears") == label
    assert modern("amount, the newest 3 loans", "credit_amount") == Label(
        "repayment_loan_amount", span=among("newest", 3, "loan")
    )
    for text, group in (("my own measure, 12m", "past_arrears"), ("amount, the newest 3 loans", "bills")):
        assert modern(text, group) == text


def test_english_labels_need_no_statistician() -> None:
    words = " ".join(ENGLISH.phrases.labels.values()).lower()
    assert not [word for word in STATISTICS if re.search(rf"\b{word}\b", words)]


@pytest.mark.parametrize("feature", TOLD[::7], ids=lambda feature: feature.name)
def test_sentences_keep_to_one_script(feature: Feature) -> None:
    for value, usual, basis in (
        (0.25, 0.5, "fact"),
        (-3.5, 2.0, "fact"),
        (12_345.6, 0.0, "fact"),
        (math.nan, 0.0, "missing"),
        (math.nan, 0.0, "group"),
    ):
        reason = reason_of(feature, value, usual, basis=basis)
        english = speak(reason)
        assert english.isascii(), english
        for calendar in ("gregorian", "jalali"):
            persian = speak(reason, "fa", calendar)  # type: ignore[arg-type]
            assert not re.search(r"[A-Za-z0-9{}]", persian), persian
            assert re.search(r"[۰-۹]", persian)
            chinese = speak(reason, "zh", calendar)  # type: ignore[arg-type]
            assert not re.search(r"[A-Za-z{}]", chinese), chinese


def test_every_sentence_of_every_feature_is_filled() -> None:
    for feature in TOLD:
        for language in LANGUAGES:
            for value in (0.5, math.nan):
                text = speak(reason_of(feature, value, of=4), language, dated=False)
                assert not re.search(r"[{}]|None|nan", text), text


# Read back from the sentence alone: words of direction, and nothing of the code that chose them.
DIRECTION = {
    "en": {"higher": "higher than usual", "lower": "lower than usual"},
    "fa": {"higher": "بیشتر از حد معمول", "lower": "کمتر از حد معمول"},
    "zh": {"higher": "，高于", "lower": "，低于"},
}


# Of days that count from a day.
IN_TIME = {language: {"higher": LATER[language], "lower": EARLIER[language]} for language in LATER}


@pytest.mark.parametrize("language", DIRECTION)
def test_the_direction_is_that_of_the_two_numbers(language: str) -> None:
    for feature in TOLD:
        words = (IN_TIME if FROM_A_DAY.match(feature.name) else DIRECTION)[language]
        for value, usual in ((3.0, 1.0), (1.0, 3.0), (-2.0, 0.0), (0.0, -2.0), (0.4, 0.4001)):
            text = speak(reason_of(feature, value, usual), language, dated=False)
            said = {name for name, phrase in words.items() if phrase in text}
            if feature.unit == "0/1" or feature.reason_group in OF_OTHER_PEOPLE:
                continue
            assert said == {"higher" if value > usual else "lower"}, (feature.name, text)


def test_a_loan_held_beyond_its_term_is_not_told_as_repaid_early() -> None:
    held = [feature for feature in TOLD if "held_share_of_term" in feature.name]
    assert len(held) == 9
    assert {feature.reason_group for feature in held} == {"payment_timeliness"}
    text = speak(reason_of(held[0], 1.4, 1.0), dated=False)
    assert "higher than usual" in text
    assert "early" not in text


def test_days_before_a_day_are_said_as_such() -> None:
    early = built_in_features()["repayment_days_late_mean_last_1"]
    assert "3 days early, earlier than usual" in speak(reason_of(early, -3.0, 2.0), dated=False)
    assert "۳ روز زودتر" in speak(reason_of(early, -3.0, 2.0), "fa", dated=False)
    assert "提前3天" in speak(reason_of(early, -3.0, 2.0), "zh", dated=False)
    for feature in TOLD:
        text = speak(reason_of(feature, -3.0, 2.0), dated=False)
        below_zero = feature.unit in ("days", "days per bill") and feature.range[0] != 0
        assert not below_zero or "-3" not in text, (feature.name, text)


def test_what_differs_is_written_so_that_it_differs() -> None:
    share = built_in_features()["payments_returned_count_90d"]
    text = speak(reason_of(replace(share, unit="share"), 0.00004, 0.0), dated=False)
    assert text.endswith("0.004%, higher than usual among approved applicants (0%)")
    days = built_in_features()["repayment_worst_dpd_12m"]
    assert "1 day," in speak(reason_of(days, 0.9999, 0.0), dated=False)


def test_counts_are_told_as_counts() -> None:
    features = built_in_features()
    last = features["repayment_on_time_mean_last_5"]
    reason = reason_of(last, 0.4, 1.0, of=5)
    assert speak(reason, dated=False) == (
        "Share paid on time on average over the newest 5 instalments: 40% (3 of your last 5 instalments were "
        "not paid on time), lower than usual among approved applicants (100%)"
    )
    assert "از ۵ قسط آخر شما ۳ قسط" in speak(reason, "fa")
    assert "最近5期还款中有3期未按时还款" in speak(reason, "zh")
    # A share that is no whole number of those counted is not forced into one.
    assert "40%, lower" in speak(reason_of(last, 0.4, 1.0, of=3))


def test_a_share_that_is_drawn_says_first_what_it_is_before_that() -> None:
    feature = built_in_features()["bills_on_time_share_180d"]
    reason = reason_of(feature, 0.75, 0.95, of=1)
    assert reason.fact is not None
    drawn = replace(reason, fact=replace(reason.fact, own_value=0.0))
    assert speak(drawn, dated=False) == (
        "Share of bills paid in time in the last 180 days (1 of 1 bills were not paid in time; the fewer "
        "are known, the closer it counts to a value fixed for all): 75%, lower than usual among approved "
        "applicants (95%)"
    )


def test_dates_are_written_in_either_calendar() -> None:
    reason = reason_of(built_in_features()["repayment_dpd_now"], 34.0)
    assert speak(reason, "fa", "jalali").endswith("تا تاریخ ۱ آذر ۱۴۰۵")
    assert speak(reason, "fa").endswith("۲۲ نوامبر ۲۰۲۶")
    assert speak(reason, "zh").endswith("（截至2026年11月22日）")
    assert speak(reason, "en", "jalali").endswith("as of 1 Azar 1405")


@pytest.mark.parametrize("language", ["fa", "zh"])
def test_a_feature_without_words_is_told_by_the_name_that_the_lender_gave_it(language: str) -> None:
    """The name stands once, in quotation marks, and said to be the lender's: nothing else is English."""
    lender = {"fa": "وام‌دهنده آن را «{}» می‌نامد", "zh": "贷款机构称为“{}”的"}[language]
    for feature, called in (("own", "own"), ("application_residence_since", "residence_since")):
        fact = Fact(feature, "my own measure, 6m", 3.0, "widgets", 1)
        said = speak(Reason("R22", "past_arrears", 1.0, 1.0, (feature,), fact), language)
        assert lender.format(called) in said
        assert not re.search("[A-Za-z]", said.replace(called, "", 1))
    absent = Reason("R80", "insufficient_standings", 1.0, 1.0, ("own",), fact, "source")
    assert "standings" not in speak(absent, language)


def test_numbers_are_written_as_a_language_writes_them() -> None:
    money = built_in_features()["payments_inflow_sum_90d"]
    assert "۱۲٬۳۴۶" in speak(reason_of(money, 12_345.6), "fa")
    assert "منفی ۲٫۵" in speak(reason_of(money, -2.5), "fa")


@pytest.mark.parametrize(("option", "value"), [("language", "xx"), ("calendar", "lunar")])
def test_unknown_languages_and_calendars_are_refused(option: str, value: str) -> None:
    with pytest.raises(ParameterError, match=option):
        speak(reason_of(TOLD[0], 1.0), **{option: value})  # type: ignore[arg-type]
