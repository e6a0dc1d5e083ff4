"""Every error of the library: one tree, and the wording of messages that several places share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from difflib import get_close_matches
from typing import Final, Self

_LONGEST: Final = 200
_MOST: Final = 5


def shown(value: object) -> str:
    """Write a value for a message: short, and never a whole record, table or collection of them.

    Examples
    --------
    >>> shown(-1), shown(["a", "b"]), shown({"name": "A. Person"})
    ('-1', "['a', 'b']", 'a dict')
    """
    if isinstance(value, list | tuple | set | frozenset):
        short = len(value) <= _MOST and all(isinstance(item, str | int | float | None) for item in value)
        return _cut(value) if short else f"a {type(value).__name__} of {len(value)}"
    if not isinstance(value, str) and (hasattr(value, "__len__") or is_dataclass(value)):
        return f"a {type(value).__name__}"
    return _cut(value)


def _cut(value: object) -> str:
    """Half characters, which no file can hold, stand as escapes."""
    text = repr(value).encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text):,} characters)"


class CreditScoreError(Exception):
    """Base of all errors that this library raises on purpose."""


class ParameterError(CreditScoreError, ValueError):
    """A parameter has a value that it cannot take.

    Attributes
    ----------
    parameter : str
        Its name; empty where several contradict one another.
    """

    parameter: str = ""

    @classmethod
    def must_be(cls, parameter: str, constraint: str, value: object) -> Self:
        """Say which parameter must be what, and what it got."""
        made = cls(f"The {parameter!r} parameter must be {constraint}. Got {shown(value)} instead.")
        made.parameter = parameter
        return made


class NameUnknownError(CreditScoreError, LookupError):
    """A name (a column, a feature, a statistic, a view) is not known."""

    @classmethod
    def among(cls, what: str, name: object, known: Sequence[object]) -> Self:
        """Say what is unknown, which known name is closest to it, and list what is known."""
        listed = ", ".join(repr(item) for item in known) or "none"
        by_letters = {str(item).casefold(): str(item) for item in known}
        close = get_close_matches(str(name)[:_LONGEST].casefold(), list(by_letters), n=1)
        meant = f" Did you mean {by_letters[close[0]]!r}?" if close else ""
        return cls(f"There is no {what} {shown(name)}.{meant} Known: {listed}.")


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule of one table.

    Attributes
    ----------
    table, column : str
        Where it was seen; the column may be empty when the rule concerns whole rows.
    rule : str
        What must hold.
    rows : int
        How many rows break it.
    examples : tuple of str
        The first offending ids (or row numbers).
    remedy : str
        What to do.
    """

    table: str
    column: str
    rule: str
    rows: int
    examples: tuple[str, ...]
    remedy: str

    def __str__(self) -> str:
        where = f"{self.table}.{self.column}" if self.column else self.table
        shown = f" (first: {', '.join(self.examples)})" if self.examples else ""
        return f"{where}: {self.rule}; {self.rows} row(s){shown}. {self.remedy}"


class ContractError(CreditScoreError, ValueError):
    """A table breaks its contract; the message lists every problem at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        lines = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(f"{len(self.problems)} problem(s) in the data:\n{lines}")

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Problem, ...]]]:
        """Pickle by the problems: a worker's error arrives as it was raised."""
        return type(self), (self.problems,)


class FeatureError(CreditScoreError, ValueError):
    """A feature declaration contradicts itself or the data."""


class StatisticNotRegisteredError(CreditScoreError, LookupError):
    """A feature asks for a statistic, by name and version, that nobody has registered here."""

    @classmethod
    def named(cls, name: str, version: int) -> Self:
        """Name the statistic and how to register it."""
        return cls(
            f"The statistic {name!r}, version {version}, is not registered. "
            f"Import the code that declares it with @creditscore.statistic({name!r}, version={version})."
        )


class MismatchError(CreditScoreError, ValueError):
    """What is to be scored is not what the model was fitted on; the message lists every difference."""

    @classmethod
    def listing(cls, differences: Sequence[str], number: int) -> Self:
        """List differences, of which there may be more than are shown, and name the remedy."""
        lines = "\n".join(f"  - {one}" for one in differences)
        more = f"\n  - and {number - len(differences)} more" if number > len(differences) else ""
        return cls(
            f"{number} difference(s) from what the model was fitted on:\n{lines}{more}\n"
            "Give the same tables and columns as at fitting (a column without a value has empty cells), fit "
            "again without them, or pass on_mismatch='count' to go on and have them counted."
        )


class FittingError(CreditScoreError, ValueError):
    """A model cannot be fitted to these data, or would break a rule if it were."""

    @classmethod
    def not_yet(cls) -> Self:
        """Say that a pipeline was not fitted."""
        return cls("The pipeline is not fitted. Call fit(...), or load one with creditscore.load(...).")

    @classmethod
    def without_scorer(cls) -> Self:
        """Say that a saved model does not tell what its scorer was."""
        return cls(
            "The model was saved without the parameters of its scorer. Name one before fitting again: "
            "pipeline.scorer = CreditScorer(...)."
        )


