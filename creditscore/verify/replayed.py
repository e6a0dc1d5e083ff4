"""The library itself, called to compute features from stored rows and to take the decision once more.

Nothing else of the verifier imports what computes or decides. It is called only where the folder of a model
is given, so that checks without one need no more than the standard library.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from creditscore.deciding.evidence import Evidence
    from creditscore.features.definition import Feature
    from creditscore.scoring.model import ScoringModel

_MOST_TERMS: Final = 6
# With fewer rows a statistic has no value.
_LEAST_ROWS: Final = {
    "std": 2, "cv": 2, "trend": 3, "slope": 3, "gap_mean": 2, "gap_median": 2, "gap_max": 2, "gap_std": 3,
    "gap_cv": 3, "burstiness": 3,
}  # fmt: skip
_OF_PAYMENTS: Final = ("class", "evidence", "paired_with", "undone")
_REMEMBERED: Final = 96


class Counted(NamedTuple):
    """Rows of one part of a formula: taken, of its window, ever, and how many it needs."""

    chosen: int
    within: int
    ever: int
    needed: int
    is_windowed: bool


class Seen(NamedTuple):
    """What the kernels make of stored rows.

    Attributes
    ----------
    values : dict of str to float or None
        By feature; None is missing.
    covered : dict of str to bool
        By source.
    any_rows : bool
        Whether anything was known beside the application.
    shares : dict of str to (float or None, float)
        Of what a share was made: part (None where it is a mean of rows) and whole, by feature.
    stored : dict of str to bool
        By source, whether a row was known of the applicant.
    withheld : frozenset of str
        Whether the consent to ties was withdrawn.
    payments : mapping or None
        What each payment is.
    """

    values: dict[str, float | None]
    covered: dict[str, bool]
    any_rows: bool
    shares: dict[str, tuple[float | None, float]]
    stored: dict[str, bool]
    withheld: frozenset[str]
    payments: Any


class Replay:
    """A model folder, opened by the library.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    CreditScoreError
        If this version refuses the model.
    """

    def __init__(self, folder: Path) -> None:
        from creditscore.scoring.loading import load_scoring_model

        self.model: ScoringModel = load_scoring_model(folder)
        contract = self.model.contract
        self._stated = () if contract is None else contract.stated
        self._kept: dict[str, Any] = {}

    def decided(self, record: Mapping[str, Any], key: str) -> dict[str, Any]:
        """Take the decision once more, from the stored inputs, the policy and the reference.

        Parameters
        ----------
        record : mapping
        key : str
            Hash of what it is taken from; the last few are remembered.
        """
        from creditscore.deciding.decide import evaluate
        from creditscore.policy.rules import Policy

        def take() -> dict[str, Any]:
            policy = record["policy"]
            rules = None if policy is None else {n: part for n, part in policy.items() if n != "policy_id"}
            return evaluate(
                self.model,
                record["inputs"],
                policy=None if rules is None else Policy.from_dict(rules),
                reference=record["reference"]["name"],
                reference_cutoff=record["reference"]["cutoff"],
                schema=record["schema"],
                subject=record["subject"],
                parties=record.get("parties"),
                by_family="families" in record or "families" in self._stated,
                unread_apart="unread" in record or "unread" in self._stated,
            )

        found: dict[str, Any] = self._once(("decided", key), take)
        return found

    def _once(self, key: tuple[str, ...], make: Callable[[], Any]) -> Any:
        """Work something out, or return it where it is among the last that were."""
        name = "/".join(key)
        if name not in self._kept:
            made = make()
            while len(self._kept) >= _REMEMBERED:
                del self._kept[next(iter(self._kept))]
            self._kept[name] = made
        return self._kept[name]

    def seen(self, inputs: Mapping[str, Any], key: str) -> Seen:
        """Compute features, and what reasons say of rows, from stored inputs; the last few are remembered."""
        found: Seen = self._once(("seen", key), lambda: self._computed(inputs))
        return found

    def _computed(self, inputs: Mapping[str, Any]) -> Seen:
        from creditscore.data.sources import SOURCES
        from creditscore.deciding.evidence import Evidence

        evidence = Evidence.of(self.model.computer, inputs)
        matrix = evidence.matrix
        values = matrix.values[0].tolist()
        shares = {name: matrix.part_and_whole(name) for name in matrix.names}
        return Seen(
            values={n: None if v != v else v for n, v in zip(matrix.names, values, strict=True)},
            covered={source: bool(flags[0]) for source, flags in matrix.covered.items()},
            any_rows=bool(matrix.any_rows[0]),
            shares={name: share for name, share in shares.items() if share is not None},
            stored={n: _is_stored(evidence, source.shown_by) for n, source in SOURCES.items()},
            withheld=_withheld(evidence),
            payments=_classes(evidence),
        )

    def mismatches(self, inputs: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
        """Hold what is stored against what the model was fitted on, as plain data."""
        found: list[dict[str, Any]] = self._once(("mismatches", key), lambda: self._mismatches(inputs))
        return found

    def _mismatches(self, inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
        from creditscore.deciding.evidence import opened

        one, portfolio = opened(inputs)
        one, found = self.model.admitted(one, portfolio)
        matrix = self.model.computer.compute(one, portfolio, threads=1)
        found += (*self.model.values_found(one, matrix), *self._alone(inputs))
        return [each.to_dict() for each in found]

    def _alone(self, inputs: Mapping[str, Any]) -> Any:
        from creditscore.deciding.ability import reopened
        from creditscore.deciding.history import history_alone

        return history_alone(self.model, reopened(self.model.computer, inputs))

    def report_of(self, record: Mapping[str, Any], report: Mapping[str, Any]) -> dict[str, Any]:
        """Make again what a report of an auditor or an authority says of its record, in its language."""
        from creditscore.deciding.lineage import lineage_of
        from creditscore.report.contents import checks, influence, little, waterfall
        from creditscore.report.law import law_part
        from creditscore.report.naming import names_in, said_reasons
        from creditscore.report.payments import payments_in
        from creditscore.report.writing import Writer

        writer = Writer(report["language"], report["calendar"], report["timezone"])
        made: dict[str, Any] = {"names": names_in(record, writer), "said": said_reasons(record, writer)}
        payments = payments_in(record, writer)
        made |= ({} if payments is None else {"payments": payments}) | law_part(record, writer)
        if record["outcome"]["status"] == "scored":
            made |= {"waterfall": waterfall(record, writer), "little": little(record, writer)}
            made |= {"influence": influence(record)}
        made |= {"checks": checks(record), "not_included": self._left_out(record, report, writer)}
        if "lineage" in report:
            made["lineage"] = lineage_of(self.model, record)
        plain: dict[str, Any] = json.loads(json.dumps(made))
        return plain

    @staticmethod
    def _left_out(record: Mapping[str, Any], report: Mapping[str, Any], writer: Any) -> list[dict[str, str]]:
        """Say again what a report leaves out, by what it says of itself."""
        from creditscore.report.decision import Given, left_out_of
        from creditscore.report.law import Refusal

        given = Refusal(**report.get("refusal", {"debt_advice": None, "databases": ()}))
        lacking = given.missing(record, report["decided"])
        rights, reviews = report["rights"], report["reviews"]
        parts = rights["objection"], reviews, "lineage" in report, lacking, "meaning" in report
        return left_out_of(record, report["kind"], Given(report["audience"], *parts), writer)

    @staticmethod
    def payments_listed(stated: Any) -> Any:
        """Return what a record says of payments as lists, also where it is packed."""
        from creditscore.deciding.payments import listed

        return listed(stated)

    def rescored(
        self, inputs: Mapping[str, Any], asked: Mapping[str, Any], key: str
    ) -> dict[str, float | None]:
        """Compute the features of an application that asks for something else, on the same rows."""
        name = ("rescored", key, repr(sorted(asked.items())))
        found: dict[str, float | None] = self._once(name, lambda: self._rescored(inputs, asked))
        return found

    def _rescored(self, inputs: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, float | None]:
        from creditscore.deciding.evidence import opened

        one, portfolio = opened({**inputs, "application": dict(asked)})
        matrix = self.model.computer.compute(one, portfolio, threads=1)
        values = matrix.values[0].tolist()
        return {n: None if v != v else v for n, v in zip(matrix.names, values, strict=True)}

    def counted(self, inputs: Mapping[str, Any], name: str, key: str) -> list[Counted] | None:
        """Count the rows of each part of the formula of a feature; None where the application does not say.

        Parameters
        ----------
        inputs : mapping
        name : str
            Of the feature.
        key : str
            Hash of the inputs.
        """
        found: list[Counted] | None = self._once(("counted", key, name), lambda: self._counted(inputs, name))
        return found

    def _counted(self, inputs: Mapping[str, Any], name: str) -> list[Counted] | None:
        from creditscore.deciding.evidence import opened
        from creditscore.features.compute import FeatureComputer
        from creditscore.features.definition import FeatureSet
        from creditscore.features.formula import attributes, terms

        feature = next(one for one in self.model.computer.features if one.name == name)
        one, portfolio = opened(inputs)
        for column in (attribute.column for attribute in attributes(feature.formula)):
            number, text = one.numeric.get(column), one.text.get(column)
            absent = text is None or text[0] is None if number is None else number[0] != number[0]
            if absent:
                return None
        parts = list(dict.fromkeys(terms(feature.formula)))[:_MOST_TERMS]
        if not parts:
            return []
        made = [one for number, part in enumerate(parts) for one in _variants(feature, part, number)]
        computer = FeatureComputer(FeatureSet(tuple(made)))
        counts = [0 if v != v else int(v) for v in computer.compute(one, portfolio, threads=1).values[0]]
        return [
            Counted(
                counts[3 * n],
                counts[3 * n + 1],
                counts[3 * n + 2],
                max(part.minimum_rows, _LEAST_ROWS.get(part.statistic, 0)),
                part.window is not None,
            )
            for n, part in enumerate(parts)
        ]


def _classes(evidence: Evidence) -> dict[str, list[Any]] | None:
    """What each payment of the applicant is, by its row; None where none is stored."""
    from creditscore.data.payments.classified import classify_person

    table, one = evidence.portfolio.tables.get("payments"), evidence.application
    person = evidence.portfolio.code(one.applicant_ids[0])
    if table is None or not 0 <= person < len(table.offsets) - 1:
        return None
    first, stop = map(int, table.offsets[person : person + 2])
    if first == stop:
        return None
    said: dict[str, list[Any]] = {name: [None] * (stop - first) for name in _OF_PAYMENTS}
    found = classify_person(table, person, int(one.as_of[0]))
    for number in range(len(found)):
        row, partner = int(found.rows[number]) - first, int(found.paired_with[number])
        said["class"][row], said["evidence"][row] = found.classes[number], found.evidence[number]
        said["paired_with"][row] = None if partner < 0 else int(found.rows[partner]) - first
        said["undone"][row] = float(found.undone[number]) or None
    return said


def _is_stored(evidence: Evidence, tables: Iterable[str]) -> bool:
    """Whether a row of some tables was known of the applicant at the moment."""
    import numpy as np

    from creditscore.features.coverage import any_known

    one, portfolio, found = evidence.application, evidence.portfolio, np.zeros(1, np.bool_)
    if portfolio.n_applicants:
        owner = np.array([portfolio.code(one.applicant_ids[0])], np.int64)
        for table in (portfolio.tables[name] for name in tables if name in portfolio.tables):
            any_known(table.offsets, table.times, owner, one.as_of, found)
    return bool(found[0])


def _withheld(evidence: Evidence) -> frozenset[str]:
    """Sources to which the consent of the applicant was withdrawn or is lacking."""
    from creditscore.data.consented import lacks_consent
    from creditscore.data.sources import SOURCES

    who, as_of = evidence.application.applicant_ids[0], evidence.application.as_of
    return frozenset(name for name in SOURCES if lacks_consent(evidence.portfolio, name, who, as_of))


def _variants(feature: Feature, part: Any, number: int) -> list[Feature]:
    """Features that count the rows of a part: as it chooses them, all of its window, and all ever."""
    from dataclasses import replace

    from creditscore.features.formula import Term

    counts = (
        Term(part.view, "count", where=part.where, window=part.window),
        Term(part.view, "count", window=part.window),
        Term(part.view, "count"),
    )
    return [
        replace(feature, name=f"{feature.name}_{number}_{n}", formula=term, unit="count", bounds=None)
        for n, term in enumerate(counts)
    ]
