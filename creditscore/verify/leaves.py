"""Every leaf of a decision record: derived, and so worked out again, or attested, and so signed.

A leaf is named by its path, with ``[]`` for any number of a list and ``*`` for any name of an object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["derived", "attested"]
# By what a leaf is worked out: from stored rows by the kernels, from them by the twin in plain Python, from
# features on the path of its own, by the library that decides once more, a query, or as a hash of others.
Path: TypeAlias = Literal["kernels", "twin", "again", "replay", "hash", "form", "query"]

_LABEL: Final = "label label.quantity label.parameters[] label.span.kind label.span.length label.words.* "
_LABELS: Final = _LABEL + "label.higher.* label.lower.* label.unit.* label.group.*"


class Leaf(NamedTuple):
    """One leaf.

    Attributes
    ----------
    pattern : str
        Its path.
    kind : {"derived", "attested"}
    paths : tuple of str
        What works a derived leaf out again; of an attested one, what else holds it.
    """

    pattern: str
    kind: Kind
    paths: tuple[Path, ...]


def _leaves(kind: Kind, paths: tuple[Path, ...], parent: str, names: str) -> Iterator[Leaf]:
    for name in names.split():
        yield Leaf(f"{parent}.{name}" if parent else name, kind, paths)


def _rows(parent: str) -> Iterator[Leaf]:
    """Leaves of an application and of the rows that were known of a person, or of several as of one."""
    form: tuple[Path, ...] = ("form",)
    yield from _leaves(
        "attested", form, parent, "application.* moments[] loans_not_yet_known[] currency retention.*"
    )
    yield from _leaves(
        "attested", form, f"{parent}.terms", "unavailable.* consent_needed[] forbidden.*[] purpose"
    )
    yield from _leaves("attested", form, f"{parent}.columns.*", "labels[] numbers[] times[]")
    yield from _leaves(
        "attested", form, f"{parent}.calendar", "timezone weekend[] offsets[].from offsets[].seconds"
    )
    for part in ("tables", "others"):
        yield from _leaves("attested", ("hash",), f"{parent}.{part}.*", "[].* form rows content")
        yield from _leaves("attested", ("hash",), f"{parent}.{part}.*.columns[]", "name kind scale labels[]")


_BOTH: Final = ("again", "replay")

_TERMS: Final = (
    "terms.amount terms.payments terms.repayment terms.a_year terms.last_share terms.monthly_share"
)
_ABLE: Final = (
    "status shortfalls[] shares.* instalment most_instalment left left_in_stress last_payment most_at_end"
)
_STEP: Final = (
    "change grade before line offered frozen payable months plan reasons[].code reasons[].key "
    "reasons[].found reasons[].bound"
)
_PLANNED: Final = (
    *_leaves(
        "derived", _BOTH, "strategy",
        "stage applicants asked.amount asked.payments segment refer_below price.status price.cap "
        "wanted.amount wanted.payments wanted.repayment wanted.a_year wanted.last_share wanted.monthly_share",
    ),
    *_leaves("derived", _BOTH, "strategy.assignment", "arm arm_share explored explored_share weight"),
    *_leaves(
        "derived", ("kernels", "replay"), "strategy.means",
        "income commitments essentials household ending[][]",
    ),
    *_leaves(
        "derived", ("kernels", "replay"), "strategy.need",
        "amount purpose months short_months largest_gap bills_due instalments_due gap_ahead",
    ),
    *_leaves(
        "derived", ("kernels", "replay"), "strategy.guarantors[].means",
        "income commitments essentials household ending[][]",
    ),
    *_leaves("derived", _BOTH, "strategy.guarantors[].ability", _ABLE),
    *_leaves(
        "derived", _BOTH, "strategy.sources.*", "covered rows first last last_known sha256 others_rows"
    ),
    *_leaves("derived", _BOTH, "strategy.limits[]", "by most"),
    *_leaves("derived", _BOTH, "strategy.line.first", _STEP),
    *_leaves("derived", _BOTH, "strategy.line.next", _STEP),
    *_leaves("derived", _BOTH, "strategy.line.step", _STEP),
    *_leaves(
        "derived", _BOTH, "strategy.line.rules",
        "least_payments months months_between raise_on_time raise_use",
    ),
    *_leaves("derived", _BOTH, "strategy.ability", _ABLE),
    *_leaves("derived", _BOTH, "strategy.counter_offers[]", f"change rate start {_TERMS}"),
    *_leaves(
        "derived", _BOTH, "strategy.offer",
        f"status grade loss_class arm rate fee cap instead[] {_TERMS} flows[][] cost.received cost.paid "
        "cost.fee cost.interest cost.law",
    ),
    *_leaves("derived", ("replay",), "strategy.offer", "table cost.yearly_rates.*"),
    *_leaves(
        "attested", ("hash",), "policy.strategy",
        "loss_class seed step law amount term_days household guarantors",
    ),
    *_leaves(
        "attested", ("hash",), "policy.strategy.ability",
        "reference_budget.* most_of_income most_of_left buffer income_stress rate_stress",
    ),
    *_leaves("attested", ("hash",), "policy.strategy.lines", "rate months step_size least consent"),
    *_leaves(
        "attested", ("hash",), "policy.strategy.lines.table", "incomes[] lines[].grade lines[].lines[]"
    ),
    *_leaves(
        "attested", ("hash",), "policy.strategy.lines.caps",
        "most share_of_income by_grade.* person grade_totals.* portfolio",
    ),
    *_leaves(
        "attested", ("hash",), "policy.strategy.lines.ability",
        "reference_budget.* most_of_income most_of_left buffer income_stress rate_stress",
    ),
    *_leaves(
        "attested", ("hash",), "policy.strategy.lines.rules",
        "raise_on_time lower_on_time raise_use lower_use gap months least_payments raise_by lower_by "
        "months_between months_after_arrears lower_days close_days",
    ),
    *_leaves("attested", ("hash",), "policy.strategy.cutoffs[]", "cutoff refer_below legal_basis"),
    *_leaves("attested", ("hash",), "policy.strategy.cutoffs[].segment", "name where refresh"),
    *_leaves("attested", ("hash",), "policy.strategy.caps", "by_grade.* incomes"),
    *_leaves("attested", ("hash",), "policy.strategy.arms[]", "name share cutoff_shift price_arm"),
    *_leaves("attested", ("hash",), "policy.strategy.exploration", "share amount payments"),
    *_leaves(
        "attested", ("hash",), "policy.strategy.prices",
        "grades.* loss_classes.* payments[] amounts[] fee_share given_rate arms.*",
    ),
    *_leaves(
        "attested", ("hash",), "policy.strategy.prices.costs",
        "cost_of_funds running_cost opening_cost opening_cost_fixed capital_share return_on_equity "
        "early_repayment seasoning[]",
    ),
    *_leaves(
        "attested", ("hash",), "policy.strategy.prices.shape",
        "amount payments repayment a_year last_share monthly_share",
    ),
    *_leaves(
        "attested", ("hash",), "policy.strategy.prices.caps[]",
        "highest measure source least_amount most_amount",
    ),
)  # fmt: skip

RECORD: Final = (
    *_leaves("derived", ("form",), "", "schema"),
    *_leaves("derived", ("hash",), "", "sha256 policy.policy_id"),
    *_leaves("derived", _BOTH, "", "application_id as_of raw_score"),
    *_leaves("derived", _BOTH, "calibration", "slope intercept"),
    *_leaves("derived", _BOTH, "cell", "mask states.*"),
    *_leaves(
        "derived", _BOTH, "scale",
        "reference_score reference_good_bad_odds points_to_double_odds minimum maximum",
    ),
    *_leaves(
        "derived", _BOTH, "outcome",
        "status code probability_of_default log_odds score_unrounded score clamped grade decision cutoff "
        "referred_because.why referred_because.withheld referred_because.given referred_because.lost",
    ),
    *_leaves("derived", _BOTH, "interval", "level low high score_low score_high"),
    *_leaves("derived", _BOTH, "base", "log_odds points integer_points"),
    *_leaves("derived", ("kernels", "twin", "query", "replay"), "features[]", "value missing"),
    *_leaves(
        "derived", _BOTH, "features[]",
        f"name group source {_LABELS} unit sign contribution points integer_points",
    ),
    *_leaves("derived", _BOTH, "groups[]", "group contribution points"),
    *_leaves("derived", _BOTH, "families[]", "family groups[] contribution points"),
    *_leaves("derived", _BOTH, "", "unread[]"),
    *_leaves("derived", _BOTH, "reference", "name cutoff band sha256 rows values.*"),
    *_leaves(
        "derived", _BOTH, "reasons[]",
        "rank kind code group text points_lost share features[] told source texts.* family",
    ),
    *_leaves("derived", _BOTH, "reasons[].inside[]", "group points_lost"),
    *_leaves(
        "derived", _BOTH, "reasons[].fact",
        f"feature {_LABELS} value unit sign window as_of of own_value reference_value direction population "
        "scarce value_label reference_label currency absence known_count needed_count",
    ),
    *_leaves(
        "derived", _BOTH, "dropped_reasons[]", "group guard why points_lost share features[] family"
    ),
    *_leaves("derived", _BOTH, "counterfactuals[]", "score probability_of_default"),
    *_leaves("derived", _BOTH, "counterfactuals[].changes[]", "feature from to unit"),
    *_leaves(
        "derived", _BOTH, "counterfactuals[].steps[]", "kind from to unit until times column feature"
    ),
    *_leaves("derived", _BOTH, "sources.*", "covered rows first last last_known sha256 others_rows"),
    *_leaves("derived", ("kernels", "replay"), "payments", "class[] evidence[] paired_with[] undone[]"),
    *_leaves("derived", ("kernels", "replay"), "payments", "form rows content"),
    *_leaves("derived", ("kernels", "replay"), "payments.columns[]", "name kind scale labels[]"),
    *_leaves("derived", _BOTH, "model", "model_id feature_digest format files.*"),
    *_leaves("attested", ("hash",), "policy", "name version cutoff refer_below refer_straddling"),
    *_leaves(
        "attested", ("hash",), "policy.rules[]",
        "key code subject comparison value value[] texts.* when_missing legal_basis",
    ),
    *_leaves("attested", ("hash",), "policy", "retention_days.*"),
    *_PLANNED,
    *_leaves("attested", ("hash",), "parties", "role first"),
    *_leaves(
        "attested", ("hash",), "parties.others[]",
        "role decision_id subject standing grade means_known",
    ),
    *_leaves("attested", ("form",), "law", "jurisdiction as_of sha256 forbidden[] asks[] removes[].tag"),
    *_leaves(
        "attested", ("form",), "law.removes[].rules[]", "jurisdiction name law article since mark counsel"
    ),
    *_leaves("attested", ("form",), "law.ability", "forbidden[]"),
    *_leaves(
        "attested", ("form",), "law.ability.asked_by[]",
        "jurisdiction name law article since mark counsel",
    ),
    *_leaves(
        "attested", ("form",), "law.absence",
        "forbidden[] tables[] parts[] columns[] applications perturbations seed",
    ),
    *_leaves("attested", ("form",), "", "decision_id subject decided_at environment.*"),
    *_leaves("attested", ("form",), "signature", "schema kind sha256 signed_at key_id value"),
    *_leaves("attested", ("form",), "inputs", "voided[] expired[]"),
    *_leaves(
        "attested", ("form",), "inputs.privacy", "date_days epsilon fold key_check lag_days secret_name"
    ),
    *_leaves("derived", ("again",), "inputs.mismatches[]", "code subject expected count"),
    *_leaves("attested", ("again",), "inputs.mismatches[]", "found"),
    *_rows("inputs"),
    *_rows("inputs.ability"),
    *_rows("inputs.joint"),
    *_rows("inputs.guarantors[]"),
)  # fmt: skip
_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "decision_id": re.compile(r"[\x21-\x7e]{1,200}"),
    "subject": re.compile(r"[\x21-\x7e]{1,200}"),
}


def page() -> str:
    """Return the table of leaves as it stands in the documentation."""
    rows = [f"| `{leaf.pattern}` | {leaf.kind} | {', '.join(leaf.paths)} |" for leaf in RECORD]
    return "\n".join(["| leaf | class | by |", "|---|---|---|", *rows, ""])


def steps_in(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield every leaf of plain data with its path; an empty list or object is one too."""
    for steps, value, _ in _walked(data, path, _ALL):
        yield steps, value


