"""What a record is worked out from once more: its features, the model's files, and what rows told."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from creditscore.verify.findings import canonical_ascii, sha256
from creditscore.verify.model import ModelParts
from creditscore.verify.replayed import Replay, Seen

NO_DATA: Final = "no_data"
TOO_LITTLE: Final = "too_little_data"
# Without these there is no score; the second kind refers who would be approved; all others are notes.
REFUSE: Final = (
    "table_absent", "column_absent", "column_retyped", "currency_changed", "zone_changed", "weekend_changed",
    "feature_vanished", "applicants_unknown", "table_emptied", "column_emptied",
)  # fmt: skip
REFER: Final = ("attribute_absent", "label_unseen", "value_far", "credit_history_alone")
NOTE: Final = (
    "scale_shifted", "labels_shifted", "table_unexpected", "column_unexpected", "ids_retyped",
    "rows_repeated", "table_ended", "features_rarer", "values_rarer", "kinds_shifted", "kind_gone",
    "lag_shifted",
)  # fmt: skip


@dataclass(frozen=True)
class Given:
    """One record and the model that it names.

    Attributes
    ----------
    record : mapping
    model : ModelParts
    replay : Replay or None
        The library, where the folder of the model could be opened with it.
    seen : Seen or None
        What its kernels make of the stored rows.
    key : str
        Hash of the inputs.
    """

    record: Mapping[str, Any]
    model: ModelParts
    replay: Replay | None = None
    seen: Seen | None = None
    key: str = ""
    features: dict[str, dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "features", {one["name"]: one for one in self.model.features})

    @cached_property
    def values(self) -> list[float]:
        """Feature values in the order of the model, NaN where missing: of the kernels, else as stated."""
        if self.seen is not None:
            known = [self.seen.values[name] for name in self.features]
        else:
            known = [line["value"] for line in self.record["features"]]
        return [math.nan if value is None else float(value) for value in known]

    @cached_property
    def factor(self) -> float:
        """Points for one unit of log-odds."""
        return float(self.model.scale["points_to_double_odds"]) / math.log(2.0)

    @cached_property
    def offset(self) -> float:
        """Points at log-odds of 0."""
        scale = self.model.scale
        return float(scale["reference_score"]) - self.factor * math.log(scale["reference_good_bad_odds"])

    @cached_property
    def codes(self) -> list[str]:
        """The codes of the mismatches that are stated."""
        return [str(one["code"]) for one in self.record["inputs"].get("mismatches", ())]

    @cached_property
    def is_scored(self) -> bool:
        """Whether there is a score: enough is known, and no mismatch forbids it."""
        if any(code in REFUSE for code in self.codes):
            return False
        return self.has_anything and self.has_minimum

    @cached_property
    def has_minimum(self) -> bool:
        """Whether as much is known, besides the application, as the model asks for."""
        if self.model.minimum is None:
            return True
        read = {column for tree in self.model.trees for column in tree.features}
        beside = [column for column in read if self.model.features[column]["source"] != "application"]
        known = sum(self.values[column] == self.values[column] for column in beside)
        return bool(known >= self.model.minimum["known_share"] * len(beside))

    @cached_property
    def has_anything(self) -> bool:
        """Whether a row was known, or an attribute that the model reads; without the kernels, as stated."""
        asked = [
            value
            for value, feature in zip(self.values, self.model.features, strict=True)
            if feature["source"] == "application"
        ]
        if any(value == value for value in asked):
            return True
        if self.seen is not None:
            return self.seen.any_rows
        stated = self.record["outcome"]
        return bool(stated["status"] == "scored" or stated["code"] == TOO_LITTLE)

    @cached_property
    def code(self) -> str:
        """Why there is no score, or for what a policy refers."""
        if not any(code in REFUSE for code in self.codes):
            if not self.has_anything:
                return NO_DATA
            if not self.has_minimum:
                return TOO_LITTLE
        for grave in (REFUSE, REFER):
            for code in self.codes:
                if code in grave:
                    return code
        return ""

    @cached_property
    def history_alone(self) -> bool:
        """Whether a law lets a person alone decide, as nothing but credit history was known."""
        return "credit_history_alone" in self.codes

    def log_odds(self, values: list[float]) -> float:
        """Score a row of features: calibrated log-odds of bad."""
        return self.model.log_odds(values)

    @cached_property
    def reference(self) -> dict[str, Any]:
        """The population that the record names, as the model keeps it.

        Raises
        ------
        ValueError
            If the model keeps none of that name and cut-off.
        """
        stated = self.record["reference"]
        for kept in self.references:
            if (kept["name"], kept["cutoff"]) == (stated["name"], stated["cutoff"]):
                return kept
        raise ValueError(f"the model keeps no reference {stated['name']!r} at {stated['cutoff']!r}")

    @cached_property
    def references(self) -> list[dict[str, Any]]:
        """All populations of the model, with the numbers as records hash them."""
        kept = [_as_hashed(one) for one in self.model.references]
        if any(one["name"] == "training_mean" for one in kept):
            return kept
        nobody = {
            "name": "training_mean", "cutoff": None, "band": None, "rows": 0,
            "feature_names": list(self.features), "means": [0.0] * len(self.features),
            "typical": [None] * len(self.features),
        }  # fmt: skip
        return [nobody, *kept]


def hash_of(reference: Mapping[str, Any]) -> str:
    """Hash a population as records name it."""
    return sha256(canonical_ascii(reference))


def _as_hashed(reference: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: _real(reference[name]) for name in ("cutoff", "band")}
    rows = {name: [_real(one) for one in reference[name]] for name in ("means", "typical")}
    return {**reference, **numbers, **rows}


def _real(value: Any) -> float | None:
    return None if value is None else float(value)


def local(moment: str, inputs: Mapping[str, Any]) -> str:
    """Write an instant by the clock of the zone that the inputs name, with its offset."""
    from datetime import datetime, timedelta, timezone

    when = datetime.fromisoformat(moment)
    seconds = 0
    for one in inputs.get("calendar", {}).get("offsets", ()):
        if one["from"] is None or datetime.fromisoformat(one["from"]) <= when:
            seconds = one["seconds"]
    return when.astimezone(timezone(timedelta(seconds=seconds))).isoformat()