class ExplanationError(CreditScoreError, ArithmeticError):
    """Contributions do not add up to the score that they should explain."""


class ArtefactError(CreditScoreError, ValueError):
    """A saved model is damaged, incomplete, of an unknown format, or holds what it should not."""


class PortfolioError(CreditScoreError, ValueError):
    """A portfolio on disk is damaged, of an unknown format, in use, or holds what it should not."""


class LedgerError(CreditScoreError, ValueError):
    """A ledger cannot be opened with this key, was tampered with, or cannot take what it is given."""


class LedgerAwayError(LedgerError):
    """The server that holds a ledger was lost; what was begun may have been done, and is looked for again."""


class KeyReusedError(LedgerError):
    """An idempotency key was used for another request."""


class DecisionUnknownError(LedgerError, LookupError):
    """A ledger holds no such decision, or holds it no longer in readable form."""


class JurisdictionError(CreditScoreError, ValueError):
    """A law forbids what is asked, or a file of rules breaks the schema."""


class SigningError(CreditScoreError, ValueError):
    """A key, a trust file, a signature or a proof cannot be read, or others may use a private key."""


class PrivacyError(CreditScoreError, ValueError):
    """A budget of privacy does not suffice, or a message of a private join cannot be read."""


class StreamError(CreditScoreError, ValueError):
    """A message cannot be read, a feed is not what was read before, or somebody else keeps it."""


class LawChangesWarning(UserWarning):
    """Rules of a law begin or end soon."""

    @classmethod
    def of(cls, jurisdiction: str, changes: Sequence[str]) -> Self:
        """Name the first of them."""
        more = f" and {len(changes) - _MOST} more" if len(changes) > _MOST else ""
        return cls(f"The law of {jurisdiction} changes soon: {'; '.join(changes[:_MOST])}{more}.")

    @classmethod
    def refusing(cls, jurisdiction: str, day: str, changes: Sequence[str]) -> Self:
        """Say from when on a model is refused, and by which rules."""
        return cls(
            f"From {day} on the law of {jurisdiction} forbids what this model reads, and it is refused: "
            f"{'; '.join(changes[:_MOST])}. Fit one without it in time."
        )


class StandingsUnprotectedWarning(UserWarning):
    """Standings are read under a key that everyone knows: whoever reads the values can undo the noise."""


class UnseenLabelsWarning(UserWarning):
    """Labels that fitting did not see count as missing.

    Attributes
    ----------
    counts : dict of str to dict of label to int
        By column, how often each of them occurs.
    """

    counts: dict[str, dict[str | float, int]]

    @classmethod
    def of(cls, counts: Mapping[str, Mapping[str | float, int]]) -> Self:
        """Name some of them."""
        found = [(column, label, n) for column, new in counts.items() for label, n in new.items()]
        named = [f"{column}: {shown(label)} ({n:,})" for column, label, n in found]
        more = f" and {len(named) - _MOST} more" if len(named) > _MOST else ""
        made = cls(f"Labels that fitting did not see count as missing: {', '.join(named[:_MOST])}{more}.")
        made.counts = {column: dict(new) for column, new in counts.items()}
        return made


class OffByDefaultWarning(UserWarning):
    """A feature that is off by default was asked for by name; the message says its proxy risk and tags."""


class FitWarning(UserWarning):
    """What a careful colleague would say of a fit; ``report.warnings`` holds the same."""


class FewApplicantsKnownWarning(FitWarning):
    """Few applicants have a row that was known before their moment."""


class MomentsApartWarning(FitWarning):
    """The moments of the applications lie long after the last event."""


class LabelsReversedWarning(FitWarning):
    """Features rank against their declared signs: good and bad may be taken for each other."""


class OutcomeCarriedWarning(FitWarning):
    """A feature carries the outcome, by what it says or by its name."""


class FewRowsWarning(FitWarning):
    """There are few rows, or few of one outcome, for so many features."""


class TreesCappedWarning(FitWarning):
    """As many trees were grown as are allowed: more may serve better."""


class HidingGainsWarning(FitWarning):
    """Some would come out safer without a group of sources than with the best that it says of anybody."""


class UnreadColumnsWarning(FitWarning):
    """Columns of the applications are read by no feature."""


class MissingExtraError(CreditScoreError, ImportError):
    """An optional dependency is not installed."""

    @classmethod
    def needed_by(cls, caller: str, package: str, extra: str) -> Self:
        """Say who needs which package and which extra brings it."""
        return cls(f"{caller} needs {package!r}. Install it with: pip install 'creditscore[{extra}]'")


class FontMissingError(CreditScoreError, ValueError):
    """No font of this machine can show what a page says."""

    @classmethod
    def of(cls, characters: Sequence[str]) -> Self:
        """Name some of the characters, and how to get fonts that have them."""
        listed = " ".join(characters)
        return cls(
            f"No font of this machine has the characters {listed}, which would come out as empty boxes. "
            "Install one that does, such as the packages fonts-noto-cjk (Chinese) or fonts-noto-core "
            "(Persian), or write .html or .json."
        )