def kind_of(path: tuple[str | int, ...]) -> Leaf | None:
    """Return what the table says of a leaf; None if it knows no such leaf.

    An object or a list that holds nothing, or null in its stead, counts as the first leaf that it might hold.
    """
    left = _ALL
    for step in path:
        left = _below(left, "[]" if isinstance(step, int) else step)
    return left.leaf


# Of an abstract type it is asked slowly, and of every leaf.
_PARTED: Final = (dict, list, MappingProxyType)


class _Left:
    """What of the table may still be meant after some steps; equal to itself alone, which makes it quick.

    Attributes
    ----------
    meant : tuple of (int, int)
        Number of the leaf, and steps taken.
    leaf : Leaf or None
        The first of these.
    is_whole : bool
        Whether all its steps are taken.
    """

    __slots__ = ("is_whole", "leaf", "meant")

    def __init__(self, meant: tuple[tuple[int, int], ...]) -> None:
        self.meant = meant
        self.leaf = RECORD[meant[0][0]] if meant else None
        self.is_whole = bool(meant) and meant[0][1] == len(_STEPS[meant[0][0]])


def _walked(
    data: Any, path: tuple[str | int, ...], left: _Left
) -> Iterator[tuple[tuple[str | int, ...], Any, _Left]]:
    """Yield every leaf with its path, and what of the table may be meant by it."""
    waiting = [(data, path, left)]
    while waiting:
        part, path, left = waiting.pop()
        if not isinstance(part, _PARTED) or not part:
            yield path, part, left
        elif isinstance(part, list):
            below = _below(left, "[]")
            waiting += [(one, (*path, number), below) for number, one in enumerate(part)]
        else:
            waiting += [(one, (*path, str(name)), _below(left, str(name))) for name, one in part.items()]


