"""The library itself, called to compute features from stored rows and to take the decision once more.

Nothing else of the verifier imports what computes or decides. It is called only where the folder of a model
is given, so that checks without one need no more than the standard library.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from creditscore.deciding.evidence import Evidence
    from creditscore.features.definition import Feature
    from creditscore.scoring.model import ScoringModel

_MOST_TERMS: Final = 6
_REMEMBERED: Final = 4


class Counted(NamedTuple):
    """Of one part of a formula: the rows that it takes, those of its window, those ever, and how many it needs."""

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
    withheld : bool
        Whether the consent to ties was withdrawn.
    payments : mapping or None
        What each payment is.
    """

    values: dict[str, float | None]
    covered: dict[str, bool]
    any_rows: bool
    shares: dict[str, tuple[float | None, float]]
    stored: dict[str, bool]
    withheld: bool
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
        self._taken: dict[str, dict[str, Any]] = {}
        self._seen: dict[str, Seen] = {}

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

        if key not in self._taken:
            policy = record["policy"]
            rules = None if policy is None else {n: part for n, part in policy.items() if n != "policy_id"}
            _remember(
                self._taken,
                key,
                evaluate(
                    self.model,
                    record["inputs"],
                    policy=None if rules is None else Policy.from_dict(rules),
                    reference=record["reference"]["name"],
                    reference_cutoff=record["reference"]["cutoff"],
                    schema=record["schema"],
                ),
            )
        return self._taken[key]

    def seen(self, inputs: Mapping[str, Any], key: str) -> Seen:
        """Compute features, and what reasons say of rows, from stored inputs; the last few are remembered."""
        if key not in self._seen:
            _remember(self._seen, key, self._computed(inputs))
        return self._seen[key]

    def _computed(self, inputs: Mapping[str, Any]) -> Seen:
        from creditscore.data.sources import SOURCES
        from creditscore.deciding.evidence import Evidence
        from creditscore.deciding.payments import listed, payments_of

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
            withheld=_is_withheld(evidence),
            payments=listed(payments_of(evidence)),
        )

    @staticmethod
    def payments_listed(stated: Any) -> Any:
        """Return what a record says of payments as lists, also where it is packed."""
        from creditscore.deciding.payments import listed

        return listed(stated)

    def rescored(self, inputs: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, float | None]:
        """Compute the features of an application that asks for something else, on the same rows."""
        from creditscore.deciding.evidence import opened

        one, portfolio = opened({**inputs, "application": dict(asked)})
        matrix = self.model.computer.compute(one, portfolio, threads=1)
        values = matrix.values[0].tolist()
        return {n: None if v != v else v for n, v in zip(matrix.names, values, strict=True)}

    def counted(self, inputs: Mapping[str, Any], name: str) -> list[Counted] | None:
        """Count the rows of each part of the formula of a feature; None where the application does not say.

        Parameters
        ----------
        inputs : mapping
        name : str
            Of the feature.
        """
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
            Counted(*counts[3 * n : 3 * n + 3], part.minimum_rows, part.window is not None)
            for n, part in enumerate(parts)
        ]


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


def _is_withheld(evidence: Evidence) -> bool:
    """Whether the applicant had withdrawn the consent to their ties."""
    import numpy as np

    from creditscore.features.coverage import clear_withheld

    network, agreed = evidence.portfolio.network, np.ones(1, np.bool_)
    if network is not None and evidence.portfolio.n_applicants:
        owner = np.array([evidence.portfolio.code(evidence.application.applicant_ids[0])], np.int64)
        clear_withheld(network.agreed.withheld, owner, evidence.application.as_of, agreed)
    return not bool(agreed[0])


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


def _remember(kept: dict[str, Any], key: str, made: Any) -> None:
    while len(kept) >= _REMEMBERED:
        del kept[next(iter(kept))]
    kept[key] = made
