"""Columns of an application form that nobody has listed yet: what they hold, and which may be read."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import numpy as np

from creditscore._ground.instants import NEVER
from creditscore.data.applications import Applications
from creditscore.data.protected import protected_by
from creditscore.data.suspected import is_free_text, tells_outcome
from creditscore.errors import ParameterError
from creditscore.features.definition import FeatureSet

Kind: TypeAlias = Literal["number", "label", "time"]
ALL: Final = "all"
_USUAL: Final = frozenset({"amount", "term_days", "product", "purpose"})


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One column of the applications, as it is offered to be read.

    Attributes
    ----------
    name : str
    kind : {"number", "label", "time"}
    missing : float
        Share of the applications without a value, within 0 and 1.
    against : str
        Why it is not read unless it is named: it is protected, free text, or tells of the outcome; empty
        where nothing speaks against it.
    """

    name: str
    kind: Kind
    missing: float
    against: str = ""

    def __str__(self) -> str:
        """A line of a list that can be pasted into ``application_features([...])``."""
        reading = {"number": "", "label": ", category=True", "time": ", as_='age_in_days'"}[self.kind]
        remark = f"{self.kind}, {self.missing:.0%} missing"
        if self.against:
            return f"    # Column({self.name!r}{reading}),  # {remark}; left out: {self.against}"
        return f"    Column({self.name!r}{reading}),  # {remark}"


def columns_of_form(applications: Applications) -> tuple[FormColumn, ...]:
    """List the columns of applications, numbers first, then labels, then times."""
    found = [
        FormColumn(name, "number", float(np.isnan(values).mean()), _against(name))
        for name, values in applications.numeric.items()
    ]
    for name, texts in applications.text.items():
        missing = sum(one is None for one in texts) / len(texts)
        against = _against(name) or ("it is free text" if is_free_text(texts) else "")
        found.append(FormColumn(name, "label", missing, against))
    for name, times in applications.moments.items():
        found.append(FormColumn(name, "time", float((times == NEVER).mean()), _against(name)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class OpenFeatures(FeatureSet):
    """Features of the application whose columns are read off the applications when they are fitted.

    Parameters
    ----------
    features : tuple of Feature
        What is read without a list.
    everything : bool
        Whether every column is read against which nothing speaks; otherwise applications with further columns
        are refused, with a list that can be pasted.
    declare : callable
        Makes features of columns.
    """

    everything: bool = False
    declare: Callable[[tuple[FormColumn, ...]], FeatureSet] | None = field(default=None, compare=False)

    def resolved(self, applications: Applications, read: Container[str] = ()) -> FeatureSet:
        """Return the features of these applications.

        Parameters
        ----------
        applications : Applications
        read : container of str
            Columns that other features read.

        Raises
        ------
        ParameterError
            If columns were not listed; the message lists them.
        """
        columns = columns_of_form(applications)
        if self.everything and self.declare is not None:
            return self.declare(tuple(one for one in columns if not one.against))
        if all(one.name in _USUAL or one.name in read for one in columns):
            return FeatureSet(self.features)
        listed = "\n".join(map(str, columns))
        raise ParameterError(
            "application_features() reads amount and term_days, and these applications have more. Name what "
            "may be read, application_features([...]), or pass columns='all' for what nothing speaks "
            "against:\n"
            f"[\n{listed}\n]"
        )


def _against(name: str) -> str:
    found = protected_by(name)
    if found is not None:
        return f"{found.name} is protected"
    return "its name tells of the outcome" if tells_outcome(name) else ""