def _split(pattern: str) -> tuple[str, ...]:
    return tuple(step for step in pattern.replace("[]", ".[]").split(".") if step)


_STEPS: Final = tuple(_split(leaf.pattern) for leaf in RECORD)
_ALL: Final = _Left(tuple((number, 0) for number in range(len(RECORD))))


@lru_cache(maxsize=8192)
def _below(left: _Left, step: str) -> _Left:
    """What may still be meant after one more step."""
    return _Left(
        tuple(
            (number, taken + 1)
            for number, taken in left.meant
            if taken < len(_STEPS[number]) and _fits(step, _STEPS[number][taken])
        )
    )


def _fits(step: str, known: str) -> bool:
    return step == known or (known == "*" and step != "[]")


def unknown_leaves(record: Mapping[str, Any]) -> Iterator[str]:
    """Name what a record holds that the table does not know, and attested leaves of no form."""
    for path, value, left in _walked(record, (), _ALL):
        if left.leaf is None:
            yield f"{'.'.join(map(str, path))[:90]} is no leaf of a record"
        elif not left.is_whole and isinstance(value, str | bool | float):
            yield f"{'.'.join(map(str, path))[:90]} holds {str(value)[:40]!r} in the stead of its parts"
    yield from _odd_forms(record)


def _odd_forms(record: Mapping[str, Any]) -> Iterator[str]:
    for name, form in _FORMS.items():
        if not isinstance(record[name], str) or not form.fullmatch(record[name]):
            yield f"{name} is no name"
    for name in ("as_of", "decided_at"):
        if not is_moment(record[name]):
            yield f"{name} is no moment with a zone"
    for name, value in record["environment"].items():
        if not isinstance(value, str) or not value:
            yield f"environment.{name} is no text"


