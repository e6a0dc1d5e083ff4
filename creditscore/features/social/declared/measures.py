"""Measures of the whole network on a calendar grid, read as of the moment like a bureau score."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import AtLeast, Condition, Covered, Formula, Term
from creditscore.features.social.declared.terms import DE_CNUDDE, LIN, OMEGA, Sign, SocialSettings, social
from creditscore.words.labels import Label

_WATTS: Final = "Watts and Strogatz (1998), Nature 393"
_SEIDMAN: Final = "Seidman (1983), Social Networks 5(3)"
_BLONDEL: Final = "Blondel, Guillaume, Lambiotte and Lefebvre (2008), J. Stat. Mech. P10008"
_BURT: Final = "Burt (1992), Structural Holes"
_GUIMERA: Final = "Guimera and Amaral (2005), Nature 433"
_BRIN: Final = "Brin and Page (1998), Computer Networks 30"
_PPR: Final = "Oskarsdottir et al. (2019), Applied Soft Computing 74, arXiv 2002.09931"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of the grid as a feature reads it.

    `gate` says what its standings rest on: nothing, the applicant's own neighbours, or look-alikes.
    """

    name: str
    words: str
    unit: str
    sign: Sign
    group: str
    reference: str
    gate: str = ""


_STRUCTURE: Final = partial(Measure, sign=0, group="network_structure")
_REPAYMENT: Final = partial(Measure, unit="share", sign=1, reference=OMEGA)
_INFLUENCE: Final = partial(Measure, group="network_influence", reference=_PPR, gate="neighbours")
_ARREARS: Final = partial(Measure, sign=1, group="network_arrears", reference=OMEGA, gate="neighbours")

MEASURES: Final = (
    _STRUCTURE("clustering", "share of the pairs of neighbours that are tied", "share", reference=_WATTS),
    _STRUCTURE("triangles", "triangles of ties", "count", reference=_WATTS),
    _STRUCTURE("core_number", "core number of the ties", "count", reference=_SEIDMAN),
    _STRUCTURE("component_size", "people in the connected part of the network", "count", reference=LIN),
    _STRUCTURE("community_size", "people in the community", "count", reference=_BLONDEL),
    _STRUCTURE("community_density", "share of possible ties in the community", "share", reference=_BLONDEL),
    _REPAYMENT(
        "community_default_share", "share of defaults in the community, shrunk", group="community_repayment"
    ),
    _STRUCTURE("participation", "spread of ties over communities", "index", reference=_GUIMERA),
    _STRUCTURE(
        "constraint", "how far neighbours are tied to each other (constraint)", "index", reference=_BURT
    ),
    _STRUCTURE(
        "effective_size", "neighbours not tied to each other (effective size)", "count", reference=_BURT
    ),
    _STRUCTURE("pagerank", "PageRank times number of people, log10", "log10", reference=_BRIN),
    _REPAYMENT(
        "default_share_two_hops",
        "share of defaults two ties away",
        group="network_repayment",
        gate="neighbours",
    ),
    _ARREARS("neighbour_days_past_due", "mean days past due of neighbours", "days"),
    _ARREARS("neighbour_utilisation", "mean use of credit limits of neighbours", "share"),
    _INFLUENCE("default_influence", "influence of defaults in the network, log10", "log10", 1),
    _INFLUENCE("good_influence", "influence of good repayment in the network, log10", "log10", -1),
    _INFLUENCE(
        "influence_log_ratio", "influence of defaults over that of good repayment, log", "log ratio", 1
    ),
    Measure(
        "lookalike_default_share",
        "share of defaults among people with like purchases",
        "share",
        1,
        "lookalike_repayment",
        DE_CNUDDE,
        "lookalike",
    ),
    Measure(
        "lookalike_known",
        "people with like purchases and known standing",
        "count",
        0,
        "coverage",
        DE_CNUDDE,
    ),
)


def measure_features(s: SocialSettings) -> tuple[Feature, ...]:
    """Return whether measures were there, and every measure of the grid."""
    covered = social(
        name="network_covered",
        formula=Covered("measures"),
        label=Label("network_covered"),
        definition="1 if measures were there at the moment, else 0",
        unit="0/1",
        source="measures",
        missing="never",
        reference="coverage",
        refresh="grid",
    )
    return (covered, *(_feature(measure, s) for measure in MEASURES))


def newest(name: str) -> Term:
    """Return the newest known value of a measure."""
    return Term("measures", "newest", column="value", where=(Condition("measure", "in", (name,)),))


def _feature(measure: Measure, s: SocialSettings) -> Feature:
    formula, kept_back = _gated(measure, s)
    return social(
        name=f"network_{measure.name}",
        formula=formula,
        label=Label(f"network_{measure.name}"),
        definition=f"{measure.words}: newest value known of the measure {measure.name}{kept_back}",
        unit=measure.unit,
        sign=measure.sign,
        reason_group=measure.group,
        missing=f"the measure was not known{kept_back}",
        source="measures",
        reference=measure.reference,
        refresh="grid",
        note="Computed for everyone on a calendar grid from what was known before each of its dates.",
    )


def _gated(measure: Measure, s: SocialSettings) -> tuple[Formula, str]:
    """Keep back what rests on too few standings: of look-alikes, and of neighbours where the lender asks."""
    least = float(s.min_known)
    if measure.gate == "lookalike":
        return AtLeast(
            newest(measure.name), newest("lookalike_known"), least
        ), f"; {s.min_known} or more known"
    if measure.gate == "neighbours":
        return s.judged(
            newest(measure.name)
        ), f"; {s.min_known} or more neighbours of whom a standing is seen"
    return newest(measure.name), ""
