"""What an applicant can do, in sentences: one paragraph for each step, then what the model would say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from creditscore.report.markup import Child, tag
from creditscore.report.pages.parts import isolated, own
from creditscore.report.writing import Writer
from creditscore.words.wording import spoken_amount

# So many characters of an ISO text are its date.
_DATE: Final = 10


def change_lines(found: Mapping[str, Any], labels: Mapping[str, str], writer: Writer) -> Iterable[Child]:
    """Write one alternative of a record.

    Parameters
    ----------
    found : mapping
        Of the counterfactuals of a record; older ones have features that change, and no steps.
    labels : mapping of str to str
        Names of features.
    writer : Writer
    """
    if "steps" in found:
        for step in found["steps"]:
            yield tag("p", own(step_sentence(step, labels, writer)))
        until = next((step["until"] for step in found["steps"] if step["until"]), None)
        if until is not None:
            yield tag("p", writer.word("changes.again", date=local_day(until, writer)))
    else:
        for change in found["changes"]:
            yield tag("p", own(_moved(change["feature"], change, labels, writer)))
    probability = writer.percent(found["probability_of_default"], 2)
    score = writer.plain(str(found["score"]))
    yield tag("p", writer.word("changes.result", score=score, probability=probability), class_="note")


def step_sentence(step: Mapping[str, Any], labels: Mapping[str, str], writer: Writer) -> str:
    """Say one step, with its numbers and until when."""
    kind = str(step["kind"])
    if kind == "form":
        return _moved(step["feature"], step, labels, writer)
    fields = {
        "before": isolated(_amount(step["from"], step["unit"], writer)),
        "after": isolated(_amount(step["to"], step["unit"], writer)),
        "date": local_day(step["until"], writer),
    }
    if step["times"] is not None:
        number = writer.number(step["times"])
        fields["times"] = writer.word(
            f"changes.payments.{'one' if step['times'] == 1 else 'many'}", number=number
        )
        return writer.word(f"changes.{kind}_counted", **fields)
    return writer.word(f"changes.{kind}", **fields)


def local_day(until: str | None, writer: Writer) -> str:
    """Write the day that the local clock shows at a moment whose text has the offset of that clock."""
    return writer.day(until and until[:_DATE])


def _amount(value: float | None, unit: str, writer: Writer) -> str:
    if value is None or unit != "money":
        return writer.value(value, unit)
    return spoken_amount(value, writer.said, writer.currency)


def _moved(feature: str, change: Mapping[str, Any], labels: Mapping[str, str], writer: Writer) -> str:
    return writer.word(
        "changes.item",
        feature=isolated(labels.get(feature, feature)),
        before=writer.value(change["from"], change["unit"]),
        after=writer.value(change["to"], change["unit"]),
    )
