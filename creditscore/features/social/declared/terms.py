"""What the social features share: their settings, their terms, and the words that go with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, TypeAlias

from creditscore._ground.instants import DAY, parse_duration
from creditscore._ground.numbers import whole_number
from creditscore.errors import ParameterError
from creditscore.features.definition import Feature
from creditscore.features.formula import AtLeast, Condition, Formula, Term
from creditscore.features.social.rows.neighbours import TieSettings

Sign: TypeAlias = Literal[-1, 0, 1]

TAGS: Final = ("social_network", "third_party_data")
# Of what is made of how often others did not pay.
COHORT: Final = (*TAGS, "cohort_default_rate")
OMEGA: Final = "Oskarsdottir and Bravo (2021), Omega 105, arXiv 2010.09559"
LIN: Final = "Lin, Prabhala and Viswanathan (2013), Management Science 59(1)"
FREEDMAN: Final = "Freedman and Jin (2017), Int. J. of Industrial Organization 51"
WEI: Final = "Wei, Yildirim, Van den Bulte and Dellarocas (2016), Marketing Science 35(2)"
DE_CNUDDE: Final = "De Cnudde et al. (2019), J. of the Operational Research Society 70(3)"
SHALIZI: Final = "Shalizi and Thomas (2011), Sociological Methods and Research 40(2)"
_LAYER: Final = re.compile(r"\w+")

social: Final = partial(Feature, legal_tags=TAGS, proxy_risk="high")
# Computed and shown, never given to a model: what others than the applicant can move at will.
shown: Final = partial(social, in_model=False)


@dataclass(frozen=True, slots=True)
class SocialSettings:
    """The settings of the social features; every one of them ends up in the declarations."""

    ties: TieSettings
    min_known: int
    min_known_group: int

    def __post_init__(self) -> None:
        for name in ("min_known", "min_known_group"):
            object.__setattr__(self, name, whole_number(name, getattr(self, name), 1))
        for layer in self.ties.layers:
            if not _LAYER.fullmatch(layer):
                raise ParameterError.must_be("layers", "names of letters, digits and _", layer)

    @property
    def days(self) -> float:
        """The least age of a tie in days."""
        return parse_duration(self.ties.min_tie_age) / DAY

    @property
    def counted(self) -> str:
        """Which ties count, in words."""
        return (
            "ties of weight 0 or more to which both ends are known to have agreed for "
            f"{self.ties.min_tie_age} or longer, and still do or did until 180 days ago"
        )

    def among(
        self, statistic: str, column: str | None = None, *where: Condition, window: str | None = None
    ) -> Term:
        """Term over the people to whom a tie was known."""
        return Term(self.ties.view, statistic, column=column, where=where, window=window)

    def together(self, column: str) -> Term:
        """Value of all people tied to the applicant together."""
        return Term(self.ties.together, "max", column=column)

    def people(self, column: str = "known") -> Term:
        """How many people, or votes of people, there are."""
        return Term(self.ties.together, "sum", column=column)

    def judged(self, value: Formula, votes: str = "known") -> AtLeast:
        """Keep a value back that rests on fewer than `min_known` people, or votes of people."""
        return AtLeast(value, self.people(votes), float(self.min_known))

    @property
    def kept_back(self) -> str:
        """What NaN means for an exposure."""
        return (
            f"no tie was known to which both ends had agreed, or fewer than {self.min_known} votes of people "
            "of whom a standing is seen"
        )
