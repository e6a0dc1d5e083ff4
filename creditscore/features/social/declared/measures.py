"""Measures of the whole network on a calendar grid, read as of the moment like a bureau score."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import Condition, Covered, Term
from creditscore.features.social.declared.terms import COHORT, DE_CNUDDE, LIN, OMEGA, TAGS, Sign, social
from creditscore.words.labels import Label

_WATTS: Final = "Watts and Strogatz (1998), Nature 393"
_SEIDMAN: Final = "Seidman (1983), Social Networks 5(3)"
_BLONDEL: Final = "Blondel, Guillaume, Lambiotte and Lefebvre (2008), J. Stat. Mech. P10008"
_BURT: Final = "Burt (1992), Structural Holes"
_GUIMERA: Final = "Guimera and Amaral (2005), Nature 433"
_BRIN: Final = "Brin and Page (1998), Computer Networks 30"
_PPR: Final = "Oskarsdottir et al. (2019), Applied Soft Computing 74, arXiv 2002.09931"
_BIPARTITE: Final = "Van Vlasselaer et al. (2017), Management Science 63(9)"
_BITS: Final = (
    "Made of one randomised bit for each person and date, the own one left out; the noise is taken off the "
    "share, which is drawn towards 0.1 and rounded to steps of 0.05."
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of the grid as a feature reads it."""

    name: str
    words: str
    unit: str
    sign: Sign
    group: str
    reference: str
    in_model: bool = True
    version: int = 1
    note: str = "Computed for everyone on a calendar grid from what was known before each of its dates."


_STRUCTURE: Final = partial(Measure, sign=0, group="network_structure", in_model=False, version=2)
_REPAYMENT: Final = partial(Measure, unit="share", sign=1, reference=OMEGA, version=2, note=_BITS)
_ARREARS: Final = partial(
    Measure,
    sign=1,
    group="network_arrears",
    reference=OMEGA,
    in_model=False,
    version=2,
    note="Not computed by this library: it would be an exact fact about other people's loans. There only if "
    "the lender gives such rows.",
)

MEASURES: Final = (
    _STRUCTURE("clustering", "share of the pairs of neighbours that are tied", "share", reference=_WATTS),
    _STRUCTURE("triangles", "triangles of ties", "count", reference=_WATTS),
    _STRUCTURE("core_number", "core number of the ties", "count", reference=_SEIDMAN),
    _STRUCTURE("component_size", "people in the connected part of the network", "count", reference=LIN),
    _STRUCTURE("community_size", "people in the community", "count", reference=_BLONDEL),
    _STRUCTURE("community_density", "share of possible ties in the community", "share", reference=_BLONDEL),
    _REPAYMENT(
        "community_default_share",
        "share of defaults among those whom walks over three ties reach, by the chance to end there, direct "
        "neighbours left out, shrunk",
        group="community_repayment",
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
        "share of defaults among those two ties away and no fewer, by the chance to end there, shrunk",
        group="network_repayment",
    ),
    _REPAYMENT(
        "default_influence",
        "share of defaults among those whom damped walks of two and three ties reach, direct neighbours left "
        "out, shrunk",
        group="network_influence",
        reference=_PPR,
        in_model=False,
    ),
    _REPAYMENT(
        "lookalike_default_share",
        "share of defaults among the people whose purchases are most alike, shrunk",
        group="lookalike_repayment",
        reference=DE_CNUDDE,
    ),
    _REPAYMENT(
        "bipartite_default_share",
        "share of defaults among those with whom groups, merchants or employers are shared, direct "
        "neighbours left out, shrunk",
        group="network_influence",
        reference=_BIPARTITE,
        in_model=False,
        version=1,
    ),
    _REPAYMENT(
        "multilayer_default_share",
        "share of defaults among those with whom something is shared and neighbours of neighbours, every "
        "layer alike, direct neighbours left out, shrunk",
        group="network_influence",
        in_model=False,
        version=1,
    ),
)
# What a lender may give and this library does not compute.
GIVEN: Final = (
    _ARREARS("neighbour_days_past_due", "mean days past due of neighbours", "days"),
    _ARREARS("neighbour_utilisation", "mean use of credit limits of neighbours", "share"),
)


def measure_features() -> tuple[Feature, ...]:
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
    return (covered, *(_feature(measure) for measure in (*MEASURES, *GIVEN)))


def newest(name: str) -> Term:
    """Return the newest known value of a measure."""
    return Term("measures", "newest", column="value", where=(Condition("measure", "in", (name,)),))


def _feature(measure: Measure) -> Feature:
    return social(
        name=f"network_{measure.name}",
        formula=newest(measure.name),
        label=Label(f"network_{measure.name}"),
        definition=f"{measure.words}: newest value known of the measure {measure.name}",
        unit=measure.unit,
        legal_tags=COHORT if measure.sign > 0 else TAGS,
        sign=measure.sign,
        reason_group=measure.group,
        missing="the measure was not known, or was no longer defined",
        source="measures",
        reference=measure.reference,
        refresh="grid",
        note=measure.note,
        version=measure.version,
        in_model=measure.in_model,
    )
