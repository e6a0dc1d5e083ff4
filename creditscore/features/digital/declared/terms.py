"""Terms and words that several features of digital channels share."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from creditscore.data.tables.vocabularies import DEVICE_CLASSES, EMAIL_HOSTS, FIRST_TOUCHES, OS_FAMILIES
from creditscore.features.definition import Feature, Risk
from creditscore.features.formula import AtLeast, Condition, Formula, Ratio, Share, Term
from creditscore.words.labels import Label, within

Sign: TypeAlias = Literal[-1, 0, 1]

BERG: Final = (
    "Berg, Burg, Gombovic and Puri (2020), On the rise of fintechs: credit scoring using digital footprints"
)
PRACTICE: Final = "practice of digital lenders"
NO_PUBLIC_DATA: Final = (
    "No public data set with outcomes has the columns; tested on hand-made cases and on a simulated lender."
)
FOOTPRINT: Final = ("digital_footprint",)
DEVICE: Final = ("digital_footprint", "device")
CLOCK: Final = ("digital_footprint", "location_time")
FORM: Final = ("digital_footprint", "biometric")
EMAIL: Final = ("digital_footprint", "email")

digital: Final = partial(
    Feature,
    source="sessions",
    missing="no sessions were known, or fewer than the definition asks for",
    legal_tags=FOOTPRINT,
    reference=PRACTICE,
    note=NO_PUBLIC_DATA,
)
filled_in: Final = partial(
    Feature,
    source="form_events",
    missing="no form was known, or none of which it is known",
    legal_tags=FORM,
    reference=PRACTICE,
    note=NO_PUBLIC_DATA,
    reason_group="application_form",
)
registered: Final = partial(
    Feature,
    source="registrations",
    missing="no registration or checkout was known, or none of which it is known",
    note=NO_PUBLIC_DATA,
)

ALL: Final = MappingProxyType(
    {
        "device_class": DEVICE_CLASSES,
        "os_family": OS_FAMILIES,
        "email_host": EMAIL_HOSTS,
        "first_touch": FIRST_TOUCHES,
    }
)
LOGIN: Final = Condition("is_login", "eq", 1.0)


def used(statistic: str, column: str | None = None, *where: Condition, window: str | None = None) -> Term:
    """Statistic of the known uses of channels."""
    return Term("uses", statistic, column=column, where=where, window=window)


def spread(statistic: str, by: str, window: str, *where: Condition, least: int = 1, classes: int = 0) -> Term:
    """Statistic of uses by a label; missing with fewer of a known label."""
    term = partial(Term, "uses", statistic, by=by, window=window, where=where, minimum_rows=least)
    return term(argument=float(classes)) if classes else term()


def known_of(column: str, window: str) -> Formula:
    """Sum of a yes or no over a window; missing if it was never known of any use."""
    return AtLeast(used("sum", column, window=window), used("count", column), 1.0)


def share_of(part: Formula, whole: Formula, prior: float, least: float) -> Share:
    """A share drawn towards a stated constant as if 5 more had been seen; missing with too few."""
    return Share(part, whole, prior=prior, minimum=least)


def month(statistic: str, column: str, window: str, least: int) -> Term:
    """Statistic over the newest whole calendar months, as many as a window such as "6m" says."""
    return Term(
        "use_months", statistic, column=column, last=int(window.removesuffix("m")), minimum_rows=least
    )


def marked(column: str, *labels: str) -> Ratio:
    """Share of the registrations of a known label that have one of some labels."""
    among = Condition(column, "in", labels)
    named = Condition(column, "in", ALL[column])
    return Ratio(
        Term("registrations", "count", where=(among,)), Term("registrations", "count", where=(named,))
    )


def using(
    name: str,
    formula: Formula,
    words: str,
    unit: str,
    sign: Sign = 0,
    window: str | None = None,
    *,
    group: str = "digital_use",
    tags: tuple[str, ...] = FOOTPRINT,
    risk: Risk = "low",
    **more: Any,
) -> Feature:
    """Declare a feature of sessions, named by its quantity and window."""
    return digital(
        name=f"digital_{name}" if window is None else f"digital_{name}_{window}",
        formula=formula,
        label=Label(f"digital_{name}", span=None if window is None else within(window)),
        definition=words if window is None else f"{words}, {window}",
        unit=unit,
        sign=sign,
        reason_group=group,
        legal_tags=tags,
        proxy_risk=risk,
        **more,
    )
