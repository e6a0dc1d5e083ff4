"""Changes after which a score would reach a cut-off, made of what a person can do.

A person does not change features: they pay what is overdue, pay on time for some months, keep a card balance
low or an account above zero, or ask for another loan. Each of these changes rows or the application; every
feature is then computed anew by the path that every score takes, so that what belongs together moves
together, and the model itself scores the result. Whom somebody knows, where they live and what they are is
never changed.

References
----------
Karimi, Schölkopf and Valera (2021), "Algorithmic recourse: from counterfactual explanations to
interventions", FAccT 2021, 353-362 (actions with their consequences instead of features one by one).
Ustun, Spangher and Liu (2019), "Actionable recourse in linear classification", FAT* 2019, 10-19 (actionable
features, several alternatives).
Wachter, Mittelstadt and Russell (2018), "Counterfactual explanations without opening the black box", Harvard
Journal of Law and Technology 31(2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int64
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import FeatureSet
from creditscore.model.fitted import FittedModel
from creditscore.model.scale import ScoreScale, probability_of_default
from creditscore.recourse.accounts import below_zero
from creditscore.recourse.cards import CARD_TABLES, owed_on_cards
from creditscore.recourse.conduct import AS_IS, Conduct, fall_due, until_when
from creditscore.recourse.form import AMOUNT, TERM, Form, Row
from creditscore.recourse.months import local_text
from creditscore.recourse.own_rows import OwnRows, side_by_side
from creditscore.recourse.parts import Part, follows_from_conduct, parts_of, reads
from creditscore.recourse.past_due import overdue
from creditscore.recourse.plans import MOST_CHANGES, Options, Plan, effort_of, finer
from creditscore.recourse.steps import Step, StepKind

MOST_ALTERNATIVES: Final = 3
# A sum of leaves in another order differs by less.
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """One feature that would be different: ``before`` becomes ``after``, both as computed, in ``unit``.

    NaN is missing: where months go by, something may be known that was not.
    """

    feature: str
    before: float
    after: float
    unit: str


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Steps that reach the cut-off together, and what the model then says.

    Attributes
    ----------
    steps : tuple of Step
        What to do, in the order in which it is done.
    changes : tuple of Change
        Every feature that follows from it, in the order of the features.
    score : int
        The score after them, at least the cut-off.
    probability_of_default : float
        After them, within 0 and 1.
    effort : float
        How much they ask, above 0; see `creditscore.recourse.plans.effort_of`.
    plan : Plan
        What they are made of; `creditscore.recourse.apply.changed_inputs` carries it out.
    """

    steps: tuple[Step, ...]
    changes: tuple[Change, ...]
    score: int
    probability_of_default: float
    effort: float
    plan: Plan

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; a feature that is missing is None."""
        changes = [
            {"feature": one.feature, "from": _known(one.before), "to": _known(one.after), "unit": one.unit}
            for one in self.changes
        ]
        return {
            "steps": [step.to_dict() for step in self.steps],
            "changes": changes,
            "score": self.score,
            "probability_of_default": self.probability_of_default,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Recourse:
    """What a model lets applicants act on, made ready once to search for any of them.

    Parameters
    ----------
    fitted : FittedModel
    scale : ScoreScale
        From log-odds to score points.
    computer : FeatureComputer
        Of the features of the model.

    Attributes
    ----------
    form : Form
        What can be stated otherwise.
    own : FeatureComputer
        Of features that follow from own conduct and from the application; the others stay as they are.
    columns : ndarray of int64, shape (n_own,)
        Where they stand among the features.
    parts : tuple of Part
        Their slots, by which of the tables that conduct changes they are filled from.
    of_cards : mapping of str to ndarray of int64, shape (n_reading,)
        By table that the balance of cards changes, the features that read it.
    """

    fitted: FittedModel
    scale: ScoreScale
    computer: FeatureComputer
    form: Form = field(init=False)
    own: FeatureComputer = field(init=False)
    columns: Int64 = field(init=False)
    parts: tuple[Part, ...] = field(init=False)
    of_cards: Mapping[str, Int64] = field(init=False)

    def __post_init__(self) -> None:
        features = self.computer.features.features
        columns = [number for number, feature in enumerate(features) if follows_from_conduct(feature)]
        own = FeatureComputer(FeatureSet(tuple(features[number] for number in columns)))
        object.__setattr__(self, "own", own)
        object.__setattr__(self, "columns", np.array(columns, np.int64))
        object.__setattr__(self, "parts", parts_of(own))
        of_cards = {name: [c for c in columns if reads(features[c], name)] for name in CARD_TABLES}
        found = MappingProxyType({name: np.array(some, np.int64) for name, some in of_cards.items()})
        object.__setattr__(self, "of_cards", found)
        object.__setattr__(self, "form", Form.of(self.fitted, features))

    def find(
        self,
        one: Applications,
        portfolio: Portfolio,
        values: Float64,
        cutoff: float | None,
        *,
        limit: int = MOST_ALTERNATIVES,
    ) -> tuple[Counterfactual, ...]:
        """Find what somebody could do so that their score reaches a cut-off.

        Every plan of one kind of change is tried, then every one of two, then of three, until there are
        enough; of those of the same kinds, the one of least effort is kept. No alternative holds all kinds
        of change of another.

        Parameters
        ----------
        one : Applications
            A single application.
        portfolio : Portfolio
            What is known; only what was known before the moment is read.
        values : ndarray of float64, shape (n_features,)
            The features of the application, as computed.
        cutoff : float
            The lowest score that is approved, in points.
        limit : int
            Alternatives at most.

        Returns
        -------
        tuple of Counterfactual
            Fewest kinds of change first, then least effort. Empty if the score reaches the cut-off as it is,
            or if nothing within reach does.

        Raises
        ------
        ParameterError
            If there is no cut-off, or the values do not fit the model.
        """
        if cutoff is None or not np.isfinite(cutoff):
            raise ParameterError(
                "Counterfactuals need a 'cutoff', the lowest score that is approved. Give one."
            )
        if values.shape != (self.fitted.n_features,):
            raise ParameterError.must_be("values", f"{self.fitted.n_features} numbers", values.shape)
        if self.scale.score(float(self.fitted.log_odds(values[None, :], threads=1)[0])) >= cutoff:
            return ()
        stated = {name: float(column[0]) for name, column in one.numeric.items()}
        own = OwnRows.of(one, portfolio)
        search = _Search(self, one, own, stated, values, cutoff, Options.of(own, self.form, stated))
        return search.alternatives(limit)


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """One applicant, and the same applicant after each conduct that is open to them, side by side."""

    model: Recourse
    one: Applications
    own: OwnRows
    stated: Row
    values: Float64
    cutoff: float
    options: Options
    number: Mapping[Conduct, int] = field(init=False)
    until: Int64 = field(init=False)
    slots: Float64 = field(init=False)

    def __post_init__(self) -> None:
        conducts = (AS_IS, *self.options.conducts)
        until = np.array([until_when(self.own, conduct) for conduct in conducts], np.int64)
        object.__setattr__(self, "number", {conduct: position for position, conduct in enumerate(conducts)})
        object.__setattr__(self, "until", until)
        slots = np.full((len(conducts), self.model.own.plan.n_slots), np.nan)
        parts = self.model.parts
        for together in [parts] if any(part.is_whole for part in parts) else [(part,) for part in parts]:
            self._fill(slots, conducts, together)
        object.__setattr__(self, "slots", slots)

    def _fill(self, slots: Float64, conducts: Sequence[Conduct], parts: Sequence[Part]) -> None:
        """Compute the slots of some parts for each conduct, from persons laid out side by side once.

        What is alike in what matters to a part is computed once. Arrays: ``slots`` shape (n_conducts,
        n_slots), written.
        """
        widest = max(parts, key=lambda part: part.is_whole)
        persons = list(dict.fromkeys(widest.matters(conduct) for conduct in conducts))
        until = np.array([until_when(self.own, conduct) for conduct in persons], np.int64)
        portfolio = side_by_side(self.own, [widest.made(self.own, one) for one in persons], until)
        asked: dict[tuple[int, ...], list[Part]] = {}
        for part in parts:
            asked.setdefault(tuple(_first_alike(part, persons).values()), []).append(part)
        for numbers, some in asked.items():
            one = self.one.repeated(numbers, until[list(numbers)], {})
            views = frozenset().union(*(part.views for part in some))
            found = self.model.own.slots(one, portfolio, views)
            for part in some:
                row = {conduct: number for number, conduct in enumerate(_first_alike(part, persons))}
                rows = [row[part.matters(conduct)] for conduct in conducts]
                slots[:, part.slots] = found[rows][:, part.slots]

    def alternatives(self, limit: int) -> tuple[Counterfactual, ...]:
        """Search plans of more and more kinds of change; where none reaches, also what lies between them."""
        found: dict[frozenset[str], Plan] = {}
        for size in range(1, MOST_CHANGES + 1):
            self.keep(found, self.reaching([*self.options.of_size(size, list(found))]))
            if len(found) >= limit:
                break
        if not found and (within := self.within_reach()):
            closer = Options.of(self.own, self.model.form, self.stated, between=within)
            return replace(self, options=closer).between(limit)
        return self.chosen(found, limit)

    def keep(self, found: dict[frozenset[str], Plan], plans: Sequence[Plan]) -> None:
        """Keep of plans of the same kinds the one of least effort."""
        for plan in plans:
            kept = found.setdefault(plan.kinds, plan)
            if effort_of(plan, self.stated) < effort_of(kept, self.stated):
                found[plan.kinds] = plan

    def chosen(self, found: Mapping[frozenset[str], Plan], limit: int) -> tuple[Counterfactual, ...]:
        """Ease plans, and write so many of them: fewest kinds first, then least effort."""
        eased = [self.eased(plan) for plan in found.values()]
        eased.sort(key=lambda plan: (len(plan.kinds), effort_of(plan, self.stated), repr(plan)))
        return tuple(map(self.written, eased[:limit]))

    def within_reach(self) -> list[Conduct]:
        """Return the conducts, at the balance of now, with which anything between the steps could reach.

        With the others no leaves of the trees add up to the cut-off.
        """
        found = []
        for conduct in dict.fromkeys(one.at_full_balance() for one in self.number):
            least = self.model.fitted.least_log_odds(self.ends(conduct)) - _ROUNDING
            if self.model.scale.score(least) >= self.cutoff:
                found.append(conduct)
        return found

    def ends(self, conduct: Conduct) -> Float64:
        """Return rows between which all features lie, at any balance of cards, amount and term.

        Features are taken to lie between what they are at the ends of amount and term. What reads cards may
        turn between two balances, such as how uneven use was, so that it may be anything.
        """
        alike = [one for one in self.number if one.at_full_balance() == conduct]
        rows = self.features([Plan(one, form) for one in alike for form in self.options.forms(ends=True)])
        if len(alike) == 1:
            return rows
        free = np.concatenate([self.model.of_cards[name] for name in CARD_TABLES if name in self.own.tables])
        anything = np.repeat(rows[:1], 2, axis=0)
        anything[:, free] = [[np.nan], [0.0]]
        return np.concatenate([rows, anything])

    def between(self, limit: int) -> tuple[Counterfactual, ...]:
        """Try everything that is open with every conduct, and leave out what holds all kinds of another."""
        found: dict[frozenset[str], Plan] = {}
        forms = self.options.forms()
        for conduct in self.number:
            self.keep(found, self.reaching([Plan(conduct, form) for form in forms]))
        least = {kinds: plan for kinds, plan in found.items() if not any(other < kinds for other in found)}
        return self.chosen(least, limit)

    def reaching(self, plans: Sequence[Plan]) -> list[Plan]:
        """Return the plans after which the score is at least the cut-off."""
        if not plans:
            return []
        log_odds = self.model.fitted.log_odds(self.features(plans), threads=1)
        reached: Flags = np.asarray(self.model.scale.score(log_odds)) >= self.cutoff
        return [plan for plan, enough in zip(plans, reached.tolist(), strict=True) if enough]

    def eased(self, plan: Plan) -> Plan:
        """Return the plan with as large an amount as reaches the cut-off too, of a few that lie between."""
        return next(iter(self.reaching(finer(plan, self.options, self.stated))), plan)

    def features(self, plans: Sequence[Plan]) -> Float64:
        """Return the features after plans, shape (n_plans, n_features)."""
        model = self.model
        number = np.array([self.number[plan.conduct] for plan in plans], np.int64)
        forms = {form: row for row, form in enumerate(dict.fromkeys(plan.form for plan in plans))}
        stated = [model.form.with_values(self.stated, dict(form)) or self.stated for form in forms]
        chosen = np.array([forms[plan.form] for plan in plans], np.int64)
        columns = {name: np.array([row[name] for row in stated])[chosen] for name in self.stated}
        asked = self.one.repeated(tuple(number.tolist()), self.until[number], columns)
        rows = np.repeat(self.values[None, :], len(plans), axis=0)
        rows[:, model.columns] = model.own.finish(asked, self.slots[number])
        return rows

    def written(self, plan: Plan) -> Counterfactual:
        """Score a plan as the pipeline would, and say what it is made of."""
        row = self.features([plan])[0]
        log_odds = float(self.model.fitted.log_odds(row[None, :], threads=1)[0])
        same = (row == self.values) | (np.isnan(row) & np.isnan(self.values))
        features = self.model.computer.features.features
        changes = [
            Change(
                features[column].name, float(self.values[column]), float(row[column]), features[column].unit
            )
            for column in np.flatnonzero(~same).tolist()
        ]
        return Counterfactual(
            steps=tuple(self.steps(plan)),
            changes=tuple(changes),
            score=self.model.scale.score(log_odds),
            probability_of_default=float(probability_of_default(log_odds)),
            effort=effort_of(plan, self.stated),
            plan=plan,
        )

    def steps(self, plan: Plan) -> list[Step]:
        """Say what a plan is made of, with numbers and until when."""
        own, conduct, found = self.own, plan.conduct, []
        moment = until_when(own, conduct)
        until = local_text(moment, own.calendar) if conduct.months else None
        if conduct.pays:
            found.append(Step("pay_overdue", overdue(own), 0.0, "money"))
        if conduct.months:
            due = fall_due(own, moment)
            going_on: StepKind = "on_time" if due or owed_on_cards(own) > 0.0 else "wait"
            found.append(Step(going_on, None, None, "", until, due or None))
        if conduct.balance < 1.0:
            owed = owed_on_cards(own)
            found.append(Step("card_balance", owed, conduct.balance * owed, "money", until))
        if conduct.above_zero:
            found.append(Step("above_zero", below_zero(own, moment), 0.0, "money", until))
        declared = {column.name: column for column in self.model.form.columns}
        for name, value in plan.form:
            kind: StepKind = "amount" if name == AMOUNT else "term_days" if name == TERM else "form"
            column, read_by = (name, declared[name].feature) if kind == "form" else ("", "")
            unit = declared[name].unit
            found.append(Step(kind, self.stated[name], value, unit, None, None, column, read_by))
        return found


def _first_alike(part: Part, persons: Sequence[Conduct]) -> dict[Conduct, int]:
    """Number the first person of each kind that is alike in what matters to a part."""
    first: dict[Conduct, int] = {}
    for person, conduct in enumerate(persons):
        first.setdefault(part.matters(conduct), person)
    return first


def _known(value: float) -> float | None:
    return None if value != value else value
