"""The evidence of a decision as it would be after what was proposed; it can be scored like any."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from creditscore.data.applications import Applications
from creditscore.data.door.clock import instant
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import CONNECTIONS, CONSENTS
from creditscore.data.stored.rows import iso
from creditscore.data.stored.table import rows_of
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.deciding.evidence import Evidence, opened
from creditscore.errors import ParameterError
from creditscore.model.scale import probability_of_default
from creditscore.recourse.conduct import Conduct, after, until_when
from creditscore.recourse.counterfactual import Counterfactual, Recourse
from creditscore.recourse.own_rows import CONDUCT_TABLES, OwnRows
from creditscore.recourse.plans import CLOSER_BALANCES, MONTHS, Plan
from creditscore.scoring.model import ScoringModel

# What somebody connected or consented to stays as it is.
_STAYING = (*CONDUCT_TABLES, CONNECTIONS, CONSENTS)
_OFF_BY_ROUNDING = 1e-12


@lru_cache(maxsize=8)
def recourse_of(model: ScoringModel) -> Recourse:
    """Make what a model lets applicants act on ready, once."""
    return Recourse(model.fitted, model.scale, model.computer)


def inputs_after(model: ScoringModel, inputs: Mapping[str, Any], steps: Iterable[Mapping[str, Any]]) -> Any:
    """Carry out the steps of an alternative on the inputs of a decision record.

    Rows of own conduct and the application become what the steps make of them. Where months go by, what is
    known of other people, and of the applicant beside own conduct, moves along: it is then as old as it was.

    Parameters
    ----------
    model : ScoringModel
        The one that decided.
    inputs : mapping
        ``record.content["inputs"]``.
    steps : iterable of mapping
        ``record.content["counterfactuals"][number]["steps"]``.

    Returns
    -------
    dict
        Inputs again, plain data: `creditscore.deciding.evidence.opened` reads them.

    Raises
    ------
    ParameterError
        If the steps were not made for these inputs.
    """
    one, portfolio = opened(inputs)
    own = OwnRows.of(one, portfolio)
    plan = _plan_of(own, list(steps))
    stated = {name: float(column[0]) for name, column in one.numeric.items()}
    row = recourse_of(model).form.with_values(stated, dict(plan.form)) if plan.form else stated
    if row is None:
        raise ParameterError("The columns of the application contradict each other, so none can be changed.")
    until = until_when(own, plan.conduct)
    length = timedelta(microseconds=until - own.as_of)
    asked = {name: value for name, value in row.items() if value == value}
    written = {name: json.loads(table.text()) for name, table in after(own, plan.conduct).items()}
    tables, others = ({n: rows_of(n, t) for n, t in inputs[part].items()} for part in ("tables", "others"))
    kept = {name: rows for name, rows in tables.items() if name not in CONDUCT_TABLES}
    return dict(inputs) | {
        "application": dict(inputs["application"]) | asked | {"as_of": iso(until)},
        "tables": _moved(kept, length)
        | {name: rows for name, rows in written.items() if name in CONDUCT_TABLES},
        "others": _moved(others, length),
    }


def that_hold(
    model: ScoringModel, evidence: Evidence, found: Sequence[Counterfactual]
) -> tuple[Counterfactual, ...]:
    """Leave out alternatives whose chance of default is another one once they are carried out.

    What is known beside own conduct moves along by a span of time where months go by, and what is counted by
    calendar months or by hours of the day need not stay as it was, which the search takes it to.
    """
    if len(recourse_of(model).columns) == len(model.computer.features):
        return tuple(found)  # all follows from own conduct, which the search computes anew
    inputs: dict[str, Any] = {}
    kept = []
    for one in found:
        if one.plan.conduct.months:
            inputs = inputs or json.loads(evidence.inputs_text())
            asked, portfolio = opened_after(model, inputs, [step.to_dict() for step in one.steps])
            values = model.computer.compute(asked, portfolio, threads=1).values
            log_odds = float(model.fitted.log_odds(values, threads=1)[0])
            if float(probability_of_default(log_odds)) != one.probability_of_default:
                continue
        kept.append(one)
    return tuple(kept)


def opened_after(
    model: ScoringModel, inputs: Mapping[str, Any], steps: Iterable[Mapping[str, Any]]
) -> tuple[Applications, Portfolio]:
    """Return application and portfolio after the steps of an alternative, ready for ``score``."""
    return opened(inputs_after(model, inputs, steps))


def _plan_of(own: OwnRows, steps: list[Mapping[str, Any]]) -> Plan:
    by_kind = {str(step["kind"]): step for step in steps}
    months = 0
    until = next((step["until"] for step in steps if step["until"]), None)
    if until is not None:
        moment = instant(until, "until")
        months = next((count for count in MONTHS if until_when(own, Conduct(count)) == moment), 0)
        if not months:
            raise ParameterError.must_be("until", "the end of some months from the decision on", until)
    card = by_kind.get("card_balance")
    form = tuple(
        (step["column"] or step["kind"], float(step["to"]))
        for step in steps
        if step["kind"] in ("amount", "term_days", "form")
    )
    return Plan(
        Conduct(
            months,
            "pay_overdue" in by_kind,
            1.0 if card is None else _balance_kept(float(card["to"]) / float(card["from"])),
            "above_zero" in by_kind,
        ),
        form,
    )


def _balance_kept(quotient: float) -> float:
    """Return the part of a balance that was multiplied with it: a quotient may be off by rounding."""
    nearest = min(CLOSER_BALANCES, key=lambda kept: abs(kept - quotient))
    return nearest if abs(nearest - quotient) < _OFF_BY_ROUNDING else quotient


def _moved(tables: Mapping[str, Any], length: timedelta) -> dict[str, Any]:
    """Let rows have happened, and become known, so much later."""
    if not length:
        return dict(tables)
    return {
        name: rows if name in _STAYING else [_later(name, row, length) for row in rows]
        for name, rows in tables.items()
    }


def _later(table: str, row: Mapping[str, Any], length: timedelta) -> dict[str, Any]:
    times = {name for name, column in CONTRACTS[table].declared.items() if column.kind == "time"}
    return {
        name: (datetime.fromisoformat(value) + length).isoformat() if name in times else value
        for name, value in row.items()
    }