def is_moment(value: Any) -> bool:
    """Whether a text is a moment in ISO 8601 with its zone, as Python writes it."""
    try:
        when = datetime.fromisoformat(value)
    except (OverflowError, TypeError, ValueError):
        return False
    return when.tzinfo is not None and when.isoformat() == value


def confirmed(record: Mapping[str, Any], paths: frozenset[str], some: Mapping[str, frozenset[str]]) -> str:
    """Say by how many paths the derived leaves of a record were confirmed, and how many are attested.

    Parameters
    ----------
    record : mapping
    paths : frozenset of str
        Those that were taken.
    some : mapping of str to frozenset of str
        Of paths that know some features alone, which these are.
    """
    counts: dict[int, int] = {}
    attested = 0
    for path, _, left in _walked(record, (), _ALL):
        leaf = left.leaf
        if leaf is None or leaf.kind == "attested":
            attested += 1
            continue
        taken = len(paths.intersection(leaf.paths))
        for one in some.keys() & paths.intersection(leaf.paths):
            taken -= record["features"][path[1]]["name"] not in some[one]
        counts[taken] = counts.get(taken, 0) + 1
    by = ", ".join(f"{counts[number]} by {number}" for number in sorted(counts, reverse=True))
    return f"derived leaves by paths that confirm them: {by}; attested: {attested}"
